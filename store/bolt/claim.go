package bolt

import (
	"bytes"
	"context"
	"time"

	"blanche/model"
	"blanche/store"
)

func (l *ledger) Claim(ctx context.Context, id model.CampaignID, r model.ClaimRequest, now time.Time) (out []model.Claim, err error) {
	if err := l.e.enter(ctx); err != nil {
		return nil, err
	}
	defer l.e.leave()
	if r.Most = min(r.Most, store.MaxClaim); r.Most <= 0 {
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
		q := claimQuery{ClaimRequest: r, now: now}
		if err = c.claimDue(&q); err == nil {
			err = s.claimPlanned(c, &q)
		}
		if out = q.out; err != nil || len(out) == 0 {
			s.idle = !c.sorted
			return err
		}
		return s.unsettle(id)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// claimQuery is what is left of a request while it is being answered.
type claimQuery struct {
	model.ClaimRequest
	now time.Time
	out []model.Claim
}

// left is how many of a lane may still be handed out.
func (q *claimQuery) left(l model.Lane) int { return min(q.Lanes[l], q.Most-len(q.out)) }

// wants reports whether one more of a lane and a cell may be handed out.
func (q *claimQuery) wants(l model.Lane, c model.Cell) bool { return q.left(l) > 0 && q.Cells.Has(c) }

// claimPlanned takes planned recipients, each lane from the page on that its
// hint names.
func (s *ledgerStep) claimPlanned(c *campaignLedger, q *claimQuery) error {
	hints := s.hints[c.id]
	if hints.cells != q.Cells {
		hints = claimHints{cells: q.Cells}
	}
	for l := range hints.lanes {
		lane := model.Lane(l)
		for q.left(lane) > 0 && hints.lanes[l] < c.head.pages() {
			if err := c.claimPage(q, lane, hints.lanes[l]); err != nil {
				return err
			}
			if q.left(lane) > 0 {
				hints.lanes[l]++ // nobody of it is left there
			}
		}
	}
	s.hints[c.id] = hints
	return nil
}

// claimPage takes the planned recipients of one lane in one page.
func (c *campaignLedger) claimPage(q *claimQuery, lane model.Lane, page uint32) error {
	read, err := c.look(page)
	if err != nil || bytes.IndexByte(read.states(), byte(model.StatePlanned)) < 0 {
		return err
	}
	classes, err := c.classes(page)
	if err != nil {
		return err
	}
	for i, class := range classes[:min(len(classes), read.len())] {
		if laneIn(class) != lane || read.state(i) != model.StatePlanned || !q.wants(lane, cellIn(class)) {
			continue
		}
		p, err := c.change(page)
		if err != nil {
			return err
		}
		if err := c.claim(q, p, model.Ordinal(page*chunk+uint32(i))); err != nil {
			return err
		}
	}
	return nil
}

// claim takes one recipient.
func (c *campaignLedger) claim(q *claimQuery, p *openPage, o model.Ordinal) error {
	i := int(o % chunk)
	page, err := c.people(uint32(o / chunk))
	if err != nil {
		return err
	}
	if i >= len(page.contacts) {
		return tablePlan.of(c.id).damaged(key32(uint32(o/chunk)), errIndex)
	}
	x, found, err := c.getException(o)
	if err != nil {
		return err
	}
	if found && !x.next.IsZero() {
		x.next = time.Time{}
		if err := c.putException(o, x); err != nil {
			return err
		}
	}
	p.set(i, model.StateClaimed, 0, q.now)
	lane := laneIn(page.classes[i])
	q.Lanes[lane]--
	q.out = append(q.out, model.Claim{
		Campaign: c.id, Ordinal: o, Contact: page.contacts[i], Lane: lane, Cell: cellIn(page.classes[i]), Attempts: x.attempts,
	})
	return nil
}

// unsettle notes that a campaign may have claims when the process dies.
func (s *ledgerStep) unsettle(id model.CampaignID) error {
	b, key := s.tx.Bucket(bucketUnsettled), key32(uint32(id))
	if b.Get(key) != nil {
		return nil
	}
	return b.Put(key, tableUnsettled.seal(key, blank(0)))
}
