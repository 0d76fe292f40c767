package worker_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"blanche/model"
)

// simPlan is a simulated shop and its bad day, all drawn from one seed.
type simPlan struct {
	seed    uint64
	horizon time.Duration // of the bad day
	window  int
	lines   int // connections
	each    int // messages a connection
	people  []simPerson
	camps   []simCampaign
	actions []simAction
	relay   simRelayPlan
	ledger  simLedgerPlan
	pacing  model.Pacing
}

// simPerson is somebody who may be written to by several campaigns.
type simPerson struct {
	email string
	lane  model.Lane
}

// simCampaign is a campaign; who is in it are indexes of people.
type simCampaign struct {
	id     model.CampaignID
	who    []int
	rate   float64
	resend bool
}

// simAction is what the operator does, or what befalls the machine.
type simAction struct {
	after time.Duration // the one before
	kind  simKind
	camp  int
	who   int
	value float64
	// of a crash: it happens at the n-th event of a kind from then on
	at string
	n  int
}

type simKind string

const (
	simPause  simKind = "pause"
	simResume simKind = "resume"
	simRate   simKind = "rate"
	simLane   simKind = "lane"
	simAll    simKind = "all" // the pace of all together
	simEdit   simKind = "edit"
	simOppose simKind = "oppose"
	simCancel simKind = "cancel"
	simClock  simKind = "clock"
	simCrash  simKind = "crash"
	simStop   simKind = "stop"
	simDecide simKind = "decide" // what is to become of the uncertain
)

// simRelayPlan says how the relay misbehaves while it may.
type simRelayPlan struct {
	pipelining, chunking, eightBit bool
	latency                        time.Duration
	most                           int                // connections at once, 0: as many as asked for
	orange                         int                // of people at Orange at once, 0: as many
	verbs                          map[string]float64 // share of something wrong at each verb
	kinds                          []string           // what can be wrong
	unknown                        float64            // share of the people who do not exist
	storms                         [][2]time.Duration // it is down from, to
}

// simLedgerPlan says how the disk misbehaves while it may.
type simLedgerPlan struct {
	before, after, read float64 // share of failures before and after it is durable, and of reading
	slow                time.Duration
	full                [2]time.Duration // nothing can be written from, to
}

// simKinds are the ways in which a relay answers a verb wrongly.
var simKinds = []string{"4xx", "5xx", "421", "drop_before", "drop_after", "silence", "garbage", "slow", "half"}

