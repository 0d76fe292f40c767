package bolt

import (
	"errors"
	"io/fs"
	"os"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// openNamed opens a bbolt file that still has its name once its lock is held:
// whoever waited for a file that was compacted meanwhile would otherwise hold
// the old one, that nobody will ever see again.
func openNamed(path string, o *bolt.Options) (*bolt.DB, error) {
	var opened *os.File
	open := o.OpenFile
	o.OpenFile = func(name string, flag int, mode fs.FileMode) (f *os.File, err error) {
		f, err = open(name, flag, mode)
		opened = f
		return f, err
	}
	db, err := bolt.Open(path, 0o600, o)
	if err != nil {
		return nil, err
	}
	locked, err := opened.Stat()
	named, err2 := os.Stat(path)
	if err = errors.Join(err, err2); err == nil && !os.SameFile(locked, named) {
		err = bolterrors.ErrTimeout // it belongs to whoever put it there
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
