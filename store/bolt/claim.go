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

// claimPlanned takes planned recipients in the order of the plan, each lane from
// the page on that its hint names: as long as no lane is behind, one page serves
// them all, and later one commit writes it for them all.
func (s *ledgerStep) claimPlanned(c *campaignLedger, q *claimQuery) error {
	hints := s.hints[c.id]
	if hints.cells != q.Cells {
		hints = claimHints{cells: q.Cells}
	}
	for page, more := q.first(&hints, c.head.pages()); more; page, more = q.first(&hints, c.head.pages()) {
		wanted := q.at(&hints, page)
		if err := c.claimPage(q, wanted, page); err != nil {
			return err
		}
		for l := range wanted {
			if wanted[l] && q.left(model.Lane(l)) > 0 {
				hints.lanes[l] = page + 1 // nobody of it is left there
			}
		}
	}
	s.hints[c.id] = hints
	return nil
}

// first is the first page that may have somebody who is wanted.
func (q *claimQuery) first(hints *claimHints, pages uint32) (page uint32, some bool) {
	page = pages
	for l, from := range hints.lanes {
		if q.left(model.Lane(l)) > 0 {
			page = min(page, from)
		}
	}
	return page, page < pages
}

// at are the lanes of which people are wanted from a page.
func (q *claimQuery) at(hints *claimHints, page uint32) (wanted [model.Lanes]bool) {
	for l, from := range hints.lanes {
		wanted[l] = from <= page && q.left(model.Lane(l)) > 0
	}
	return wanted
}

// claimPage takes the planned recipients of some lanes in one page.
func (c *campaignLedger) claimPage(q *claimQuery, wanted [model.Lanes]bool, page uint32) error {
	read, err := c.look(page)
	if err != nil || bytes.IndexByte(read.states(), byte(model.StatePlanned)) < 0 {
		return err
	}
	classes, err := c.classes(page)
	if err != nil {
		return err
	}
	for i, class := range classes[:min(len(classes), read.len())] {
		lane := laneIn(class)
		if !wanted[lane] || read.state(i) != model.StatePlanned || !q.wants(lane, cellIn(class)) {
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