// simVerbs are the moments at which it may.
var simVerbs = []string{"dial", "greet", "EHLO", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT"}

// simLanes are where the people live; .example domains fall in the lane of
// their first label.
var simLanes = []string{"gmail", "microsoft", "orange", "free", "clients"}

// simSpice is a source of chance for one purpose: what is drawn for one thing
// does not hang on how often another was drawn.
func simSpice(seed uint64, of ...any) *rand.Rand {
	return rand.New(rand.NewPCG(seed, simHash(fmt.Sprint(of...))))
}

// simHash is the same in every process (FNV-1a).
func simHash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func newSimPlan(seed uint64) *simPlan {
	r := simSpice(seed, "plan")
	p := &simPlan{
		seed: seed, horizon: time.Duration(10+r.IntN(110)) * time.Second,
		window: pick(r, 1, 4, 16, 64), lines: 1 + r.IntN(8), each: pick(r, 1, 3, 20, 500),
	}
	p.drawPeople(r)
	p.drawRelay(r)
	p.drawLedger(r)
	p.drawActions(r)
	return p
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func chance(r *rand.Rand, share float64) bool { return r.Float64() < share }

func (p *simPlan) drawPeople(r *rand.Rand) {
	n := 5 + r.IntN(146)
	for i := range n {
		email := fmt.Sprintf("p%d@%s.example", i, pick(r, simLanes...))
		p.people = append(p.people, simPerson{email, model.LaneOf(email)})
	}
	for i := range 1 + r.IntN(3) {
		c := simCampaign{id: model.CampaignID(i + 1), resend: chance(r, 0.2)}
		if chance(r, 0.4) {
			c.rate = pick(r, 1.0, 3, 10, 60, 400)
		}
		share := pick(r, 0.2, 0.5, 1)
		for who := range p.people {
			if chance(r, share) {
				c.who = append(c.who, who)
			}
		}
		if len(c.who) == 0 {
			c.who = []int{0}
		}
		p.camps = append(p.camps, c)
	}
	if chance(r, 0.5) {
		p.pacing = model.DefaultPacing()
	}
	if chance(r, 0.2) {
		p.pacing.Rate = pick(r, 2.0, 20, 100)
	}
}

func (p *simPlan) drawRelay(r *rand.Rand) {
	q := &p.relay
	q.pipelining, q.chunking, q.eightBit = chance(r, 0.8), chance(r, 0.3), chance(r, 0.9)
	q.latency = pick(r, 0, time.Millisecond, 20*time.Millisecond, 200*time.Millisecond)
	q.most = pick(r, 0, 0, 1, 3)
	q.orange = pick(r, 0, 1, 2)
	q.unknown = pick(r, 0, 0.01, 0.05)
	q.verbs = map[string]float64{}
	level := pick(r, 0, 0.01, 0.05, 0.2)
	for _, v := range simVerbs {
		if chance(r, 0.6) {
			q.verbs[v] = level * r.Float64()
		}
	}
	for _, k := range simKinds {
		if chance(r, 0.6) {
			q.kinds = append(q.kinds, k)
		}
	}
	for range r.IntN(3) {
		from := time.Duration(r.Int64N(int64(p.horizon)))
		q.storms = append(q.storms, [2]time.Duration{from, from + time.Duration(1+r.IntN(20))*time.Second})
	}
}

func (p *simPlan) drawLedger(r *rand.Rand) {
	q := &p.ledger
	if chance(r, 0.5) {
		q.before, q.after, q.read = pick(r, 0, 0.02, 0.2), pick(r, 0, 0.02, 0.1), pick(r, 0, 0.05)
	}
	q.slow = pick(r, 0, 0, 2*time.Millisecond, 40*time.Millisecond, time.Second)
	if chance(r, 0.2) {
		from := time.Duration(r.Int64N(int64(p.horizon)))
		q.full = [2]time.Duration{from, from + time.Duration(1+r.IntN(40))*time.Second}
	}
}

// simEvents are what a crash may fall on.
var simEvents = []string{"claim", "commit.before", "commit.after", "mail", "rcpt", "text", "dot", "kept", "reply"}

func (p *simPlan) drawActions(r *rand.Rand) {
	kinds := []simKind{
		simPause, simPause, simResume, simResume, simRate, simLane, simAll, simEdit, simEdit, simOppose, simOppose,
		simOppose, simClock, simCrash, simCrash, simCrash, simStop, simDecide,
	}
	if chance(r, 0.2) {
		kinds = append(kinds, simCancel)
	}
	for range r.IntN(14) {
		a := simAction{
			after: time.Duration(r.Int64N(int64(p.horizon / 6))), kind: pick(r, kinds...), camp: r.IntN(len(p.camps)),
			who: r.IntN(len(p.people)), value: r.Float64(), at: pick(r, simEvents...), n: 1 + r.IntN(40),
		}
		if chance(r, 0.3) {
			a.after = time.Duration(r.Int64N(int64(time.Second)))
		}
		p.actions = append(p.actions, a)
	}
}

// String is the plan on a few lines, for whoever replays it.
func (p *simPlan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %s, %d people, W %d, %d lines of %d, relay %+v, ledger %+v, pacing %v\n",
		p.seed, p.horizon, len(p.people), p.window, p.lines, p.each, p.relay, p.ledger, p.pacing.Rate)
	for _, c := range p.camps {
		fmt.Fprintf(&b, "  campaign %d: %d people, %g/s, resend %v\n", c.id, len(c.who), c.rate, c.resend)
	}
	for _, a := range p.actions {
		fmt.Fprintf(&b, "  after %s: %s campaign %d person %d value %.2f at %s %d\n", a.after, a.kind, a.camp+1, a.who, a.value, a.at, a.n)
	}
	return b.String()
}
