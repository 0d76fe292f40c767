package logs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"blanche/model"
)

// The room a log takes: at most Files × Size bytes.
const (
	Size  = 10 << 20 // bytes of one file
	Files = 5        // the one being written, and four older: NAME.1 the newest
)

// File is a log of our own. It is safe for concurrent use, also by several
// processes: each line is one append, and a file that somebody else turned away
// is left for the new one.
type File struct {
	path string
	size int64

	mu   sync.Mutex
	file *os.File
}

// Open opens a log, to append to it. Its folder is made (0700), the file is
// 0600 whatever it was, and a link in its place is refused.
func Open(path string) (*File, error) {
	f := &File{path: path, size: Size}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, model.Failed(err, "logs.cannot_open", "file", path)
	}
	if err := f.reopen(); err != nil {
		return nil, model.Failed(err, "logs.cannot_open", "file", path)
	}
	return f, nil
}

// Write appends whole lines.
func (f *File) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return 0, os.ErrClosed
	}
	if err := f.follow(int64(len(p))); err != nil {
		return 0, err
	}
	return f.file.Write(p)
}

// Close ends it; what is written afterwards is lost.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

func (f *File) reopen() error {
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	if err := file.Chmod(0o600); err != nil {
		return errors.Join(err, file.Close())
	}
	if f.file != nil {
		_ = f.file.Close()
	}
	f.file = file
	return nil
}

// follow makes sure that the file of that name is the one being written, and
// that it has room for n bytes more.
func (f *File) follow(n int64) error {
	full, moved, err := f.look(n)
	switch {
	case err != nil:
		return err
	case moved:
		if err := f.reopen(); err != nil {
			return err
		}
		if full, _, err = f.look(n); err != nil {
			return err
		}
	}
	if !full {
		return nil
	}
	return f.turnAway(n)
}

// look says whether n bytes more are too many, and whether the name belongs to
// another file by now.
func (f *File) look(n int64) (full, moved bool, err error) {
	ours, err := f.file.Stat()
	if err != nil {
		return false, false, err
	}
	named, err := os.Lstat(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return false, true, nil
	}
	return ours.Size() > 0 && ours.Size()+n > f.size, err == nil && !os.SameFile(ours, named), err
}

// turnAway moves every file one number up and begins a new one. One process
// does it at a time: the others wait, then find it done.
func (f *File) turnAway(n int64) error {
	lock, err := os.OpenFile(f.path+".lock", os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck // closing gives the lock back
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	full, moved, err := f.look(n)
	if err != nil {
		return err
	}
	if full && !moved {
		for i := Files - 1; i > 0; i-- {
			if err := os.Rename(f.numbered(i-1), f.numbered(i)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	return f.reopen()
}

func (f *File) numbered(i int) string {
	if i == 0 {
		return f.path
	}
	return fmt.Sprintf("%s.%d", f.path, i)
}
