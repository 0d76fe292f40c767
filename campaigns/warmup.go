package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// When a day of a warm-up went well, and when it did not: shares of the messages
// of a lane that were put off, or called spam. Providers slow down a sender long
// before they say no, and a complaint of one in a thousand is where they warn.
const (
	calmDeferrals  = 0.05
	muchDeferrals  = 0.10
	calmComplaints = 0.001
	muchComplaints = 0.003
	usedEnough     = 0.5 // of the ceiling: a day that tried nothing proves nothing
)

// warmStep is the change of step after a day on which a lane had a ceiling.
func warmStep(d laneDay, complaints, ceiling int) int {
	if d.sent == 0 {
		return 0
	}
	put, complained := float64(d.deferred)/float64(d.sent), float64(complaints)/float64(d.sent)
	switch {
	case put > muchDeferrals || complained > muchComplaints:
		return -1
	case put <= calmDeferrals && complained <= calmComplaints && float64(d.sent) >= usedEnough*float64(ceiling):
		return 1
	}
	return 0
}

// warmUp takes the step of the day, once a day and lane, from what became of
// the last day on which the warm-up was looked at: a process that was off for a
// while goes on where it was.
func (s *Service) warmUp(ctx context.Context) error {
	p, err := s.store.Pacing().Get(ctx)
	today := model.DateOf(s.Now(), s.cfg.Zone)
	if err != nil || !p.WarmUp.On || !behind(&p.WarmUp, today) {
		return err
	}
	days := map[model.Date][model.Lanes]laneDay{}
	for _, d := range p.WarmUp.Days {
		if _, known := days[d.Day]; known || d.Day.IsZero() || d.Day >= today {
			continue
		}
		if days[d.Day], err = s.dayOf(ctx, d.Day); err != nil {
			return err
		}
	}
	_, err = s.setPacing(s.byItself(ctx, actWarm), func(now *model.Pacing) error {
		w := &now.WarmUp
		for l := range w.Days {
			d := &w.Days[l]
			if !w.On || lookedAt(d.Day, today) {
				continue
			}
			if counted, known := days[d.Day]; known {
				d.Step = max(0, d.Step+warmStep(counted[l], d.Complaints, now.Ceiling(model.Lane(l))))
			}
			d.Day, d.Complaints = today, 0
		}
		return nil
	})
	return err
}

// behind reports whether a lane has not been looked at today.
func behind(w *model.WarmUp, today model.Date) bool {
	for _, d := range w.Days {
		if !lookedAt(d.Day, today) {
			return true
		}
	}
	return false
}

// lookedAt reports whether the day of a lane is today, or tomorrow by a clock
// that went back over midnight: that day is not counted twice. One further ahead
// is of a clock that was wrong, and would hold the warm-up until it comes.
func lookedAt(day, today model.Date) bool { return day == today || day == today+1 }

// keepWarm takes the steps of the warm-up soon after midnight, or when the
// process begins; what could not be counted is tried again.
func (s *Service) keepWarm(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		_ = s.warmUp(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// coldComplaint counts a complaint in the day of a lane under warm-up.
func (s *Service) coldComplaint(ctx context.Context, l model.Lane) error {
	p, err := s.store.Pacing().Get(ctx)
	if err != nil || !p.WarmUp.On {
		return err
	}
	_, err = s.setPacing(ctx, func(p *model.Pacing) error {
		if p.WarmUp.On {
			p.WarmUp.Days[l].Complaints++
		}
		return nil
	})
	return err
}
