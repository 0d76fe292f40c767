package worker_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"blanche/model"
)

// simOracle knows what must be true, and looks after every step: every change
// of the ledger and everything that leaves for the relay or arrives there. Its
// mutex orders all of them.
type simOracle struct {
	s  *sim
	mu sync.Mutex

	lines    map[model.CampaignID]map[string]*simLine
	byPlace  map[model.CampaignID][]*simLine
	intended int
	opposed  map[string]int // the step at which it was acknowledged: nothing begins any more
	suppress map[string]bool
	paused   map[model.CampaignID]time.Time // since it was acknowledged
	wording  map[model.CampaignID]simWording
	buckets  map[string]*simBucket // by campaign, lane, and of all
	busy     [model.Lanes]int      // messages with the pool
	widths   []simWidth            // how many of each lane may be, since when

	ticks    int
	steps    int
	faults   []string
	worst    int // intended at once
	crashes  int
	doubtful int // made uncertain by a crash
}

// simLine is what is known of one recipient of one campaign, apart from the
// ledger.
type simLine struct {
	camp    model.CampaignID
	email   string
	place   model.Ordinal
	state   model.State
	version uint16
	next    time.Time
	code    string   // of the last result
	doubted bool     // was uncertain once
	decided bool     // the last change was no result: suppressed, cancelled, decided by a person
	unsaid  bool     // claimed, and nobody was told
	again   int      // times that somebody decided to send again
	copies  []uint16 // the versions that the relay has kept
}

// simWording is the wording that an operator asked for, and since when it is in
// effect.
type simWording struct {
	version uint16
	since   time.Time
}

// simBucket is the most that a pace lets through.
type simBucket struct {
	rate   float64
	tokens float64
	at     time.Time
}

func newSimOracle(s *sim) *simOracle {
	o := &simOracle{
		s: s, lines: map[model.CampaignID]map[string]*simLine{}, byPlace: map[model.CampaignID][]*simLine{},
		opposed: map[string]int{}, suppress: map[string]bool{}, paused: map[model.CampaignID]time.Time{},
		wording: map[model.CampaignID]simWording{}, buckets: map[string]*simBucket{},
	}
	for _, c := range s.plan.camps {
		o.lines[c.id] = map[string]*simLine{}
		for i, who := range c.who {
			l := &simLine{camp: c.id, email: s.plan.people[who].email, place: model.Ordinal(i)}
			o.lines[c.id][l.email] = l
			o.byPlace[c.id] = append(o.byPlace[c.id], l)
		}
		o.wording[c.id] = simWording{1, s.begin}
	}
	return o
}

// wrong notes that something that must be true is not; mu is held.
func (o *simOracle) wrong(format string, args ...any) {
	if len(o.faults) < 8 {
		o.faults = append(o.faults, fmt.Sprintf("%s: ", time.Since(o.s.begin))+fmt.Sprintf(format, args...))
	}
	o.s.trace("WRONG "+format, args...)
}

// set changes the state of a line; mu is held.
func (o *simOracle) set(l *simLine, to model.State) {
	if l.state == model.StateIntended {
		o.intended--
	}
	if to == model.StateIntended {
		o.intended++
	}
	if to == model.StateUncertain {
		l.doubted = true
	}
	l.state, l.unsaid, l.decided = to, false, false
	o.look(l)
}

// look checks one line against what the relay has of it; mu is held.
func (o *simOracle) look(l *simLine) {
	n := len(l.copies)
	switch {
	case n > 1+l.again:
		o.wrong("%s of campaign %d has %d copies, sent again by decision %d times", l.email, l.camp, n, l.again)
	case n > 0 && !l.doubted && l.state != model.StateIntended && l.state != model.StateAccepted && l.state != model.StateUncertain:
		o.wrong("%s of campaign %d is %s and has a copy", l.email, l.camp, l.state)
	case l.state == model.StateAccepted && !l.doubted && n != 1:
		o.wrong("%s of campaign %d is accepted and has %d copies", l.email, l.camp, n)
	}
}

