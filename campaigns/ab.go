package campaigns

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/measure"
	"blanche/model"
	"blanche/store"
)

// abLevel is the share of tests of wordings that do not differ in which one is
// nevertheless called better, at most.
const abLevel = 0.05

// gain is what each person brought from the start of a campaign to an instant,
// under one metric: euros, or clicks. Who brought nothing is not in it.
type gain func(ctx context.Context, c *model.Campaign, until time.Time) (map[model.ContactID]float64, error)

// gains are the metrics that a test may be decided by here. Never opens.
func (s *Service) gains() map[string]gain {
	return map[string]gain{"revenue": s.revenueSince, metricClicks: s.clicksSince}
}

// metricClicks is decided by who followed a link, which nobody does without a
// public part.
const metricClicks = "clicks"

// revenueSince is the net revenue of the paid orders since the day of the start.
func (s *Service) revenueSince(ctx context.Context, c *model.Campaign, until time.Time) (map[model.ContactID]float64, error) {
	first, last := model.DateOf(c.StartedAt, s.cfg.Zone), model.DateOf(until, s.cfg.Zone)
	sums := map[model.ContactID]model.Cents{}
	credit, err := s.creditAt(ctx, c.StartedAt)
	if err != nil {
		return nil, err
	}
	err = s.store.Orders().Scan(ctx, func(o store.Sale) error {
		if o.Day >= first && o.Day <= last {
			sums[credit(&o)] += o.Cents
		}
		return nil
	})
	out := make(map[model.ContactID]float64, len(sums))
	for id, cents := range sums {
		out[id] = cents.Euros()
	}
	return out, err
}

// allowed are the cells that may be sent to: those of the test until somebody,
// or the figures, have chosen for the rest.
func allowed(c *model.Campaign) model.CellSet {
	if len(c.Spec.AB.Variants) == 0 || c.AB.Winner != 0 {
		return 0
	}
	var cells model.CellSet
	for i := range c.Spec.AB.Variants {
		cells |= 1 << (i + 1)
	}
	return cells
}

// drawCells draws the cells of a test among the planned; the zone blanche is
// drawn already, and untouched.
func drawCells(spec *model.CampaignSpec, salt string, plan *model.Plan) {
	if k := len(spec.AB.Variants); k > 0 {
		audience.DrawCells(salt, spec.AB.Share, k, plan.Planned)
	}
}

// testLines are the lines of the preflight about a test of wordings.
func (s *Service) testLines(spec *model.CampaignSpec, planned int) []model.CheckLine {
	ab := &spec.AB
	if len(ab.Variants) == 0 {
		return nil
	}
	if _, ok := s.gains()[ab.Metric]; !ok || ab.Metric == metricClicks && s.cfg.Public.URL == "" {
		return []model.CheckLine{{Code: "ab_no_clicks", Level: model.LevelStop, Args: []any{"metric", ab.Metric}}}
	}
	size := audience.CellSize(planned, ab.Share, len(ab.Variants))
	args := []any{"variants", len(ab.Variants), "each", size, "rest", planned - size*len(ab.Variants), "delay", ab.Delay}
	if size == 0 {
		return []model.CheckLine{{Code: "ab_nobody", Level: model.LevelStop, Args: args}}
	}
	return []model.CheckLine{{Code: "ab", Level: model.LevelInfo, Args: args}}
}

// tested notes, once, that everybody in the cells of a test has an answer.
func (s *Service) tested(ctx context.Context, name string) error {
	ctx = s.byItself(ctx, actVerdict)
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil || len(c.Spec.AB.Variants) == 0 || !c.AB.TestedAt.IsZero() || c.AB.Winner != 0 {
			return err
		}
		return s.step(ctx, name, func(c *model.Campaign) error {
			c.AB.TestedAt = s.Now()
			return nil
		})
	})
}

// undecided reports whether the verdict of a test is due.
func (s *Service) undecided(c *model.Campaign) bool {
	t := &c.AB
	live := c.State == model.Running || c.State == model.Paused || c.State == model.Done
	return live && len(c.Spec.AB.Variants) > 0 && t.Verdict == "" && !t.TestedAt.IsZero() && !s.Now().Before(t.TestedAt.Add(c.Spec.AB.Delay))
}

// decide gives the verdict of a test whose time has come. A better wording goes
// to the rest at once; where no difference shows, the rest wait until somebody
// chooses.
func (s *Service) decide(ctx context.Context, name string) error {
	ctx = s.byItself(ctx, actVerdict)
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil || !s.undecided(&c) {
			return err
		}
		contest, figures, err := s.compete(ctx, &c)
		if err != nil {
			return err
		}
		winner, verdict := model.Cell(0), model.ABNoDifference
		if contest.Better {
			winner, verdict = model.Cell(contest.Best+1), model.ABBetter
		}
		err = s.step(ctx, name, func(c *model.Campaign) error {
			c.AB.DecidedAt, c.AB.Figures, c.AB.Verdict, c.AB.Winner = s.Now(), figures, verdict, winner
			return nil
		})
		if err != nil {
			return err
		}
		if winner == 0 {
			s.worker.Note(name, model.LevelWarn, "deliver.event.ab_no_difference", "name", name)
			return nil
		}
		s.worker.Allow(c.ID, 0)
		s.worker.Note(name, model.LevelOK, "deliver.event.ab_better", "variant", c.Spec.AB.Variants[winner-1].Name)
		return nil
	})
}

