package campaigns

import (
	"context"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
)

// A ghost is the message that somebody of a zone blanche did not get. Whoever was
// held out stays eligible for other campaigns, so ghosts count for the pressure
// cap as messages do: without them the cap would spare the target of a campaign
// the next one, and give it to the zone blanche, and the two arms would no longer
// differ by one message alone.

// ghostAt is the time of the ghosts of a campaign: that of the freeze, or of the
// start where that was not kept.
func ghostAt(c *model.Campaign) time.Time {
	if !c.DrawnAt.IsZero() {
		return c.DrawnAt
	}
	return c.StartedAt
}

// ghostSalt sets the lot of a ghost apart from the draw, which has the same salt.
const ghostSalt = "\x1fghost"

// ghosts visits those of a zone blanche whose ghost counts when, of the planned
// people, so many count. What became of the messages of the target (a refusal, a
// cancellation, days gone by) becomes of the same part of the ghosts, each by its
// own lot, so that the arms stay alike; nobody's ghost comes back once it is gone.
func (s *Service) ghosts(ctx context.Context, c *model.Campaign, counting, planned int, f func(model.ContactID)) error {
	if s.ghostless || planned == 0 || counting == 0 {
		return nil
	}
	held, err := s.store.Ledger().HeldOut(ctx, c.ID)
	part := float64(counting) / float64(planned)
	for _, h := range held {
		if counting == planned || audience.Bucket(c.Salt+ghostSalt, h.Contact.String()) < part {
			f(h.Contact)
		}
	}
	return err
}
