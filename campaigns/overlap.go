package campaigns

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
)

// overlap is another campaign that left in the window of one, and who of its
// customers got it.
type overlap struct {
	measure.Overlap
	reached crowd
}

// crowd is people by number, a bit each.
type crowd []uint64

func newCrowd(last model.ContactID) crowd { return make(crowd, last/64+1) }

func (w crowd) add(id model.ContactID) { w[id/64] |= 1 << (id % 64) }

func (w crowd) has(id model.ContactID) bool { return int(id/64) < len(w) && w[id/64]>>(id%64)&1 == 1 }

// overlaps are the other campaigns that started in the window of one, and of each
// how many of either arm it reached in that time; those who reached nobody of them
// are left out, the most unequal come first. Only their ledgers are read.
func (s *Service) overlaps(ctx context.Context, c *model.Campaign) ([]overlap, error) {
	if c.StartedAt.IsZero() {
		return nil, nil
	}
	first := model.DateOf(c.StartedAt, s.cfg.Zone)
	from, to := first.In(s.cfg.Zone), (first + model.Date(c.Spec.WindowDays)).In(s.cfg.Zone)
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(o model.Campaign) bool {
		return o.ID == c.ID || !o.State.Launched() || o.StartedAt.Before(from) || !o.StartedAt.Before(to)
	})
	if len(all) == 0 {
		return nil, nil
	}
	target, holdout, err := s.crowds(ctx, c)
	if err != nil {
		return nil, err
	}
	var found []overlap
	for i := range all {
		o, err := s.overlap(ctx, &all[i], target, holdout, from, to)
		if err != nil {
			return nil, err
		}
		if o.Target+o.Holdout > 0 {
			found = append(found, o)
		}
	}
	gap := func(o overlap) float64 {
		return math.Abs(float64(o.Target)/float64(max(1, c.Target-c.HeldOut)) - float64(o.Holdout)/float64(max(1, c.HeldOut)))
	}
	slices.SortStableFunc(found, func(a, b overlap) int { return cmp.Compare(gap(b), gap(a)) })
	return found, nil
}

// crowds are the two arms of a campaign.
func (s *Service) crowds(ctx context.Context, c *model.Campaign) (target, holdout crowd, err error) {
	members, err := s.store.Ledger().Members(ctx, c.ID)
	if err != nil {
		return nil, nil, err
	}
	held, err := s.store.Ledger().HeldOut(ctx, c.ID)
	if err != nil {
		return nil, nil, err
	}
	var last model.ContactID
	if n := len(members); n > 0 {
		last = members[n-1]
	}
	if n := len(held); n > 0 {
		last = max(last, held[n-1].Contact)
	}
	target, holdout = newCrowd(last), newCrowd(last)
	for _, id := range members {
		target.add(id)
	}
	for _, h := range held {
		holdout.add(h.Contact)
	}
	return target, holdout, nil
}

// overlap counts one other campaign.
func (s *Service) overlap(ctx context.Context, other *model.Campaign, target, holdout crowd, from, to time.Time) (overlap, error) {
	o := overlap{Overlap: measure.Overlap{Campaign: other.Name}, reached: make(crowd, len(target))}
	err := s.store.Ledger().Lines(ctx, other.ID, got, func(r model.Recipient) error {
		if r.At.Before(from) || !r.At.Before(to) {
			return nil
		}
		switch {
		case holdout.has(r.Contact):
			o.Holdout++
		case target.has(r.Contact):
			o.Target++
		default:
			return nil
		}
		o.reached.add(r.Contact)
		return nil
	})
	return o, err
}
