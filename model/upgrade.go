package model

// Upgrade says how a data folder of an older blanche is brought forward. What is
// already in it stays as it is.
type Upgrade struct {
	Dir  string `json:"dir"`
	From int    `json:"from"` // schema found
	To   int    `json:"to"`   // schema written by this blanche; From when there is nothing to do
	// Steps are the codes of what changes, in order: catalogue keys
	// store.upgrade_….
	Steps []string `json:"steps"`
	// Backup is the folder of the copy that is made before: empty when nothing
	// is to be done, and in a rehearsal.
	Backup string `json:"backup,omitempty"`
	Bytes  int64  `json:"bytes"` // of the files to be copied

	Contacts   int `json:"contacts"`
	Orders     int `json:"orders"`
	Campaigns  int `json:"campaigns"`
	Segments   int `json:"segments"`
	Recipients int `json:"recipients"` // lines of all ledgers
}

// Needed reports whether there is anything to do.
func (u Upgrade) Needed() bool { return u.From < u.To }
