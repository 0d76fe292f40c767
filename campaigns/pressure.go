package campaigns

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"blanche/model"
)

// pressures remember how many messages of late everybody got, and when the last,
// for the counts that are made while somebody types: the ledger is read again
// when a tally has changed, and once a minute for what has become old.
type pressures struct {
	recent remembered[func(model.ContactID) int]
	got    remembered[func(model.ContactID) time.Time]
}

// remembered is what was read under a key, until another key is asked for; a
// second caller waits for the reading of the first.
type remembered[T any] struct {
	mu    sync.Mutex
	key   string
	value T
}

// under is the value of a key; an error is not remembered.
func (r *remembered[T]) under(key string, read func() (T, error)) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.key == key {
		return r.value, nil
	}
	value, err := read()
	if err == nil {
		r.key, r.value = key, value
	}
	return value, err
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
	return s.base.pressed.recent.under(key, func() (func(model.ContactID) int, error) { return s.pressure(ctx) })
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
