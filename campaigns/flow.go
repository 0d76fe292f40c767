package campaigns

import (
	"context"
	"slices"
	"sync/atomic"

	"blanche/model"
)

// Flow is what goes through the public part, in figures that name nobody.
type Flow struct {
	// Letters to other programs since this process began: taken, not taken (and
	// tried again), given up.
	Told, NotTold, GaveUp uint64
	// Letters that wait, were given up, or whose receiver the settings do not name.
	Letters map[string]int
	// Responses that wait for the disk, and opens that were dropped since this
	// process began, because too much came at once.
	Responses int
	Shed      uint64
	// Reached: the public part answered when it was last asked; Asked: it was.
	Asked, Reached bool
}

// flowing counts letters.
type flowing struct{ told, notTold, gaveUp atomic.Uint64 }

// Flow reads the figures of the public part. It visits the letters that wait.
func (s *Service) Flow(ctx context.Context) (Flow, error) {
	f := Flow{
		Told: s.flowing.told.Load(), NotTold: s.flowing.notTold.Load(), GaveUp: s.flowing.gaveUp.Load(),
		Letters: map[string]int{HookWaits: 0, HookDead: 0, HookLost: 0}, Shed: s.Shed(),
	}
	s.recorder.mu.Lock()
	f.Responses = s.recorder.held + len(s.recorder.opens)
	s.recorder.mu.Unlock()
	s.pulse.mu.Lock()
	f.Asked, f.Reached = s.pulse.asked, s.pulse.asked && s.pulse.why == nil
	s.pulse.mu.Unlock()
	err := s.store.Outbox().Each(ctx, func(o model.Outgoing) bool {
		f.Letters[s.letterState(&o)]++
		return true
	})
	return f, err
}

// letterState is whether a letter waits, and for whom.
func (s *Service) letterState(o *model.Outgoing) string {
	switch {
	case !o.Dead.IsZero():
		return HookDead
	case !slices.ContainsFunc(s.cfg.HooksOut, func(h HookOut) bool { return h.Name == o.To }):
		return HookLost
	}
	return HookWaits
}
