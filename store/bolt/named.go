package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"syscall"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"blanche/model"
	"blanche/store"
)

// openNamed opens a bbolt file that still has its name once its lock is held:
// whoever waited for a file that was compacted meanwhile would otherwise hold
// the old one, that nobody will ever see again. A file whose pages bbolt cannot
// walk is a damaged one, and no reason to end the process.
func openNamed(path string, o *bolt.Options) (db *bolt.DB, err error) {
	var opened *os.File
	open := o.OpenFile
	o.OpenFile = func(name string, flag int, mode fs.FileMode) (f *os.File, err error) {
		f, err = open(name, flag, mode)
		opened = f
		return f, err
	}
	// Mapping more of a file waits for every reader, and a snapshot reads for long:
	// a file may double before that.
	if info, err := os.Stat(path); err == nil && strconv.IntSize == 64 {
		o.InitialMmapSize = max(o.InitialMmapSize, int(2*info.Size()))
	}
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if r := recover(); r != nil {
			// What bbolt has mapped it keeps, and the mapping would keep the lock.
			d := store.Damage{Bucket: filepath.Base(path), Key: "?", Err: fmt.Errorf("unreadable page: %v", r)}
			db, err = nil, errors.Join(model.Failed(&damage{d}, "store.damaged", "bucket", d.Bucket, "key", d.Key),
				syscall.Flock(int(opened.Fd()), syscall.LOCK_UN), opened.Close())
		}
	}()
	if db, err = bolt.Open(path, 0o600, o); err != nil {
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

var errOrder = errors.New("stands before a smaller key")

// inOrder reads the keys of a file whose free pages bbolt finds by walking all of
// it: a key out of its place would end the process there, and is named here.
func (l layout) inOrder(tx *bolt.Tx) (err error) {
	if !l.noFreelistSync {
		return nil
	}
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if r := recover(); r != nil {
			err = newTable(l.name).damaged([]byte("?"), fmt.Errorf("unreadable page: %v", r))
		}
	}()
	return tx.ForEach(func(name []byte, b *bolt.Bucket) error { return ordered(b, string(name)) })
}

// ordered follows the buckets inside: those of a campaign are tables of the ledger.
func ordered(b *bolt.Bucket, table string) error {
	var last []byte
	return b.ForEach(func(key, value []byte) error {
		if last != nil && bytes.Compare(last, key) >= 0 {
			return newTable(table).damaged(last, errOrder)
		}
		last = key
		if value != nil {
			return nil
		}
		inner := table
		if len(key) != 4 { // not the number of a campaign
			inner += "." + string(key)
		}
		return ordered(b.Bucket(key), inner)
	})
}
