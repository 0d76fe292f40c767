package demo

import (
	"context"
	"time"

	"blanche/model"
)

// Summary is what a demonstration shows, with what is true. The JSON form is
// the contract of `blanche demo --headless`.
type Summary struct {
	Seed      uint64            `json:"seed"`
	Contacts  int               `json:"contacts"`
	Orders    int               `json:"orders"`
	Speed     float64           `json:"speed"`
	From      time.Time         `json:"from"` // the demonstration's time
	Now       time.Time         `json:"now"`
	Campaigns []CampaignSummary `json:"campaigns"` // the newest first
}

// CampaignSummary is one campaign. The effects are in euros for each customer
// of the target.
type CampaignSummary struct {
	Name      string              `json:"name"`
	Kind      string              `json:"kind"`
	State     model.CampaignState `json:"state"`
	Planned   int                 `json:"planned"`
	HeldOut   int                 `json:"held_out"`
	Accepted  int                 `json:"accepted"`
	Refused   int                 `json:"refused"`
	Excluded  int                 `json:"excluded"`
	Uncertain int                 `json:"uncertain"`
	Deferred  int                 `json:"deferred"`
	Waiting   int                 `json:"waiting"`
	Balanced  bool                `json:"balanced"`

	TrueEffect       *float64  `json:"true_effect"`        // on the orders so far
	TrueEffectWindow *float64  `json:"true_effect_window"` // on those of the whole window
	Measured         *Measured `json:"measured"`           // nil before the launch
	Covers           *bool     `json:"covers"`             // the true effect so far is in the interval
}

// Measured is what the product says, without knowing the truth.
type Measured struct {
	Diff    *float64        `json:"diff"`
	CI      *model.Interval `json:"ci"`
	Method  string          `json:"method"`
	Verdict model.Verdict   `json:"verdict"`
	Day     int             `json:"day"` // of the window
	Days    int             `json:"days"`
}

// Summary compares what is measured with what is true, now.
func (d *Demo) Summary(ctx context.Context) (Summary, error) {
	now := d.clock.Now()
	if err := d.buy(ctx, now); err != nil {
		return Summary{}, err
	}
	out := Summary{Seed: d.opt.Seed, Contacts: d.opt.Contacts, Speed: d.opt.Speed, From: d.clock.from, Now: now.In(d.opt.Zone), Campaigns: []CampaignSummary{}}
	var err error
	if out.Orders, err = d.opt.Store.Orders().Count(ctx); err != nil {
		return out, err
	}
	lines, err := d.service.Campaigns(ctx)
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		c, err := d.summary(ctx, l.Name, now)
		if err != nil {
			return out, err
		}
		out.Campaigns = append(out.Campaigns, c)
	}
	return out, nil
}

func (d *Demo) summary(ctx context.Context, name string, now time.Time) (CampaignSummary, error) {
	st, err := d.service.Status(ctx, name)
	if err != nil {
		return CampaignSummary{}, err
	}
	out := CampaignSummary{
		Name: st.Name, Kind: st.Kind, State: st.State, Planned: st.Planned, HeldOut: st.HeldOut, Accepted: st.Accepted,
		Refused: st.Refused, Excluded: st.Excluded, Uncertain: st.Uncertain, Deferred: st.Deferred, Waiting: st.Waiting, Balanced: st.Balanced,
	}
	d.mu.Lock()
	c := d.known[name]
	d.mu.Unlock()
	if c == nil {
		return out, nil
	}
	soFar, whole := c.TrueEffect(now), c.TrueEffect(time.Time{})
	out.TrueEffect, out.TrueEffectWindow = &soFar, &whole
	m, err := d.service.ROI(ctx, name)
	if err != nil {
		return out, err
	}
	out.Measured = &Measured{
		Diff: m.Spend.Diff, CI: m.Spend.CI, Method: m.Spend.Method, Verdict: m.Verdict, Day: m.Day, Days: m.Window.Days,
	}
	if m.Spend.CI != nil {
		covers := m.Spend.CI.Holds(soFar)
		out.Covers = &covers
	}
	return out, nil
}
