package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

const (
	backupsName = "backups"
	cutShort    = ".before-schema-" // begins the name of a copy that is being made
)

// saveBefore copies both files beside the data, as they are before a
// migration, and returns the folder of the copy. It has its name only when it
// is whole and on the disk; what an earlier one left half made is removed.
func saveBefore(ctx context.Context, o Options, u model.Upgrade, txs ...*bolt.Tx) (string, error) {
	dir := filepath.Join(o.Dir, backupsName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", saveError(err, dir)
	}
	half, err := filepath.Glob(filepath.Join(dir, cutShort+"*"))
	for _, path := range half {
		err = errors.Join(err, os.RemoveAll(path))
	}
	if err := errors.Join(err, room(o, dir, u.Bytes)); err != nil {
		return "", saveError(err, dir)
	}
	o.at("room")
	temp, err := os.MkdirTemp(dir, cutShort+"*")
	if err != nil {
		return "", saveError(err, dir)
	}
	name := fmt.Sprintf("before-schema-%d-%s", u.To, o.Now().UTC().Format("20060102T150405Z"))
	path, err := saveAs(ctx, o, temp, filepath.Join(dir, name), txs)
	if err != nil {
		return "", errors.Join(saveError(err, dir), os.RemoveAll(temp))
	}
	o.at("saved")
	return path, nil
}

func saveError(err error, dir string) error {
	var worded *model.Error
	if errors.As(err, &worded) || errors.Is(err, context.Canceled) {
		return err
	}
	return model.Failed(err, "store.upgrade_copy", "dir", dir)
}

// saveAs writes the files into a folder under another name, then gives it its
// own; where that is taken, a number is added.
func saveAs(ctx context.Context, o Options, temp, path string, txs []*bolt.Tx) (string, error) {
	for _, tx := range txs {
		if err := saveFile(ctx, tx, filepath.Join(temp, filepath.Base(tx.DB().Path()))); err != nil {
			return "", err
		}
		o.at("copied")
	}
	if err := syncDir(temp); err != nil {
		return "", err
	}
	to := path
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, os.ErrNotExist) {
			break
		}
		to = fmt.Sprintf("%s-%d", path, n)
	}
	if err := os.Rename(temp, to); err != nil {
		return "", err
	}
	return to, errors.Join(syncDir(filepath.Dir(to)), syncDir(o.Dir))
}

func saveFile(ctx context.Context, tx *bolt.Tx, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = tx.WriteTo(&stoppable{ctx: ctx, w: f})
	return errors.Join(err, f.Sync(), f.Close())
}

// spare is what has to stay free beside the copy: the files themselves grow a
// little, and a full disk would stop everything else.
const spare = 64 << 20

// room refuses a copy for which there is none.
func room(o Options, dir string, bytes int64) error {
	left, err := o.freeOf()(dir)
	if err != nil {
		return err
	}
	if need := uint64(bytes) + spare; left < need {
		return model.Failed(syscall.ENOSPC, "store.upgrade_room", "dir", dir, "need", need>>20, "free", left>>20)
	}
	return nil
}
