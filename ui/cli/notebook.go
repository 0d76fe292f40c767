package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
)

// notebookFile keeps small things beside the data, which may be lost: the columns
// that somebody chose, the numbers of last time. Nothing of a contact is in it.
const notebookFile = "notebook.json"

// notebook is campaigns.Notebook in a file.
type notebook struct {
	path  string
	mu    sync.Mutex
	notes map[string]string // nil until it was read
}

func newNotebook(dir string) *notebook {
	return &notebook{path: filepath.Join(dir, notebookFile)}
}

func (n *notebook) read() {
	if n.notes != nil {
		return
	}
	n.notes = map[string]string{}
	if raw, err := os.ReadFile(n.path); err == nil {
		_ = json.Unmarshal(raw, &n.notes) // a broken one is an empty one
	}
}

// Note is what is kept under a name, nil without.
func (n *notebook) Note(name string) []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.read()
	if note, ok := n.notes[name]; ok {
		return []byte(note)
	}
	return nil
}

// Keep keeps a note under a name, on the disk when it returns.
func (n *notebook) Keep(name string, note []byte) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.read()
	n.notes[name] = string(note)
	raw, err := json.Marshal(n.notes)
	if err != nil {
		return err
	}
	part := n.path + ".part"
	if err := os.WriteFile(part, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(part, n.path)
}
