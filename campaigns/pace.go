package campaigns

import (
	"context"
	"errors"
	"math"
	"time"

	"blanche/model"
)

// The bounds of a pace that somebody sets.
const (
	maxRate        = 1e6 // messages a second
	maxConnections = 1000
	maxCeiling     = 1e9
	maxGrowth      = 10 // eleven times as many each day
)

// allLanes names the rate of all lanes together.
const allLanes = "all"

// Lanes is every lane: its pace, and where it stands now.
func (s *Service) Lanes(ctx context.Context) (LaneReport, error) {
	p, err := s.store.Pacing().Get(ctx)
	if err != nil {
		return LaneReport{}, err
	}
	r := LaneReport{Rate: p.Rate, WarmUp: LaneWarmUp{p.WarmUp.On, p.WarmUp.First, p.WarmUp.Growth}}
	var sent [model.Lanes]int
	if s.worker == nil {
		if sent, err = s.sentToday(ctx, s.Now()); err != nil {
			return r, err
		}
	}
	for l := range model.Lanes {
		line := model.LaneStatus{Lane: model.Lane(l).String(), SentToday: sent[l]}
		pacedLane(&line, &p, model.Lane(l))
		s.movingLane(&line, model.Lane(l))
		r.Lanes = append(r.Lanes, line)
	}
	return r, nil
}

// pacedLane says how a lane may be used today.
func pacedLane(line *model.LaneStatus, p *model.Pacing, l model.Lane) {
	pace := p.Lanes[l]
	line.RateLimit, line.Connections, line.Ceiling = pace.Rate, pace.Connections, p.Ceiling(l)
}

// movingLane says what the worker has in hand of a lane, of all campaigns.
func (s *Service) movingLane(line *model.LaneStatus, l model.Lane) {
	if s.worker == nil {
		return
	}
	at := s.worker.Snapshot().Lanes[l]
	line.InHand, line.SentToday = at.InHand, at.SentToday
	line.SlowUntil, line.SlowWhy = instant(at.SlowUntil), at.SlowWhy
	line.RatePerSecond = at.Rate
}

// SetLane changes the pace of a lane, "all" the rate of all together.
func (s *Service) SetLane(ctx context.Context, lane string, c LaneChange) (LaneReport, error) {
	return s.setPacing(ctx, func(p *model.Pacing) error { return c.apply(p, lane) })
}

// setPacing changes the pace of everything, and hands it to the worker at once:
// what was kept last is what holds.
func (s *Service) setPacing(ctx context.Context, change func(*model.Pacing) error) (LaneReport, error) {
	s.pacing.Lock()
	p, err := s.store.Pacing().Change(ctx, func(p *model.Pacing) error {
		if err := change(p); err != nil {
			return err
		}
		return unlessRehearsed(ctx)
	})
	if err == nil && s.worker != nil {
		s.worker.SetPacing(p)
	}
	s.pacing.Unlock()
	if err != nil && !errors.Is(err, errRehearsed) {
		return LaneReport{}, err
	}
	s.changed()
	return s.Lanes(ctx)
}

// apply changes what is given.
func (c LaneChange) apply(p *model.Pacing, lane string) error {
	if err := c.possible(); err != nil {
		return err
	}
	if lane == allLanes {
		if c.Connections != nil || c.Ceiling != nil {
			return model.Invalid("lane.all_rate_only")
		}
		set(&p.Rate, c.Rate)
		return nil
	}
	l, ok := model.ParseLane(lane)
	if !ok {
		return model.Invalid("lane.unknown", "lane", lane, "nearest", nearestLane(lane))
	}
	set(&p.Lanes[l].Rate, c.Rate)
	set(&p.Lanes[l].Connections, c.Connections)
	set(&p.Lanes[l].Ceiling, c.Ceiling)
	return nil
}

