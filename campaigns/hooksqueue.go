package campaigns

import (
	"context"
	"errors"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

// HookQueueDesk looks after what other programs are still to be told.
type HookQueueDesk interface {
	// HookQueue lists what waits and what was given up, in the order in which it
	// came.
	HookQueue(ctx context.Context) ([]HookLine, error)
	// LastHeard is when providers of mail and shops last called, by the day, under
	// "vendor:brevo", "shop:shopify" and so on; who never did is missing.
	LastHeard(ctx context.Context) (map[string]time.Time, error)
	// RetryHooks has letters taken again at once, from their first try on: those
	// of some keys, or all that were given up. It returns how many.
	RetryHooks(ctx context.Context, keys []string) (int, error)
	// DropHooks forgets letters: those of some keys, or all that were given up. It
	// returns how many.
	DropHooks(ctx context.Context, keys []string) (int, error)
}

// The states of a letter.
const (
	HookWaits = "waiting"
	HookDead  = "dead"
	HookLost  = "no_receiver" // the settings do not name its receiver any more
)

// HookLine is one event that one receiver was not told yet.
type HookLine struct {
	Key   string    `json:"key"`
	ID    string    `json:"id"`
	Event string    `json:"event"`
	To    string    `json:"to"`
	State string    `json:"state"`
	At    time.Time `json:"at"`
	Tries int       `json:"tries"`
	Why   string    `json:"why,omitempty"` // of the last try: a code
	Next  time.Time `json:"next,omitzero"`
	Dead  time.Time `json:"dead,omitzero"`
}

// HookQueue lists the letters.
func (s *Service) HookQueue(ctx context.Context) ([]HookLine, error) {
	out := []HookLine{}
	err := s.store.Outbox().Each(ctx, func(o model.Outgoing) bool {
		zone := func(t time.Time) time.Time {
			if t.IsZero() {
				return t
			}
			return t.In(s.cfg.Zone)
		}
		out = append(out, HookLine{o.Key, o.ID, o.Event, o.To, s.letterState(&o), zone(o.At), o.Tries, o.Why, zone(o.Next), zone(o.Dead)})
		return true
	})
	slices.SortStableFunc(out, func(a, b HookLine) int { return a.At.Compare(b.At) })
	return out, err
}

// RetryHooks gives letters a new life.
func (s *Service) RetryHooks(ctx context.Context, keys []string) (int, error) {
	defer s.insistHooks()
	return s.eachLetter(ctx, keys, func(key string) error {
		return s.store.Outbox().Change(ctx, key, func(o *model.Outgoing) error {
			o.Tries, o.Next, o.Dead = 0, time.Time{}, time.Time{}
			return nil
		})
	})
}

// DropHooks forgets letters.
func (s *Service) DropHooks(ctx context.Context, keys []string) (int, error) {
	return s.eachLetter(ctx, keys, func(key string) error { return s.store.Outbox().Delete(ctx, key) })
}

// eachLetter does something to the letters of some keys, all of which must be
// there, or to all that were given up.
func (s *Service) eachLetter(ctx context.Context, keys []string, do func(key string) error) (n int, err error) {
	all, err := s.HookQueue(ctx)
	if err != nil {
		return 0, err
	}
	var chosen []HookLine
	for i := range all {
		if len(keys) == 0 && all[i].State != HookWaits || slices.Contains(keys, all[i].Key) {
			chosen = append(chosen, all[i])
		}
	}
	for _, key := range keys {
		if !slices.ContainsFunc(chosen, func(l HookLine) bool { return l.Key == key }) {
			return 0, model.NotFound("hook.unknown", "key", key).Hint("hook.list_them")
		}
	}
	if rehearsed(ctx) || len(chosen) == 0 {
		return len(chosen), nil
	}
	for i := range chosen {
		l := &chosen[i]
		if err := s.note(ctx, "hook:"+l.To, "event", l.Event, "id", l.ID, "tries", l.Tries, "why", l.Why); err != nil {
			return n, err
		}
		if err := do(l.Key); err != nil && !errors.Is(err, store.ErrNotFound) {
			return n, err
		}
		n++
	}
	s.changed()
	return n, nil
}

func (d door) HookQueue(ctx context.Context) ([]HookLine, error) {
	return ask(ctx, d, "HookQueue", func(ctx context.Context) ([]HookLine, error) { return d.s.HookQueue(ctx) })
}

func (d door) RetryHooks(ctx context.Context, keys []string) (n int, err error) {
	return ask(ctx, d, "RetryHooks", func(ctx context.Context) (int, error) { return d.s.RetryHooks(ctx, keys) })
}

func (d door) DropHooks(ctx context.Context, keys []string) (n int, err error) {
	return ask(ctx, d, "DropHooks", func(ctx context.Context) (int, error) { return d.s.DropHooks(ctx, keys) })
}
