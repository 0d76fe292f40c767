package campaigns

import (
	"context"
	"slices"
	"strings"

	"blanche/model"
)

// leaks are the people of a zone blanche whom the campaign reached after all: who
// got a message of it by the ledger, or bought with its code since it left. What
// they bought stays theirs: the comparison is by intention, and the leak beside it.
func (s *Service) leaks(ctx context.Context, c *model.Campaign) (map[uint32]bool, error) {
	held, err := s.store.Ledger().HeldOut(ctx, c.ID)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	leaked := map[uint32]bool{}
	if err := s.written(ctx, c, held, leaked); err != nil {
		return nil, err
	}
	return leaked, s.redeemed(ctx, c, held, leaked)
}

// written finds those with a line of the ledger, which a sound plan never has.
func (s *Service) written(ctx context.Context, c *model.Campaign, held []model.HeldOut, leaked map[uint32]bool) error {
	members, err := s.store.Ledger().Members(ctx, c.ID)
	if err != nil {
		return err
	}
	at := 0
	for _, h := range held {
		for at < len(members) && members[at] < h.Contact {
			at++
		}
		if at == len(members) || members[at] != h.Contact {
			continue
		}
		r, found, err := s.store.Ledger().Of(ctx, c.ID, h.Contact)
		if err != nil {
			return err
		}
		if found && slices.Contains(got, r.State) {
			leaked[uint32(h.Contact)] = true
		}
	}
	return nil
}

// redeemed finds those who bought with the code of the campaign. Without a code
// nobody can have.
func (s *Service) redeemed(ctx context.Context, c *model.Campaign, held []model.HeldOut, leaked map[uint32]bool) error {
	if c.Spec.Code == "" {
		return nil
	}
	first := model.DateOf(c.StartedAt, s.cfg.Zone)
	for _, h := range held {
		orders, err := s.ordersAt(ctx, h.Contact, c.StartedAt)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(orders, func(o model.Order) bool {
			return o.Day >= first && strings.EqualFold(strings.TrimSpace(o.Code), c.Spec.Code)
		}) {
			leaked[uint32(h.Contact)] = true
		}
	}
	return nil
}
