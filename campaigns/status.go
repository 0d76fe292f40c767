package campaigns

import (
	"context"
	"maps"
	"slices"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

// Status is where the sending of a campaign stands, counted from the ledger.
func (s *Service) Status(ctx context.Context, name string) (model.Status, error) {
	d, leaving := s.departures.of(name)
	c, err := s.campaign(ctx, name)
	if err != nil {
		return model.Status{}, err
	}
	st, err := s.status(ctx, &c)
	if leaving && !st.State.Launched() && st.LeavesAt == nil { // it left while this was looked at
		st.LeavesAt, st.LeavesPlanned = instant(d.At), d.Planned
	}
	return st, err
}

func (s *Service) status(ctx context.Context, c *model.Campaign) (model.Status, error) {
	st := model.Status{
		Name: c.Name, Title: c.Spec.Title, Kind: c.Spec.Kind, State: c.State, Version: len(c.Versions),
		Matched: c.Matched, Target: c.Target, RateLimit: c.Rate, Balanced: true,
		StartedAt: instant(c.StartedAt), FinishedAt: instant(c.FinishedAt), PausedWhy: c.PausedWhy,
		Lanes: []model.LaneStatus{}, Versions: []model.VersionCount{},
	}
	st.RequestedAt, st.FirstAcceptedAt, st.Complaints = instant(c.Spec.Requested), instant(c.FirstAcceptedAt), c.Complaints
	if d, ok := s.departures.of(c.Name); ok {
		st.LeavesAt, st.LeavesPlanned = instant(d.At), d.Planned
	}
	if s.missed(c) {
		st.State = model.Late
	}
	if !c.State.Launched() {
		return st, nil
	}
	if _, err := s.frozen(ctx, c); isForeign(err) { // what its number holds is another's
		return st, nil
	} else if err != nil {
		return st, err
	}
	t, err := s.store.Ledger().Tally(ctx, c.ID)
	if err != nil {
		return st, err
	}
	tallied(&st, &t)
	st.AB = abStatus(c, &t)
	if st.Responses, err = s.responsesOf(ctx, c); err != nil {
		return st, err
	}
	compare(&st)
	s.addPace(&st, c)
	return st, nil
}

// tallied fills in the part of a status that the ledger knows.
func tallied(st *model.Status, t *model.Tally) {
	st.HeldOut, st.Planned = t.HeldOut, t.Planned
	st.Target = t.HeldOut + t.Planned
	st.Accepted, st.Bounced = t.Taken(), t.ByState[model.StateBounced]
	st.Refused = t.ByState[model.StateRefused]
	st.Excluded = t.ByState[model.StateExcluded]
	st.Uncertain = t.ByState[model.StateUncertain]
	st.Deferred = t.ByState[model.StateDeferred]
	st.Waiting = t.Waiting()
	st.InFlight = t.ByState[model.StateIntended]
	st.Balanced = t.Balanced()
	for lane, by := range t.ByLane {
		l := model.LaneStatus{
			Lane: model.Lane(lane).String(), Accepted: by[model.StateAccepted] + by[model.StateBounced], Bounced: by[model.StateBounced], Deferred: by[model.StateDeferred], Refused: by[model.StateRefused],
			Waiting: by[model.StatePlanned] + by[model.StateClaimed] + by[model.StateIntended],
		}
		if l.Accepted+l.Deferred+l.Refused+l.Waiting > 0 {
			st.Lanes = append(st.Lanes, l)
		}
	}
	for _, v := range slices.Sorted(maps.Keys(t.Versions)) {
		st.Versions = append(st.Versions, model.VersionCount{Version: int(v), Accepted: t.Versions[v]})
	}
	if (st.State == model.Running || st.State == model.Paused) && t.Finished() {
		st.State, st.PausedWhy = model.Done, ""
	}
}

// addPace fills in the part of a status that the worker knows.
func (s *Service) addPace(st *model.Status, c *model.Campaign) {
	if s.worker == nil {
		return
	}
	st.Sending = st.State == model.Running && s.worker.Going(c.ID)
	p, ok := s.worker.Progress(c.ID)
	if !ok {
		return
	}
	st.Sending = st.Sending || p.Running || p.InFlight > 0
	if st.State == model.Running {
		s.hold(st)
	}
	st.RatePerSecond = p.Rate
	for i := range st.Lanes {
		if l, known := model.ParseLane(st.Lanes[i].Lane); known {
			s.laneNow(&st.Lanes[i], l)
		}
		st.Lanes[i].RatePerSecond = p.LaneRate[st.Lanes[i].Lane] // of this campaign alone
	}
	st.RestsUntil = instant(p.RestsUntil)
	if p.Rate > 0 && st.State == model.Running {
		left := float64(st.Waiting+st.Deferred) / p.Rate * max(s.opt.Speed, 1)
		st.ETA = instant(s.Now().Add(time.Duration(left * float64(time.Second))))
	}
}

// hold says what keeps everything from leaving for now, and why as far as it is
// known.
func (s *Service) hold(st *model.Status) {
	st.HeldBy = heldBy(s.worker.Snapshot())
	if a := s.pulse.alarm(); st.HeldBy == model.HeldPublic && a.Why != nil {
		st.HeldWhy = a.Why.Error()
		if a.Unread {
			st.HeldBy = model.HeldOppositions
		}
	}
}

// heldBy is what keeps everything from leaving for now, though nobody paused it.
func heldBy(at *worker.Snapshot) string {
	switch {
	case at.DiskLow:
		return model.HeldDisk
	case at.PublicDown:
		return model.HeldPublic
	case at.StoreDown:
		return model.HeldStore
	case at.RelayDown:
		return model.HeldRelay
	}
	return ""
}

// laneNow is a lane as the worker uses it at this moment, for all campaigns.
func (s *Service) laneNow(line *model.LaneStatus, l model.Lane) {
	at := s.worker.Snapshot().Lanes[l]
	line.RateLimit, line.Connections, line.Ceiling = at.Pace.Rate, at.Pace.Connections, at.Ceiling
	s.movingLane(line, l)
}

// instant is a time for JSON: nil for none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