// possible refuses what no relay and no day can hold.
func (c LaneChange) possible() error {
	if c.Rate != nil && !within(*c.Rate, maxRate) {
		return model.Invalid("lane.bad_rate", "rate", *c.Rate)
	}
	if c.Connections != nil && !within(float64(*c.Connections), maxConnections) {
		return model.Invalid("lane.bad_connections", "n", *c.Connections, "most", maxConnections)
	}
	if c.Ceiling != nil && !within(float64(*c.Ceiling), maxCeiling) {
		return model.Invalid("lane.bad_ceiling", "n", *c.Ceiling)
	}
	return nil
}

// within reports whether a number is from 0 to the most; NaN is not.
func within(x, most float64) bool { return x >= 0 && x <= most && !math.IsInf(x, 0) }

func set[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

// nearestLane is the lane that somebody may have meant: the one that shares the
// most letters at the same places with what they wrote.
func nearestLane(word string) string {
	best, most := allLanes, 0
	for l := range model.Lanes {
		name := model.Lane(l).String()
		same := 0
		for i := range min(len(name), len(word)) {
			if name[i] == word[i] {
				same++
			}
		}
		if same > most {
			best, most = name, same
		}
	}
	return best
}

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

// SetWarmUp begins, changes or ends (first 0) the warm-up of every lane. A
// change of one under way keeps the days that each lane has behind it.
func (s *Service) SetWarmUp(ctx context.Context, first int, growth float64) (LaneReport, error) {
	switch {
	case first < 0 || first > maxCeiling:
		return LaneReport{}, model.Invalid("lane.bad_ceiling", "n", first)
	case first > 0 && !(growth > 0 && growth <= maxGrowth):
		return LaneReport{}, model.Invalid("lane.bad_growth", "growth", growth, "most", maxGrowth)
	}
	today := model.DateOf(s.Now(), s.cfg.Zone)
	return s.setPacing(ctx, func(p *model.Pacing) error {
		w := &p.WarmUp
		if first == 0 {
			*w = model.WarmUp{}
			return nil
		}
		if !w.On {
			for l := range w.Days {
				w.Days[l] = model.WarmUpDay{Day: today}
			}
		}
		w.On, w.First, w.Growth = true, first, growth
		return nil
	})
}

// sentToday counts the messages of each lane that left on the day of an
// instant: what the ceilings of the worker begin with.
func (s *Service) sentToday(ctx context.Context, now time.Time) (sent [model.Lanes]int, err error) {
	days, err := s.dayOf(ctx, model.DateOf(now, s.cfg.Zone))
	for l := range days {
		sent[l] = days[l].sent
	}
	return sent, err
}

// laneDay is what became of the messages of a lane on one day.
type laneDay struct{ sent, deferred int }

// dayOf counts, in the ledgers of the campaigns that may have sent on a day,
// the last answer of each recipient; who was put off once stays counted as put
// off when the message goes through the same day, or was tried again since: a
// day is counted soon after its midnight.
func (s *Service) dayOf(ctx context.Context, day model.Date) (lanes [model.Lanes]laneDay, err error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return lanes, err
	}
	from, to := day.In(s.cfg.Zone), (day + 1).In(s.cfg.Zone)
	for i := range all {
		c := &all[i]
		if !c.State.Launched() || c.External || !c.StartedAt.Before(to) || !c.FinishedAt.IsZero() && c.FinishedAt.Before(from) {
			continue
		}
		err := s.store.Ledger().Lines(ctx, c.ID, answered, func(r model.Recipient) error {
			if r.At.Before(from) || !r.At.Before(to) && r.Attempts < 2 {
				return nil
			}
			lanes[r.Lane].sent++
			if r.State == model.StateDeferred || r.Attempts > 1 {
				lanes[r.Lane].deferred++
			}
			return nil
		})
		if err != nil {
			return lanes, err
		}
	}
	return lanes, nil
}

// answered are the states of those whom the relay gave an answer about.
var answered = []model.State{model.StateAccepted, model.StateDeferred, model.StateRefused, model.StateUncertain, model.StateBounced}
