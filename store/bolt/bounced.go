package bolt

import (
	"context"
	"slices"

	"blanche/model"
)

func (l *ledger) Bounced(ctx context.Context, id model.CampaignID, who model.ContactID, code, text string) (changed bool, err error) {
	if err := l.e.enter(ctx); err != nil {
		return false, err
	}
	defer l.e.leave()
	err = l.step(ctx, func(s *ledgerStep) error {
		changed = false
		c, err := s.campaign(id)
		if err != nil {
			return err
		}
		o, planned, err := c.ordinalOf(who)
		if err != nil || !planned {
			return err
		}
		p, i, err := c.line(o)
		if err != nil {
			return err
		}
		if from := p.state(i); from != model.StateAccepted && from != model.StateUncertain {
			return nil
		}
		x, _, err := c.getException(o)
		if err != nil {
			return err
		}
		changed = true
		x.attempts, x.code, x.text = max(x.attempts, 1), code, text
		p.set(i, model.StateBounced, p.version(i), p.at(i))
		return c.putException(o, x)
	})
	return changed && err == nil, err
}

// ordinalOf is the place of a person in the plan.
func (c *campaignLedger) ordinalOf(who model.ContactID) (model.Ordinal, bool, error) {
	n, err := c.pageOf(who)
	if err != nil || n < 0 {
		return 0, false, err
	}
	ids, _, err := c.contactsOf(uint32(n), make([]model.ContactID, 0, chunk))
	if err != nil {
		return 0, false, err
	}
	i, planned := slices.BinarySearch(ids, who)
	return model.Ordinal(n*chunk + i), planned, nil
}
