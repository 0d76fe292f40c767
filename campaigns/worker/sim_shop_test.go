package worker_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// simVault is what survives a death: a ledger and its suppressions. Its methods
// are called one at a time.
type simVault interface {
	ledger() store.Ledger
	suppress(email string)
	reopen()
	close()
}

// sim is a simulated shop from its first campaign to its last, in one bubble.
type sim struct {
	t        testing.TB
	plan     *simPlan
	liveness bool   // the bad day ends, and then every campaign must
	control  string // a mistake made on purpose
	blind    bool   // do not look at the dot: copies alone must tell

	begin  time.Time
	good   atomic.Bool  // the bad day is over
	jump   atomic.Int64 // how wrong the clock is
	pacing model.Pacing // in effect, under the mutex of the oracle
	oracle *simOracle
	relay  *simRelay
	vault  simVault

	life       *simLife // under the mutex of the oracle, but for the operator
	lives      int
	camps      []simState
	trap       *simTrap // under the mutex of the oracle
	background sync.WaitGroup
	verbose    bool
	log        []string
	logs       sync.Mutex
}

// simState is what a campaign is meant to be: what the program keeps of it
// elsewhere.
type simState struct {
	*simCampaign
	wanted    bool // running, as far as the operator is concerned
	ended     bool // finished or cancelled
	cancelled bool
	reopened  bool // uncertain ones were planned again
}

// simTrap kills the program at the n-th event of a kind.
type simTrap struct {
	at    string
	n     int
	fired chan struct{}
}

// now is the clock of the program, right or wrong.
func (s *sim) now() time.Time { return time.Now().Add(time.Duration(s.jump.Load())) }

// faulty reports whether things may go wrong.
func (s *sim) faulty() bool { return !s.good.Load() && time.Since(s.begin) < s.plan.horizon }

func (s *sim) trace(format string, args ...any) {
	if !s.verbose {
		return
	}
	s.logs.Lock()
	defer s.logs.Unlock()
	s.log = append(s.log, fmt.Sprintf("%12s %s", time.Since(s.begin), fmt.Sprintf(format, args...)))
}

func (s *sim) broken(format string, args ...any) {
	s.oracle.mu.Lock()
	defer s.oracle.mu.Unlock()
	s.oracle.wrong(format, args...)
}

// event is something on which the death of the program may fall.
func (s *sim) event(kind string) {
	s.oracle.mu.Lock()
	defer s.oracle.mu.Unlock()
	s.eventLocked(kind)
}

func (s *sim) eventLocked(kind string) {
	t := s.trap
	if t == nil || t.at != kind {
		return
	}
	if t.n--; t.n == 0 {
		s.trap = nil
		s.life.crash(kind)
		close(t.fired)
	}
}

func (s *sim) contact(id model.CampaignID, place model.Ordinal) model.ContactID {
	return model.ContactID(s.plan.camps[id-1].who[place] + 1)
}

// locked lets several goroutines draw from one source.
func locked(f func() float64) func() float64 {
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return f()
	}
}

// freeze writes the plans of the campaigns.
func (s *sim) freeze() {
	for i := range s.plan.camps {
		c := &s.plan.camps[i]
		var p model.Plan
		for _, who := range c.who {
			p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(who + 1), Lane: s.plan.people[who].lane})
		}
		if err := s.vault.ledger().Plan(context.Background(), c.id, p); err != nil {
			s.t.Fatal(err)
		}
		s.camps = append(s.camps, simState{simCampaign: c, wanted: true})
	}
}

// run is the whole life of the shop. It returns what was wrong.
func (s *sim) run(vault simVault) []string {
	s.begin, s.vault, s.pacing = time.Now(), vault, s.plan.pacing
	s.oracle, s.relay = newSimOracle(s), newSimRelay(s)
	s.freeze()
	s.boot()
	for _, a := range s.plan.actions {
		time.Sleep(a.after)
		s.act(&a)
	}
	time.Sleep(s.plan.horizon - time.Since(s.begin))
	s.good.Store(s.liveness)
	s.disarm()
	if s.liveness {
		s.recover()
	}
	if s.killed() || s.liveness {
		s.revive()
	}
	if !s.stop(time.Minute) {
		s.broken("the end of the program never came")
	}
	s.background.Wait()
	s.relay.done.Wait()
	s.close()
	s.vault.close()
	return s.oracle.faults
}

// close compares everything, name by name.
func (s *sim) close() {
	o := s.oracle
	o.mu.Lock()
	defer o.mu.Unlock()
	o.step()
	for _, c := range s.plan.camps {
		o.names(c.id)
		for _, l := range o.byPlace[c.id] {
			o.look(l)
		}
	}
}

