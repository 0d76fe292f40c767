package archive

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"blanche/model"
	"blanche/store"
)

// The folders inside the folder: what is being restored, and what is whole and
// waits for its names. The change from one to the other is the restore.
const (
	stagingName = ".restoring"
	readyName   = ".restored"
)

// Opener opens a folder of data; the engine is not chosen here.
type Opener func(ctx context.Context, dir string) (store.Store, error)

// RestoreOptions say how a backup is put back.
type RestoreOptions struct {
	Now  time.Time // noted as the time since when the folder may not send
	Keys Keys
	Open Opener
	// Erasures are lists of people erased since the backup was made; the list
	// that lies in the folder, and the one in the backup, are used in any case.
	Erasures []io.Reader

	step func(string) // tests die here
}

// Restored is what a restore did.
type Restored struct {
	Manifest Manifest
	Erased   int          // people erased again
	Lists    int          // lists of erasures from outside the backup; without one, whoever was erased since is back
	Health   store.Health // of the restored data: a backup keeps damage as it was
}

// Restore puts a backup into a folder without data. Everything is written,
// compared and opened under another name first; then the files get their names.
// The folder is disarmed. Errors: KindRefused (data is there, sealed, newer),
// store.ErrDamaged among the causes of a backup that is not what was written.
func Restore(ctx context.Context, r io.Reader, dir string, o RestoreOptions) (out Restored, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	unlock, err := lockFolder(dir, syscall.LOCK_NB)
	if err != nil {
		return out, err
	}
	defer unlock()
	if err := finish(dir); err != nil {
		return out, err
	}
	if err := empty(dir); err != nil {
		return out, err
	}
	staging := filepath.Join(dir, stagingName)
	if err = errors.Join(os.RemoveAll(staging), os.Mkdir(staging, 0o700)); err != nil {
		return out, model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	defer func() { _ = os.RemoveAll(staging) }()
	out, err = o.stage(ctx, r, staging, filepath.Join(dir, erasuresName))
	if err == nil {
		err = prune(staging, &out.Manifest)
	}
	if err != nil {
		return out, worded(ctx, err, "backup.read_failed")
	}
	o.at("staged")
	if err := empty(dir); err != nil {
		return out, err
	}
	if err = errors.Join(syncDir(staging), os.Rename(staging, filepath.Join(dir, readyName)), syncDir(dir)); err != nil {
		return out, model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	o.at("ready")
	return out, finish(dir)
}

// Rehearse reads a whole backup, and tells what Restore would put into a folder.
// It refuses what Restore would refuse before it writes, and touches nothing.
func Rehearse(ctx context.Context, r io.Reader, dir string, keys Keys) (Manifest, error) {
	if err := empty(dir); err != nil {
		return Manifest{}, err
	}
	return Inspect(ctx, r, keys)
}

func (o *RestoreOptions) at(step string) {
	if o.step != nil {
		o.step(step)
	}
}

// empty refuses a folder that has data.
func empty(dir string) error {
	found, err := filepath.Glob(filepath.Join(dir, "*.db"))
	if err != nil {
		return model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	if len(found) > 0 {
		return model.Refused("backup.not_empty", "file", filepath.Base(found[0]), "dir", dir)
	}
	return nil
}

// stage makes a whole, closed and disarmed folder.
func (o *RestoreOptions) stage(ctx context.Context, r io.Reader, staging, list string) (out Restored, err error) {
	if out.Manifest, err = extract(ctx, r, o.Keys, staging, o.at); err != nil {
		return out, err
	}
	s, err := o.Open(ctx, staging)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := out.Manifest.compare(ctx, s); err != nil {
		return out, err
	}
	if err := s.Disarm(ctx, model.Disarm{Since: o.Now, Backup: out.Manifest.Created}); err != nil {
		return out, err
	}
	o.at("disarmed")
	if out.Erased, out.Lists, err = o.replay(ctx, s, list); err != nil {
		return out, err
	}
	if out.Erased > 0 {
		// A damaged folder is restored as it is, with what its free pages hold.
		if _, err := s.Compact(ctx); err != nil && !errors.Is(err, store.ErrDamaged) {
			return out, err
		}
	}
	out.Health, err = s.Check(ctx)
	return out, err
}

// prune removes what opening left beside the data: a copy made before a
// migration has people in it who were erased since.
func prune(staging string, m *Manifest) error {
	entries, err := os.ReadDir(staging)
	if err != nil {
		return err
	}
	for _, e := range entries {
		ours := e.Name() == erasuresName || slices.ContainsFunc(m.Files, func(f File) bool {
			return strings.TrimPrefix(f.Name, extraFolder) == e.Name()
		})
		if !ours {
			if err := os.RemoveAll(filepath.Join(staging, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare counts what was restored.
func (m *Manifest) compare(ctx context.Context, s store.Store) error {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	return errors.Join(m.sameFacts(snap.Facts()), snap.Close())
}

// replay erases again whoever the lists name: the one of the folder first.
func (o *RestoreOptions) replay(ctx context.Context, s store.Store, list string) (erased, count int, err error) {
	lists := slices.Clone(o.Erasures)
	if f, err := os.Open(list); err == nil {
		defer func() { _ = f.Close() }()
		lists = append(lists, f)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, err
	}
	for _, l := range lists {
		n, err := s.Replay(ctx, l)
		if err != nil {
			return erased, len(lists), err
		}
		erased += n
	}
	return erased, len(lists), nil
}

// HasList reports whether a list of erasures lies in a folder.
func HasList(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, erasuresName))
	return err == nil
}

// extract writes the files of a backup into a folder, synced.
func extract(ctx context.Context, r io.Reader, keys Keys, dir string, at func(string)) (Manifest, error) {
	return read(ctx, r, keys, func(name string, r io.Reader) error {
		path := filepath.Join(dir, strings.TrimPrefix(name, extraFolder))
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = io.CopyBuffer(struct{ io.Writer }{f}, r, make([]byte, 1<<20))
		err = errors.Join(err, f.Sync(), f.Close())
		at("wrote " + name)
		return err
	})
}

// Finish gives a restored folder its names, when the process that restored it
// was killed between the moment when everything was proved and this one. Who
// opens a folder calls it first; without such a restore it does nothing.
func Finish(dir string) error {
	if _, err := os.Lstat(filepath.Join(dir, readyName)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	unlock, err := lockFolder(dir, 0)
	if err != nil {
		return err
	}
	defer unlock()
	return finish(dir)
}

func finish(dir string) error {
	ready := filepath.Join(dir, readyName)
	entries, err := os.ReadDir(ready)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	for _, e := range entries {
		if err := settle(ready, dir, e.Name()); err != nil {
			return err
		}
	}
	// The names first, then the end of the restore, each on the disk.
	if err = errors.Join(syncDir(dir), os.Remove(ready), syncDir(dir)); err != nil {
		return model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	return nil
}

// settle gives one file its name. Data never replaces data; the list of
// erasures holds the one that it replaces; settings that are there stay.
func settle(ready, dir, name string) error {
	from, to := filepath.Join(ready, name), filepath.Join(dir, name)
	var err error
	switch {
	case name == erasuresName:
		err = os.Rename(from, to)
	case strings.HasSuffix(name, ".db"):
		if err = takeName(from, to); errors.Is(err, fs.ErrExist) {
			return model.Refused("backup.not_empty", "file", name, "dir", dir)
		}
	default:
		if err = takeName(from, to); errors.Is(err, fs.ErrExist) {
			err = os.Rename(from, to+".restored")
		}
	}
	if err != nil {
		return model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	return nil
}

// lockFolder keeps two restores out of one folder.
func lockFolder(dir string, how int) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, model.Failed(err, "backup.restore_failed", "dir", dir)
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|how); err != nil {
		_ = d.Close()
		return nil, model.Busy("backup.restoring", "dir", dir).Because(err)
	}
	return func() { _ = d.Close() }, nil
}
