package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

type ledger struct{ s *Store }

func (l ledger) Plan(ctx context.Context, id model.CampaignID, p model.Plan) error {
	return l.s.do(ctx, "Plan", func(t *step) error {
		if err := store.CheckPlan(p); err != nil {
			return err
		}
		if l.s.campaigns[id] != nil {
			return model.Conflict("store.plan_exists").Because(store.ErrExists)
		}
		c := &campaign{lines: make([]model.Recipient, len(p.Planned)), held: slices.Clone(p.HeldOut), apart: slices.Clone(p.Apart)}
		if len(p.Strata) > 0 {
			c.strata = make([]string, len(p.Planned))
		}
		for i, one := range p.Planned {
			if s := int(one.Stratum); s > 0 && s <= len(p.Strata) {
				c.strata[i] = p.Strata[s-1]
			}
			c.lines[i] = model.Recipient{Ordinal: model.Ordinal(i), Contact: one.Contact, Lane: one.Lane, Cell: one.Cell}
		}
		l.s.campaigns[id] = c
		t.touched = append(t.touched, c)
		return nil
	})
}

func (l ledger) Claim(ctx context.Context, id model.CampaignID, r model.ClaimRequest, now time.Time) (out []model.Claim, err error) {
	err = l.s.do(ctx, "Claim", func(t *step) error {
		c := l.s.campaigns[id]
		if c == nil {
			return nil
		}
		r.Most = min(r.Most, store.MaxClaim)
		for _, line := range c.claimable(&r, now) {
			if len(out) >= r.Most {
				return nil
			}
			if r.Lanes[line.Lane] <= 0 {
				continue
			}
			r.Lanes[line.Lane]--
			line.State, line.Version, line.At, line.NextTry = model.StateClaimed, 0, second(now), time.Time{}
			t.set(c, line)
			out = append(out, model.Claim{
				Campaign: id, Ordinal: line.Ordinal, Contact: line.Contact, Lane: line.Lane, Cell: line.Cell, Attempts: line.Attempts,
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// claimable are those that may be handed out, in the order in which they are.
func (c *campaign) claimable(r *model.ClaimRequest, now time.Time) []model.Recipient {
	var due, planned []model.Recipient
	for _, line := range c.lines {
		switch {
		case r.Lanes[line.Lane] <= 0 || !r.Cells.Has(line.Cell):
		case line.State == model.StatePlanned:
			planned = append(planned, line)
		case line.State == model.StateDeferred && !line.NextTry.After(now):
			due = append(due, line)
		}
	}
	slices.SortFunc(due, func(a, b model.Recipient) int {
		return cmp.Or(cmp.Compare(a.Lane, b.Lane), a.NextTry.Compare(b.NextTry), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	slices.SortStableFunc(planned, func(a, b model.Recipient) int { return cmp.Compare(a.Lane, b.Lane) })
	return append(due, planned...)
}

func (l ledger) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) (taken []bool, err error) {
	if len(results)+len(intents) == 0 {
		return nil, l.s.entered(ctx)
	}
	err = l.s.do(ctx, "Commit", func(t *step) error {
		for i := range results {
			if err := t.settle(&results[i]); err != nil {
				return err
			}
		}
		taken = make([]bool, len(intents))
		for i := range intents {
			if taken[i], err = t.intend(&intents[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// line is a recipient who must be in a plan.
func (t *step) line(id model.CampaignID, o model.Ordinal) (*campaign, model.Recipient, error) {
	c, err := t.campaign(id)
	if err != nil {
		return nil, model.Recipient{}, err
	}
	if int(o) >= len(c.lines) {
		return nil, model.Recipient{}, model.NotFound("store.no_recipient", "ordinal", int(o)).Because(store.ErrNotFound)
	}
	return c, c.lines[o], nil
}

// settle writes what became of a claim.
func (t *step) settle(o *model.Outcome) error {
	c, line, err := t.line(o.Campaign, o.Ordinal)
	if err != nil {
		return err
	}
	next := settled(line, o)
	if written(line, next) {
		return nil
	}
	if !store.Settles(line.State, o.State) {
		return store.Illegal(o.Campaign, o.Ordinal, line.State, o.State)
	}
	t.set(c, next)
	return nil
}

// settled is a line as an outcome leaves it.
func settled(r model.Recipient, o *model.Outcome) model.Recipient {
	r.State, r.NextTry = o.State, time.Time{}
	if o.State == model.StatePlanned {
		r.Version, r.At = 0, time.Time{}
		return r // the tries made before this claim stay known
	}
	if o.Version != 0 {
		r.Version = o.Version
	}
	r.At, r.Attempts = second(o.At), max(o.Attempts, 0)
	r.Code, r.Text = store.Cut(o.Code, store.MaxCode), store.Cut(o.Text, store.MaxSaid)
	switch o.State {
	case model.StateAccepted:
		r.Attempts, r.Code, r.Text = max(r.Attempts, 1), "", ""
	case model.StateDeferred:
		if r.NextTry = milli(o.NextTry); o.NextTry.IsZero() {
			r.NextTry = milli(o.At)
		}
	}
	return r
}

// written reports whether a line is already as an outcome would leave it.
func written(line, next model.Recipient) bool {
	switch {
	case line.State != next.State || next.State == model.StateClaimed || next.State == model.StateIntended:
		return false
	case next.State == model.StatePlanned:
		return true
	}
	same := line.Version == next.Version && line.At.Equal(next.At)
	return same && (next.State == model.StateAccepted || line.Code == next.Code && line.Attempts == next.Attempts)
}

// intend writes that a message is about to leave, unless its address must not
// be written to.
func (t *step) intend(in *model.Intent) (bool, error) {
	c, line, err := t.line(in.Campaign, in.Ordinal)
	if err != nil {
		return false, err
	}
	at := second(in.At)
	if line.State == model.StateIntended && line.Version == in.Version && line.At.Equal(at) {
		return true, nil
	}
	if line.State != model.StateClaimed {
		return false, store.Illegal(in.Campaign, in.Ordinal, line.State, model.StateIntended)
	}
	line.State, line.Version, line.At = model.StateIntended, in.Version, at
	why := t.s.suppressed[model.EmailKey(in.Email)].Reason
	if why != 0 {
		line.State, line.Version, line.Code, line.Text = model.StateExcluded, 0, why.String(), ""
	}
	t.set(c, line)
	return why == 0, nil
}

func (l ledger) ExcludeRest(ctx context.Context, id model.CampaignID, reason string, at time.Time) (n int, err error) {
	err = l.s.do(ctx, "ExcludeRest", func(t *step) error {
		c, err := t.campaign(id)
		if err != nil {
			return err
		}
		for _, line := range c.lines {
			if line.State != model.StatePlanned && line.State != model.StateDeferred {
				continue
			}
			line.State, line.Version, line.At, line.NextTry = model.StateExcluded, 0, second(at), time.Time{}
			line.Code = store.Cut(reason, store.MaxCode)
			t.set(c, line)
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (l ledger) Resolve(ctx context.Context, id model.CampaignID, to model.State, at time.Time) (n int, err error) {
	err = l.s.do(ctx, "Resolve", func(t *step) error {
		if to != model.StatePlanned && to != model.StateAccepted {
			return store.Illegal(id, 0, model.StateUncertain, to)
		}
		c, err := t.campaign(id)
		if err != nil {
			return err
		}
		for _, line := range c.lines {
			if line.State != model.StateUncertain {
				continue
			}
			if line.State, line.At = to, second(at); to == model.StatePlanned {
				line.Version, line.At = 0, time.Time{}
			}
			t.set(c, line)
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (l ledger) Again(ctx context.Context, id model.CampaignID) (n int, err error) {
	err = l.s.do(ctx, "Again", func(t *step) error {
		c, err := t.campaign(id)
		if err != nil {
			return err
		}
		for _, line := range c.lines {
			if line.State != model.StateRefused || !model.RefusalMayPass(line.Code) {
				continue
			}
			t.set(c, model.Recipient{Ordinal: line.Ordinal, Contact: line.Contact, Lane: line.Lane, Cell: line.Cell})
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
