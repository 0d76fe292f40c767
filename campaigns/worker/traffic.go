package worker

import (
	"context"
	"sync"
	"time"

	"blanche/model"
)

// claimMost is how many recipients a campaign claims at once, and about how many
// it has at hand; where a pace is asked for, claimAhead of it.
const (
	claimMost  = 768
	claimAhead = 5 * time.Second
)

// readyAhead is how many messages beyond those handed over may be announced
// when the lines do not ask for more: enough to keep them busy while the next
// commit gathers as many, few enough that each leaves promptly.
const readyAhead = 96

// fillShare is the part of those ahead whose places are filled together: a writer
// is then woken once for several messages.
const fillShare = 12

// Twice W are under way at once: while one half is in doubt (see committer.open),
// the other is written, and waits for its intent.

// traffic decides who leaves next, in the turn of campaigns and, of the lanes of
// each that are open, in the order of the plan. It is asked whenever something
// ended, changed, or has waited long enough; nothing polls it.
type traffic struct {
	w *Worker

	mu        sync.Mutex
	ring      []*run // the campaigns that send
	turn      int
	room      int // messages under way at once, at most
	under     int // messages from the writing until the durable result
	ahead     int // of them, without an answer of the relay
	least     int // ahead, at least and at most
	most      int
	lanes     [model.Lanes]lane
	all       bucket // of all campaigns together
	pacing    model.Pacing
	day       model.Date
	uncounted bool // what left earlier today is not known yet: ceilings hold everything
	timer     *time.Timer
	alarm     time.Time
	ended     bool
}

func newTraffic(w *Worker, lines int) *traffic {
	now := time.Now()
	t := &traffic{w: w, room: 2 * w.opt.Window, least: min(lines+readyAhead, 2*w.opt.Window), uncounted: true}
	t.most = t.least
	t.timer = time.AfterFunc(time.Hour, t.dispatch)
	t.timer.Stop()
	t.all = newBucket(0, now)
	t.paced(w.opt.Pacing, now)
	return t
}

// paced gives everything its pace; mu is held, or nobody else knows t.
func (t *traffic) paced(p model.Pacing, now time.Time) {
	t.pacing = p
	t.all.set(p.Rate, now)
	for i := range t.lanes {
		ceiling := max(p.Lanes[i].Ceiling, 0)
		if warm := p.WarmUp.Ceiling(p.WarmUp.Days[i].Step); warm > 0 && (ceiling == 0 || warm < ceiling) {
			ceiling = warm
		}
		t.lanes[i].set(p.Lanes[i], ceiling, now)
	}
}

// SetPacing changes how fast everything leaves, at once, whatever is under way.
// What a lane has learnt by being deferred stays.
func (w *Worker) SetPacing(p model.Pacing) {
	t := w.traffic
	t.mu.Lock()
	t.paced(p, time.Now())
	t.mu.Unlock()
	t.dispatch()
}

// join lets a campaign send.
func (t *traffic) join(r *run, ctx context.Context) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.ctx, r.dry = ctx, [model.Lanes]bool{}
	t.ring = append(t.ring, r)
}

// leave lets nothing more of a campaign start and returns whom it has claimed.
func (t *traffic) leave(r *run) []model.Claim {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, one := range t.ring {
		if one == r {
			t.ring = append(t.ring[:i:i], t.ring[i+1:]...)
			break
		}
	}
	return r.empty()
}

// dispatch sends on their way all who may leave now, and sees to it that this
// is asked again when there is nothing else to tell.
func (t *traffic) dispatch() {
	t.mu.Lock()
	out := t.fill(time.Now())
	t.mu.Unlock()
	t.w.writers.put(out...)
}

// fill takes the next messages; mu is held.
func (t *traffic) fill(now time.Time) (out []*flight) {
	w := t.w
	if t.ended || len(t.ring) == 0 || w.held() || t.under >= t.room {
		return nil
	}
	for t.under < t.room && t.ahead < t.most {
		f, wait := t.next(now)
		if f == nil {
			t.again(now, wait)
			break
		}
		out = append(out, f)
	}
	for _, r := range t.ring {
		if !r.asking && t.lacks(r, now) {
			r.poke()
		}
	}
	return out
}

// again asks for another look after a time; 0 is none.
func (t *traffic) again(now time.Time, wait time.Duration) {
	if wait <= 0 {
		return
	}
	if at := now.Add(wait); !t.alarm.After(now) || at.Before(t.alarm) {
		t.alarm = at
		t.timer.Reset(wait)
	}
}

