package audience

import (
	"context"
	"math/bits"
	"runtime"
	"sync"
	"time"

	"blanche/model"
)

// Count counts who a rule matches, and who of them may not be written to, each
// once under the first reason. Seconds is left for the caller, who has a
// clock.
func (b *Base) Count(r model.Rule, f Facts) (model.SegmentCount, error) {
	n := model.SegmentCount{Rule: r.String()}
	err := b.ask(r, f, func(match block) error {
		by := b.tallied(match, b.verdictsFor(f.Terms))
		if err := b.pressed(match, f, &by); err != nil {
			return err
		}
		n.Sendable = by[0]
		for reason, people := range by {
			n.Matched += people
			exclude(&n.Excluded, uint8(reason), people)
		}
		return nil
	})
	return n, err
}

// inParallel is how many words are worth a goroutine of their own: a quarter of a
// million people.
const inParallel = 4096

// tallied counts who a block matches by what MaySend says of them, in as many
// goroutines, which end with it, as there is work and processors for.
func (b *Base) tallied(match block, sets *[len(reasons)]rowset) (by [len(reasons)]int) {
	parts := max(1, min(runtime.GOMAXPROCS(0), len(b.alive)/inParallel))
	found := make([][len(reasons)]int, parts)
	var all sync.WaitGroup
	for i := 1; i < parts; i++ {
		all.Go(func() { b.tally64(match, sets, i*len(b.alive)/parts, (i+1)*len(b.alive)/parts, &found[i]) })
	}
	b.tally64(match, sets, 0, len(b.alive)/parts, &found[0])
	all.Wait()
	for _, part := range found {
		for reason, people := range part {
			by[reason] += people
		}
	}
	return by
}

// tally64 counts the words from one to another.
func (b *Base) tally64(match block, sets *[len(reasons)]rowset, from, to int, by *[len(reasons)]int) {
	for w := from; w < to; w++ {
		m := match(w, b.alive[w]) & b.alive[w]
		for reason := 0; m != 0 && reason < len(by); reason++ { // each row has one
			of := m & sets[reason].word(w, m)
			by[reason] += bits.OnesCount64(of)
			m &^= of
		}
	}
}

func (b *Base) verdictsFor(t Terms) *[len(reasons)]rowset {
	if t.B2BPurpose {
		return &b.verdicts[1]
	}
	return &b.verdicts[0]
}

// pressed moves those who chose otherwise, who got enough messages of late, and
// those of the universal zone blanche, from the sendable to the excluded.
func (b *Base) pressed(match block, f Facts, by *[len(reasons)]int) error {
	l, err := b.latest(f)
	if err != nil || !l.limited && l.apart == nil && len(b.wishes) == 0 {
		return err
	}
	among := []block{b.verdictsFor(f.Terms)[0].word, match}
	if !l.limited {
		among = append(among, some([]block{l.apart.word, b.wishing.word}))
	}
	b.visit(all(among), func(row int) bool {
		if r := l.reason(row); r != 0 {
			by[0]--
			by[r]++
		}
		return true
	})
	return nil
}

// latest is what MaySend says of those who may be written to by what their record
// says: what depends on the campaign and changes with every message, then the
// universal zone blanche.
type latest struct {
	b       *Base
	f       Facts
	limited bool // by the pressure rule
	got     func(model.ContactID) time.Time
	apart   rowset
}

// latest asks what is the same for everybody once; b.mu is held for reading.
func (b *Base) latest(f Facts) (l latest, err error) {
	l = latest{b: b, f: f, limited: f.Terms.MaxMessages > 0 && f.Recent != nil}
	if f.Got != nil && b.spaced() {
		if l.got, err = f.Got(); err != nil {
			return l, err
		}
	}
	l.apart, err = b.apart(f)
	return l, err
}

// spaced reports whether anybody chose how often they are written to.
func (b *Base) spaced() bool {
	for _, w := range b.wishes {
		if w.Every > 0 {
			return true
		}
	}
	return false
}

func (l *latest) reason(row int) uint8 {
	wishes := l.b.wishing.has(row)
	if wishes || l.limited {
		p := Person{Basis: model.BasisConsent, ValidEmail: true}
		if l.limited {
			p.Recent = l.f.Recent(model.ContactID(row + 1))
		}
		if wishes {
			p.Wish = l.b.wishes[row]
		}
		if p.Wish.Every > 0 && l.got != nil {
			p.Own = Within(l.got(model.ContactID(row+1)), p.Wish, l.f.Now)
		}
		if r := reasonNumber(MaySend(p, l.f.Terms)); r != 0 {
			return r
		}
	}
	if l.apart.has(row) {
		return reasonNumber(model.ExclUniversal)
	}
	return 0
}

