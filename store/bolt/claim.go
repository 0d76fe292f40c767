package bolt

import (
	"bytes"
	"context"
	"time"

	"blanche/model"
)

// maxClaim is the most that one claim hands out.
const maxClaim = 1000

func (l *ledger) Claim(ctx context.Context, id model.CampaignID, n int, now time.Time) (out []model.Claim, err error) {
	if err := l.e.enter(ctx); err != nil {
		return nil, err
	}
	defer l.e.leave()
	n = min(n, maxClaim)
	if n <= 0 {
		return nil, nil
	}
	if has, err := l.HasPlan(ctx, id); err != nil || !has {
		return nil, err
	}
	err = l.step(ctx, func(s *ledgerStep) error {
		c, err := s.campaign(id)
		if err != nil {
			return err
		}
		out = make([]model.Claim, 0, n)
		if out, err = c.claimDue(out, n, now); err != nil {
			return err
		}
		if out, err = s.claimPlanned(c, out, n, now); err != nil || len(out) == 0 {
			return err
		}
		return s.unsettle(id)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// claimDue takes the deferred recipients whose time has come.
func (c *campaignLedger) claimDue(out []model.Claim, n int, now time.Time) ([]model.Claim, error) {
	for len(out) < n {
		due, o, found, err := c.firstRetry()
		if err != nil || !found || due.After(now) {
			return out, err
		}
		p, i, err := c.line(o)
		if err != nil {
			return out, err
		}
		if p.state(i) != model.StateDeferred {
			return out, tableRetry.of(c.id).damaged(retryKey(due, o), errMissing)
		}
		if out, err = c.claim(out, p, o, now); err != nil {
			return out, err
		}
		if err := c.retry.Delete(retryKey(due, o)); err != nil {
			return out, err
		}
	}
	return out, nil
}

// claimPlanned takes planned recipients, from the page that the hint names on.
func (s *ledgerStep) claimPlanned(c *campaignLedger, out []model.Claim, n int, now time.Time) ([]model.Claim, error) {
	page := s.hints[c.id]
	for ; page < c.head.pages() && len(out) < n; page++ {
		read, err := c.look(page)
		if err != nil {
			return out, err
		}
		i := bytes.IndexByte(read.states(), byte(model.StatePlanned))
		if i < 0 {
			continue
		}
		p, err := c.change(page)
		if err != nil {
			return out, err
		}
		for ; i < p.len() && len(out) < n; i++ {
			if p.state(i) != model.StatePlanned {
				continue
			}
			if out, err = c.claim(out, p, model.Ordinal(page*chunk+uint32(i)), now); err != nil {
				return out, err
			}
		}
		if len(out) == n {
			break
		}
	}
	s.hints[c.id] = page
	return out, nil
}

// claim takes one recipient.
func (c *campaignLedger) claim(out []model.Claim, p *openPage, o model.Ordinal, now time.Time) ([]model.Claim, error) {
	i := int(o % chunk)
	ids, lanes, err := c.people(uint32(o / chunk))
	if err != nil {
		return out, err
	}
	x, found, err := c.getException(o)
	if err != nil {
		return out, err
	}
	if found && !x.next.IsZero() {
		x.next = time.Time{}
		if err := c.putException(o, x); err != nil {
			return out, err
		}
	}
	p.set(i, model.StateClaimed, 0, now)
	return append(out, model.Claim{
		Campaign: c.id, Ordinal: o, Contact: ids[i], Lane: model.Lane(lanes[i]), Attempts: x.attempts,
	}), nil
}

// people are the contacts and lanes of a page; the last one is remembered.
func (c *campaignLedger) people(n uint32) ([]model.ContactID, []byte, error) {
	if c.peopleIDs != nil && c.peoplePage == n {
		return c.peopleIDs, c.peopleLanes, nil
	}
	ids, lanes, err := c.contactsOf(n, make([]model.ContactID, 0, chunk))
	if err != nil {
		return nil, nil, err
	}
	c.peopleIDs, c.peopleLanes, c.peoplePage = ids, lanes, n
	return ids, lanes, nil
}

// unsettle notes that a campaign may have claims when the process dies.
func (s *ledgerStep) unsettle(id model.CampaignID) error {
	b, key := s.tx.Bucket(bucketUnsettled), key32(uint32(id))
	if b.Get(key) != nil {
		return nil
	}
	return b.Put(key, tableUnsettled.seal(key, blank(0)))
}

// NextDue is the first entry of the retry index.
func (l *ledger) NextDue(ctx context.Context, id model.CampaignID) (due time.Time, err error) {
	err = l.read(ctx, id, func(c *campaignLedger) error {
		due, _, _, err = c.firstRetry()
		return err
	})
	return due, err
}
