package worker

import (
	"math"
	"time"

	"blanche/model"
)

// How a lane backs off.
const (
	laneFirst  = 30 * time.Second // closed so long the first time, then twice, up to
	laneLast   = 15 * time.Minute
	laneShare  = 0.5  // of its width and rate is left, each time
	laneLeast  = 0.01 // at least
	laneGrows  = 1.5  // each time that
	laneGood   = 20   // answers in a row were none of "too fast"
	laneRecent = 50   // answers looked at for
	laneLate   = 0.2  // the share of deferrals that is too much, whatever is said
)

// lane is what all campaigns together send to one mailbox provider. It is
// guarded by the traffic.
type lane struct {
	pace    model.LanePace
	ceiling int // of today; 0 none
	bucket  bucket
	busy    int // messages on their way to an answer

	share float64 // of its pace that it gets: 1, less when it backs off
	wide  int     // what the share is of
	fast  float64
	epoch int // messages of an earlier one say nothing new
	fails int // times that it closed without getting better
	good  int
	until time.Time // closed, by the clock of the machine
	slow  time.Time // the same by that of Now
	why   string    // what was said
	late  [laneRecent]bool
	next  int
	full  int
	lates int

	day     laneDay
	seconds [rateOver + 1]struct{ at, n int64 }
}

// laneDay is what happened in a lane on a day.
type laneDay struct {
	sent, answers, deferrals int
}

// newsOf a lane.
type laneNews uint8

const (
	laneSame laneNews = iota
	laneSlow
	laneBack
)

// set gives the lane a pace.
func (l *lane) set(p model.LanePace, ceiling int, now time.Time) {
	l.pace, l.ceiling = p, ceiling
	if l.share == 0 {
		l.share = 1
	}
	if l.share < 1 && p.Connections > 0 {
		l.wide = p.Connections
	}
	if l.share < 1 && p.Rate > 0 {
		l.fast = p.Rate
	}
	l.bucket.set(l.rate(), now)
}

// width is how many messages may be on their way at once; 0 is no limit.
func (l *lane) width() int {
	if l.share == 1 {
		return max(l.pace.Connections, 0)
	}
	return max(1, int(l.share*float64(l.wide)))
}

// rate is how many messages may leave a second; 0 is no limit.
func (l *lane) rate() float64 {
	if l.share == 1 {
		return max(l.pace.Rate, 0)
	}
	return l.share * l.fast
}

// left is how many more may leave today.
func (l *lane) left(counted bool) int {
	switch {
	case l.ceiling == 0:
		return math.MaxInt
	case !counted:
		return 0
	}
	return max(0, l.ceiling-l.day.sent-l.busy)
}

// open reports whether a message may leave now; when that is a matter of time
// alone, after how long.
func (l *lane) open(now time.Time, counted bool) (bool, time.Duration) {
	if d := l.until.Sub(now); d > 0 {
		return false, d
	}
	if w := l.width(); w > 0 && l.busy >= w || l.left(counted) == 0 {
		return false, 0
	}
	d := l.bucket.wait(now)
	return d == 0, d
}

// appetite is how many people of the lane it is of use to have at hand.
func (l *lane) appetite(now time.Time, counted bool) int {
	if now.Before(l.until) {
		return 0
	}
	n := claimMost
	if r := l.rate(); r > 0 {
		n = min(n, max(1, int(r*claimAhead.Seconds())))
	}
	if w := l.width(); w > 0 {
		n = min(n, max(4*w, int(2*l.lately(now))))
	}
	return min(n, l.left(counted))
}

// begin takes a place; the pace is counted when the message leaves for the relay
// or not at all.
func (l *lane) begin() {
	l.busy++
	l.bucket.take()
}

// handed counts a message that the relay was given.
func (l *lane) handed(now time.Time) {
	l.day.sent++
	s := now.Unix()
	b := &l.seconds[s%int64(len(l.seconds))]
	if b.at != s {
		b.at, b.n = s, 0
	}
	b.n++
}

