package archive

import (
	"regexp"
	"strings"
	"time"

	"blanche/model"
	"blanche/store"
)

// format is the version of the file; one with a higher one is refused.
const format = 1

// The names inside a backup.
const (
	manifestName = "manifest.json"
	erasuresName = "erasures.log"
	extraFolder  = "extra/"
)

// maxManifest bounds what is read into memory.
const maxManifest = 1 << 20

// Manifest says what a backup holds.
type Manifest struct {
	Format  int       `json:"format"`
	Created time.Time `json:"created"`
	Version string    `json:"version"` // of the program that made it
	store.Facts
	Files []File `json:"files"`
	// Sealed says that the backup was encrypted; known to readers only.
	Sealed bool `json:"-"`
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hexadecimal
}

// Size is the sum of the files, in bytes: what a restore needs.
func (m *Manifest) Size() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

var (
	dataFile  = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,60}\.db$`)
	extraFile = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$`)
)

// allowed reports whether a file of that name may lie in a backup: no folder,
// nothing that an engine or a shell would read as something else.
func allowed(name string) bool {
	extra, is := strings.CutPrefix(name, extraFolder)
	return dataFile.MatchString(name) || name == erasuresName || is && extraFile.MatchString(extra) && !reserved(extra)
}

// reserved are the names in a folder that an extra file may not take.
func reserved(name string) bool {
	return strings.HasSuffix(name, ".db") || name == erasuresName || name == "holder" || name == "run"
}

// agrees compares what was read with what the manifest says.
func (m *Manifest) agrees(read []File) error {
	if m.Format > format {
		return model.Refused("backup.newer", "found", m.Format, "known", format).Because(store.ErrNewer)
	}
	if len(read) != len(m.Files) {
		return damaged(manifestName, nil)
	}
	for i, f := range m.Files {
		if read[i] != f {
			return damaged(f.Name, nil)
		}
	}
	return nil
}

// sameFacts compares the counts of a folder with those of its backup. Schema
// and numbers of writes may differ: opening migrates, and settles.
func (m *Manifest) sameFacts(f store.Facts) error {
	for _, c := range []struct {
		what        string
		want, found int
	}{
		{"contacts", m.Contacts, f.Contacts},
		{"orders", m.Orders, f.Orders},
		{"campaigns", m.Campaigns, f.Campaigns},
		{"recipients", m.Recipients, f.Recipients},
		{"responses", m.Responses, f.Responses},
	} {
		if c.want != c.found {
			return model.Failed(store.ErrDamaged, "backup.counts", "what", c.what, "want", c.want, "found", c.found)
		}
	}
	if m.Folder != f.Folder {
		return damaged(manifestName, nil)
	}
	return nil
}

// damaged is a backup whose content is not what was written.
func damaged(name string, cause error) error {
	if cause == nil {
		cause = store.ErrDamaged
	}
	return model.Failed(cause, "backup.damaged", "file", name)
}
