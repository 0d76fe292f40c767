package campaigns

import (
	"context"
	"math"
	"slices"

	"blanche/model"
)

// advisedShares are the sizes of a zone blanche that the advisor compares.
var advisedShares = [...]float64{0.05, 0.10, 0.20, 0.30, 0.50}

// pastCampaigns is the most statements that the expected effect is taken from, the
// latest ones.
const pastCampaigns = 24

// Where the expected effect comes from.
const (
	expectedGiven = "given"
	expectedPast  = "past"
)

// PlanHoldout says what zones blanches of several sizes could show. What is no rule
// and no segment may be the name of a campaign: then its terms are those that are
// not given, else those of the settings.
func (s *Service) PlanHoldout(ctx context.Context, r HoldoutRequest) (HoldoutPlan, error) {
	spec := model.CampaignSpec{Audience: r.Rule}
	if _, _, err := s.rule(ctx, r.Rule); err != nil && model.ValidCampaignName(r.Rule) {
		if c, err := s.store.Campaigns().Get(ctx, r.Rule); err == nil && !c.External {
			spec = c.Spec
			r.fill(&spec)
		}
	}
	if r.Margin == 0 {
		r.Margin = s.cfg.Margin
	}
	return s.planHoldout(ctx, &r, &spec)
}

// fill takes from a campaign what was not given.
func (r *HoldoutRequest) fill(spec *model.CampaignSpec) {
	if r.WindowDays == 0 {
		r.WindowDays = spec.WindowDays
	}
	if r.Margin == 0 {
		r.Margin = spec.Margin
	}
	if r.Fixed == 0 && r.PerMessage == 0 {
		r.Fixed, r.PerMessage = spec.FixedCents, spec.PerMessageCents
	}
}

// planHoldout is PlanHoldout for the audience of a campaign.
func (s *Service) planHoldout(ctx context.Context, r *HoldoutRequest, spec *model.CampaignSpec) (HoldoutPlan, error) {
	everybody := *spec
	everybody.Share, everybody.ShareAuto = 0, false
	d, err := s.draw(ctx, &everybody, "advisor")
	if err != nil {
		return HoldoutPlan{}, err
	}
	out := HoldoutPlan{Rule: r.Rule, Target: d.sum.Target, WindowDays: r.WindowDays}
	if out.WindowDays == 0 {
		out.WindowDays = s.cfg.WindowDays
	}
	h, err := s.past(ctx, d.plan, out.WindowDays)
	if err != nil {
		return HoldoutPlan{}, err
	}
	out.BaseRate, out.SD = h.rate, h.sd
	if err := s.expect(ctx, r, &out); err != nil {
		return out, err
	}
	for _, share := range advisedShares {
		out.Rows = append(out.Rows, adviceRow(r, h, share, out.Target, out.Expected))
	}
	out.advise()
	return out, nil
}

// expect finds the effect to hope for: what somebody says, else the median of the
// closed statements of the shop (a median, because the luckiest of few campaigns
// says little).
func (s *Service) expect(ctx context.Context, r *HoldoutRequest, out *HoldoutPlan) error {
	if r.Expected != nil {
		out.Expected, out.ExpectedFrom = r.Expected, expectedGiven
		return nil
	}
	effects, err := s.effects(ctx)
	if err != nil || len(effects) == 0 {
		return err
	}
	slices.Sort(effects)
	n := len(effects)
	median := (effects[(n-1)/2] + effects[n/2]) / 2
	out.Expected, out.ExpectedFrom, out.Past = &median, expectedPast, n
	return nil
}

// effects are the differences in euros a person of the latest campaigns whose
// window is closed, and that have a comparison which nothing blocks.
func (s *Service) effects(ctx context.Context) ([]float64, error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	today := model.DateOf(s.Now(), s.cfg.Zone)
	var effects []float64
	for i := range all {
		c := &all[i]
		first := model.DateOf(c.StartedAt, s.cfg.Zone)
		if c.StartedAt.IsZero() || c.HeldOut < 2 || first+model.Date(c.Spec.WindowDays) > today {
			continue
		}
		st, err := s.ROI(ctx, c.Name)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// One that cannot be measured says nothing of the effect, and stops nothing.
		if err == nil && st.Method == model.MethodHoldout && st.Verdict != model.VerdictBlocked && st.Spend.Diff != nil {
			effects = append(effects, *st.Spend.Diff)
		}
		if len(effects) == pastCampaigns {
			break
		}
	}
	return effects, nil
}

