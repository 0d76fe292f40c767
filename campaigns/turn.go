package campaigns

import (
	"context"
	"sync"
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
	release, err := s.turns.take(ctx, name)
	if err != nil {
		return err
	}
	defer release()
	return step()
}