// balance checks the law: what the ledger counts is the plan, and what is known
// of the lines; mu is held.
func (o *simOracle) balance(id model.CampaignID) {
	t, err := o.s.vault.ledger().Tally(context.Background(), id)
	if err != nil {
		o.wrong("tally of campaign %d: %v", id, err)
		return
	}
	var want [model.States]int
	for _, l := range o.byPlace[id] {
		want[l.state]++
	}
	s := &t.ByState
	sum := s[model.StateAccepted] + s[model.StateRefused] + s[model.StateExcluded] + s[model.StateUncertain] + s[model.StateDeferred] + t.Waiting()
	if sum != t.Planned || t.Planned != len(o.byPlace[id]) || !t.Balanced() {
		o.wrong("campaign %d: planned %d of %d, the states sum to %d", id, t.Planned, len(o.byPlace[id]), sum)
	}
	if t.ByState != want {
		o.wrong("campaign %d: the ledger counts %v, known are %v", id, t.ByState, want)
	}
}

// step is called after everything that happened; mu is held.
func (o *simOracle) step() {
	o.steps++
	for _, c := range o.s.plan.camps {
		o.balance(c.id)
	}
	o.worst = max(o.worst, o.intended)
	if o.intended > o.s.plan.window {
		o.wrong("%d intended without a result, W is %d", o.intended, o.s.plan.window)
	}
}

// tick is a place in the order of all that happens; mu is held.
func (o *simOracle) tick() int {
	o.ticks++
	return o.ticks
}

// line finds who an envelope is for; mu is held.
func (o *simOracle) line(from, to string) *simLine {
	var id model.CampaignID
	_, _ = fmt.Sscanf(from, "c%d@", &id)
	l := o.lines[id][to]
	if l == nil {
		o.wrong("a stranger: from %q to %q", from, to)
	}
	return l
}

// begins is told that the envelope of somebody is being written, begun at an
// instant and after a step; mu is held.
func (o *simOracle) begins(life *simLife, from, to string, began time.Time, step int) {
	l := o.line(from, to)
	if l == nil {
		return
	}
	if at, ok := o.paused[l.camp]; ok && began.After(at) {
		o.wrong("campaign %d begins with %s, paused since %s", l.camp, to, at.Sub(o.s.begin))
	}
	if at, ok := o.opposed[to]; ok && step >= at {
		o.wrong("campaign %d begins with %s, whose opposition was acknowledged", l.camp, to)
	}
	if life.stopped {
		o.wrong("campaign %d begins with %s after the end of the program", l.camp, to)
	}
}

// dot is told that the end of somebody's text is about to be written; mu is
// held.
func (o *simOracle) dot(from, to string) {
	if l := o.line(from, to); l != nil && l.state != model.StateIntended && !o.s.blind {
		o.wrong("%s of campaign %d is %s when the end of the message leaves", to, l.camp, l.state)
	}
}

// kept is told by the relay that it has a message.
func (o *simOracle) kept(from, to, text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.s.trace("kept %s %s", from, to)
	l := o.line(from, to)
	if l == nil {
		return
	}
	var camp, version int
	var email string
	if n, err := fmt.Sscanf(text, "X-Sim: %d %s %d\r\n", &camp, &email, &version); n != 3 || err != nil ||
		model.CampaignID(camp) != l.camp || email != to || !strings.HasSuffix(text, simEnd) {
		o.wrong("the text of %s of campaign %d is another's: %.60q", to, l.camp, text)
	}
	l.copies = append(l.copies, uint16(version))
	o.look(l)
	o.step()
	o.s.eventLocked("kept")
}

// simWidth is how many messages of each lane may be with the relay from an
// instant on.
type simWidth struct {
	since time.Time
	lanes [model.Lanes]model.LanePace
}

