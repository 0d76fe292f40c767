package bolt

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"blanche/model"
)

// holder is the content of the file of that name: who holds the folder. It is
// a courtesy to whoever finds the folder busy. The lock of bbolt decides, so a
// file left by a process that died does no harm.
type holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

func holderPath(dir string) string { return filepath.Join(dir, "holder") }

// writeHolder is called with the lock held.
func writeHolder(o Options) error {
	b, err := json.Marshal(holder{PID: os.Getpid(), Command: o.Command, Since: o.Now()})
	if err != nil {
		return err
	}
	temp := holderPath(o.Dir) + ".new"
	if err := os.WriteFile(temp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, holderPath(o.Dir))
}

func removeHolder(dir string) { _ = os.Remove(holderPath(dir)) }

// heldError says who holds the folder, as far as is known.
func heldError(dir string) *model.Error {
	var h holder
	b, err := os.ReadFile(holderPath(dir))
	if err != nil || json.Unmarshal(b, &h) != nil || h.PID == 0 {
		return model.Busy("store.held_unknown", "dir", dir)
	}
	return model.Busy("store.held", "dir", dir, "pid", strconv.Itoa(h.PID), "command", h.Command, "since", h.Since)
}