// compete compares what the people of the cells brought, everybody planned in
// them counted, whatever became of their message.
func (s *Service) compete(ctx context.Context, c *model.Campaign) (measure.Contest, []model.ABFigure, error) {
	brought, err := s.gains()[c.Spec.AB.Metric](ctx, c, s.Now())
	if err != nil {
		return measure.Contest{}, nil, err
	}
	samples := make([]measure.Sample, len(c.Spec.AB.Variants))
	err = s.store.Ledger().Lines(ctx, c.ID, everyState(), func(r model.Recipient) error {
		if r.Cell == 0 || int(r.Cell) > len(samples) {
			return nil
		}
		one := &samples[r.Cell-1]
		one.N++
		if v := brought[r.Contact]; v != 0 {
			one.Values = append(one.Values, v)
		}
		return nil
	})
	if err != nil {
		return measure.Contest{}, nil, err
	}
	contest := measure.Compete(samples, abLevel)
	figures := make([]model.ABFigure, len(samples))
	for i := range figures {
		f := model.ABFigure{Value: float64(contest.Means[i]), Low: float64(contest.Ranges[i][0]), High: float64(contest.Ranges[i][1])}
		if f.Sure = contest.Ranges[i].Known(); !f.Sure {
			f.Low, f.High = 0, 0
		}
		if math.IsNaN(f.Value) {
			f.Value = 0
		}
		figures[i] = f
	}
	return contest, figures, nil
}

// ChooseVariant gives the rest of a campaign under test the wording of a
// variant, whatever the figures say: at any moment once the cells have been
// sent to. What is chosen stays, for it leaves at once.
func (s *Service) ChooseVariant(ctx context.Context, name, variant string) error {
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(c.Spec.AB.Variants, func(v model.Variant) bool { return v.Name == variant })
		switch {
		case len(c.Spec.AB.Variants) == 0:
			return model.Refused("campaign.no_test", "name", name)
		case c.State != model.Running && c.State != model.Paused:
			return wrongState(&c)
		case at < 0:
			return model.Invalid("campaign.unknown_variant", "variant", variant, "choices", variantNames(&c.Spec))
		case c.AB.Winner != 0:
			return model.Refused("campaign.test_decided", "name", name, "variant", c.Spec.AB.Variants[c.AB.Winner-1].Name)
		case c.AB.TestedAt.IsZero():
			return model.Refused("campaign.test_running", "name", name)
		}
		_, figures, err := s.compete(ctx, &c)
		if err != nil {
			return err
		}
		err = s.step(ctx, name, func(c *model.Campaign) error {
			c.AB.DecidedAt, c.AB.Verdict, c.AB.By, c.AB.Winner = s.Now(), model.ABChosen, actorName(ctx), model.Cell(at+1)
			c.AB.Figures = figures
			return nil
		})
		if err == nil && s.worker != nil && !rehearsed(ctx) {
			s.worker.Allow(c.ID, 0)
		}
		return err
	})
}

func variantNames(spec *model.CampaignSpec) string {
	names := make([]string, len(spec.AB.Variants))
	for i, v := range spec.AB.Variants {
		names[i] = v.Name
	}
	return strings.Join(names, ", ")
}

// abStatus is where the test of a launched campaign stands; nil without one.
func abStatus(c *model.Campaign, t *model.Tally) *model.ABStatus {
	if len(c.Spec.AB.Variants) == 0 {
		return nil
	}
	a := &c.AB
	st := &model.ABStatus{
		Metric: c.Spec.AB.Metric, Decided: a.Winner != 0, TestedAt: instant(a.TestedAt), Verdict: a.Verdict,
		Waits: a.Waits() && (c.State == model.Running || c.State == model.Paused), Variants: []model.VariantStatus{},
	}
	if !a.TestedAt.IsZero() && a.Verdict == "" {
		st.DecidesAt = instant(a.TestedAt.Add(c.Spec.AB.Delay))
	}
	for i, v := range c.Spec.AB.Variants {
		by := t.ByCell[i+1]
		line := model.VariantStatus{Name: v.Name, Subject: v.Subject, Accepted: by[model.StateAccepted] + by[model.StateBounced]}
		if line.Subject == "" {
			line.Subject = c.Spec.Subject
		}
		for _, n := range by {
			line.Planned += n
		}
		if i < len(a.Figures) {
			f := a.Figures[i]
			line.Value = &f.Value
			if f.Sure {
				line.Range = &[2]float64{f.Low, f.High}
			}
		}
		if model.Cell(i+1) == a.Winner {
			st.Winner = v.Name
		}
		st.Variants = append(st.Variants, line)
	}
	return st
}
