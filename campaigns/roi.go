package campaigns

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"blanche/campaigns/audience"
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
	o := s.books.open(c.ID)
	defer o.look.Unlock()
	st, err := s.look(ctx, &c, o, model.DateOf(s.Now(), s.cfg.Zone))
	if err == nil {
		s.measured.put(name, st)
		s.keepClose(ctx, &c, &st)
	}
	return st, err
}

// look measures a campaign from its book: read whole the first time, then only
// what came in since.
func (s *Service) look(ctx context.Context, c *model.Campaign, o *openBook, today model.Date) (model.Statement, error) {
	bought := s.orders.Load()
	dirty, stale := s.books.news(o)
	first := model.DateOf(c.StartedAt, s.cfg.Zone)
	if stale = stale || o.first != first || o.window != c.Spec.WindowDays; stale {
		if err := s.readBook(ctx, c, o, first); err != nil {
			s.books.keep(o, nil)
			return model.Statement{}, err
		}
	} else if err := s.readAgain(ctx, o, c.StartedAt, dirty); err != nil {
		s.books.keep(o, nil)
		return model.Statement{}, err
	}
	must := stale || o.day != today || o.record != c.Revision || len(dirty) > 0 && o.reached > 0
	fresh, err := s.gather(ctx, c, o, must)
	if err == nil && !fresh {
		err = s.leakedSince(ctx, c, o, dirty)
	}
	if err != nil {
		s.books.keep(o, nil)
		return model.Statement{}, err
	}
	fresh = fresh || o.statement.Match != nil && o.bought != bought
	if !o.known || fresh || len(dirty) > 0 || o.day != today || o.record != c.Revision {
		o.book.Until(int(today-first) + 1)
		t := s.terms(c, o, today)
		if o.statement, err = s.rung(ctx, c, t, o.book.Statement(t)); err != nil {
			s.books.keep(o, nil)
			return model.Statement{}, err
		}
		o.known, o.day, o.record, o.bought = true, today, c.Revision, bought
	}
	st := o.statement
	st.Title = c.Spec.Title
	return st, nil
}

// readBook reads everybody of a campaign, and what they bought.
func (s *Service) readBook(ctx context.Context, c *model.Campaign, o *openBook, first model.Date) error {
	people, err := s.inArms(ctx, c)
	if err != nil {
		return err
	}
	book := measure.NewBook(people.members, c.Spec.WindowDays)
	people.cut(book, c.Spec.Strata)
	credit, err := s.creditAt(ctx, c.StartedAt)
	if err != nil {
		return err
	}
	err = s.store.Orders().Scan(ctx, func(sale store.Sale) error {
		book.Add(uint32(credit(&sale)), int(sale.Day-first)+1, sale.Cents)
		return nil
	})
	if err != nil {
		return err
	}
	o.first, o.window, o.reached, o.known, o.evidence = first, c.Spec.WindowDays, people.both, false, evidence{}
	s.books.keep(o, book)
	return nil
}

// readAgain reads what some people bought, and nobody else.
func (s *Service) readAgain(ctx context.Context, o *openBook, drawn time.Time, dirty map[model.ContactID]struct{}) error {
	var sales []measure.Purchase
	for id := range dirty {
		orders, err := s.ordersAt(ctx, id, drawn)
		if err != nil {
			return err
		}
		sales = sales[:0]
		for i := range orders {
			if one := &orders[i]; one.Status == model.OrderPaid {
				sales = append(sales, measure.Purchase{Day: int(one.Day-o.first) + 1, Cents: one.Total})
			}
		}
		o.book.Replace(uint32(id), sales)
	}
	return nil
}

// inArms are everybody of both arms, by number, and how many are in both.
func (s *Service) inArms(ctx context.Context, c *model.Campaign) (inArms, error) {
	target, err := s.store.Ledger().Members(ctx, c.ID)
	if err != nil {
		return inArms{}, err
	}
	holdout, err := s.store.Ledger().HeldOut(ctx, c.ID)
	if err != nil {
		return inArms{}, err
	}
	strata, err := s.store.Ledger().Strata(ctx, c.ID)
	if err != nil {
		return inArms{}, err
	}
	a := inArms{members: make([]measure.Member, 0, len(target)+len(holdout))}
	numbers := map[string]uint16{}
	i, j := 0, 0
	for i < len(target) || j < len(holdout) {
		if j == len(holdout) || i < len(target) && target[i] < holdout[j].Contact {
			a.members = append(a.members, measure.Member{Customer: uint32(target[i])})
			if strata != nil {
				a.stratum(numbers, strata[i])
			}
			i++
			continue
		}
		if i < len(target) && target[i] == holdout[j].Contact {
			i, a.both = i+1, a.both+1
		}
		a.members = append(a.members, measure.Member{Customer: uint32(holdout[j].Contact), Holdout: true})
		if strata != nil {
			a.stratum(numbers, holdout[j].Stratum)
		}
		j++
	}
	return a, nil
}

