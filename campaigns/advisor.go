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

// advisedShares are the sizes of a zone blanche that the advisor compares.
var advisedShares = [...]float64{0.05, 0.10, 0.20, 0.30, 0.50}

// PlanHoldout says what zones blanches of several sizes could show.
func (s *Service) PlanHoldout(ctx context.Context, r HoldoutRequest) (HoldoutPlan, error) {
	return s.planHoldout(ctx, &r, &model.CampaignSpec{Audience: r.Rule})
}

// planHoldout is PlanHoldout for the audience of a campaign.
func (s *Service) planHoldout(ctx context.Context, r *HoldoutRequest, spec *model.CampaignSpec) (HoldoutPlan, error) {
	everybody := *spec
	everybody.Share, everybody.ShareAuto = 0, false
	d, err := s.draw(ctx, &everybody, "advisor")
	if err != nil {
		return HoldoutPlan{}, err
	}
	days := r.WindowDays
	if days == 0 {
		days = s.cfg.WindowDays
	}
	h, err := s.past(ctx, d.plan, days)
	if err != nil {
		return HoldoutPlan{}, err
	}
	out := HoldoutPlan{Rule: r.Rule, Target: d.sum.Target, BaseRate: h.rate, SD: h.sd}
	for _, share := range advisedShares {
		out.Rows = append(out.Rows, adviceRow(r, h, share, d.sum.Target))
	}
	return out, nil
}

func adviceRow(r *HoldoutRequest, h habits, share float64, target int) HoldoutPlanRow {
	heldOut := int(math.Round(share * float64(target)))
	row := HoldoutPlanRow{Share: share, HeldOut: heldOut, Buyers: h.rate * float64(heldOut)}
	row.Sufficient = row.Buyers >= enoughBuyers
	planned := target - heldOut
	if heldOut > 1 && planned > 1 && h.rate > 0 {
		row.MDERate = h.visibleRate(heldOut, planned)
		row.MDESpend = h.visibleSpend(heldOut, planned)
	}
	if planned > 0 && r.Margin > 0 {
		cost := r.Fixed.Euros() + r.PerMessage.Euros()*float64(planned)
		row.BreakEven = cost / (r.Margin * float64(planned))
	}
	return row
}

// adviseShare is the share of a campaign that says "auto": the smallest that
// promises enough buyers, else half.
func (s *Service) adviseShare(ctx context.Context, spec *model.CampaignSpec) (float64, error) {
	plan, err := s.planHoldout(ctx, &HoldoutRequest{Rule: spec.Audience, WindowDays: spec.WindowDays}, spec)
	if err != nil {
		return 0, err
	}
	for _, row := range plan.Rows {
		if row.Sufficient {
			return row.Share, nil
		}
	}
	return advisedShares[len(advisedShares)-1], nil
}
