package worker

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"blanche/model"
)

// errStopped is why a stopped worker starts nothing.
var errStopped = errors.New("the worker has stopped")

// Worker sends campaigns. All methods are safe for use by several goroutines.
type Worker struct {
	opt     Options
	commits *committer
	traffic *traffic
	writers *crew // compose
	outbox  *outbox
	hush    *hush
	pulse   pulse
	gate    *gate
	watch   *watch

	unwritable atomic.Bool // the committer cannot write
	troubled   atomic.Bool // a trouble of the store has been told
	diskLow    atomic.Bool
	shut       atomic.Bool // people outside could not say no
	unheeded   atomic.Bool // and that was told
	hard       context.Context
	cut        context.CancelFunc
	loops      sync.WaitGroup // campaigns
	carriers   sync.WaitGroup // messages
	services   sync.WaitGroup // committer, watch
	signs      sync.WaitGroup // the pulse, the clerk
	quit       chan struct{}  // ends them

	mu      sync.Mutex
	runs    map[model.CampaignID]*run
	stopped bool

	lateIntent bool // tests only: the control of the crash test
}

// New makes a worker that waits for campaigns. End it with Stop.
func New(opt Options) *Worker {
	opt = opt.withDefaults()
	w := &Worker{opt: opt, gate: newGate(), hush: newHush(), runs: map[model.CampaignID]*run{}, quit: make(chan struct{})}
	lines := max(1, opt.Connections+max(opt.Lookahead, 0))
	w.hard, w.cut = context.WithCancel(context.Background())
	w.commits, w.traffic = newCommitter(w), newTraffic(w, lines)
	w.writers = newCrew(max(4, 2*runtime.GOMAXPROCS(0)), w.write)
	w.outbox = newOutbox(w, lines)
	w.watch = newWatch(opt.Now, opt.Publish, w.look)
	w.services.Go(func() { w.commits.run(w.hard) })
	w.services.Go(w.watch.run)
	w.pulse.last.Store(time.Now().UnixNano())
	w.signs.Go(w.beat)
	w.signs.Go(w.clerk)
	return w
}