// rendered is told that the message of somebody is being made: nothing may be
// faster than its pace, nor older than its wording.
func (o *simOracle) rendered(id model.CampaignID, lane model.Lane, version uint16) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if w := o.wording[id]; version < w.version && now.After(w.since) {
		o.wrong("campaign %d writes version %d, %d is in effect since %s", id, version, w.version, w.since.Sub(o.s.begin))
	}
	o.spend(simCampPace(id), now)
	o.spend(lane.String(), now)
	o.spend("all", now)
}

func simCampPace(id model.CampaignID) string { return fmt.Sprintf("campaign %d", id) }

// spend takes one of what a pace lets through; mu is held.
func (o *simOracle) spend(what string, now time.Time) {
	b := o.buckets[what]
	if b == nil || b.rate <= 0 {
		return
	}
	b.tokens = min(max(1, b.rate/50), b.tokens+b.rate*now.Sub(b.at).Seconds()) - 1
	b.at = now
	if b.tokens < -1.01 {
		o.wrong("%s goes faster than %g a second: %.2f beyond its burst", what, b.rate, -b.tokens)
	}
}

// fill sets a pace anew; mu is held.
func (o *simOracle) fill(what string, rate float64) {
	if b := o.buckets[what]; b == nil || b.rate != rate {
		o.buckets[what] = &simBucket{rate: rate, tokens: max(1, rate/50), at: time.Now()}
	}
}

// paced notes the pace of the lanes and of all together; mu is held.
func (o *simOracle) paced(p *model.Pacing) {
	for l, pace := range p.Lanes {
		o.fill(model.Lane(l).String(), pace.Rate)
	}
	o.fill("all", p.Rate)
	o.widths = append(o.widths, simWidth{time.Now(), p.Lanes})
}

// handing counts a message of a lane in the hands of the pool; a wider width may
// show for a minute in what had begun before.
func (o *simOracle) handing(l model.Lane, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.busy[l] += n
	most := 0
	for i, w := range o.widths {
		if i+1 < len(o.widths) && time.Since(o.widths[i+1].since) > time.Minute {
			continue
		}
		if w.lanes[l].Connections == 0 {
			return
		}
		most = max(most, w.lanes[l].Connections)
	}
	if o.busy[l] > most && n > 0 {
		o.wrong("%d of lane %s at once, %d may be", o.busy[l], l, most)
	}
}

// reopened is told that the ledger was opened again: who was intended is
// uncertain, by name, and nobody else; mu is held.
func (o *simOracle) reopened() {
	doubts := 0
	for _, c := range o.s.plan.camps {
		for _, l := range o.byPlace[c.id] {
			switch l.state {
			case model.StateIntended:
				doubts++
				o.set(l, model.StateUncertain)
			case model.StateClaimed:
				o.set(l, model.StatePlanned)
			}
		}
		o.names(c.id)
	}
	if doubts > o.s.plan.window {
		o.wrong("%d uncertain after a crash, W is %d", doubts, o.s.plan.window)
	}
	o.doubtful += doubts
	o.step()
}

// names compares the ledger with what is known, name by name; mu is held.
func (o *simOracle) names(id model.CampaignID) {
	err := o.s.vault.ledger().Lines(context.Background(), id, every(), func(r model.Recipient) error {
		l := o.byPlace[id][r.Ordinal]
		if r.State != l.state {
			o.wrong("%s of campaign %d is %s in the ledger and known as %s", l.email, id, r.State, l.state)
		}
		if r.State == model.StateAccepted && !l.doubted && !slices.Contains(l.copies, r.Version) {
			o.wrong("%s of campaign %d has version %d by the ledger, and got %v", l.email, id, r.Version, l.copies)
		}
		return nil
	})
	if err != nil {
		o.wrong("lines of campaign %d: %v", id, err)
	}
}

// open is who still waits, by name, for a message about a campaign that does
// not end; mu is held.
func (o *simOracle) open(id model.CampaignID) (who []string) {
	for _, l := range o.byPlace[id] {
		switch l.state {
		case model.StatePlanned, model.StateClaimed, model.StateIntended, model.StateDeferred:
			who = append(who, l.email+" "+l.state.String())
		}
	}
	return who
}
