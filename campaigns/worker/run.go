package worker

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"blanche/model"

	"golang.org/x/time/rate"
)

// claimMost is how many recipients are claimed at once; a slow campaign claims
// for claimAhead of its pace.
const (
	claimMost  = 256
	claimAhead = 5 * time.Second
)

// run is one campaign under way: running, paused, or ended.
type run struct {
	w    *Worker
	job  Job
	done chan struct{} // closed when the loop has ended and nothing flies

	mu      sync.Mutex
	active  context.Context // ends with the pause
	rest    context.CancelFunc
	paused  bool
	why     string
	ending  bool
	changed chan struct{} // closed at each change of the fields above or of the pace
	limit   float64
	pace    *rate.Limiter
	version uint16
	meter   *meter

	busy     atomic.Int64 // since when the loop works without a pause, Unix nanoseconds; 0 while it waits
	flying   atomic.Int64
	landed   chan struct{} // of capacity 1: one message has settled
	finished atomic.Bool
	endedAt  atomic.Int64 // Unix seconds of the machine, 0 before
	tally    atomic.Pointer[model.Tally]
	drops    map[model.Ordinal]int // lines dropped on one recipient; under mu
}

func newRun(w *Worker, job Job) *run {
	r := &run{
		w: w, job: job, done: make(chan struct{}), changed: make(chan struct{}), version: job.Version,
		meter: newMeter(w.opt.Guard), landed: make(chan struct{}, 1), drops: map[model.Ordinal]int{},
	}
	r.active, r.rest = context.WithCancel(context.Background())
	r.limit, r.pace = job.Rate, newPace(job.Rate)
	return r
}

// newPace lets a fiftieth of a second through at once, so that a high rate
// does not hang on the grain of timers.
func newPace(perSecond float64) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	return rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond/50)))
}

// tell wakes whoever waits for a change; mu is held.
func (r *run) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
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
		At: r.w.opt.Now(), Campaign: r.job.Name, Level: model.LevelStop, Key: why,
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
	r.mu.Lock()
	defer r.mu.Unlock()
	if perSecond != r.limit {
		r.limit, r.pace = perSecond, newPace(perSecond)
		r.tell()
	}
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
	for !r.finished.Load() {
		ctx, ok := r.awaken()
		if !ok {
			break
		}
		r.feed(ctx)
	}
	for r.flying.Load() > 0 {
		<-r.landed
	}
	r.mu.Lock()
	r.rest()
	r.mu.Unlock()
	r.endedAt.Store(time.Now().Unix())
}

// feed sends until the campaign is paused, ended or finished, then gives back
// what it has claimed and not used.
func (r *run) feed(ctx context.Context) {
	var claims []model.Claim
	defer func() { r.giveBackAll(claims) }()
	for ctx.Err() == nil && !r.finished.Load() {
		if r.w.unwritable.Load() {
			pauseFor(ctx, storeFirst, nil)
			continue
		}
		if len(claims) == 0 {
			if claims = r.claim(ctx); len(claims) == 0 {
				r.idle(ctx)
				continue
			}
		}
		if !r.launch(ctx, claims[0]) {
			continue
		}
		claims = claims[1:]
	}
}

// launch sends one recipient on his way, when there is room, pace and relay
// for him; false when there was not.
func (r *run) launch(ctx context.Context, c model.Claim) bool {
	w := r.w
	if wait, changed := w.gate.wait(); wait > 0 {
		pauseFor(ctx, wait, changed)
		return false
	}
	if !take(ctx, w.ahead) {
		return false
	}
	if !take(ctx, w.permits) {
		<-w.ahead
		return false
	}
	ok, probe := r.token(ctx), false
	if ok {
		ok, probe = w.gate.enter()
	}
	if !ok {
		<-w.permits
		<-w.ahead
		return false
	}
	r.flying.Add(1)
	w.carriers.Go(func() { w.carry(ctx, r, c, probe) })
	return true
}

// token waits for the pace, and follows it when it changes.
func (r *run) token(ctx context.Context) bool {
	for {
		r.mu.Lock()
		pace, changed := r.pace, r.changed
		r.mu.Unlock()
		res := pace.Reserve()
		d := res.Delay()
		if d == 0 {
			return ctx.Err() == nil
		}
		if pauseFor(ctx, d, changed) {
			return true
		}
		res.Cancel()
		if ctx.Err() != nil {
			return false
		}
	}
}

// claim takes a handful of recipients, or none; trouble of the store is told,
// waited for, and nothing else.
func (r *run) claim(ctx context.Context) []model.Claim {
	n := claimMost
	r.mu.Lock()
	if r.limit > 0 {
		n = max(1, min(n, int(r.limit*claimAhead.Seconds())))
	}
	r.mu.Unlock()
	rest := r.works()
	claims, err := r.w.opt.Ledger.Claim(ctx, r.job.ID, model.Claims(n), r.w.opt.Now())
	rest()
	if err != nil {
		if ctx.Err() == nil {
			r.w.tellStore(err)
			pauseFor(ctx, 4*storeFirst, nil)
		}
		return nil
	}
	if !r.w.unwritable.Load() {
		r.w.tellStore(nil)
	}
	return claims
}

// idle is when nobody can be claimed: wait for a message in flight, for the
// hour of a deferred one, or see that the campaign is finished.
func (r *run) idle(ctx context.Context) {
	rest := r.works()
	due, err := r.w.opt.Ledger.NextDue(ctx, r.job.ID)
	rest()
	if err != nil {
		pauseFor(ctx, 4*storeFirst, nil)
		return
	}
	wait := time.Minute
	if !due.IsZero() {
		wait = r.w.scaled(due.Sub(r.w.opt.Now()))
	}
	if r.flying.Load() == 0 && due.IsZero() {
		if r.finish(ctx) {
			return
		}
		wait = time.Second
	}
	pauseFor(ctx, wait, r.landed)
}

// finish looks whether nothing waits and nothing is deferred, in the ledger.
func (r *run) finish(ctx context.Context) bool {
	rest := r.works()
	t, err := r.w.opt.Ledger.Tally(ctx, r.job.ID)
	rest()
	if err != nil || !t.Finished() || r.flying.Load() > 0 {
		return false
	}
	r.tally.Store(&t)
	r.finished.Store(true)
	r.w.watch.notice(Notice{Kind: NoticeFinished, ID: r.job.ID, Name: r.job.Name, Event: model.Event{
		At: r.w.opt.Now(), Campaign: r.job.Name, Level: model.LevelOK, Key: "deliver.event.finished",
		Args: []any{"accepted", t.ByState[model.StateAccepted], "uncertain", t.ByState[model.StateUncertain]},
	}})
	return true
}

// giveBackAll returns claims that were not used.
func (r *run) giveBackAll(claims []model.Claim) {
	var all sync.WaitGroup
	for _, c := range claims {
		all.Go(func() { r.giveBack(c) })
	}
	all.Wait()
}

func (r *run) giveBack(c model.Claim) {
	_ = r.w.commits.settle(model.Outcome{Campaign: c.Campaign, Ordinal: c.Ordinal, State: model.StatePlanned, Attempts: c.Attempts, At: r.w.opt.Now()})
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