// lately is how many messages a second were handed over in the last seconds.
func (l *lane) lately(now time.Time) float64 {
	s, sum := now.Unix(), int64(0)
	for _, b := range l.seconds {
		if b.at < s && b.at >= s-rateOver {
			sum += b.n
		}
	}
	return float64(sum) / rateOver
}

// answer draws from an answer of the relay how fast the lane may go on.
func (l *lane) answer(a *model.Receipt, epoch int, now time.Time) (close bool, news laneNews) {
	if a.Result == model.SendUncertain {
		return false, laneSame
	}
	late := a.Result == model.SendDeferred
	l.day.answers++
	if late {
		l.day.deferrals++
	}
	if epoch != l.epoch {
		return false, laneSame // left before the lane closed
	}
	l.remember(late)
	switch {
	case late && (tooFast(a) || l.full == laneRecent && float64(l.lates) > laneLate*laneRecent):
		return true, laneSame
	case late || l.share == 1:
		return false, laneSame
	}
	if l.good++; l.good < laneGood {
		return false, laneSame
	}
	l.good, l.fails = 0, 0
	l.share = min(1, l.share*laneGrows)
	l.bucket.set(l.rate(), now)
	if l.share < 1 {
		return false, laneSame
	}
	l.why, l.slow = "", time.Time{}
	return false, laneBack
}

func (l *lane) remember(late bool) {
	if l.full == laneRecent && l.late[l.next] {
		l.lates--
	}
	l.late[l.next] = late
	if late {
		l.lates++
	}
	l.next, l.full = (l.next+1)%laneRecent, min(l.full+1, laneRecent)
}

// closes lets nothing leave for a time, and less after it. What a lane without
// a limit is held to is a share of what it did.
func (l *lane) closes(said string, now, clock time.Time, speed, jitter float64) (wait time.Duration, news laneNews) {
	if l.share == 1 {
		news = laneSlow
		l.wide, l.fast = l.pace.Connections, l.pace.Rate
		if l.wide <= 0 {
			l.wide = l.busy
		}
		if l.fast <= 0 {
			l.fast = max(1, l.lately(now), float64(l.seconds[now.Unix()%int64(len(l.seconds))].n))
		}
	}
	l.share = max(l.share*laneShare, laneLeast)
	wait = laneLast
	if l.fails < 10 {
		wait = min(laneFirst<<l.fails, laneLast)
	}
	wait = time.Duration(float64(wait) * (0.8 + 0.4*jitter))
	l.fails, l.good, l.epoch = l.fails+1, 0, l.epoch+1
	l.next, l.full, l.lates, l.late = 0, 0, 0, [laneRecent]bool{}
	l.bucket.set(l.rate(), now)
	l.until, l.slow, l.why = now.Add(time.Duration(float64(wait)/speed)), clock.Add(wait), said
	return wait, news
}

// codeCeiling is why a lane rests that has had the messages of its day.
const codeCeiling = "ceiling"

// state is the picture of the lane.
func (l *lane) state(now, clock time.Time, counted bool) LaneState {
	s := LaneState{
		Pace: l.pace, Ceiling: l.ceiling, InHand: l.busy, Rate: l.lately(now), SentToday: l.day.sent,
		Narrowed: l.share < 1, Width: l.width(), Limit: l.rate(),
		AnswersToday: l.day.answers, DeferralsToday: l.day.deferrals, SlowWhy: l.why,
	}
	switch {
	case now.Before(l.until):
		s.SlowUntil = l.slow
	case counted && l.ceiling > 0 && l.day.sent+l.busy >= l.ceiling:
		y, m, d := clock.Date()
		s.SlowUntil, s.SlowWhy = time.Date(y, m, d+1, 0, 0, 0, 0, clock.Location()), codeCeiling
	}
	return s
}