func adviceRow(r *HoldoutRequest, h habits, share float64, target int, expected *float64) HoldoutPlanRow {
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
		row.MDEProfit = cents(row.MDESpend * r.Margin * float64(planned))
	}
	row.NeededEffect = row.BreakEven + row.MDESpend
	row.promise(r, expected)
	return row
}

// promise compares what a size can see with what is expected.
func (row *HoldoutPlanRow) promise(r *HoldoutRequest, expected *float64) {
	known := row.MDESpend > 0
	if expected == nil {
		if known {
			row.Campaigns = group(enoughBuyers / row.Buyers)
		}
		return
	}
	if r.Margin > 0 {
		cost := cents(float64(row.HeldOut) * (r.Margin**expected - r.PerMessage.Euros()))
		row.HoldoutCost = &cost
	}
	gain := *expected - row.BreakEven
	row.LowPower = known && row.MDESpend > 2**expected
	row.SeesProfit = known && row.MDESpend <= gain
	if known && gain > 0 {
		row.Campaigns = group(max(math.Pow(row.MDESpend/gain, 2), enoughBuyers/row.Buyers))
	}
}

// group is a number of campaigns, whole: k like campaigns pooled see a difference
// √k times smaller, and have k times the buyers.
func group(k float64) *int {
	if !(k < 1e6) {
		return nil
	}
	n := max(1, int(math.Ceil(k-1e-9)))
	return &n
}

// advise chooses: the smallest size that sees the expected profit and has buyers
// enough (buyers enough alone, where nothing is expected), else half.
func (p *HoldoutPlan) advise() {
	best := slices.IndexFunc(p.Rows, func(row HoldoutPlanRow) bool {
		return row.Sufficient && (p.Expected == nil || row.SeesProfit)
	})
	if best < 0 {
		best = len(p.Rows) - 1
	}
	row := &p.Rows[best]
	row.Advised = true
	p.Advised, p.Campaigns, p.LowPower = row.Share, row.Campaigns, row.LowPower
}

// cents is an amount in euros, to the nearest cent.
func cents(euros float64) model.Cents {
	return model.Cents(math.Round(min(max(euros*100, -1e15), 1e15)))
}

// adviseShare is the share of a campaign that says "auto".
func (s *Service) adviseShare(ctx context.Context, spec *model.CampaignSpec) (float64, error) {
	r := HoldoutRequest{Rule: spec.Audience}
	r.fill(spec)
	plan, err := s.planHoldout(ctx, &r, spec)
	return plan.Advised, err
}

// foresee is what a zone blanche that was just drawn promises, to be kept with the
// campaign: a statement that proves nothing says whether it could have.
func (s *Service) foresee(ctx context.Context, spec *model.CampaignSpec, d *drawn) (model.Foresight, error) {
	if d.sum.HeldOut < 2 || d.sum.Planned < 2 {
		return model.Foresight{}, nil
	}
	h, err := s.past(ctx, d.plan, spec.WindowDays)
	if err != nil || h.rate == 0 {
		return model.Foresight{}, err
	}
	return s.foresight(ctx, h, d)
}

func (s *Service) foresight(ctx context.Context, h habits, d *drawn) (model.Foresight, error) {
	f := model.Foresight{MDE: h.visibleSpend(d.sum.HeldOut, d.sum.Planned), Buyers: h.rate * float64(d.sum.HeldOut)}
	var out HoldoutPlan
	err := s.expect(ctx, &HoldoutRequest{}, &out)
	if out.Expected != nil {
		f.Expected, f.Known = *out.Expected, true
	}
	return f, err
}
