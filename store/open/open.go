package open

import (
	"context"
	"io"
	"time"

	"blanche/model"
	"blanche/store"
	"blanche/store/archive"
	"blanche/store/bolt"
)

// Options say which folder to open, and give the engine what it may not take
// for itself. All are required but Command, Upgraded and At.
type Options struct {
	Dir     string           // the data folder, made if it is missing (for its owner alone)
	Rand    io.Reader        // entropy: the key of a new folder comes from it
	Now     func() time.Time // the clock, for what opening itself changes
	Command string           // what this process is doing, told to whoever finds the folder busy

	// Upgraded is told when the folder was of an older schema and was brought
	// forward; nil for nobody.
	Upgraded func(model.Upgrade)

	// At is told that a commit is about to be made, or was made:
	// "crm.commit.before", "crm.commit.after", "send.commit.before",
	// "send.commit.after". For tests that end the process there; nil in
	// production.
	At func(point string)
}

// Open opens the folder for this process alone; a restore that was cut short
// after everything in it was proved is completed first. It waits up to two seconds for
// another one. Errors to tell apart: model.KindBusy (held, names the pid),
// store.ErrNewer (of a newer blanche, left untouched), store.ErrDamaged.
func Open(ctx context.Context, o Options) (store.Store, error) {
	if err := archive.Finish(o.Dir); err != nil {
		return nil, err
	}
	e, err := bolt.Open(ctx, bolt.Options{Dir: o.Dir, Rand: o.Rand, Now: o.Now, Command: o.Command, Upgraded: o.Upgraded, At: o.At})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Upgrade brings a folder of an older schema forward, as Open does by itself
// after a copy of both files, or only tells what it would do and touches nothing
// (dry). Errors to tell apart: those of Open, and model.KindNotFound (no data).
func Upgrade(ctx context.Context, o Options, dry bool) (model.Upgrade, error) {
	u, err := bolt.DryMigrate(o.Dir)
	if err != nil || dry || !u.Needed() {
		return u, err
	}
	o.Upgraded = func(made model.Upgrade) { u = made }
	s, err := Open(ctx, o)
	if err != nil {
		return model.Upgrade{}, err
	}
	return u, s.Close()
}