func (s *sim) killed() bool {
	s.oracle.mu.Lock()
	defer s.oracle.mu.Unlock()
	return s.life.dead
}

// revive starts the program again if it is dead.
func (s *sim) revive() {
	if s.killed() {
		time.Sleep(time.Duration(simSpice(s.plan.seed, "revive", s.lives).Int64N(int64(3 * time.Second))))
		s.boot()
	}
}

func (s *sim) disarm() {
	s.oracle.mu.Lock()
	s.trap = nil
	s.oracle.mu.Unlock()
}

// start starts a campaign, or goes on with it.
func (s *sim) start(l *simLife, c *simState) {
	o := s.oracle
	o.mu.Lock()
	delete(o.paused, c.id)
	o.fill(simCampPace(c.id), c.rate)
	l.known[c.id], c.wanted = true, true
	job := worker.Job{ID: c.id, Name: fmt.Sprint("c", c.id), Rate: c.rate, Version: o.wording[c.id].version, Resend: c.resend}
	if c.resend {
		c.reopened = true
	}
	o.mu.Unlock()
	if err := l.worker.Start(l.ctx, job); err != nil {
		s.trace("campaign %d does not start: %v", c.id, err)
		if s.good.Load() {
			s.broken("campaign %d does not start: %v", c.id, err)
		}
	}
}

// relent is a person who resumes, after a while, what a guard has paused.
func (s *sim) relent(l *simLife, c *simState) {
	select {
	case <-time.After(5 * time.Second):
	case <-l.ctx.Done():
		return
	}
	s.oracle.mu.Lock()
	wanted := c.wanted && !c.ended && !l.dead && !l.stopped
	s.oracle.mu.Unlock()
	if wanted {
		s.trace("a person resumes campaign %d", c.id)
		l.worker.Resume(c.id)
	}
}

// patience is how long, in the time of the shop, a campaign may take to end
// once nothing goes wrong any more: the longest delays of the gate (5 min), of
// a lane (15 min) and of a retry, and the slowest pace, with room.
const patience = 40 * time.Minute

// recover is a good day: everything must end.
func (s *sim) recover() {
	s.jump.Store(0)
	end := time.Now().Add(patience)
	for {
		s.revive()
		open := 0
		for i := range s.camps {
			c := &s.camps[i]
			s.oracle.mu.Lock()
			who := s.oracle.open(c.id)
			ended, known := c.ended, s.life.known[c.id]
			s.oracle.mu.Unlock()
			if len(who) == 0 && ended {
				continue
			}
			open++
			if time.Now().After(end) {
				s.broken("campaign %d does not end (%v, %v): %s", c.id, ended, known, strings.Join(who[:min(len(who), 10)], ", "))
				return
			}
			switch why, paused := s.life.worker.Paused(c.id); {
			case c.cancelled:
				s.cancel(s.life, c)
			case paused || !known || !s.life.worker.Going(c.id):
				s.trace("campaign %d goes on: %q", c.id, why)
				s.start(s.life, c)
			}
		}
		if open == 0 {
			return
		}
		time.Sleep(5 * time.Second)
	}
}

// act is one thing that the operator does, or that befalls the machine.
func (s *sim) act(a *simAction) {
	s.trace("operator: %s campaign %d person %d value %.2f", a.kind, a.camp+1, a.who, a.value)
	if a.kind == simCrash {
		s.kill(a)
		return
	}
	s.revive()
	l, o, c := s.life, s.oracle, &s.camps[a.camp]
	switch a.kind {
	case simPause:
		if s.control != "no pause" {
			l.worker.Pause(c.id)
		}
		o.mu.Lock()
		if !l.dead && !c.ended {
			c.wanted = false
			o.paused[c.id] = time.Now()
		}
		o.mu.Unlock()
	case simResume:
		if !c.ended {
			s.start(l, c)
		}
	case simRate:
		s.pace(l, c, a)
	case simLane, simAll:
		s.repace(l, a)
	case simEdit:
		s.edit(l, c)
	case simOppose:
		s.oppose(l, s.plan.people[a.who].email)
	case simCancel:
		s.cancel(l, c)
	case simClock:
		jump := time.Duration((a.value - 0.5) * float64(2*time.Hour))
		if a.value > 0.7 {
			jump = 365 * 24 * time.Hour
		}
		s.jump.Store(int64(jump))
	case simStop:
		s.stop(time.Duration(a.value * float64(30*time.Second)))
		s.boot()
	case simDecide:
		s.decide(l, c, a)
	}
}

