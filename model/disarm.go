package model

import "time"

// Disarm says why nothing may be sent from a folder: it was restored from a
// backup, and the folder that the backup was made of may be sending still.
type Disarm struct {
	Since  time.Time `json:"since"`
	Backup time.Time `json:"backup"` // when the backup was made; zero when unknown
}
