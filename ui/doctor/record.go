package doctor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"blanche/model"
)

// Past is when the data were last looked at in depth, kept in the file
// checks.json of the data folder. It is a memory for the report, no proof: who
// loses it is told that nothing was checked.
type Past struct {
	Verify  Outcome `json:"verify"`  // every record read
	Restore Outcome `json:"restore"` // a backup restored elsewhere and compared
}

// Outcome is how one such look ended; At zero: there was none.
type Outcome struct {
	At     time.Time `json:"at"`
	Faults int       `json:"faults"`
}

func pastPath(data string) string { return filepath.Join(data, "checks.json") }

// Noted reads what Note kept.
func Noted(data string) Past {
	var p Past
	raw, err := os.ReadFile(pastPath(data))
	if err != nil || json.Unmarshal(raw, &p) != nil {
		return Past{}
	}
	return p
}

// Note keeps what change makes of the past, whole or not at all. Of two at
// the same moment one may be lost.
func Note(data string, change func(*Past)) error {
	p := Noted(data)
	change(&p)
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(data, ".checks.*") // 0600
	if err == nil {
		_, err = f.Write(raw)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		if err == nil {
			err = os.Rename(f.Name(), pastPath(data))
		}
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}
	if err != nil {
		return model.Failed(err, "doctor.not_noted", "file", pastPath(data))
	}
	return nil
}
