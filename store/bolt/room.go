package bolt

import (
	"context"
	"errors"
	"syscall"

	"blanche/model"
)

// bbolt lets its files grow as holes, so their size says nothing of the room that
// is left; a write that finds none is undone as a whole, and a commit that
// follows has to read the file anew. So a file takes nothing new when the disk is
// nearly full. The last of the room is for what must be written while anything
// can be: results of messages under way, oppositions, what opening settles.
// People and their edits stop before messages do.
const (
	crmRoom  = 4 << 20
	sendRoom = 1 << 20
)

// Room is what is left on the disk of the folder.
func (e *Engine) Room(ctx context.Context) (free uint64, err error) {
	if err := e.enter(ctx); err != nil {
		return 0, err
	}
	defer e.leave()
	if free, err = e.send.free(e.dir); err != nil {
		return 0, model.Failed(err, "store.room", "dir", e.dir)
	}
	return free, nil
}

// roomy refuses when less is left than a commit may take. A disk that does not
// say how much is left refuses nothing.
func (f *file) roomy() error {
	left, err := f.free(f.dir)
	if err != nil || left >= f.needs {
		return nil
	}
	return f.full(left)
}

func (f *file) full(left uint64) *model.Error {
	return model.Busy("store.disk_full", "file", f.name, "dir", f.dir, "free", left>>20, "need", f.needs>>20).Because(syscall.ENOSPC)
}

// failed words the error of a commit.
func (f *file) failed(err error) error {
	left, err2 := f.free(f.dir)
	if errors.Is(err, syscall.ENOSPC) || err2 == nil && left < f.needs {
		return f.full(left).Because(err)
	}
	return model.Failed(err, "store.write_failed", "file", f.name)
}
