package campaigns

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// keeper holds the columns in memory: built when they are first needed, and
// again after the data changed.
type keeper struct {
	s        *Service
	build    sync.Mutex // one build at a time
	built    atomic.Pointer[built]
	data     atomic.Uint64 // counts the changes of the data
	reads    atomic.Bool   // a build is reading the store
	followed followed
	pressed  pressures
	happened happenings
	wake     chan struct{}         // of capacity 1: asks the background for a build
	soon     chan audience.Columns // of capacity 1: asks it for columns
}

// built is a base with the count of changes when its reading began.
type built struct {
	base *audience.Base
	data uint64
}

func newKeeper(s *Service) *keeper {
	return &keeper{s: s, wake: make(chan struct{}, 1), soon: make(chan audience.Columns, 1)}
}

// current is the latest base, perhaps older than the data; nil before the
// first build, and where they were let go: then asking has them built again.
func (k *keeper) current() *audience.Base {
	if b := k.built.Load(); b != nil {
		return b.base
	}
	k.call()
	return nil
}

// release lets the columns go: whoever only sends needs no memory for those who
// look.
func (k *keeper) release() {
	k.build.Lock()
	k.built.Store(nil)
	k.build.Unlock()
	debug.FreeOSMemory()
}

// call asks the background for a build.
func (k *keeper) call() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (k *keeper) ready() bool { return k.built.Load() != nil }

// fresh is a base as recent as the data, nil without.
func (k *keeper) fresh() *audience.Base {
	if b := k.built.Load(); b != nil && b.data == k.data.Load() {
		return b.base
	}
	return nil
}

// get is a base as recent as the data when it was asked for, built if need be.
func (k *keeper) get(ctx context.Context) (*audience.Base, error) {
	return k.getWith(ctx, audience.Lean)
}

// getWith has some columns read at once, in the same pass, where a base must be
// built.
func (k *keeper) getWith(ctx context.Context, which audience.Columns) (*audience.Base, error) {
	if b := k.fresh(); b != nil {
		return b, nil
	}
	k.build.Lock()
	defer k.build.Unlock()
	if b := k.fresh(); b != nil {
		return b, nil
	}
	k.reads.Store(true)
	defer k.reads.Store(false)
	data := k.data.Load()
	b, err := k.read(ctx, which)
	if err != nil {
		return nil, err
	}
	k.built.Store(&built{b, data})
	return b, nil
}

func (k *keeper) read(ctx context.Context, which audience.Columns) (*audience.Base, error) {
	st := k.s.store
	lookup, n, err := st.Suppressions().Lookup(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		lookup = nil
	}
	return audience.Build(ctx, st.Contacts(), st.Orders(), lookup, k.s.cfg.Zone, k.wanted(), which)
}

// wanted are the columns to have at once: where people look, those that a
// screen is about to ask for, and where they did, those of before.
func (k *keeper) wanted() audience.Columns {
	which := audience.Lean
	if k.s.opt.Lean == nil {
		which = audience.Small
	}
	if b := k.built.Load(); b != nil {
		which |= b.base.Loaded()
	}
	return which
}

// came says that data came in: the base follows the people whom it was told of,
// when they are few and all, else it is read again.
func (k *keeper) came() {
	if !k.follow(k.followed.take()) {
		k.stale()
	}
}

// stale says that the data changed in a way the base does not know.
func (k *keeper) stale() {
	k.data.Add(1)
	if k.s.opt.Lean == nil || k.ready() {
		k.call()
	}
}

// apply follows a change of one contact that is in the store already. A build
// under way may have read past the contact: then there will be one more.
func (k *keeper) apply(ctx context.Context, c *model.Contact) {
	if k.reads.Load() {
		k.stale()
	}
	held := k.built.Load()
	if held == nil {
		return
	}
	b := held.base
	sup, _, err := k.s.store.Suppressions().Get(ctx, c.Email)
	if err != nil {
		k.stale()
		return
	}
	b.Apply(c, sup.Reason)
}

// suppressed follows a new suppression of an address, whoever it is of.
func (k *keeper) suppressed(ctx context.Context, email string) {
	c, err := k.s.store.Contacts().ByEmail(ctx, email)
	switch {
	case err == nil:
		k.apply(ctx, &c)
	case !errors.Is(err, store.ErrNotFound):
		k.stale()
	}
}

// Delays while the columns cannot be built.
const (
	buildAgain = time.Second
	buildLast  = time.Minute
)

// failed says, the first time, that the columns could not be built.
func (k *keeper) failed(err error, before int, wait time.Duration) {
	if before == 0 {
		k.s.worker.Note("", model.LevelWarn, "deliver.event.base_failed", "why", err, "seconds", int(wait.Seconds()))
	}
}

func (k *keeper) recovered(fails int) {
	if fails > 0 {
		k.s.worker.Note("", model.LevelOK, "deliver.event.base_back")
	}
}

// foresee has the columns that an unfinished rule names, and the names that it may
// ask for next, read while the rest of it is typed, where somebody looks. Nobody
// waits for it.
func (k *keeper) foresee(text string) {
	which := audience.ColumnsIn(text) | audience.Names
	if held := k.built.Load(); held == nil || k.s.opt.Lean != nil || which&^held.base.Loaded() == 0 {
		return
	}
	select {
	case k.soon <- which:
	default: // there will be another letter
	}
}

// fetch reads in the background what was foreseen. What could not be read is
// asked for again, and said, by the first count that needs it.
func (k *keeper) fetch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case which := <-k.soon:
			if held := k.built.Load(); held != nil {
				_ = held.base.Load(ctx, which)
			}
		}
	}
}

// warm finds what costs a pass over everybody and which the first letters of a
// rule ask for, where somebody looks: the class that stands beside each person.
func (k *keeper) warm(b *audience.Base) {
	if k.s.opt.Lean == nil {
		b.RFM(1, model.DateOf(k.s.Now(), k.s.cfg.Zone))
	}
}

// keep builds in the background after a change, leaving the machine to the
// sending for some times as long as the last build took. A build that failed is
// told, and tried again after a while.
func (k *keeper) keep(ctx context.Context) {
	if k.s.opt.Lean != nil {
		select {
		case <-ctx.Done():
			return
		case <-k.wake:
		}
	}
	fails := 0
	for {
		begin := time.Now()
		b, err := k.get(ctx)
		rest := 4 * time.Since(begin)
		switch {
		case err == nil:
			k.recovered(fails)
			fails = 0
			k.s.changed()
			k.warm(b)
		case ctx.Err() == nil:
			rest = max(rest, min(buildAgain<<min(fails, 10), buildLast))
			k.failed(err, fails, rest)
			fails++
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rest):
		}
		if fails > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-k.wake:
		}
	}
}
