package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// read runs a read transaction on the ledger of a campaign; without a plan
// nothing is read, for there are no lines.
func (l *ledger) read(ctx context.Context, id model.CampaignID, do func(*campaignLedger) error) error {
	if err := l.e.enter(ctx); err != nil {
		return err
	}
	defer l.e.leave()
	return l.e.send.view(func(tx *bolt.Tx) error {
		c, err := openCampaign(tx, id)
		if err != nil || c == nil {
			return err
		}
		return do(c)
	})
}

func (l *ledger) HasPlan(ctx context.Context, id model.CampaignID) (has bool, err error) {
	err = l.read(ctx, id, func(*campaignLedger) error {
		has = true
		return nil
	})
	return has, err
}

func (l *ledger) HeldOut(ctx context.Context, id model.CampaignID) (out []model.HeldOut, err error) {
	err = l.read(ctx, id, func(c *campaignLedger) error {
		out, err = c.heldPages(0, c.head.held)
		return err
	})
	return out, err
}

func (l *ledger) Apart(ctx context.Context, id model.CampaignID) (out []model.ContactID, err error) {
	err = l.read(ctx, id, func(c *campaignLedger) error {
		people, err := c.heldPages(apartPages, c.head.apart)
		out = make([]model.ContactID, len(people))
		for i, p := range people {
			out[i] = p.Contact
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// apartPages is the first page of those set apart, behind all pages of the zone
// blanche: a program of before finds there what it can check, and does not ask.
const apartPages = 1 << 31

// strataPages is the first page of the strata of the planned, where they are
// known: written as those who were left alone, and behind them for the same
// reason.
const strataPages = 3 << 30

func (l *ledger) Strata(ctx context.Context, id model.CampaignID) (out []string, err error) {
	err = l.read(ctx, id, func(c *campaignLedger) error {
		if c.bucket.Bucket(bucketHeld).Get(key32(strataPages)) == nil {
			return nil
		}
		people, err := c.heldPages(strataPages, c.head.planned)
		out = make([]string, len(people))
		for i, p := range people {
			out[i] = p.Stratum
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// heldPages reads n people who were left alone, from a page on.
func (c *campaignLedger) heldPages(first uint32, n int) ([]model.HeldOut, error) {
	out := make([]model.HeldOut, 0, n)
	t := tableHeld.of(c.id)
	for page := range uint32((n + chunk - 1) / chunk) {
		key := key32(first + page)
		body, err := t.open(key, c.bucket.Bucket(bucketHeld).Get(key))
		if err != nil {
			return nil, err
		}
		if out, err = decodeHeldPage(out, body); err != nil {
			return nil, t.damaged(key, err)
		}
	}
	return out, nil
}

func (l *ledger) Members(ctx context.Context, id model.CampaignID) (out []model.ContactID, err error) {
	err = l.read(ctx, id, func(c *campaignLedger) error {
		out = make([]model.ContactID, 0, c.head.planned)
		for n := range c.head.pages() {
			if out, _, err = c.contactsOf(n, out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Tally takes no allocation a recipient, and about 2 ns each.
func (l *ledger) Tally(ctx context.Context, id model.CampaignID) (t model.Tally, err error) {
	t.Versions = map[uint16]int{}
	var count [256 * model.States]uint32 // class, state
	err = l.read(ctx, id, func(c *campaignLedger) error {
		t.HeldOut, t.Planned = c.head.held, c.head.planned
		for n := range c.head.pages() {
			if err := c.tally(n, &count, t.Versions); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return model.Tally{}, err
	}
	for i, n := range count {
		if n == 0 {
			continue
		}
		class, state := byte(i/model.States), i%model.States
		if int(cellIn(class)) >= model.Cells {
			return model.Tally{}, tablePlan.of(id).damaged(key32(0), errBroken)
		}
		t.ByState[state] += int(n)
		t.ByLane[laneIn(class)][state] += int(n)
		t.ByCell[cellIn(class)][state] += int(n)
	}
	return t, nil
}

// tally counts one page.
func (c *campaignLedger) tally(n uint32, count *[256 * model.States]uint32, versions map[uint16]int) error {
	p, err := c.look(n)
	if err != nil {
		return err
	}
	body, err := c.planPage(n)
	if err != nil {
		return err
	}
	classes, err := planClasses(body)
	states := p.states()
	if err != nil || len(classes) != len(states) {
		return tablePlan.of(c.id).damaged(key32(n), errBroken)
	}
	run, of := 0, uint16(0) // taken with the same version, counted together
	for i, s := range states {
		count[int(classes[i])*model.States+int(s)]++ // of a state: the page was checked
		if s != byte(model.StateAccepted) && s != byte(model.StateBounced) {
			continue
		}
		if v := p.version(i); v != of {
			if run > 0 {
				versions[of] += run
			}
			run, of = 0, v
		}
		run++
	}
	if run > 0 {
		versions[of] += run
	}
	return nil
}

func (l *ledger) Lines(ctx context.Context, id model.CampaignID, states []model.State, f func(model.Recipient) error) error {
	var lines []model.Recipient
	for n, pages := uint32(0), uint32(1); n < pages; n++ {
		lines = lines[:0]
		err := l.read(ctx, id, func(c *campaignLedger) (err error) {
			pages = c.head.pages()
			if n < pages {
				lines, err = c.lines(n, states, lines)
			}
			return err
		})
		if err != nil {
			return err
		}
		for _, line := range lines {
			if err := f(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// lines are the recipients of a page that are in one of the states.
func (c *campaignLedger) lines(n uint32, states []model.State, into []model.Recipient) ([]model.Recipient, error) {
	p, err := c.look(n)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(states, func(s model.State) bool { return bytes.IndexByte(p.states(), byte(s)) >= 0 }) {
		return into, nil
	}
	ids, classes, err := c.contactsOf(n, make([]model.ContactID, 0, chunk))
	if err != nil {
		return nil, err
	}
	if len(ids) != p.len() {
		return nil, tablePlan.of(c.id).damaged(key32(n), errBroken)
	}
	plain := c.plain(n)
	for i := range ids {
		if !slices.Contains(states, p.state(i)) {
			continue
		}
		r, err := c.recipient(p, n, i, plain)
		if err != nil {
			return nil, err
		}
		r.Contact, r.Lane, r.Cell = ids[i], laneIn(classes[i]), cellIn(classes[i])
		into = append(into, r)
	}
	return into, nil
}

// plain reports whether nobody of a page has an exception.
func (c *campaignLedger) plain(n uint32) bool {
	first, _ := c.exception.Cursor().Seek(key32(n * chunk))
	return first == nil || bytes.Compare(first, key32((n+1)*chunk)) >= 0
}

// recipient is a line without its contact and lane.
func (c *campaignLedger) recipient(p statePage, n uint32, i int, plain bool) (r model.Recipient, err error) {
	r = model.Recipient{
		Ordinal: model.Ordinal(n*chunk + uint32(i)), State: p.state(i), Version: p.version(i), At: p.at(i),
	}
	var x exception
	found := false
	if !plain {
		x, found, err = c.getException(r.Ordinal)
	}
	switch {
	case err != nil:
		return r, err
	case found:
		r.Attempts, r.NextTry, r.Code, r.Text = x.attempts, x.next, x.code, x.text
	case r.State == model.StateExcluded:
		r.Code = c.head.rest
	case r.State == model.StateAccepted:
		r.Attempts = 1
	}
	return r, nil
}

func (l *ledger) Of(ctx context.Context, id model.CampaignID, contact model.ContactID) (r model.Recipient, found bool, err error) {
	err = l.read(ctx, id, func(c *campaignLedger) error {
		n, err := c.pageOf(contact)
		if err != nil || n < 0 {
			return err
		}
		ids, classes, err := c.contactsOf(uint32(n), make([]model.ContactID, 0, chunk))
		if err != nil {
			return err
		}
		i, ok := slices.BinarySearch(ids, contact)
		if !ok {
			return nil
		}
		p, err := c.look(uint32(n))
		if err != nil {
			return err
		}
		if r, err = c.recipient(p, uint32(n), i, false); err != nil {
			return err
		}
		r.Contact, r.Lane, r.Cell, found = contact, laneIn(classes[i]), cellIn(classes[i]), true
		return nil
	})
	if err != nil {
		return model.Recipient{}, false, err
	}
	return r, found, nil
}

// pageOf is the last page that does not begin after a contact; -1 without.
func (c *campaignLedger) pageOf(contact model.ContactID) (int, error) {
	low, high := 0, int(c.head.pages())
	for low < high {
		mid := (low + high) / 2
		body, err := c.planPage(uint32(mid))
		if err != nil {
			return -1, err
		}
		classes, err := planClasses(body)
		if err != nil {
			return -1, tablePlan.of(c.id).damaged(key32(uint32(mid)), err)
		}
		first, _ := binary.Uvarint(body[2+len(classes):])
		if model.ContactID(first) > contact {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low - 1, nil
}
