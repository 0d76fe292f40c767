package bolt

import (
	"context"
	"encoding/binary"
	"time"

	"blanche/model"
	"blanche/store"
)

// everyLine visits the lines of a campaign that are in one of two states, with
// their page ready to be changed.
func (c *campaignLedger) everyLine(ctx context.Context, a, b model.State, do func(p *openPage, i int, o model.Ordinal) error) error {
	for n := range c.head.pages() {
		if err := ctx.Err(); err != nil {
			return err
		}
		read, err := c.look(n)
		if err != nil {
			return err
		}
		for i := range read.len() {
			if s := read.state(i); s != a && s != b {
				continue
			}
			p, err := c.change(n)
			if err != nil {
				return err
			}
			if err := do(p, i, model.Ordinal(n*chunk+uint32(i))); err != nil {
				return err
			}
		}
	}
	return nil
}

// ExcludeRest keeps the reason once for all who have nothing else to tell.
func (l *ledger) ExcludeRest(ctx context.Context, id model.CampaignID, reason string, at time.Time) (n int, err error) {
	if err := l.e.enter(ctx); err != nil {
		return 0, err
	}
	defer l.e.leave()
	err = l.step(ctx, func(s *ledgerStep) error {
		c, err := s.campaign(id)
		if err != nil {
			return err
		}
		reason = store.Cut(reason, store.MaxCode)
		if c.head.rest == "" {
			c.head.rest = reason
			if err := c.putHead(); err != nil {
				return err
			}
		}
		return c.everyLine(ctx, model.StatePlanned, model.StateDeferred, func(p *openPage, i int, o model.Ordinal) error {
			n++
			return c.exclude(p, i, o, reason, at)
		})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (c *campaignLedger) exclude(p *openPage, i int, o model.Ordinal, reason string, at time.Time) error {
	x, found, err := c.getException(o)
	if err != nil {
		return err
	}
	if p.state(i) == model.StateDeferred {
		if err := c.dropRetry(x.next, o); err != nil {
			return err
		}
	}
	p.set(i, model.StateExcluded, 0, at)
	if !found && c.head.rest == reason {
		return nil
	}
	x.code, x.next = reason, time.Time{}
	return c.putException(o, x)
}

func (l *ledger) Resolve(ctx context.Context, id model.CampaignID, to model.State, at time.Time) (n int, err error) {
	if err := l.e.enter(ctx); err != nil {
		return 0, err
	}
	defer l.e.leave()
	if to != model.StatePlanned && to != model.StateAccepted {
		return 0, store.Illegal(id, 0, model.StateUncertain, to)
	}
	err = l.step(ctx, func(s *ledgerStep) error {
		c, err := s.campaign(id)
		if err != nil {
			return err
		}
		return c.everyLine(ctx, model.StateUncertain, model.StateUncertain, func(p *openPage, i int, o model.Ordinal) error {
			n++
			p.set(i, to, p.version(i), at)
			if to == model.StatePlanned {
				return s.lower(c, o)
			}
			return nil
		})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Again forgets the refusal with its line: the next try is the first one.
func (l *ledger) Again(ctx context.Context, id model.CampaignID) (n int, err error) {
	if err := l.e.enter(ctx); err != nil {
		return 0, err
	}
	defer l.e.leave()
	err = l.step(ctx, func(s *ledgerStep) error {
		c, err := s.campaign(id)
		if err != nil {
			return err
		}
		return c.everyLine(ctx, model.StateRefused, model.StateRefused, func(p *openPage, i int, o model.Ordinal) error {
			x, _, err := c.getException(o)
			if err != nil || !model.RefusalMayPass(x.code) {
				return err
			}
			n++
			p.set(i, model.StatePlanned, 0, time.Time{})
			if err := c.exception.Delete(key32(uint32(o))); err != nil {
				return err
			}
			return s.lower(c, o)
		})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// recover settles what the last holder of the folder left open.
func (l *ledger) recover(ctx context.Context) error {
	var open []model.CampaignID
	err := l.e.send.scan(ctx, bucketUnsettled, nil, func(key, value []byte) error {
		if _, err := tableUnsettled.open(key, value); err != nil {
			return err
		}
		open = append(open, model.CampaignID(binary.BigEndian.Uint32(key)))
		return nil
	})
	if err != nil || len(open) == 0 {
		return err
	}
	now := l.e.now()
	return l.settle(ctx, func(s *ledgerStep) error {
		for _, id := range open {
			if err := s.recover(ctx, id, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *ledgerStep) recover(ctx context.Context, id model.CampaignID, now time.Time) error {
	c, err := s.campaign(id)
	if err != nil {
		return err
	}
	err = c.everyLine(ctx, model.StateClaimed, model.StateIntended, func(p *openPage, i int, o model.Ordinal) error {
		if p.state(i) == model.StateClaimed {
			p.set(i, model.StatePlanned, 0, time.Time{})
			return nil
		}
		x, _, err := c.getException(o)
		if err != nil {
			return err
		}
		x.attempts++
		x.next, x.code, x.text = time.Time{}, store.CodeInterrupted, ""
		p.set(i, model.StateUncertain, p.version(i), now)
		return c.putException(o, x)
	})
	if err != nil {
		return err
	}
	return s.tx.Bucket(bucketUnsettled).Delete(key32(uint32(id)))
}