// kill waits for the event on which the death falls, not for ever.
func (s *sim) kill(a *simAction) {
	t := &simTrap{at: a.at, n: a.n, fired: make(chan struct{})}
	s.oracle.mu.Lock()
	s.trap = t
	s.oracle.mu.Unlock()
	select {
	case <-t.fired:
	case <-time.After(10 * time.Second):
		s.oracle.mu.Lock()
		s.trap = nil
		s.life.crash("no event")
		s.oracle.mu.Unlock()
	}
	s.revive()
}

func (s *sim) pace(l *simLife, c *simState, a *simAction) {
	rates := []float64{0, 1, 5, 50, 300}
	c.rate = rates[int(a.value*float64(len(rates)))]
	s.oracle.mu.Lock()
	delete(s.oracle.buckets, simCampPace(c.id)) // while it changes both hold
	s.oracle.mu.Unlock()
	if s.control != "no pace" {
		l.worker.Rate(c.id, c.rate)
	}
	s.oracle.mu.Lock()
	s.oracle.fill(simCampPace(c.id), c.rate)
	s.oracle.mu.Unlock()
}

// repace changes how fast a lane, or everything, leaves.
func (s *sim) repace(l *simLife, a *simAction) {
	s.oracle.mu.Lock()
	p := s.pacing
	if spice := simSpice(s.plan.seed, "repace", a.who, a.value); a.kind == simAll {
		p.Rate = pick(spice, 0.0, 2, 20, 100)
	} else {
		p.Lanes[model.LaneOf(s.plan.people[a.who].email)] = model.LanePace{Connections: pick(spice, 0, 1, 2, 5), Rate: pick(spice, 0.0, 0, 1, 5, 50)}
	}
	clear(s.oracle.buckets) // while it changes both hold
	s.oracle.mu.Unlock()
	l.worker.SetPacing(p)
	s.oracle.mu.Lock()
	s.pacing = p
	s.oracle.paced(&p)
	for i := range s.camps {
		s.oracle.fill(simCampPace(s.camps[i].id), s.camps[i].rate)
	}
	s.oracle.mu.Unlock()
}

// edit gives the rest another wording.
func (s *sim) edit(l *simLife, c *simState) {
	s.oracle.mu.Lock()
	v := s.oracle.wording[c.id].version + 1
	s.oracle.mu.Unlock()
	l.worker.Version(c.id, v)
	s.oracle.mu.Lock()
	s.oracle.wording[c.id] = simWording{v, time.Now()}
	s.oracle.mu.Unlock()
}

// oppose records an opposition, waits until nothing is under way, and
// acknowledges it.
func (s *sim) oppose(l *simLife, email string) {
	if l.suppress(email) != nil {
		return
	}
	if s.control != "no quiet" && l.worker.Quiet(l.ctx, email) != nil {
		return
	}
	s.oracle.mu.Lock()
	defer s.oracle.mu.Unlock()
	if !l.dead {
		s.oracle.opposed[email] = s.oracle.tick()
	}
}

func (s *sim) cancel(l *simLife, c *simState) {
	s.oracle.mu.Lock()
	c.wanted, c.cancelled = false, true
	s.oracle.mu.Unlock()
	if _, err := l.worker.Cancel(l.ctx, c.id); err != nil {
		return
	}
	s.oracle.mu.Lock()
	defer s.oracle.mu.Unlock()
	if who := s.oracle.open(c.id); len(who) > 0 && !l.dead {
		s.oracle.wrong("campaign %d was cancelled, and open are %s", c.id, strings.Join(who, ", "))
	}
	c.ended = true
}

// decide is a person who looks at the uncertain, and mostly sends again to the
// failed too.
func (s *sim) decide(l *simLife, c *simState, a *simAction) {
	to, again := model.StateAccepted, a.value >= 0.3 && !c.cancelled
	if a.value < 0.6 {
		to = model.StatePlanned
	}
	s.oracle.mu.Lock()
	c.reopened = c.reopened || to == model.StatePlanned || again
	s.oracle.mu.Unlock()
	ledger := &simLedger{l: l, o: s.oracle}
	n, err := ledger.Resolve(l.ctx, c.id, to, s.now())
	if to == model.StateAccepted {
		n = 0
	}
	if again && err == nil {
		m, _ := ledger.Again(l.ctx, c.id) // a failure has planned nobody
		n += m
	}
	if n == 0 || c.cancelled {
		return
	}
	s.oracle.mu.Lock()
	c.ended = false
	wanted := c.wanted
	s.oracle.mu.Unlock()
	if wanted {
		s.start(l, c)
	}
}
