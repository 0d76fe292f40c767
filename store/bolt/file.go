package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"blanche/model"
	"blanche/store"
)

// Each file says of which schema it is, and is refused when that is higher than
// what is known here. The schema of a folder is that of its crm.db, which is
// opened first: schema 2 added the operators and the audit, schema 3 the settings
// and, in the plans of send.db, the cells of a test; schema 4 the ledger of consents;
// schema 5 the pages of names, schema 6 the ledger of points.
const (
	schema     = 6
	sendSchema = 1
)

// lockWait is how long opening a folder waits, in all, for another process.
const lockWait = 2 * time.Second

var (
	bucketMeta = []byte("meta")
	tableMeta  = newTable("meta")
	keySchema  = []byte("schema")
)

// file is one bbolt file and the turn of its one writer. Whoever has the turn
// may put another bbolt file in its place (see Compact), once nobody reads.
type file struct {
	db   *bolt.DB
	name string
	turn chan struct{}
	swap sync.RWMutex // of db: read-locked by each reading transaction
	open func(path string) (*bolt.DB, error)
	at   func(point string) error // nil in production, see Options.At

	dir   string
	needs uint64 // what has to be left on the disk, see room.go
	free  func(dir string) (uint64, error)
}

// layout is what a file is made of.
type layout struct {
	name           string
	schema         uint64
	buckets        [][]byte
	needs          uint64 // room on the disk
	noFreelistSync bool
	seed           func(*bolt.Tx) error // fills a new file
}

func (l layout) options(o Options, wait time.Duration) *bolt.Options {
	open := o.openFile
	if open == nil {
		open = os.OpenFile
	}
	return &bolt.Options{
		Timeout:         wait,
		FreelistType:    bolt.FreelistMapType,
		NoFreelistSync:  l.noFreelistSync,
		InitialMmapSize: 1 << 30,
		NoStatistics:    true,
		NoSync:          o.noSync,
		NoGrowSync:      o.noSync,
		// bbolt makes a missing file in place: never wanted, see create.
		OpenFile: func(name string, flag int, mode fs.FileMode) (*os.File, error) {
			return open(name, flag&^os.O_CREATE, mode)
		},
	}
}

func exists(dir, name string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// openFile opens a file of the folder.
func openFile(o Options, l layout, until time.Time) (*file, error) {
	if err := peek(o, l, until, l.inOrder); err != nil {
		return nil, err
	}
	db, err := openNamed(filepath.Join(o.Dir, l.name), l.options(o, max(time.Until(until), time.Millisecond)))
	if err != nil {
		return nil, err
	}
	again := func(path string) (*bolt.DB, error) { return openNamed(path, l.options(o, lockWait)) }
	f := &file{db: db, name: l.name, turn: make(chan struct{}, 1), open: again, dir: o.Dir, needs: l.needs, free: o.freeOf()}
	if o.At != nil {
		f.at = func(point string) error { o.At(point); return nil }
	}
	return f, nil
}

// peek checks the schema of a file, then reads in it, before anything may write
// to it: opening for writing can already change a byte.
func peek(o Options, l layout, until time.Time, read func(*bolt.Tx) error) error {
	options := l.options(o, max(time.Until(until), time.Millisecond))
	options.ReadOnly = true
	db, err := bolt.Open(filepath.Join(o.Dir, l.name), 0o600, options)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.View(func(tx *bolt.Tx) error {
		if _, err := l.schemaIn(tx); err != nil {
			return err
		}
		return read(tx)
	})
}

// schemaIn is the schema that a file says it has; it may be older than ours.
func (l layout) schemaIn(tx *bolt.Tx) (uint64, error) {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return 0, model.Refused("store.foreign", "file", l.name)
	}
	value := meta.Get(keySchema)
	if value == nil {
		return 0, model.Refused("store.foreign", "file", l.name)
	}
	body, err := tableMeta.open(keySchema, value)
	if err != nil {
		return 0, err
	}
	found, n := binary.Uvarint(body)
	if n <= 0 || found == 0 {
		return 0, tableMeta.damaged(keySchema, errBroken)
	}
	if found > l.schema {
		return 0, model.Refused("store.newer", "file", l.name, "found", fmt.Sprint(found), "known", fmt.Sprint(l.schema)).
			Because(store.ErrNewer).Hint("store.newer_hint")
	}
	return found, nil
}

// create makes a file under another name, with its buckets and its schema,
// syncs it and gives it its name: it appears whole or not at all. If another
// process was quicker, its file stays.
func create(o Options, l layout) (err error) {
	temp, err := os.CreateTemp(o.Dir, "."+l.name+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	if err := temp.Close(); err != nil {
		return err
	}
	db, err := bolt.Open(temp.Name(), 0o600, l.options(o, time.Second))
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error { return l.fill(tx) })
	if err = errors.Join(err, db.Sync(), db.Close()); err != nil {
		return err
	}
	path := filepath.Join(o.Dir, l.name)
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		// A file system without links: the name is taken over instead.
		if err := os.Rename(temp.Name(), path); err != nil {
			return err
		}
	}
	return syncDir(o.Dir)
}

func (l layout) fill(tx *bolt.Tx) error {
	for _, name := range l.buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	if l.seed != nil {
		if err := l.seed(tx); err != nil {
			return err
		}
	}
	return putSchema(tx, l.schema)
}

func putSchema(tx *bolt.Tx, n uint64) error {
	return tx.Bucket(bucketMeta).Put(keySchema, tableMeta.seal(keySchema, binary.AppendUvarint(blank(2), n)))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// isHeld reports that another process holds the lock.
func isHeld(err error) bool { return errors.Is(err, bolterrors.ErrTimeout) }

// view runs a read transaction; one inside another could wait for itself.
func (f *file) view(do func(*bolt.Tx) error) error {
	f.swap.RLock()
	defer f.swap.RUnlock()
	return f.db.View(do)
}

// update runs the one writing transaction of the file, after those before it;
// waiting for its turn ends with the context. What do refuses, is not written,
// nor is anything when the disk is nearly full.
func (f *file) update(ctx context.Context, do func(*bolt.Tx) error) error {
	return f.settle(ctx, func(tx *bolt.Tx) error {
		if err := f.roomy(); err != nil {
			return err
		}
		return do(tx)
	})
}

// settle is update for what has to be written while anything can be.
func (f *file) settle(ctx context.Context, do func(*bolt.Tx) error) error {
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-f.turn }()
	var refused error
	err := f.db.Update(func(tx *bolt.Tx) error {
		if refused = do(tx); refused == nil {
			refused = f.point("before")
		}
		return refused
	})
	if refused != nil {
		return refused
	}
	if err == nil {
		err = f.point("after")
	}
	if err != nil {
		return f.failed(err)
	}
	return nil
}

// point is before or after a commit; an error after one stands for a commit
// that was durable and could not say so.
func (f *file) point(when string) error {
	if f.at == nil {
		return nil
	}
	return f.at(strings.TrimSuffix(f.name, ".db") + ".commit." + when)
}
