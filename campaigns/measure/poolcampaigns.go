package measure

import (
	"math"

	"blanche/model"
)

// PooledCampaigns is what several campaigns say together: the effect per
// customer, pooled, and their money, added up.
type PooledCampaigns struct {
	Pooled
	Campaigns []PooledCampaign `json:"campaigns"` // in the order of Ranked
	Money     PooledMoney      `json:"money"`
	LeftOut   []LeftOut        `json:"left_out"`
}

// PooledCampaign is the ROI of one campaign as it was seen, and at its shrunk
// effect: what may be expected of it again.
type PooledCampaign struct {
	Campaign  string   `json:"campaign"`
	Customers int      `json:"customers"`
	ROI       *float64 `json:"roi"`
	ShrunkROI *float64 `json:"shrunk_roi"` // nil when it cost nothing
}

// PooledMoney is the sum over the campaigns. Their zones blanches were drawn
// apart, so their variances add: ± z·√Σ(100·mᵢ·Nᵢ·seᵢ)².
type PooledMoney struct {
	Cost     model.Cents     `json:"cost_cents"`
	Margin   *model.Cents    `json:"incremental_margin_cents"`
	MarginCI *[2]model.Cents `json:"incremental_margin_ci_cents"`
	Net      *model.Cents    `json:"net_cents"`
	NetCI    *[2]model.Cents `json:"net_ci_cents"`
	ROI      *float64        `json:"roi"` // nil when they cost nothing
	ROICI    *model.Interval `json:"roi_ci"`
}

// LeftOut is a campaign that says nothing yet, or nothing causal.
type LeftOut struct {
	Campaign string `json:"campaign"`
	Why      string `json:"why"` // open, blocked, no_holdout, no_range
}

// The reasons to leave a campaign out of a pool.
const (
	LeftOpen      = "open"       // its window is open
	LeftBlocked   = "blocked"    // its comparison is broken
	LeftNoHoldout = "no_holdout" // it is no causal comparison
	LeftNoRange   = "no_range"   // it has no error
)

// PoolStatements pools the campaigns whose statements are closed, causal and
// sound, the others left out by name. Errors are model.Error: fewer than two
// are left.
func PoolStatements(all []model.Statement, alpha float64) (PooledCampaigns, error) {
	o := PooledCampaigns{LeftOut: []LeftOut{}}
	var estimates []Estimate
	by := map[string]*model.Statement{}
	for i := range all {
		st := &all[i]
		if why := leftOut(st); why != "" {
			o.LeftOut = append(o.LeftOut, LeftOut{st.Campaign, why})
			continue
		}
		by[st.Campaign] = st
		estimates = append(estimates, Estimate{st.Campaign, *st.Spend.Diff, *st.Spend.SE})
	}
	if len(by) < 2 {
		return o, model.Refused("roi.pool_of_one", "n", len(by)).Hint("roi.pool_hint")
	}
	ranked(estimates)
	o.Pooled = Pool(estimates, alpha)
	margin, squared := 0.0, 0.0
	for _, row := range o.Ranked {
		st := by[row.Name]
		perEuro := 100 * st.Money.Margin * float64(st.Arms[0].Customers) // cents of margin for one euro of Δ
		margin += perEuro * float64(row.Diff)
		squared += (perEuro * float64(row.SE)) * (perEuro * float64(row.SE))
		o.Money.Cost += st.Money.Cost
		c := PooledCampaign{Campaign: row.Name, Customers: st.Arms[0].Customers, ROI: st.Money.ROI}
		if cost := float64(st.Money.Cost); cost > 0 {
			c.ShrunkROI = Num((perEuro*float64(row.Shrunk) - cost) / cost).Ptr()
		}
		o.Campaigns = append(o.Campaigns, c)
	}
	o.Money.fill(margin, zTwoSided(alpha)*math.Sqrt(squared))
	return o, nil
}

// fill carries the margin of all, ± half, into net and ROI.
func (m *PooledMoney) fill(margin, half float64) {
	cost := float64(m.Cost)
	ci := around(margin, half)
	m.Margin, m.MarginCI = cents(margin), centsRange(ci)
	m.Net, m.NetCI = cents(margin-cost), centsRange(ci.affine(-cost, 1))
	if cost > 0 {
		m.ROI, m.ROICI = Num((margin-cost)/cost).Ptr(), ci.affine(-1, 1/cost).Ptr()
	}
}

// leftOut is why a statement does not enter a pool; empty when it does.
func leftOut(st *model.Statement) string {
	switch {
	case st.Method != model.MethodHoldout || len(st.Arms) < 2:
		return LeftNoHoldout
	case st.Verdict == model.VerdictBlocked:
		return LeftBlocked
	case !st.Window.Closed:
		return LeftOpen
	case st.Spend.Diff == nil || st.Spend.SE == nil || !(*st.Spend.SE > 0):
		return LeftNoRange
	}
	return ""
}

// Summed is the money of campaigns added up, however many they are.
type Summed struct {
	Counted int
	Money   *PooledMoney // nil without any
	LeftOut []LeftOut
}

// SumStatements adds up the margin of the statements that are closed, causal and
// sound, the others left out by name: Σ 100·mᵢ·Nᵢ·Δᵢ ± z·√Σ(100·mᵢ·Nᵢ·seᵢ)², their
// zones blanches having been drawn apart.
func SumStatements(all []model.Statement, alpha float64) Summed {
	o := Summed{LeftOut: []LeftOut{}}
	var money PooledMoney
	var margin, squared sum
	for i := range all {
		st := &all[i]
		if why := leftOut(st); why != "" {
			o.LeftOut = append(o.LeftOut, LeftOut{st.Campaign, why})
			continue
		}
		perEuro := 100 * st.Money.Margin * float64(st.Arms[0].Customers)
		margin.add(perEuro * *st.Spend.Diff)
		squared.add((perEuro * *st.Spend.SE) * (perEuro * *st.Spend.SE))
		money.Cost += st.Money.Cost
		o.Counted++
	}
	if o.Counted > 0 {
		money.fill(margin.value(), zTwoSided(alpha)*math.Sqrt(squared.value()))
		o.Money = &money
	}
	return o
}