// Start begins or goes on with a campaign whose plan is frozen. It returns when
// the campaign is running; starting a running one changes nothing but its rate,
// wording, hours and cells.
func (w *Worker) Start(ctx context.Context, job Job) error {
	if job.Resend {
		if _, err := w.opt.Ledger.Resolve(ctx, job.ID, model.StatePlanned, w.opt.Now()); err != nil {
			return err
		}
	}
	if old := w.find(job.ID); old != nil && old.over() {
		select {
		case <-old.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return errStopped
	}
	if r := w.runs[job.ID]; r != nil && !r.over() {
		r.change(job)
		r.allow(job.Cells)
		r.resume()
		return nil
	}
	r := newRun(w, job)
	w.runs[job.ID] = r
	w.event(r, model.LevelInfo, "deliver.event.started")
	w.loops.Go(r.loop)
	return nil
}

// Pause lets nothing of a campaign start any more. What is being handed over
// is finished. A campaign that is not running is left as it is.
func (w *Worker) Pause(id model.CampaignID) { w.with(id, func(r *run) { r.pause("") }) }

// Resume goes on with the rest of a paused campaign.
func (w *Worker) Resume(id model.CampaignID) { w.with(id, (*run).resume) }

// Paused tells whether a campaign is paused here at this instant, and by which
// guard; a notice may be older than what happened since.
func (w *Worker) Paused(id model.CampaignID) (why string, paused bool) {
	w.with(id, func(r *run) {
		r.mu.Lock()
		defer r.mu.Unlock()
		why, paused = r.why, r.paused
	})
	return why, paused
}

// Going tells whether a campaign is being handed over at this instant: the
// latest picture may be older than its start.
func (w *Worker) Going(id model.CampaignID) (going bool) {
	w.with(id, func(r *run) {
		r.mu.Lock()
		defer r.mu.Unlock()
		going = !r.paused
	})
	return going
}

// Rate changes the pace at once, in messages a second; 0 is as fast as the
// relay takes them.
func (w *Worker) Rate(id model.CampaignID, perSecond float64) {
	w.with(id, func(r *run) {
		r.setRate(perSecond)
		w.event(r, model.LevelInfo, "deliver.event.rate", "rate", perSecond)
	})
}

// Version changes the wording of the messages that are not announced yet.
func (w *Worker) Version(id model.CampaignID, version uint16) {
	w.with(id, func(r *run) { r.setVersion(version) })
}

// Cancel ends a campaign: what is being handed over is finished, the rest is
// excluded. It returns how many were excluded, when that is durable. It works
// for a campaign that is not running too.
func (w *Worker) Cancel(ctx context.Context, id model.CampaignID) (int, error) {
	r := w.find(id)
	if r != nil {
		r.end()
		select {
		case <-r.done:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	n, err := w.opt.Ledger.ExcludeRest(ctx, id, reasonCancelled, w.opt.Now())
	if err == nil && r != nil {
		w.event(r, model.LevelInfo, "deliver.event.cancelled", "n", n)
	}
	return n, err
}

// Stop finishes what is being handed over, settles it, gives everything else
// back, and ends. When ctx ends first the lines are cut: what was in doubt then
// is settled as uncertain.
func (w *Worker) Stop(ctx context.Context) error {
	w.mu.Lock()
	again := w.stopped
	w.stopped = true
	runs := make([]*run, 0, len(w.runs))
	for _, r := range w.runs {
		runs = append(runs, r)
	}
	w.mu.Unlock()
	for _, r := range runs {
		r.end()
	}
	forced := context.AfterFunc(ctx, w.cut)
	defer forced()
	w.loops.Wait()
	w.carriers.Wait()
	if !again {
		close(w.quit)
		w.signs.Wait() // before the queue that they ask through is closed
		w.traffic.stop()
		w.writers.close()
		w.commits.close()
		w.watch.stop()
	}
	w.services.Wait()
	w.cut()
	return ctx.Err()
}

// pauseAll pauses every campaign under way.
func (w *Worker) pauseAll(why string) {
	w.mu.Lock()
	runs := slices.Collect(maps.Values(w.runs))
	w.mu.Unlock()
	for _, r := range runs {
		if !r.finished.Load() {
			r.pause(why)
		}
	}
}

func (w *Worker) find(id model.CampaignID) *run {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.runs[id]
}

func (w *Worker) with(id model.CampaignID, do func(*run)) {
	if r := w.find(id); r != nil && !r.over() {
		do(r)
	}
}

// storeTrouble is told by the committer.
func (w *Worker) storeTrouble(err error) {
	was := w.unwritable.Swap(err != nil)
	w.tellStore(err)
	if was && err == nil {
		w.goOn()
	}
}

func (w *Worker) at(point string) {
	if w.opt.At != nil {
		w.opt.At(point)
	}
}

// notSettled is told of a result that the ledger refuses for good.
func (w *Worker) notSettled(o model.Outcome, err error) {
	w.event(w.find(o.Campaign), model.LevelStop, "deliver.event.not_settled", "ordinal", int(o.Ordinal), "why", err)
}

// tellStore says once that the store is in trouble, and once that it is back.
func (w *Worker) tellStore(err error) {
	if err != nil && !w.troubled.Swap(true) {
		w.event(nil, model.LevelStop, "deliver.event.store_down", "why", err)
	}
	if err == nil && w.troubled.Swap(false) {
		w.event(nil, model.LevelOK, "deliver.event.store_back")
	}
}

// Note shows something that happened beside the worker, to a campaign or, with
// an empty name, to none: level, key of the catalogue and its values.
func (w *Worker) Note(campaign string, level model.Level, key string, args ...any) {
	w.watch.notice(Notice{Kind: NoticeEvent, Name: campaign, Event: model.Event{
		At: w.opt.Now(), Campaign: campaign, Level: level, Key: key, Args: args,
	}})
}

// event shows something that happened; r nil is about all campaigns.
func (w *Worker) event(r *run, level model.Level, key string, args ...any) {
	e := model.Event{At: w.opt.Now(), Level: level, Key: key, Args: args}
	n := Notice{Kind: NoticeEvent}
	if r != nil {
		e.Campaign, n.ID, n.Name = r.job.Name, r.job.ID, r.job.Name
	}
	n.Event = e
	w.watch.notice(n)
}

// scaled is how long a duration of Now lasts on the machine's clock, at most
// ten minutes: clocks jump, and looking again is cheap.
func (w *Worker) scaled(d time.Duration) time.Duration {
	return min(time.Duration(float64(max(d, 0))/w.opt.Speed)+time.Millisecond, 10*time.Minute)
}
