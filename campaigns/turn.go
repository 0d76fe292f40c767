package campaigns

import (
	"context"
	"sync"
	"time"
)

// turns lets one step in the life of a campaign be taken at a time: what a
// person asks, what the hour brings and what the worker tells must not
// overwrite each other.
type turns struct{ of sync.Map } // name → chan struct{} of capacity 1

// take waits for the turn of a campaign, and returns how to give it back.
func (t *turns) take(ctx context.Context, name string) (release func(), err error) {
	v, _ := t.of.LoadOrStore(name, make(chan struct{}, 1))
	turn := v.(chan struct{})
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// inTurn takes one step in the life of a campaign.
func (s *Service) inTurn(ctx context.Context, name string, step func() error) error {
	waits := ctx
	if ctx.Value(impatience{}) != nil {
		var cancel context.CancelFunc
		waits, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	release, err := s.turns.take(waits, name)
	if err != nil {
		return err
	}
	defer release()
	return step()
}

// patience is how long what the worker tells waits for the turn of a campaign.
const patience = 250 * time.Millisecond

type impatience struct{}

// impatient is for what one goroutine does for all campaigns: a long step in the
// life of one (a cancel that excludes a million people) holds up nothing of the
// others. A turn that does not come soon is an error, and asked for again.
func impatient(ctx context.Context) context.Context {
	return context.WithValue(ctx, impatience{}, true)
}
