package bolt

import (
	"bytes"
	"context"
	"time"

	"blanche/model"
)

// maxClaim is the most that one claim hands out.
const maxClaim = 1000

func (l *ledger) Claim(ctx context.Context, id model.CampaignID, r model.ClaimRequest, now time.Time) (out []model.Claim, err error) {
	if err := l.e.enter(ctx); err != nil {
		return nil, err
	}
	defer l.e.leave()
	if r.Most = min(r.Most, maxClaim); r.Most <= 0 {
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
		q := claimQuery{ClaimRequest: r, now: now, out: make([]model.Claim, 0, r.Most)}
		if err = c.claimDue(&q); err == nil {
			err = s.claimPlanned(c, &q)
		}
		if out = q.out; err != nil || len(out) == 0 {
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

// wants reports whether one more of a lane and a cell may be handed out.
func (q *claimQuery) wants(l model.Lane, c model.Cell) bool {
	return len(q.out) < q.Most && q.Lanes[l] > 0 && q.Cells.Has(c)
}

// claimDue takes the deferred recipients whose time has come, and passes over
// those of lanes that are not asked for.
func (c *campaignLedger) claimDue(q *claimQuery) error {
	var due []model.Ordinal
	t := tableRetry.of(c.id)
	cursor := c.retry.Cursor()
	for key, value := cursor.First(); key != nil && len(due) < 4*maxClaim; key, value = cursor.Next() {
		at, o, err := openRetry(t, key, value)
		if err != nil {
			return err
		}
		if at.After(q.now) {
			break
		}
		due = append(due, o)
	}
	for _, o := range due {
		if len(q.out) == q.Most {
			return nil
		}
		if err := c.claimOneDue(q, o); err != nil {
			return err
		}
	}
	return nil
}

// claimOneDue takes a recipient of the retry index.
func (c *campaignLedger) claimOneDue(q *claimQuery, o model.Ordinal) error {
	p, i, err := c.line(o)
	if err != nil {
		return err
	}
	_, lanes, err := c.people(uint32(o / chunk))
	if err != nil || !q.wants(laneIn(lanes[i]), cellIn(lanes[i])) {
		return err
	}
	x, found, err := c.getException(o)
	if err != nil {
		return err
	}
	if !found || p.state(i) != model.StateDeferred {
		return tableRetry.of(c.id).damaged(retryKey(x.next, o), errMissing)
	}
	due := retryKey(x.next, o)
	if c.retry.Get(due) == nil {
		return tableRetry.of(c.id).damaged(due, errMissing)
	}
	if err := c.claim(q, p, o); err != nil {
		return err
	}
	return c.retry.Delete(due)
}

// claimPlanned takes planned recipients, each lane from the page on that its
// hint names.
func (s *ledgerStep) claimPlanned(c *campaignLedger, q *claimQuery) error {
	hints := s.hints[c.id]
	if hints.cells != q.Cells {
		hints = claimHints{cells: q.Cells}
	}
	for l := range hints.lanes {
		for q.Lanes[l] > 0 && len(q.out) < q.Most && hints.lanes[l] < c.head.pages() {
			if err := c.claimPage(q, model.Lane(l), hints.lanes[l]); err != nil {
				return err
			}
			if q.Lanes[l] > 0 && len(q.out) < q.Most {
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
	_, lanes, err := c.people(page)
	if err != nil {
		return err
	}
	for i, b := range lanes {
		if laneIn(b) != lane || read.state(i) != model.StatePlanned || !q.wants(lane, cellIn(b)) {
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
	ids, lanes, err := c.people(uint32(o / chunk))
	if err != nil {
		return err
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
	lane := laneIn(lanes[i])
	q.Lanes[lane]--
	q.out = append(q.out, model.Claim{
		Campaign: c.id, Ordinal: o, Contact: ids[i], Lane: lane, Cell: cellIn(lanes[i]), Attempts: x.attempts,
	})
	return nil
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
