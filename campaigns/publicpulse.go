package campaigns

import (
	"slices"
	"sync"
	"time"

	"blanche/model"
)

// The things of which the public part is told by the minute.
const (
	pulseClicks = iota
	pulseLeft
	pulseHooks
	pulseKinds
)

// pulseMinutes is how far back it is told.
const pulseMinutes = 60

// visitsKept is how many calls of other programs are remembered.
const visitsKept = 20

// pulse remembers the last hour of the public part, in this process alone.
type pulse struct {
	mu     sync.Mutex
	minute int64 // of the newest column, since 1970
	by     [pulseKinds][pulseMinutes]int
	visits []HookVisit // newest first

	asked   bool      // the public part was asked at least once
	why     error     // nobody could say no at the last time
	unread  bool      // because the list of who did cannot be read
	times   int       // it was so, one after the other
	checked time.Time // when that was
	since   time.Time // since when it is so
	until   time.Time // the end of its certificate
	read    time.Time // when that was looked at; of the goroutine that asks
}

// count adds things that happened now.
func (u *pulse) count(kind, n int, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.turn(now)
	u.by[kind][u.minute%pulseMinutes] += n
}

// turn empties the minutes that passed.
func (u *pulse) turn(now time.Time) {
	at := now.Unix() / 60
	for m := max(u.minute, at-pulseMinutes) + 1; m <= at; m++ {
		for k := range u.by {
			u.by[k][m%pulseMinutes] = 0
		}
	}
	u.minute = max(u.minute, at)
}

// minutes are the counts of a kind, oldest first.
func (u *pulse) minutes(kind int) []int {
	out := make([]int, 0, pulseMinutes)
	for m := u.minute - pulseMinutes + 1; m <= u.minute; m++ {
		out = append(out, u.by[kind][(m+pulseMinutes)%pulseMinutes])
	}
	return out
}

// came counts what came from outside.
func (u *pulse) came(list []model.Response, now time.Time) {
	var n [pulseKinds]int
	for i := range list {
		switch r := &list[i]; {
		case r.Kind == model.ResponseUnsubscribe:
			n[pulseLeft]++
		case r.Kind == model.ResponseClick && r.Agent == model.AgentPerson:
			n[pulseClicks]++
		}
	}
	for _, k := range []int{pulseClicks, pulseLeft} {
		if n[k] > 0 {
			u.count(k, n[k], now)
		}
	}
}

// visit remembers a call of another program. The same one again is counted with
// it: a program that is refused time and again does not push the others out.
func (u *pulse) visit(v HookVisit) {
	u.count(pulseHooks, 1, v.At)
	u.mu.Lock()
	defer u.mu.Unlock()
	v.Times = 1
	if len(u.visits) > 0 {
		if last := u.visits[0]; last.Refusal != "" && last.Refusal == v.Refusal && last.Program == v.Program && last.Kind == v.Kind {
			v.Times += last.Times
			u.visits = u.visits[1:]
		}
	}
	u.visits = slices.Insert(u.visits, 0, v)
	u.visits = u.visits[:min(len(u.visits), visitsKept)]
}

// reached notes whether people outside can say no.
func (u *pulse) reached(why error, unread bool, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.asked || (why == nil) != (u.why == nil) {
		u.since, u.times = now, 0
	}
	u.asked, u.why, u.unread, u.checked = true, why, unread, now
	u.times++
}

// alarm is why nobody outside could say no now, from the second time on: a process
// that begins has a moment.
func (u *pulse) alarm() PublicAlarm {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.why == nil || u.times < 2 {
		return PublicAlarm{}
	}
	return PublicAlarm{Why: u.why, Unread: u.unread, Since: u.since}
}

// HookVisit is a call of another program, and what became of it.
type HookVisit struct {
	At      time.Time
	Program string      // the name of its token, or the shop; "" for who was not let in
	Kind    model.Scope // of what it told
	Times   int         // in a row, of those that were refused
	Created, Updated,
	Unchanged, Refused int // items
	Reason  string // of the first item that was refused, as a code
	Refusal string // of the whole call, as a key of the catalogue
}

// HookRefused remembers that a call was not heeded.
func (s *Service) HookRefused(program string, kind model.Scope, err error) {
	s.pulse.visit(HookVisit{At: s.Now(), Program: program, Kind: kind, Refusal: keyOf(err)})
}

// hookHeard remembers a call whose sender was let in.
func (s *Service) hookHeard(program string, kind model.Scope, results []ItemResult, err error) {
	v := HookVisit{At: s.Now(), Program: program, Kind: kind}
	if err != nil {
		v.Refusal = keyOf(err)
	}
	for i := range results {
		switch r := &results[i]; r.Result {
		case ItemCreated:
			v.Created++
		case ItemUpdated:
			v.Updated++
		case ItemUnchanged:
			v.Unchanged++
		default:
			if v.Refused++; v.Reason == "" {
				v.Reason = r.Reason
			}
		}
	}
	s.pulse.visit(v)
}
