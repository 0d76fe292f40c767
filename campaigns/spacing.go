package campaigns

import (
	"context"
	"slices"
	"sync"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
)

// mostSpaced is the longest time, in days, that anybody may choose to have between
// two messages.
const mostSpaced = 30

// typedGot is lastTimes as a count needs it: at most a minute old.
func (s *Service) typedGot(ctx context.Context) (func(model.ContactID) time.Time, error) {
	key, some, err := s.pressureKey(ctx)
	if err != nil || !some {
		return nil, err
	}
	return s.base.pressed.got.under(key, func() (func(model.ContactID) time.Time, error) { return s.lastTimes(ctx) })
}

// lastTimes tells when everybody got a message last, as far back as anybody may
// choose: now for one that is on its way, and for who was held out the time of the
// message that they would have got (ghosts.go). Zero is never.
func (s *Service) lastTimes(ctx context.Context) (func(model.ContactID) time.Time, error) {
	last, err := s.store.Contacts().Last(ctx)
	if err != nil {
		return nil, err
	}
	gone, _, err := s.united(ctx)
	if err != nil {
		return nil, err
	}
	at := make([]uint32, last+1) // in seconds, by number
	note := func(id model.ContactID, t time.Time) {
		if g, merged := gone[id]; merged {
			id = g.Into
		}
		if int(id) < len(at) {
			at[id] = max(at[id], uint32(max(0, t.Unix())))
		}
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if !s.within(&all[i]) {
			continue
		}
		if err := s.gotOf(ctx, &all[i], note); err != nil {
			return nil, err
		}
	}
	return func(id model.ContactID) (t time.Time) {
		if int(id) < len(at) && at[id] > 0 {
			t = time.Unix(int64(at[id]), 0)
		}
		return t
	}, nil
}

// within reports whether a campaign may have written to somebody in the time that
// counts.
func (s *Service) within(c *model.Campaign) bool {
	return c.State.Launched() && (c.FinishedAt.IsZero() || !c.FinishedAt.Before(s.Now().AddDate(0, 0, -mostSpaced)))
}

// gotOf visits who got a message of one campaign.
func (s *Service) gotOf(ctx context.Context, c *model.Campaign, note func(model.ContactID, time.Time)) error {
	now, counting := s.Now(), 0
	err := s.store.Ledger().Lines(ctx, c.ID, underWay, func(r model.Recipient) error {
		counting++
		if slices.Contains(got, r.State) {
			note(r.Contact, r.At)
		} else {
			note(r.Contact, now)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.ghosts(ctx, c, counting, c.Target-c.HeldOut, func(id model.ContactID) { note(id, ghostAt(c)) })
}

// spacing finds when one person got a message last, for the one message that is
// being written.
type spacing struct {
	mu   sync.Mutex
	read time.Time
	of   []model.CampaignID
}

// spacingFor is how long the list of campaigns is good.
const spacingFor = time.Second

// campaigns are those that may have written to somebody in the time that counts.
func (x *spacing) campaigns(ctx context.Context, s *Service) ([]model.CampaignID, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := s.Now()
	if !x.read.IsZero() && now.Sub(x.read) < spacingFor {
		return x.of, nil
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	x.read, x.of = now, nil
	for i := range all {
		if s.within(&all[i]) {
			x.of = append(x.of, all[i].ID)
		}
	}
	return x.of, nil
}

// gotOne reports whether a person got a message, of another campaign than this one,
// in the days of their wish. It is asked of the few who have one.
func (x *spacing) gotOne(ctx context.Context, s *Service, c *model.Contact, w model.Wish, this model.CampaignID) (bool, error) {
	if w.Every == 0 {
		return false, nil
	}
	all, err := x.campaigns(ctx, s)
	if err != nil {
		return false, err
	}
	ids := []model.ContactID{c.ID}
	unions, err := s.store.Unions().Of(ctx, c.ID)
	if err != nil {
		return false, err
	}
	for _, u := range unions {
		ids = append(ids, u.Gone)
	}
	for _, campaign := range all {
		for _, id := range ids {
			r, found, err := s.store.Ledger().Of(ctx, campaign, id)
			if err != nil {
				return false, err
			}
			if !found || campaign == this || !slices.Contains(onTheWay, r.State) {
				continue
			}
			if r.State == model.StateIntended || audience.Within(r.At, w, s.Now()) {
				return true, nil
			}
		}
	}
	return false, nil
}
