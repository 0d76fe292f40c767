package campaigns

import (
	"context"
	"math"

	"blanche/campaigns/measure"
	"blanche/model"
	"blanche/store"
)

// enoughBuyers is how many buyers a zone blanche should have to conclude.
const enoughBuyers = 100

// pastWindows is how many windows back the habits of a target are taken from.
const pastWindows = 4

// habits are what a target bought per window of the past.
type habits struct {
	people int
	rate   float64 // buyers per person and window
	sd     float64 // of the euros per person and window
}

// visibleRate is the smallest rise of the share of buyers that would be seen
// with 80 % power; all there is to gain where even that would not be.
func (h habits) visibleRate(heldOut, planned int) float64 {
	d, ok := measure.VisibleShareGain(h.rate, heldOut, planned, 0.05, 0.8)
	if !ok {
		return 1 - h.rate
	}
	return d
}

// visibleSpend is the same for the euros per person.
func (h habits) visibleSpend(heldOut, planned int) float64 {
	return measure.SmallestMeanGain(h.sd, h.sd, planned, heldOut, 0.05, 0.8)
}

// past is what the people of a plan bought over the last windows of a length.
func (s *Service) past(ctx context.Context, plan model.Plan, days int) (habits, error) {
	in := newMembership(plan)
	h := habits{people: len(plan.Planned) + len(plan.HeldOut)}
	today := model.DateOf(s.Now(), s.cfg.Zone)
	var who model.ContactID
	var sums [pastWindows]model.Cents
	var buyers int
	var total, squares float64
	closePerson := func() {
		for _, c := range sums {
			if c > 0 {
				buyers++
			}
			total += c.Euros()
			squares += c.Euros() * c.Euros()
		}
		sums = [pastWindows]model.Cents{}
	}
	err := s.store.Orders().Scan(ctx, func(o store.Sale) error {
		if o.Contact != who {
			closePerson()
			who = o.Contact
		}
		if k := int(today-1-o.Day) / max(days, 1); o.Day < today && k < pastWindows && in.has(o.Contact) {
			sums[k] += o.Cents
		}
		return nil
	})
	closePerson()
	if n := float64(h.people * pastWindows); n > 1 {
		h.rate = float64(buyers) / n
		h.sd = math.Sqrt(max(squares-total*total/n, 0) / (n - 1))
	}
	return h, err
}

// membership answers whether somebody is in a plan, on either side.
type membership []bool

func newMembership(plan model.Plan) membership {
	var last model.ContactID
	if n := len(plan.Planned); n > 0 {
		last = plan.Planned[n-1].Contact
	}
	if n := len(plan.HeldOut); n > 0 {
		last = max(last, plan.HeldOut[n-1].Contact)
	}
	m := make(membership, last+1)
	for _, p := range plan.Planned {
		m[p.Contact] = true
	}
	for _, h := range plan.HeldOut {
		m[h.Contact] = true
	}
	return m
}

func (m membership) has(id model.ContactID) bool { return int(id) < len(m) && m[id] }
