package worker

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"blanche/model"
)

// run is one campaign under way: running, resting, paused, or ended.
type run struct {
	w    *Worker
	job  Job
	done chan struct{} // closed when the loop has ended and nothing flies
	wake chan struct{} // of capacity 1: the loop has something to look at

	mu      sync.Mutex
	active  context.Context // ends with the pause
	rest    context.CancelFunc
	paused  bool
	why     string
	ending  bool
	changed chan struct{} // closed at each change of the fields above
	version uint16
	until   time.Time // outside its hours until then
	meter   *meter
	spam    complaints
	drops   map[model.Ordinal]int // lines dropped on one recipient

	busy     atomic.Int64 // since when the loop works without a pause, Unix nanoseconds; 0 while it waits
	flying   atomic.Int64
	moved    atomic.Int64 // results that became durable
	accepted atomic.Int64 // of them, accepted
	first    atomic.Bool  // the first message was accepted
	celled   atomic.Bool  // NoticeCells was given
	finished atomic.Bool
	endedAt  atomic.Int64 // Unix seconds of the machine, 0 before
	count    tallied

	// Guarded by the traffic.
	ctx    context.Context // of the stretch under way
	hours  model.Hours
	cells  model.CellSet
	pace   bucket
	queues [model.Lanes]queue
	queued int
	dry    [model.Lanes]bool // nobody is left to be claimed, for now
	asking bool              // a claim is under way
	asked  time.Time         // who was due until then was asked for, by the clock of Now
	unsure bool              // a claim failed: it may have handed out somebody all the same
	ahead  time.Time         // claims look so late, for who was deferred by a clock that was ahead
	aside  []model.Claim     // claimed, and no longer allowed
}

func newRun(w *Worker, job Job) *run {
	r := &run{
		w: w, job: job, done: make(chan struct{}), wake: make(chan struct{}, 1), changed: make(chan struct{}),
		version: job.Version, meter: newMeter(w.opt.Guard), drops: map[model.Ordinal]int{},
		hours: job.Hours, cells: job.Cells, pace: newBucket(job.Rate, time.Now()),
	}
	r.spam = complaints{n: job.Complaints, said: job.Said}
	r.active, r.rest = context.WithCancel(context.Background())
	return r
}

// poke makes the loop look again.
func (r *run) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// tell wakes whoever waits for a change; mu is held.
func (r *run) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
	r.w.commits.poke() // it recalls what must not be announced any more
	r.w.watch.poke()
}

// pause reports whether the campaign was running.
func (r *run) pause(why string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused || r.ending {
		return false
	}
	r.paused, r.why = true, why
	r.rest()
	r.tell()
	if why == "" {
		r.w.event(r, model.LevelInfo, "deliver.event.paused")
		return true
	}
	r.w.watch.notice(Notice{Kind: NoticePaused, ID: r.job.ID, Name: r.job.Name, Why: why, Event: model.Event{
		At: r.w.opt.Now(), Campaign: r.job.Name, Level: model.LevelStop, Key: why, Args: []any{"name", r.job.Name},
	}})
	return true
}

func (r *run) resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.paused || r.ending {
		return
	}
	r.paused, r.why = false, ""
	r.active, r.rest = context.WithCancel(context.Background())
	r.tell()
	r.w.event(r, model.LevelInfo, "deliver.event.resumed")
}

// halt ends a stretch of sending as a pause does, and begins the next.
func (r *run) halt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused || r.ending {
		return
	}
	r.rest()
	r.active, r.rest = context.WithCancel(context.Background())
}

// end stops the loop for good.
func (r *run) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ending = true
	r.rest()
	r.tell()
}

// over reports whether nothing will start any more, for good.
func (r *run) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ending || r.finished.Load()
}

func (r *run) setRate(perSecond float64) {
	t := r.w.traffic
	t.mu.Lock()
	r.pace.set(perSecond, time.Now())
	t.mu.Unlock()
	t.dispatch()
}

// change takes over what a job says that a running campaign may change.
func (r *run) change(job Job) {
	r.setRate(job.Rate)
	r.setVersion(job.Version)
	t := r.w.traffic
	t.mu.Lock()
	r.hours, r.dry = job.Hours, [model.Lanes]bool{} // somebody may have been planned again
	t.mu.Unlock()
	r.poke()
}

func (r *run) setVersion(v uint16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v != 0 {
		r.version = v
	}
}

func (r *run) wording() uint16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version
}

// awaken waits while the campaign is paused and returns the context of the
// next stretch, or false at the end.
func (r *run) awaken() (context.Context, bool) {
	for {
		r.mu.Lock()
		active, paused, ending, changed := r.active, r.paused, r.ending, r.changed
		r.mu.Unlock()
		if ending {
			return nil, false
		}
		if !paused {
			return active, true
		}
		<-changed
	}
}

