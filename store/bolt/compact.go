package bolt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// Compact writes every file anew, one after the other.
func (e *Engine) Compact(ctx context.Context) ([]store.Compaction, error) {
	if err := e.enter(ctx); err != nil {
		return nil, err
	}
	defer e.leave()
	if err := e.upkeep.beginCompaction(); err != nil {
		return nil, err
	}
	defer e.upkeep.endCompaction()
	h, err := e.Check(ctx)
	if err == nil && len(h.Damaged) > 0 {
		d := h.Damaged[0]
		err = model.Failed(store.ErrDamaged, "upkeep.compact_damaged", "n", len(h.Damaged), "bucket", d.Bucket, "key", d.Key)
	}
	if err != nil {
		return nil, err
	}
	end, err := e.track.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	months, letGo, err := e.track.all()
	if err != nil {
		return nil, err
	}
	defer letGo()
	var out []store.Compaction
	for _, f := range withMonths(months, e.files()) {
		done, err := f.compact(ctx, e.dir, e.upkeep.at)
		if err != nil {
			var worded *model.Error
			if !errors.As(err, &worded) && ctx.Err() == nil {
				err = model.Failed(err, "upkeep.compact_failed", "file", f.name)
			}
			return out, err
		}
		out = append(out, done)
	}
	return out, nil
}

func (u *upkeep) beginCompaction() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.compacting:
		return model.Busy("upkeep.compacting")
	case u.snapshots > 0:
		return model.Busy("upkeep.copying")
	}
	u.compacting = true
	return nil
}

func (u *upkeep) endCompaction() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.compacting = false
}

// at is where a test may end the process.
func (u *upkeep) at(step string) {
	if u.step != nil {
		u.step(step)
	}
}

// compact makes a copy without free pages under another name, proves that it
// says the same, and gives it the name. The lock of the copy is held before it
// has the name, that of the old file until nobody reads it: at no moment may
// another process take the folder.
func (f *file) compact(ctx context.Context, dir string, at func(string)) (c store.Compaction, err error) {
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return c, ctx.Err()
	}
	c = store.Compaction{File: f.name, Before: f.size()}
	fresh, err := f.emptyCopy(dir)
	if err != nil {
		return c, err
	}
	temp := fresh.Path()
	if err := f.fillCopy(ctx, fresh, at); err != nil {
		return c, errors.Join(err, fresh.Close(), os.Remove(temp))
	}
	if err := os.Rename(temp, filepath.Join(dir, f.name)); err != nil {
		return c, errors.Join(err, fresh.Close(), os.Remove(temp))
	}
	at("renamed " + f.name)
	err = syncDir(dir)
	f.swap.Lock()
	old := f.db
	f.db = fresh
	f.swap.Unlock()
	c.After = f.size()
	return c, errors.Join(err, old.Close())
}

// copyPattern names the copies under way; what a compaction that was killed
// left is removed by the next one, since it holds people that were erased.
func (f *file) copyPattern() string { return "." + f.name + ".compact.*" }

func (f *file) emptyCopy(dir string) (*bolt.DB, error) {
	left, err := filepath.Glob(filepath.Join(dir, f.copyPattern()))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	if err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(dir, f.copyPattern())
	if err != nil {
		return nil, err
	}
	if err := temp.Close(); err != nil {
		return nil, err
	}
	fresh, err := f.open(temp.Name())
	if err != nil {
		return nil, errors.Join(err, os.Remove(temp.Name()))
	}
	return fresh, nil
}

// fillCopy copies in large steps, synced once at the end.
func (f *file) fillCopy(ctx context.Context, fresh *bolt.DB, at func(string)) error {
	sync := fresh.NoSync
	fresh.NoSync = true
	if err := bolt.Compact(fresh, f.db, 16<<20); err != nil {
		return err
	}
	at("copied " + f.name)
	if err := same(ctx, f.db, fresh); err != nil {
		return err
	}
	if err := f.countOn(fresh); err != nil {
		return err
	}
	fresh.NoSync = sync
	if sync {
		return nil // the control of power-cut tests
	}
	err := fresh.Sync()
	at("synced " + f.name)
	return err
}

// countOn lets the number of writes go on from that of the old file.
func (f *file) countOn(fresh *bolt.DB) error {
	var n uint64
	if err := f.db.View(func(tx *bolt.Tx) error { n = sequenceOf(tx); return nil }); err != nil {
		return err
	}
	return fresh.Update(func(tx *bolt.Tx) error {
		return putNumber(tx.Bucket(bucketMeta), tableMeta, keySequence, n)
	})
}

func (f *file) size() (n int64) {
	_ = f.view(func(tx *bolt.Tx) error { n = tx.Size(); return nil })
	return n
}

var errCopyDiffers = errors.New("the copy is not equal")

// same proves that two files hold the same buckets, keys, values and numbers.
func same(ctx context.Context, a, b *bolt.DB) error {
	return a.View(func(one *bolt.Tx) error {
		return b.View(func(other *bolt.Tx) error {
			return sameBucket(ctx, one.Cursor().Bucket(), other.Cursor().Bucket())
		})
	})
}

func sameBucket(ctx context.Context, a, b *bolt.Bucket) error {
	if a.Sequence() != b.Sequence() {
		return errCopyDiffers
	}
	one, other := a.Cursor(), b.Cursor()
	key, value := one.First()
	key2, value2 := other.First()
	for n := 0; key != nil || key2 != nil; n++ {
		if n%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !bytes.Equal(key, key2) || !bytes.Equal(value, value2) || (value == nil) != (value2 == nil) {
			return errCopyDiffers
		}
		if value == nil {
			if err := sameBucket(ctx, a.Bucket(key), b.Bucket(key)); err != nil {
				return err
			}
		}
		key, value = one.Next()
		key2, value2 = other.Next()
	}
	return nil
}