// Within reports whether a message of that time (zero: none) is in the days of a
// wish.
func Within(got time.Time, w model.Wish, now time.Time) bool {
	return w.Every > 0 && !got.IsZero() && got.After(now.AddDate(0, 0, -w.Every))
}

// reason is what MaySend says of a row: found when the row was written, but for
// what is later.
func (b *Base) reason(row int, f Facts, l *latest) uint8 {
	for reason, set := range b.verdictsFor(f.Terms) {
		if reason > 0 && set.has(row) {
			return uint8(reason)
		}
	}
	return l.reason(row)
}

// Select lists who a rule matches, sendable or not, by number.
func (b *Base) Select(r model.Rule, f Facts) ([]model.ContactID, error) {
	var ids []model.ContactID
	err := b.ask(r, f, func(match block) error {
		ids = make([]model.ContactID, 0, b.count(match))
		b.visit(match, func(row int) bool {
			ids = append(ids, model.ContactID(row+1))
			return true
		})
		return nil
	})
	return ids, err
}

// Sample lists up to n of those who a rule matches, spread evenly over them;
// the same ones each time.
func (b *Base) Sample(r model.Rule, n int, f Facts) ([]model.ContactID, error) {
	var ids []model.ContactID
	err := b.ask(r, f, func(match block) error {
		matched, seen := b.count(match), 0
		n := min(n, matched)
		b.visit(match, func(row int) bool {
			if seen*n/max(matched, 1) >= len(ids) && len(ids) < n {
				ids = append(ids, model.ContactID(row+1))
			}
			seen++
			return len(ids) < n
		})
		return nil
	})
	return ids, err
}

// Explained is one node of a rule with what it says of one person. Value is
// what the person has in the field, as a rule writes it and as it is compared;
// empty without one, and for nodes that are no comparison.
type Explained struct {
	Rule  model.Rule
	Value string
	True  bool
	// Unrecorded says that what the node asks about is noted of nobody, so that
	// it is false for everybody.
	Unrecorded bool
	Parts      []Explained
}

// Explain says why a rule matches one person, or does not.
func (b *Base) Explain(r model.Rule, id model.ContactID, f Facts) (Explained, error) {
	members, err := happened(r, f)
	if err != nil {
		return Explained{}, err
	}
	if err := b.load(context.Background(), columnsToShow(r, f)); err != nil {
		return Explained{}, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	row := int(id) - 1
	if row < 0 || !b.alive.has(row) {
		return Explained{}, hinted(model.NotFound("rule.no_person", "id", id), known{})
	}
	q := query{b: b, today: f.today(), members: members, events: f.Events}
	return q.explain(r, row)
}

func (q *query) explain(r model.Rule, row int) (Explained, error) {
	match, err := q.compile(r)
	if err != nil {
		return Explained{}, err
	}
	x := Explained{Rule: r, True: match(row>>6, 1<<(row&63))>>(row&63)&1 == 1}
	if name := model.LeafField(r); name != "" {
		c, err := q.scoped(name, scopeOf(r))
		if err != nil {
			return x, err
		}
		x.Value = c.show(row)
	}
	if m, ok := r.(model.RuleMember); ok {
		if err := q.explainMember(&x, m, row); err != nil {
			return x, err
		}
	}
	for _, part := range r.Operands() {
		p, err := q.explain(part, row)
		if err != nil {
			return x, err
		}
		x.Parts = append(x.Parts, p)
	}
	return x, nil
}

// explainMember says when something happened to a person last, in the period
// asked about.
func (q *query) explainMember(x *Explained, m model.RuleMember, row int) error {
	from, to := m.Period.Days(q.today)
	last, some := model.Date(0), false
	if m.Event == model.EventUsedCode {
		f := q.b.filter(model.RuleScope{Code: m.Name, Period: m.Period}, q.today)
		q.b.sales.each(row, func(o soldLine) {
			if f.keeps(&o) && o.code != 0 {
				last, some = model.Date(o.day), true
			}
		})
	} else if q.events != nil {
		x.Unrecorded = !q.events.Recorded(m.Event)
		err := q.events.Each(m.Event, m.Name, func(id model.ContactID, day model.Date) {
			if int(id) == row+1 && day >= from && day <= to {
				last, some = max(last, day), true
			}
		})
		if err != nil {
			return err
		}
	}
	if some && m.Event.Dated() {
		x.Value = model.DateValue(last).String()
	}
	return nil
}

// scopeOf is the scope of the orders that a node looks at.
func scopeOf(r model.Rule) model.RuleScope {
	switch r := r.(type) {
	case model.RuleExists:
		return r.Scope
	case model.RuleCompare:
		return r.Scope
	case model.RuleIn:
		return r.Scope
	}
	return model.RuleScope{}
}