// inArms are the people of a campaign, with the stratum of each where the plan
// has kept them.
type inArms struct {
	members []measure.Member
	both    int // held out and planned: nobody, or the ledger is wrong
	names   []string
	labels  []uint16 // of each member; nil where they are not known
}

// stratum notes that of the next member.
func (a *inArms) stratum(numbers map[string]uint16, name string) {
	n, known := numbers[name]
	if !known && len(a.names) < 1<<16 {
		n = uint16(len(a.names))
		numbers[name] = n
		a.names = append(a.names, name)
	}
	a.labels = append(a.labels, n)
}

// cut parts a book by the strata of the draw and, where several fields make
// them, by each of these: what was known of everybody at the freeze.
func (a *inArms) cut(book *measure.Book, fields []string) {
	if len(a.names) < 2 || len(a.names) == 1<<16 { // one stratum, or more than can be told apart
		return
	}
	a.cutBy(book, measure.CutStratum, func(stratum string) string { return stratum })
	if len(fields) < 2 {
		return
	}
	for k, field := range fields {
		if slices.Contains([]string{measure.CutStratum, measure.CutVariant, measure.CutReached}, field) {
			continue // a field of the shop under the name of a cut
		}
		a.cutBy(book, field, func(stratum string) string {
			values := strings.Split(stratum, audience.StratumBar)
			if len(values) != len(fields) {
				return stratum
			}
			return values[k]
		})
	}
}

// cutBy parts a book by what is read in the names of the strata.
func (a *inArms) cutBy(book *measure.Book, by string, read func(stratum string) string) {
	var names []string
	of := make([]int, len(a.names))
	for i, stratum := range a.names {
		name := read(stratum)
		if of[i] = slices.Index(names, name); of[i] < 0 {
			of[i] = len(names)
			names = append(names, name)
		}
	}
	next := -1
	book.Cut(by, names, func(uint32) int { // members are asked in order
		next++
		return of[a.labels[next]]
	})
}

// terms are what the launch has fixed, and how far the window is.
func (s *Service) terms(c *model.Campaign, o *openBook, today model.Date) measure.Terms {
	first := model.DateOf(c.StartedAt, s.cfg.Zone)
	last := first + model.Date(c.Spec.WindowDays) - 1
	unitsTarget, unitsHoldout := unitsDrawn(c)
	t := measure.Terms{
		Campaign: c.Name, Unit: c.Unit, UnitsTarget: unitsTarget, UnitsHoldout: unitsHoldout,
		Window: model.StatementWindow{
			Start: first.In(s.cfg.Zone), End: (last + 1).In(s.cfg.Zone).Add(-time.Second), Days: c.Spec.WindowDays, Closed: today > last,
		},
		Day: int(today-first) + 1, Margin: c.Spec.Margin, Fixed: c.Spec.FixedCents, PerMessage: c.Spec.PerMessageCents,
		Share: c.Share, DrawnTarget: c.Target - c.HeldOut, DrawnHoldout: c.HeldOut, Quotas: c.Quotas,
		Reached: o.evidence.reached, Overlaps: o.evidence.overlaps, Changes: c.Changes, Foreseen: c.Foreseen, AtClose: c.AtClose,
		SecondClosed: today > last+model.Date(c.Spec.WindowDays), ReturnsIn: max(0, int(last)+s.cfg.ReturnsDays+1-int(today)),
	}
	return t
}

// statements keeps the last statement of each campaign, for the lists.
type statements struct {
	mu sync.Mutex
	by map[string]model.Statement
}

func newStatements() *statements { return &statements{by: map[string]model.Statement{}} }

func (k *statements) put(name string, st model.Statement) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.by[name] = st
}

// last is the latest statement, whatever has come in since.
func (k *statements) last(name string) (model.Statement, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	st, ok := k.by[name]
	return st, ok
}
