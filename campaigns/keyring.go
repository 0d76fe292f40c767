package campaigns

import (
	"context"

	"blanche/model"
)

// Knows finds the operator whom a key proves, by its fingerprint. A key that is
// nobody's is NotFound. It is asked at the door, before anybody is somebody.
func (s *Service) Knows(ctx context.Context, fingerprint string) (model.Operator, error) {
	return s.store.Operators().ByKey(ctx, fingerprint)
}

// Keys counts the keys that open the door of the network.
func (s *Service) Keys(ctx context.Context) (int, error) {
	team, err := s.store.Operators().List(ctx)
	n := 0
	for _, o := range team {
		n += len(o.Keys)
	}
	return n, err
}
