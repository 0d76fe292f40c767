package worker

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"blanche/model"
)

const (
	maxEvents   = 100
	maxNotices  = 10_000
	lookEvery   = 250 * time.Millisecond
	rateOver    = 5                // seconds over which the pace is measured
	historyOver = 120              // seconds of history
	keepEnded   = 10 * time.Minute // an ended campaign is shown so long
)

// Snapshot is what the worker is doing. It is never changed after it was made.
type Snapshot struct {
	At        time.Time
	InFlight  int
	RelayDown bool
	StoreDown bool
	DiskLow   bool // the disk is nearly full: everything is held back
	// PublicDown: nobody outside could say no now, so that everything is held back.
	PublicDown bool
	Campaigns  []Progress
	Lanes      [model.Lanes]LaneState
	Events     []model.Event // newest first
}

// LaneState is where one lane stands, for all campaigns together.
type LaneState struct {
	Pace      model.LanePace
	Ceiling   int // of today, 0 none: by hand or by the warm-up
	InHand    int
	Rate      float64 // messages a second lately
	SentToday int
	// SlowUntil is until when the lane is closed: it backs off or, with the code
	// "ceiling" in SlowWhy, has had the messages of its day. Zero: it is open.
	SlowUntil time.Time
	SlowWhy   string // what the relay said: untrusted. Kept while the lane is narrowed
	// Narrowed is set while the lane has less than its pace, after it backed off:
	// Width and Limit are what it gets, 0 without a limit.
	Narrowed bool
	Width    int
	Limit    float64
	// AnswersToday and DeferralsToday are of this process alone.
	AnswersToday, DeferralsToday int
}

// Progress is where one campaign stands. Tally was counted in the ledger.
type Progress struct {
	ID         model.CampaignID
	Name       string
	State      model.CampaignState // running, paused, done; cancelled when it was ended
	Running    bool
	Rate       float64            // messages handed over a second, over the last seconds
	LaneRate   map[string]float64 // by lane
	Limit      float64            // the pace asked for, 0: none
	Version    uint16
	InFlight   int
	Tally      model.Tally
	RestsUntil time.Time     // outside its hours until then; zero: within
	Complaints int           // of this process, and those that the job knew
	PausedWhy  string        // key of the guard that paused it
	History    []float64     // messages a second, one value a second, oldest first
	Events     []model.Event // of this campaign, newest first
}

// Snapshot is the latest picture; it costs nothing to ask.
func (w *Worker) Snapshot() *Snapshot { return w.watch.latest.Load() }

// Progress is where one campaign stands in the latest picture; false when the
// worker does not know it.
func (w *Worker) Progress(id model.CampaignID) (Progress, bool) {
	for _, p := range w.Snapshot().Campaigns {
		if p.ID == id {
			return p, true
		}
	}
	return Progress{}, false
}

// watch keeps the events and the pace, takes pictures while something moves,
// and tells notices in order. It never holds up a message.
type watch struct {
	now     func() time.Time
	publish func(Notice)
	look    func() *Snapshot
	start   time.Time
	latest  atomic.Pointer[Snapshot]

	mu      sync.Mutex
	events  ring
	by      map[model.CampaignID]*trace
	notices []Notice
	moved   time.Time
	second  int64 // of the last message handed over
	ended   bool
	wake    chan struct{} // of capacity 1
	urgent  chan struct{} // of capacity 1: not to wait until the next picture
}

// trace is the recent past of one campaign.
type trace struct {
	events  ring
	seconds [historyOver + 1]second
}

type second struct {
	at    int64 // since the start of the watch
	n     int
	lanes [model.Lanes]int
}

// ring is the last events, newest first when read.
type ring []model.Event

func (r *ring) add(e model.Event) {
	*r = append(*r, e)
	if len(*r) > 2*maxEvents {
		*r = append(ring(nil), (*r)[maxEvents:]...)
	}
}

