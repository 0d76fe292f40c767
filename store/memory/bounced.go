package memory

import (
	"context"

	"blanche/model"
	"blanche/store"
)

func (l ledger) Bounced(ctx context.Context, id model.CampaignID, who model.ContactID, code, text string) (changed bool, err error) {
	err = l.s.do(ctx, "Bounced", func(t *step) error {
		c, err := t.campaign(id)
		if err != nil {
			return err
		}
		for _, line := range c.lines {
			if line.Contact != who || line.State != model.StateAccepted && line.State != model.StateUncertain {
				continue
			}
			line.State, line.Attempts = model.StateBounced, max(line.Attempts, 1)
			line.Code, line.Text = store.Cut(code, store.MaxCode), store.Cut(text, store.MaxSaid)
			t.set(c, line)
			changed = true
		}
		return nil
	})
	return changed && err == nil, err
}
