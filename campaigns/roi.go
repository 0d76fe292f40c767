package campaigns

import (
	"context"
	"sync"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
	"blanche/store"
)

// ROI is what a campaign brought, with its honest range: everybody planned
// against everybody held out, over the days of the window, all orders.
func (s *Service) ROI(ctx context.Context, name string) (model.Statement, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return model.Statement{}, err
	}
	if c.StartedAt.IsZero() {
		return model.Statement{}, model.Refused("roi.not_started", "name", name).Hint("roi.start_first", "name", name)
	}
	revision, today := s.orders.Load(), model.DateOf(s.Now(), s.cfg.Zone)
	if st, ok := s.measured.get(name, revision, today); ok {
		return st, nil
	}
	st, err := s.measure(ctx, &c, today)
	if err != nil {
		return st, err
	}
	s.measured.put(name, revision, today, st)
	return st, nil
}

func (s *Service) measure(ctx context.Context, c *model.Campaign, today model.Date) (model.Statement, error) {
	arms, err := s.arms(ctx, c)
	if err != nil {
		return model.Statement{}, err
	}
	terms := s.terms(c, today)
	terms.Reached = arms.reached
	first := model.DateOf(c.StartedAt, s.cfg.Zone)
	target, holdout := measure.Arm{Customers: len(arms.target)}, measure.Arm{Customers: len(arms.holdout)}
	err = s.store.Orders().Scan(ctx, func(o store.Sale) error {
		day := int(o.Day-first) + 1
		if day < 1 || day > terms.Window.Days {
			return nil
		}
		p := measure.Purchase{Customer: uint64(o.Contact), Day: day, Cents: o.Cents}
		switch arms.of(o.Contact) {
		case inTarget:
			target.Purchases = append(target.Purchases, p)
		case inHoldout:
			holdout.Purchases = append(holdout.Purchases, p)
		}
		return nil
	})
	if err != nil {
		return model.Statement{}, err
	}
	st := measure.Evaluate(terms, target, holdout)
	st.Title = c.Spec.Title
	return st, nil
}

// terms are what the launch has fixed, and how far the window is.
func (s *Service) terms(c *model.Campaign, today model.Date) measure.Terms {
	first := model.DateOf(c.StartedAt, s.cfg.Zone)
	last := first + model.Date(c.Spec.WindowDays) - 1
	return measure.Terms{
		Campaign: c.Name,
		Window: model.StatementWindow{
			Start: first.In(s.cfg.Zone), End: (last + 1).In(s.cfg.Zone).Add(-time.Second), Days: c.Spec.WindowDays, Closed: today > last,
		},
		Day: int(today-first) + 1, Margin: c.Spec.Margin, Fixed: c.Spec.FixedCents, PerMessage: c.Spec.PerMessageCents, Share: c.Share, DrawnTarget: c.Target - c.HeldOut, DrawnHoldout: c.HeldOut,
	}
}

// arms are the two groups of a campaign, as lists and as a look-up.
type arms struct {
	target  []model.ContactID
	holdout []model.HeldOut
	group   []group // by contact number
	reached int     // held out and planned both: nobody, or the ledger is wrong
}

type group uint8

const (
	inNeither group = iota
	inTarget
	inHoldout
)

func (a *arms) of(id model.ContactID) group {
	if int(id) >= len(a.group) {
		return inNeither
	}
	return a.group[id]
}

func (s *Service) arms(ctx context.Context, c *model.Campaign) (*arms, error) {
	target, err := s.store.Ledger().Members(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	holdout, err := s.store.Ledger().HeldOut(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	var last model.ContactID
	if n := len(target); n > 0 {
		last = target[n-1]
	}
	if n := len(holdout); n > 0 {
		last = max(last, holdout[n-1].Contact)
	}
	a := &arms{target: target, holdout: holdout, group: make([]group, last+1)}
	for _, id := range target {
		a.group[id] = inTarget
	}
	for _, h := range holdout {
		if a.group[h.Contact] == inTarget {
			a.reached++
		}
		a.group[h.Contact] = inHoldout
	}
	return a, nil
}

// statements keeps the last statement of each campaign: a screen asks four
// times a second for what changes when orders come in or the day does.
type statements struct {
	mu sync.Mutex
	by map[string]keptStatement
}

type keptStatement struct {
	revision  uint64
	day       model.Date
	statement model.Statement
}

func newStatements() *statements { return &statements{by: map[string]keptStatement{}} }

func (k *statements) get(name string, revision uint64, day model.Date) (model.Statement, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	st, ok := k.by[name]
	return st.statement, ok && st.revision == revision && st.day == day
}

func (k *statements) put(name string, revision uint64, day model.Date, st model.Statement) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.by[name] = keptStatement{revision: revision, day: day, statement: st}
}

// last is the latest statement, whatever has come in since.
func (k *statements) last(name string) (model.Statement, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	st, ok := k.by[name]
	return st.statement, ok
}
