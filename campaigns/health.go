package campaigns

import (
	"context"

	"blanche/model"
	"blanche/store"
)

// Check reads every record of the store.
func (s *Service) Check(ctx context.Context) (model.Health, error) {
	h, err := s.store.Check(ctx)
	return HealthOf(h), err
}

// HealthOf is what the store found, as a person reads it.
func HealthOf(h store.Health) model.Health {
	out := model.Health{Schema: h.Schema, Contacts: h.Contacts, Orders: h.Orders, Damaged: []string{}}
	for _, d := range h.Damaged {
		out.Damaged = append(out.Damaged, d.Bucket+" "+d.Key)
	}
	return out
}
