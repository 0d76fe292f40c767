package campaigns

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"blanche/model"
)

// pressures remember how many messages of late everybody got, for the counts
// that are made while somebody types: the ledger is read again when a tally has
// changed, and once a minute for what has become old.
type pressures struct {
	mu     sync.Mutex
	key    string
	recent func(model.ContactID) int
	gotKey string
	got    func(model.ContactID) time.Time
}

// typedPressure is pressure as a count needs it: at most a minute old. A draw
// asks pressure itself.
func (s *Service) typedPressure(ctx context.Context) (func(model.ContactID) int, error) {
	if s.cfg.Pressure.MaxMessages <= 0 {
		return nil, nil
	}
	key, some, err := s.pressureKey(ctx)
	if err != nil || !some {
		return nil, err
	}
	kept := &s.base.pressed
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if kept.key == key {
		return kept.recent, nil
	}
	recent, err := s.pressure(ctx)
	if err != nil {
		return nil, err
	}
	kept.key, kept.recent = key, recent
	return recent, nil
}

// pressureKey changes with whatever changes the pressure; some tells whether
// there is any campaign that counts.
func (s *Service) pressureKey(ctx context.Context) (key string, some bool, err error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return "", false, err
	}
	now := s.Now()
	since := now.AddDate(0, 0, -max(s.cfg.Pressure.Days, mostSpaced))
	var b strings.Builder
	fmt.Fprint(&b, now.Truncate(time.Minute).Unix(), "|", s.base.data.Load(), "|", s.kin.turns())
	for i := range all {
		c := &all[i]
		if !c.State.Launched() || !c.FinishedAt.IsZero() && c.FinishedAt.Before(since) {
			continue
		}
		tally, err := s.store.Ledger().Tally(ctx, c.ID)
		if err != nil {
			return "", false, err
		}
		some = true
		fmt.Fprint(&b, "|", c.ID, c.State, tally.ByState, tally.HeldOut)
	}
	return b.String(), some, nil
}