func (r ring) newest() []model.Event {
	out := make([]model.Event, 0, min(len(r), maxEvents))
	for i := len(r) - 1; i >= 0 && len(out) < maxEvents; i-- {
		out = append(out, r[i])
	}
	return out
}

func newWatch(now func() time.Time, publish func(Notice), look func() *Snapshot) *watch {
	w := &watch{
		now: now, publish: publish, look: look, start: time.Now(),
		by: map[model.CampaignID]*trace{}, wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1),
	}
	w.latest.Store(&Snapshot{At: now()})
	return w
}

func (w *watch) of(id model.CampaignID) *trace {
	t := w.by[id]
	if t == nil {
		t = &trace{}
		w.by[id] = t
	}
	return t
}

// notice shows something and tells it, in order, later. Events that nobody
// fetches are dropped, never what changes a state.
func (w *watch) notice(n Notice) {
	w.mu.Lock()
	w.events.add(n.Event)
	if n.ID != 0 {
		w.of(n.ID).events.add(n.Event)
	}
	if n.Kind != NoticeEvent || len(w.notices) < maxNotices {
		w.notices = append(w.notices, n)
	}
	w.mu.Unlock()
	if n.Kind != NoticeEvent {
		w.hurry()
	}
	w.poke()
}

// hurry has the next picture taken at once: a state has changed.
func (w *watch) hurry() {
	select {
	case w.urgent <- struct{}{}:
	default:
	}
}

// handed counts a message handed over.
func (w *watch) handed(r *run, lane model.Lane) {
	s := int64(time.Since(w.start) / time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	b := &w.of(r.job.ID).seconds[s%(historyOver+1)]
	if b.at != s {
		*b = second{at: s}
	}
	b.n++
	b.lanes[lane]++
	if s != w.second {
		w.second, w.moved = s, time.Now()
	}
}

// poke says that something moved.
func (w *watch) poke() {
	w.mu.Lock()
	w.moved = time.Now()
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *watch) stop() {
	w.mu.Lock()
	w.ended = true
	w.mu.Unlock()
	w.hurry()
	w.poke()
}

// run takes a picture at most every lookEvery, or when a state changes, while something moved in the
// last two minutes: then the history is empty and nothing changes any more.
func (w *watch) run() {
	for {
		<-w.wake
		for {
			w.mu.Lock()
			notices, ended := w.notices, w.ended
			w.notices = nil
			quiet := time.Since(w.moved) > (historyOver+1)*time.Second
			w.mu.Unlock()
			began := time.Now()
			w.latest.Store(w.look())
			cost := time.Since(began)
			for _, n := range notices {
				w.publish(n)
			}
			if ended && len(notices) == 0 {
				return
			}
			if quiet {
				break
			}
			if !ended {
				pauseFor(context.Background(), max(lookEvery, 10*cost), w.urgent)
			}
		}
	}
}

// pace fills in how fast a campaign goes lately, and second by second.
func (w *watch) pace(p *Progress) {
	s := int64(time.Since(w.start) / time.Second)
	over := float64(min(max(s, 1), rateOver)) // counted whole and divided once: a rate of 9 messages in 5 s is 1.8
	all, lanes := 0, [model.Lanes]int{}
	p.History, p.LaneRate = make([]float64, historyOver), map[string]float64{}
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.of(p.ID)
	for i := range p.History {
		at := s - historyOver + int64(i)
		if at < 0 || t.seconds[at%(historyOver+1)].at != at {
			continue
		}
		b := &t.seconds[at%(historyOver+1)]
		p.History[i] = float64(b.n)
		if i < historyOver-rateOver {
			continue
		}
		all += b.n
		for lane, n := range b.lanes {
			lanes[lane] += n
		}
	}
	p.Rate = float64(all) / over
	for lane, n := range lanes {
		if n > 0 {
			p.LaneRate[model.Lane(lane).String()] = float64(n) / over
		}
	}
	p.Events = t.events.newest()
}
