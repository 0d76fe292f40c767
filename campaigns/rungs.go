package campaigns

import (
	"context"

	"blanche/campaigns/audience"
	"blanche/campaigns/measure"
	"blanche/model"
	"blanche/store"
)

// A campaign that left nobody alone: the highest rung that its data allow.
// Twins, when enough of those it left out bought like those it went to; the
// change beyond last year's, when orders go back that far; else the trace. All
// of them are labelled, and none is a verdict.

// sameWeeks is how far back the same weeks of last year are: whole weeks, so
// that Saturdays meet Saturdays.
const sameWeeks = model.Date(364)

// rung gives the statement of a campaign without zone blanche the highest rung
// that its data allow, once the window is closed. Others are returned as they
// are. It reads every order: the cost of one look at the books.
func (s *Service) rung(ctx context.Context, c *model.Campaign, t measure.Terms, st model.Statement) (model.Statement, error) {
	if st.Method != model.MethodNone || !st.Window.Closed || c.HeldOut > 0 {
		return st, nil
	}
	due, known, err := s.dueShare(ctx, c)
	if err != nil {
		return st, err
	}
	if known {
		n := measure.Calibrate(st.Money.NaiveRevenue, st.Money.NaiveROI, due)
		st.Naive = &n
	}
	planned, err := s.store.Ledger().Members(ctx, c.ID)
	if err != nil || len(planned) == 0 {
		return st, err
	}
	p, err := s.around(ctx, model.DateOf(c.StartedAt, s.cfg.Zone), model.Date(c.Spec.WindowDays))
	if err != nil {
		return st, err
	}
	p.plan(planned)
	target, others := p.persons()
	if pairs := measure.PairTwins(target, others); measure.TwinsAllow(target, others, pairs) {
		return measure.ByTwins(t, st, target, others, pairs, p.lastYear()), nil
	}
	if known, untouched := p.seasons(); p.lastYear() && measure.SeasonsAllow(len(known), len(planned)) {
		return measure.BySeasons(t, st, len(planned), known, untouched), nil
	}
	return st, nil
}

// mostLike is how many campaigns of the same kind teach the share of attribution
// that is due.
const mostLike = 10

// dueShare is what the latest campaigns of the same kind that had a zone blanche
// and left earlier have shown of attribution; false when there is none.
func (s *Service) dueShare(ctx context.Context, c *model.Campaign) (measure.DueShare, bool, error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return measure.DueShare{}, false, err
	}
	var past []model.Statement
	for i := range all {
		like := &all[i]
		if like.HeldOut == 0 || like.Spec.Kind != c.Spec.Kind || like.StartedAt.IsZero() || !like.StartedAt.Before(c.StartedAt) {
			continue
		}
		st, err := s.ROI(ctx, like.Name)
		if err != nil {
			return measure.DueShare{}, false, err
		}
		if past = append(past, st); len(past) == mostLike {
			break
		}
	}
	due, ok := measure.LearnDueShare(past, 0.05)
	return due, ok, nil
}

// around is what everybody bought around a send, by contact number.
type around struct {
	first, days model.Date // of the window
	earliest    model.Date // order of all
	by          []pastBuyer
	channels    map[string]uint64
}

// pastBuyer is one customer: what was known before the send, then the periods
// compared, in cents.
type pastBuyer struct {
	planned bool
	bought  audience.Buyer // before the send
	since   model.Date     // first order, 0 without
	channel uint64         // of the last purchase before the send

	year, before, after, lastBefore, lastAfter model.Cents
}

// around reads every order once.
func (s *Service) around(ctx context.Context, first, days model.Date) (*around, error) {
	p := &around{first: first, days: days, channels: map[string]uint64{}}
	err := s.store.Orders().Scan(ctx, func(sale store.Sale) error {
		p.add(sale)
		return nil
	})
	return p, err
}

// at is a customer, made when not there yet.
func (p *around) at(id model.ContactID) *pastBuyer {
	for int(id) >= len(p.by) {
		p.by = append(p.by, make([]pastBuyer, max(1024, len(p.by)/2))...)
	}
	return &p.by[id]
}

// add counts one sale; those of a contact come by day.
func (p *around) add(sale store.Sale) {
	b := p.at(sale.Contact)
	if b.since.IsZero() {
		b.since = sale.Day
		if p.earliest.IsZero() || sale.Day < p.earliest {
			p.earliest = sale.Day
		}
	}
	within := func(from, days model.Date, sum *model.Cents) {
		if from <= sale.Day && sale.Day < from+days {
			*sum += sale.Cents
		}
	}
	within(p.first, p.days, &b.after)
	within(p.first-p.days, p.days, &b.before)
	within(p.first-sameWeeks, p.days, &b.lastAfter)
	within(p.first-sameWeeks-p.days, p.days, &b.lastBefore)
	within(p.first-365, 365, &b.year)
	if sale.Day >= p.first {
		return
	}
	b.bought.Spend += sale.Cents
	if sale.Cents >= 0 && (b.bought.Days == 0 || sale.Day != b.bought.Last) {
		b.bought.Last = sale.Day
		b.bought.Days++
		code, ok := p.channels[sale.Channel]
		if !ok {
			code = uint64(len(p.channels))
			p.channels[sale.Channel] = code
		}
		b.channel = code
	}
}

func (p *around) plan(planned []model.ContactID) {
	for _, id := range planned {
		p.at(id).planned = true
	}
}

// lastYear reports whether orders go back to the same weeks of last year, and as
// long before.
func (p *around) lastYear() bool {
	return !p.earliest.IsZero() && p.earliest <= p.first-sameWeeks-p.days
}

// persons are those planned and the others who had bought before the send, each
// in the group of their class, their last purchase and its channel. The planned
// who never bought have nobody like them.
func (p *around) persons() (target, others []measure.Person) {
	var buyers []audience.Buyer
	for i := range p.by {
		if p.by[i].bought.Days > 0 {
			buyers = append(buyers, p.by[i].bought)
		}
	}
	scores := audience.Score(buyers)
	const none = 1 << 40
	for i := range p.by {
		b := &p.by[i]
		who := measure.Person{
			ID: uint64(i), Group: none, Before: b.year.Euros() * float64(p.days) / 365, After: b.after.Euros(), Season: b.lastAfter.Euros(),
		}
		if b.bought.Days > 0 {
			who.Group = b.channel<<8 | uint64(audience.ClassOf(scores[0]))<<4 | recencyBand(p.first-b.bought.Last)
			scores = scores[1:]
		}
		switch {
		case b.planned:
			target = append(target, who)
		case b.bought.Days > 0:
			others = append(others, who)
		}
	}
	return target, others
}

// recencyBand is how long ago the last purchase was, in few steps.
func recencyBand(days model.Date) uint64 {
	for band, most := range []model.Date{30, 90, 180, 365, 730} {
		if days <= most {
			return uint64(band)
		}
	}
	return 5
}

// seasons are those planned and the others who were customers before the same
// weeks of last year.
func (p *around) seasons() (planned, untouched []measure.Seasons) {
	for i := range p.by {
		b := &p.by[i]
		if b.since.IsZero() || b.since > p.first-sameWeeks-p.days {
			continue
		}
		who := measure.Seasons{Before: b.before.Euros(), After: b.after.Euros(), LastBefore: b.lastBefore.Euros(), LastAfter: b.lastAfter.Euros()}
		if b.planned {
			planned = append(planned, who)
		} else {
			untouched = append(untouched, who)
		}
	}
	return planned, untouched
}