// next finds who may leave now, in turn; when nobody, how long it takes until
// somebody may if nothing else happens, 0 unknown.
func (t *traffic) next(now time.Time) (*flight, time.Duration) {
	if wait, _ := t.w.gate.wait(); wait > 0 {
		return nil, wait
	}
	if wait := t.all.wait(now); wait > 0 {
		return nil, wait
	}
	var clock time.Time
	soonest := time.Duration(0)
	for i := range t.ring {
		r := t.ring[(t.turn+i)%len(t.ring)]
		if r.queued == 0 || r.ctx.Err() != nil {
			continue
		}
		if !r.hours.Always() {
			if clock.IsZero() {
				clock = t.w.opt.Now()
			}
			if !r.hours.Open(clock) {
				r.poke()
				continue
			}
		}
		l, wait := t.laneOf(r, now)
		if wait > 0 && (soonest == 0 || wait < soonest) {
			soonest = wait
		}
		if l < 0 {
			continue
		}
		ok, probe := t.w.gate.enter()
		if !ok {
			return nil, 0
		}
		t.turn = (t.turn + i + 1) % len(t.ring)
		return t.begin(r, l, probe), 0
	}
	return nil, soonest
}

// laneOf is the lane of the next message of a campaign, -1 when none may leave:
// of those that are open, the one that is furthest behind in the plan, so that
// who leaves together stands together in the ledger.
func (t *traffic) laneOf(r *run, now time.Time) (lane int, wait time.Duration) {
	if wait := r.pace.wait(now); wait > 0 {
		return -1, wait
	}
	lane = -1
	for l := range r.queues {
		q := &r.queues[l]
		if q.len() == 0 || lane >= 0 && q.first() > r.queues[lane].first() {
			continue
		}
		open, d := t.lanes[l].open(now, !t.uncounted)
		switch {
		case open:
			lane = l
		case d > 0 && (wait == 0 || d < wait):
			wait = d
		}
	}
	if lane >= 0 {
		return lane, 0
	}
	return -1, wait
}

// begin makes the message of the next of a lane.
func (t *traffic) begin(r *run, l int, probe bool) *flight {
	f := &flight{w: t.w, r: r, ctx: r.ctx, claim: r.queues[l].take(), probe: probe, ahead: true, epoch: t.lanes[l].epoch, narrow: t.lanes[l].width() > 0}
	r.queued--
	t.under++
	t.ahead++
	t.lanes[l].begin()
	t.all.take()
	r.pace.take()
	r.flying.Add(1)
	t.w.carriers.Add(1)
	return f
}

// answered gives back the places that a message held until its answer, and sends
// the next ones on their way: several at a time where many are ahead.
func (t *traffic) answered(f *flight, a *model.Receipt) {
	now, clock, jitter := time.Now(), time.Time{}, 0.0
	if a.Result == model.SendDeferred {
		clock, jitter = t.w.opt.Now(), t.w.opt.Random()
	}
	starved := t.w.outbox.waiting()
	t.mu.Lock()
	l := &t.lanes[f.claim.Lane]
	news, wait := laneSame, time.Duration(0)
	if a.Result != model.SendNotStarted {
		l.handed(now)
		var closes bool
		if closes, news = l.answer(a, f.epoch, now); closes {
			wait, news = l.closes(saidBy(a), now, clock, t.w.opt.Speed, jitter)
			t.again(now, l.until.Sub(now))
		}
		t.reach(starved)
	}
	t.unplace(f)
	var out []*flight
	if t.ahead <= t.filled() || f.narrow || f.probe || news != laneSame {
		out = t.fill(now)
	}
	t.mu.Unlock()
	t.tell(f.claim.Lane, news, wait, a)
	t.w.writers.put(out...)
}

// filled is how many ahead are as good as all that may be; mu is held.
func (t *traffic) filled() int { return t.most - t.most/fillShare }

// unplace gives back the place of a message ahead and in its lane; mu is held.
func (t *traffic) unplace(f *flight) {
	if f.ahead {
		f.ahead = false
		t.ahead--
		t.lanes[f.claim.Lane].busy--
	}
}

// reach lets more be announced while the lines wait for messages, and fewer
// while messages wait for lines; mu is held.
func (t *traffic) reach(waiting int) {
	switch {
	case waiting == 0 && t.ahead > t.filled():
		t.most = min(t.room, t.most+t.most/8+1)
	case waiting > readyAhead && t.most > t.least:
		t.most--
	}
}

// tell shows that a lane slowed or is back.
func (t *traffic) tell(l model.Lane, news laneNews, wait time.Duration, a *model.Receipt) {
	switch news {
	case laneSlow:
		t.w.event(nil, model.LevelWarn, "deliver.event.lane_slow", "lane", l.String(), "seconds", int(wait.Seconds()), "said", saidBy(a))
	case laneBack:
		t.w.event(nil, model.LevelOK, "deliver.event.lane_back", "lane", l.String())
	}
}

// saidBy is what the relay said, on one line: untrusted.
func saidBy(a *model.Receipt) string { return a.Reason() + " " + a.Text }

// landed ends a message.
func (t *traffic) landed(f *flight) {
	t.mu.Lock()
	t.unplace(f) // it never was handed over
	t.under--
	t.mu.Unlock()
}

// stop lets nothing more leave.
func (t *traffic) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.timer.Stop()
}