// loop is the life of a campaign in this worker.
func (r *run) loop() {
	defer close(r.done)
	defer r.w.watch.poke()
	r.heed() // what is known from before
	for !r.finished.Load() {
		ctx, ok := r.awaken()
		if !ok {
			break
		}
		if r.rests(ctx) {
			r.feed(ctx)
		}
	}
	for r.flying.Load() > 0 {
		<-r.wake
	}
	for wait := storeFirst; r.unsure; wait *= 2 { // who ends a campaign excludes everybody left: nobody may be claimed for nothing
		if r.takeBack(context.Background()); !r.unsure || wait > storeLast || !pauseFor(r.w.hard, wait, nil) {
			break
		}
	}
	r.mu.Lock()
	r.rest()
	r.mu.Unlock()
	r.endedAt.Store(time.Now().Unix())
}

// feed claims people until the campaign is paused, rests, ends or is finished,
// then gives back whom it has claimed and not used.
func (r *run) feed(ctx context.Context) {
	t := r.w.traffic
	t.join(r, ctx)
	defer func() { r.giveBackAll(t.leave(r)) }()
	for ctx.Err() == nil && !r.finished.Load() {
		r.giveBackAll(t.unwanted(r))
		if !r.open() {
			r.halt()
			return
		}
		if r.w.held() {
			pauseFor(ctx, time.Minute, r.wake)
			continue
		}
		if q, lacks := t.ask(r); lacks {
			r.claim(ctx, q)
		} else {
			r.idle(ctx)
		}
	}
}

// claim takes some recipients, or none; trouble of the store is told, waited
// for, and nothing else. The traffic knows of them before anybody is given back:
// his lane would be taken for one in which nobody is left.
func (r *run) claim(ctx context.Context, q model.ClaimRequest) {
	t := r.w.traffic
	if !take(ctx, r.w.commits.turn) {
		t.took(r, q, nil, false)
		return
	}
	now := r.w.opt.Now()
	if r.ahead.After(now) {
		now = r.ahead
	}
	rest := r.works()
	r.w.at("claim.before")
	claims, err := r.w.opt.Ledger.Claim(ctx, r.job.ID, q, now)
	r.w.at("claim.after")
	rest()
	t.took(r, q, claims, err == nil)
	<-r.w.commits.turn
	if err != nil {
		r.unsure = true
		if ctx.Err() == nil {
			r.w.tellStore(err)
			pauseFor(ctx, 4*storeFirst, nil)
		}
		return
	}
	if !r.w.unwritable.Load() {
		r.w.tellStore(nil)
	}
	r.asked = now
}

// lookBehind and lookAgain are how often a campaign without anybody at hand looks again: for
// somebody deferred whose time has come behind another one of a lane that is
// closed, and for what others changed in the ledger.
const (
	lookBehind = 5 * time.Second
	lookAgain  = time.Minute
)

// idle is when nobody is to be claimed for now: wait until something changes,
// for the hour of a deferred one, for the end of the hours of the day, or see
// that the campaign is finished.
func (r *run) idle(ctx context.Context) {
	if r.w.traffic.none(r) && r.finish(ctx) {
		return
	}
	rest := r.works()
	due, err := r.w.opt.Ledger.NextDue(ctx, r.job.ID)
	rest()
	if err != nil {
		pauseFor(ctx, 4*storeFirst, nil)
		return
	}
	clock := r.w.opt.Now()
	now, wait := clock, lookAgain
	r.ahead = time.Time{}
	if due.Sub(clock) > r.w.opt.Retry.furthest() { // deferred by a clock that was ahead: due
		now, r.ahead = due, due
	}
	switch {
	case due.IsZero():
	case due.After(now):
		wait = min(wait, r.w.scaled(due.Sub(now)))
	case due.After(r.asked):
		r.asked = now // his lane may be closed all the same: look again, once
		r.w.traffic.fresh(r)
		return
	default: // he could not be claimed: his lane is closed
		wait = r.w.scaled(lookBehind)
	}
	if h := r.within(); !h.Always() {
		wait = min(wait, r.w.scaled(closing(h, clock).Sub(clock)))
	}
	if pauseFor(ctx, wait, r.wake) {
		r.w.traffic.fresh(r)
	}
}

// take takes a place, unless ctx ends first.
func take(ctx context.Context, places chan struct{}) bool {
	select {
	case places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// pauseFor waits for a time, and reports whether it passed; a signal or the end
// of ctx wakes it early.
func pauseFor(ctx context.Context, d time.Duration, signal <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-signal:
	case <-ctx.Done():
	}
	return false
}
