package campaigns

import (
	"time"

	"blanche/model"
)

// Holdout is the zone blanche of a campaign.
type Holdout struct {
	Campaign string               `json:"campaign"`
	Salt     string               `json:"salt"`
	Share    float64              `json:"share"`
	Target   int                  `json:"target"`
	HeldOut  int                  `json:"held_out"`
	Strata   []model.StratumQuota `json:"strata"`
	Members  []HoldoutMember      `json:"members"`

	Unit      string          `json:"unit,omitempty"`      // field whose values are drawn as one
	DrawnAt   *time.Time      `json:"drawn_at"`            // of the freeze: that of the ghosts
	Universal *UniversalProof `json:"universal,omitempty"` // the layer above; nil: none
}

// UniversalProof is the universal zone blanche as a campaign met it.
type UniversalProof struct {
	Period   string  `json:"period"` // 2026-H2
	Share    float64 `json:"share"`
	Taken    int     `json:"taken"`  // people of the target taken out
	Mailed   bool    `json:"mailed"` // somebody insisted on writing to them
	By       string  `json:"by,omitempty"`
	Replayed bool    `json:"replayed"`        // holdout verify: the same people come out
	Doubt    string  `json:"doubt,omitempty"` // apart, taken
}

// HoldoutMember is one person left alone.
type HoldoutMember struct {
	ID      model.ContactID `json:"id"`
	Email   string          `json:"email"`
	Stratum string          `json:"stratum"`
}

// HoldoutProof is a draw replayed.
type HoldoutProof struct {
	Campaign string `json:"campaign"`
	HeldOut  int    `json:"held_out"`
	Salt     string `json:"salt"`
	Replayed bool   `json:"replayed"`        // the same people come out
	Doubt    string `json:"doubt,omitempty"` // what contradicts the draw: both, quotas, members, order
	Touched  int    `json:"touched"`         // held-out people with a line in the ledger of this campaign: must be 0

	Unit      string          `json:"unit,omitempty"`
	Universal *UniversalProof `json:"universal,omitempty"` // the layer above; nil: none
}

// Good reports whether nothing contradicts the draw.
func (p *HoldoutProof) Good() bool {
	return p.Replayed && p.Touched == 0 && (p.Universal == nil || p.Universal.Replayed)
}

// HoldoutRequest asks what a zone blanche could show.
type HoldoutRequest struct {
	Rule       string
	Margin     float64
	Fixed      model.Cents
	PerMessage model.Cents
	WindowDays int
	// Expected is the difference that somebody expects, in euros a person; nil: the
	// median of the past campaigns of the shop.
	Expected *float64
}

// HoldoutPlan answers for several sizes.
type HoldoutPlan struct {
	Rule     string           `json:"rule"`
	Target   int              `json:"target"`
	BaseRate float64          `json:"base_rate"` // buyers per person in a window of the past
	SD       float64          `json:"sd"`        // of the spend per person, in euros
	Rows     []HoldoutPlanRow `json:"rows"`

	WindowDays   int      `json:"window_days"`
	Expected     *float64 `json:"expected_effect"` // euros a person; nil: nobody knows yet
	ExpectedFrom string   `json:"expected_from"`   // given, past, or empty
	Past         int      `json:"past_campaigns"`  // whose median it is
	Advised      float64  `json:"advised_share"`
	// Campaigns is how many like this one it takes, at the advised share, to see
	// the expected effect and to have buyers enough; 1 where this one does, nil
	// where none would: an effect that does not pay is not made one by repeating it.
	Campaigns *int `json:"group_campaigns"`
	// LowPower is the red advice: at the advised share the smallest effect seen is
	// more than twice the expected one.
	LowPower bool `json:"low_power"`
}

// HoldoutPlanRow is one size of the zone blanche.
type HoldoutPlanRow struct {
	Share      float64 `json:"share"`
	HeldOut    int     `json:"held_out"`
	Buyers     float64 `json:"expected_buyers"`
	MDERate    float64 `json:"mde_rate"`  // smallest difference of rates seen, 80 % power
	MDESpend   float64 `json:"mde_spend"` // euros per person
	BreakEven  float64 `json:"break_even_delta"`
	Sufficient bool    `json:"sufficient"` // 100 expected buyers

	// MDEProfit is the smallest profit seen: what the people written to bring
	// beyond the break-even when the effect exceeds it by MDESpend.
	MDEProfit model.Cents `json:"mde_profit_cents"`
	// NeededEffect is the effect a person that brings this profit, in euros.
	NeededEffect float64 `json:"needed_effect"`
	// HoldoutCost is the margin given up by leaving these people alone, less the
	// messages that it saves; nil without an expected effect.
	HoldoutCost *model.Cents `json:"holdout_cost_cents"`
	// SeesProfit says that MDESpend ≤ expected effect − break-even.
	SeesProfit bool `json:"sees_profit"`
	LowPower   bool `json:"low_power"`       // MDESpend > 2 × expected effect
	Campaigns  *int `json:"group_campaigns"` // as in HoldoutPlan, at this share
	Advised    bool `json:"advised"`
}
