package ssh

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// What a file refuses, besides what io/fs knows.
var (
	ErrFolder  = errors.New("is a folder")
	ErrOutside = errors.New("outside the folder")
)

// OSFiles are the files of this machine, relative paths being from dir.
func OSFiles(dir string) Files { return osFiles{dir: dir} }

type osFiles struct{ dir string }

// Abs is the path from the root.
func (o osFiles) Abs(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(o.dir, path)
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// Open opens a file for reading.
func (o osFiles) Open(path string) (File, error) {
	path = o.Abs(path)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return newOSFile(f, path)
}

// OpenIn opens a file of a folder or below it.
func (o osFiles) OpenIn(folder, name string) (File, error) {
	name = filepath.FromSlash(name)
	if !filepath.IsLocal(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: ErrOutside}
	}
	root, err := os.OpenRoot(o.Abs(folder))
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(name)
	if err != nil {
		if strings.Contains(err.Error(), "escapes") { // os has no name for it (Go 1.26)
			err = &fs.PathError{Op: "open", Path: name, Err: ErrOutside}
		}
		return nil, err
	}
	return newOSFile(f, filepath.Join(o.Abs(folder), name))
}

type osFile struct {
	*os.File
	size int64
	path string
}

func newOSFile(f *os.File, path string) (File, error) {
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "open", Path: path, Err: ErrFolder}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	file := osFile{File: f, path: path}
	if info.Mode().IsRegular() {
		file.size = info.Size()
	}
	return file, nil
}

func (f osFile) Size() int64  { return f.size }
func (f osFile) Path() string { return f.path }

// ReadDir lists a folder.
func (o osFiles) ReadDir(path string) ([]Entry, error) {
	d, err := os.Open(o.Abs(path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	list, err := d.ReadDir(MaxEntries)
	if len(list) == 0 && err != nil {
		if errors.Is(err, fs.ErrNotExist) || !isEnd(err) {
			return nil, err
		}
		return nil, nil
	}
	entries := make([]Entry, 0, len(list))
	for _, e := range list {
		entry := Entry{Name: e.Name(), Dir: e.IsDir()}
		if info, err := os.Stat(filepath.Join(d.Name(), e.Name())); err == nil { // through a link
			entry.Dir, entry.Size = info.IsDir(), info.Size()
		}
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return entries, nil
}

// Create begins a file.
func (o osFiles) Create(path string, mode fs.FileMode, exclusive bool) (Writer, error) {
	path = o.Abs(path)
	w := &osWriter{path: path, target: path}
	var kept fs.FileMode // of the file that is replaced
	info, err := os.Stat(path)
	switch {
	case exclusive:
		err = w.reserve(mode)
	case err == nil && info.IsDir():
		err = &fs.PathError{Op: "create", Path: path, Err: ErrFolder}
	case err == nil && !info.Mode().IsRegular():
		w.file, err = os.OpenFile(path, os.O_WRONLY, 0)
		return w, err
	case err == nil:
		kept = info.Mode().Perm()
		w.target, err = filepath.EvalSymlinks(path)
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if err := w.begin(mode, kept); err != nil {
		w.release()
		var at *fs.PathError
		if errors.As(err, &at) {
			at.Path = path // not the name that only we know
		}
		return nil, err
	}
	return w, nil
}

// osWriter writes beside its target, under a name of its own, until it is
// complete.
type osWriter struct {
	file         *os.File
	path, target string
	temp         string // empty: written as it goes
	reserved     bool   // an empty file of ours holds the name
	unsynced     int    // bytes
	once         sync.Once
	err          error
}

// reserve takes the name, so that nobody else gets it meanwhile.
func (w *osWriter) reserve(mode fs.FileMode) error {
	f, err := os.OpenFile(w.target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	w.reserved = true
	return f.Close()
}

// begin opens the file beside the target: of a mode, less what the umask of the
// process takes, or of the very mode of the file that it replaces.
func (w *osWriter) begin(mode, kept fs.FileMode) (err error) {
	w.temp = filepath.Join(filepath.Dir(w.target), ".blanche-"+rand.Text())
	if w.file, err = os.OpenFile(w.temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode); err != nil || kept == 0 {
		return err
	}
	if err = w.file.Chmod(kept); err != nil {
		_ = w.file.Close()
		_ = os.Remove(w.temp)
	}
	return err
}

func (w *osWriter) release() {
	if w.reserved {
		_ = os.Remove(w.target)
	}
}

// atOnce is how many bytes go to the disk together: one large sync at the end
// would hold up the small ones of a sender on the same disk.
const atOnce = 4 << 20

// Write adds to the file.
func (w *osWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if w.unsynced += n; err == nil && w.temp != "" && w.unsynced >= atOnce {
		w.unsynced = 0
		err = w.file.Sync()
	}
	return n, err
}

// Path is where the file will be.
func (w *osWriter) Path() string { return w.path }

// Close writes the file through and gives it its name.
func (w *osWriter) Close() error {
	w.once.Do(func() {
		if w.temp == "" {
			w.err = w.file.Close()
			return
		}
		w.err = w.file.Sync()
		w.err = errors.Join(w.err, w.file.Close())
		if w.err == nil {
			w.err = os.Rename(w.temp, w.target)
		}
		if w.err != nil {
			_ = os.Remove(w.temp)
			w.release()
		}
	})
	return w.err
}

// Abort forgets the file.
func (w *osWriter) Abort() error {
	w.once.Do(func() {
		w.err = fs.ErrClosed
		_ = w.file.Close()
		if w.temp != "" {
			_ = os.Remove(w.temp)
			w.release()
		}
	})
	return nil
}
