package inbox

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Calm is for how long a file must not have changed.
const Calm = 10 * time.Second

// most is how many names are looked at: the others come later.
const most = 1000

// The folders that files leave for.
const (
	Done    = "done"
	Rejects = "rejects"
)

// File is one that is whole.
type File struct {
	Name string
	Size int64
	Time time.Time
}

// Box is a folder that is looked into again and again.
type Box struct {
	dir  string
	seen map[string]sight
}

// sight is a file as it was when it last changed, and when that was seen.
type sight struct {
	File
	since time.Time
}

// New looks into a folder, which is made when it is missing.
func New(dir string) *Box { return &Box{dir: dir} }

// Look lists the files that are whole, by name, and counts those that are not yet.
func (b *Box) Look(now time.Time) (ready []File, waiting int, err error) {
	root, err := b.root()
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = root.Close() }()
	folder, err := root.Open(".")
	if err != nil {
		return nil, 0, err
	}
	entries, err := folder.ReadDir(most)
	_ = folder.Close()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	seen := map[string]sight{}
	for _, e := range entries {
		if !e.Type().IsRegular() || unfinished(e.Name()) {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // it has gone
		}
		f := File{e.Name(), info.Size(), info.ModTime()}
		s, known := b.seen[f.Name]
		if !known || s.Size != f.Size || !s.Time.Equal(f.Time) {
			s = sight{f, now}
		}
		seen[f.Name] = s
		if now.Sub(s.since) >= Calm {
			ready = append(ready, f)
		}
	}
	b.seen = seen
	slices.SortFunc(ready, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return ready, len(seen) - len(ready), nil
}

// unfinished tells the names that programs write under before a file is whole.
func unfinished(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.HasSuffix(name, "~") {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".part", ".tmp", ".partial", ".crdownload", ".filepart", ".swp", ".lock":
		return true
	}
	return false
}

func (b *Box) root() (*os.Root, error) {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(b.dir)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{Done, Rejects} {
		if err := root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, errors.Join(err, root.Close())
		}
	}
	return root, nil
}

// ErrChanged is a file that is no longer what it was.
var ErrChanged = errors.New("the file has changed")

// Open opens a file that is still as it was found.
func (b *Box) Open(f File) (*os.File, error) {
	root, err := b.root()
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	if info, err := root.Lstat(f.Name); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(ErrChanged, err)
	}
	file, err := root.Open(f.Name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || !f.is(info) {
		return nil, errors.Join(ErrChanged, err, file.Close())
	}
	return file, nil
}

func (f *File) is(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && info.Size() == f.Size && info.ModTime().Equal(f.Time)
}

// Move takes a file that is still as it was found to Done or Rejects, under a
// name that is free there, and leaves a text beside it, if there is one. It returns
// the name from the folder.
func (b *Box) Move(f File, to, text string) (string, error) {
	root, err := b.root()
	if err != nil {
		return "", err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Lstat(f.Name)
	if err != nil {
		return "", err
	}
	if !f.is(info) {
		return "", ErrChanged
	}
	name, err := free(root, to, f.Name, text)
	if err != nil {
		return "", err
	}
	if text != "" {
		if err := root.WriteFile(name+".txt", []byte(text+"\n"), 0o600); err != nil {
			return "", err
		}
	}
	return name, root.Rename(f.Name, name)
}

// Rows makes a file of rejects for the rows of a file.
func (b *Box) Rows(f File) (*os.File, string, error) {
	root, err := b.root()
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = root.Close() }()
	base := strings.TrimSuffix(f.Name, path.Ext(f.Name))
	name, err := free(root, Rejects, base+"-rejets.csv", "")
	if err != nil {
		return nil, "", err
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	return file, name, err
}

// free is a name in a folder that nothing has, nor the text beside it: but for the
// same text, which a process left that died before the file was beside it.
func free(root *os.Root, folder, name, text string) (string, error) {
	ext := path.Ext(name)
	base := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		try := path.Join(folder, name)
		if n > 1 {
			try = path.Join(folder, base+"-"+strconv.Itoa(n)+ext)
		}
		taken := false
		for _, one := range []string{try, try + ".txt"} {
			if one != try && text == "" {
				continue
			}
			switch info, err := root.Lstat(one); {
			case err == nil && one != try && info.Mode().IsRegular() && info.Size() == int64(len(text)+1):
				left, err := root.ReadFile(one)
				taken = taken || err != nil || string(left) != text+"\n"
			case err == nil:
				taken = true
			case !errors.Is(err, fs.ErrNotExist):
				return "", err
			}
		}
		if !taken {
			return try, nil
		}
	}
}

// The kinds of files.
const (
	Contacts = "contacts"
	Orders   = "orders"
)

// prefixes tell what a file is by the beginning of its name.
var prefixes = map[string]string{
	"contacts": Contacts, "clients": Contacts, "customers": Contacts,
	"orders": Orders, "commandes": Orders,
}

// Kind tells what a file is by its name: a known word, then anything but a letter.
// Else it is one of the names given, those of mappings, which is told.
func Kind(name string, mappings []string) (kind, mapping string) {
	low := strings.ToLower(name)
	begins := func(word string) bool {
		rest, is := strings.CutPrefix(low, word)
		return is && (rest == "" || rest[0] < 'a' || rest[0] > 'z')
	}
	best := ""
	for _, m := range mappings {
		if begins(m) && len(m) > len(best) {
			best = m
		}
	}
	if best != "" {
		return "", best
	}
	for word, kind := range prefixes {
		if begins(word) {
			return kind, ""
		}
	}
	return "", ""
}

// Table reports whether the form of a file is one that is read.
func Table(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".zip", ".xlsx":
		return true
	}
	return false
}
