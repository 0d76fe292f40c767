package bolt

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func (c contacts) Merge(ctx context.Context, rows []model.Contact, now time.Time) ([]store.Merged, error) {
	if err := c.e.enter(ctx); err != nil {
		return nil, err
	}
	defer c.e.leave()
	step, stepping := store.StepOf(ctx)
	if stepping {
		if err := c.e.readyForRuns(ctx); err != nil {
			return nil, err
		}
	}
	known, ok := step.Ready.(*ready)
	if !ok || !known.of(rows) {
		known = c.e.readyFor(len(rows), func(i int) *model.Contact { return &rows[i] })
	}
	out := make([]store.Merged, len(rows))
	err := c.e.crm.update(ctx, func(tx *bolt.Tx) error {
		m := merger{tx: tx, indexes: openIndexes(tx), bucket: tx.Bucket(bucketContact), pen: newPen(ctx, tx, now, model.PointsFile), now: kept(now), out: out}
		m.pen.slab = new(slab)
		m.bucket.FillPercent = 0.9 // new contacts come at the end
		if stepping {
			if err := m.indexes.leaveRun(tx, &c.e.sieve, len(rows)); err != nil {
				return err
			}
		}
		kept, at, err := c.e.leftOut(ctx, m.indexes, rows)
		if err != nil {
			return err
		}
		if at != nil {
			m.out, known = make([]store.Merged, len(kept)), c.e.readyFor(len(kept), func(i int) *model.Contact { return &kept[i] })
			m.pen.points.only(at)
		} else {
			kept = rows
		}
		if err := m.find(ctx, kept, known); err != nil {
			return err
		}
		if err := m.merge(ctx, kept); err != nil {
			return err
		}
		if at != nil {
			spread(m.out, at, out)
		}
		if err := m.pen.flush(); err != nil {
			return err
		}
		if stepping {
			if err := putMark(tx, step.Key, step.Body(changesOf(out)), step.At); err != nil {
				return err
			}
		}
		if err := hear(ctx, tx); err != nil {
			return err
		}
		return m.indexes.flush(tx)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func changesOf(merged []store.Merged) (out []store.Change, taken int) {
	out = make([]store.Change, len(merged))
	for i := range merged {
		if out[i] = merged[i].Change; merged[i].Taken {
			taken++
		}
	}
	return out, taken
}

// merger is one step of an import.
type merger struct {
	tx      *bolt.Tx
	indexes *indexes
	bucket  *bolt.Bucket
	pen     *pen
	now     time.Time
	out     []store.Merged
	order   []int // rows by contact, then as in the file
	fresh   model.ContactID
	apart   bool     // nobody comes twice, and everybody has an address
	drafts  [][]byte // see ready

	tags  []string // of the new contact at hand
	attrs []model.Attr
}

// find gives each row its contact, looking in the order of the keys and
// numbering new contacts in the order of the file.
func (m *merger) find(ctx context.Context, rows []model.Contact, known *ready) error {
	if known.refused != nil {
		return known.refused
	}
	keys, ordered := known.keys, known.order
	m.apart, m.drafts, m.order = known.apart, known.drafts, make([]int, len(rows))
	if b := m.indexes.email.bounds; b != nil && known.mixed {
		b.mixed = true
	}
	for n, i := range ordered {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		m.indexes.email.sieve.warm(known.hashes, ordered[n:])
		id, err := m.meet(keys[i], known.hashes[i], &rows[i])
		if err != nil {
			return err
		}
		m.out[i].ID = id
	}
	m.indexes.email.met = true
	last := lastContact(m.tx)
	m.fresh = last + 1
	for i := range rows {
		if m.out[i].ID != 0 {
			continue
		}
		id, err := model.ContactID(0), error(nil)
		if !m.apart {
			id, err = m.known(keys[i], &rows[i]) // of an earlier row of this step
		}
		if err != nil {
			return err
		}
		if id == 0 {
			last++
			id = last
			m.out[i].Change = store.Created
			if !m.apart {
				m.claim(id, keys[i], &rows[i])
			}
		}
		m.out[i].ID = id
	}
	for _, i := range ordered {
		if m.apart && m.out[i].Change == store.Created {
			m.indexes.email.grant(keys[i], m.out[i].ID)
		}
	}
	m.sort()
	return nil
}

// sort puts the rows in the order of their contacts, that of the file where all
// of them are new.
func (m *merger) sort() {
	for i := range m.order {
		m.order[i] = i
	}
	byContact := func(a, b int) int { return cmp.Or(cmp.Compare(m.out[a].ID, m.out[b].ID), cmp.Compare(a, b)) }
	if !slices.IsSortedFunc(m.order, byContact) {
		slices.SortFunc(m.order, byContact)
	}
}

// known is the contact that a row is about: the one of its e-mail, or of its
// external id, then card, when it has no e-mail.
func (m *merger) known(key string, row *model.Contact) (model.ContactID, error) {
	if key != "" {
		return m.indexes.email.find(key)
	}
	if id, err := m.indexes.external.find(row.ExternalID); id != 0 || err != nil {
		return id, err
	}
	return m.indexes.card.find(row.Card)
}

// meet is known, before any row has changed anything.
func (m *merger) meet(key string, hash uint64, row *model.Contact) (model.ContactID, error) {
	if key != "" {
		return m.indexes.email.meet(key, hash)
	}
	return m.known(key, row)
}

// claim makes a new contact known to the rows that follow.
func (m *merger) claim(id model.ContactID, key string, row *model.Contact) {
	if key != "" {
		m.indexes.email.set(key, id)
		return
	}
	if row.ExternalID != "" {
		m.indexes.external.set(row.ExternalID, id)
	}
	if owner, err := m.indexes.card.find(row.Card); row.Card != "" && owner == 0 && err == nil {
		m.indexes.card.set(row.Card, id)
	}
}

// merge changes the records, in the order of their numbers: new ones come last,
// and each of them is of one row when everybody is.
func (m *merger) merge(ctx context.Context, rows []model.Contact) error {
	var c model.Contact
	fresh := len(m.order)
	if m.apart && m.indexes.email.kin == nil {
		fresh, _ = slices.BinarySearchFunc(m.order, m.fresh, func(i int, id model.ContactID) int { return cmp.Compare(m.out[i].ID, id) })
	}
	for n := 0; n < fresh; {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		id, end := m.out[m.order[n]].ID, n+1
		for end < fresh && m.out[m.order[end]].ID == id {
			end++
		}
		if err := m.contact(&c, id, m.order[n:end], rows); err != nil {
			return err
		}
		n = end
	}
	return m.welcome(ctx, rows, m.order[fresh:])
}

// welcome puts people who are new, each of one row.
func (m *merger) welcome(ctx context.Context, rows []model.Contact, order []int) error {
	pen := drafter{now: m.now}
	var r model.Contact
	for n, i := range order {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, id := &rows[i], m.out[i].ID
		r.ExternalID, r.Card, r.Attrs = row.ExternalID, row.Card, row.Attrs
		taken, err := m.names(id, "", "", &r)
		if err != nil {
			return err
		}
		var record []byte
		switch m.out[i].Taken = taken; {
		case taken:
			less := *row
			less.ExternalID, less.Card, less.Attrs = r.ExternalID, r.Card, r.Attrs
			record = pen.draft(&less)
		case m.drafts != nil:
			record = m.drafts[i]
		default:
			record = pen.draft(row)
		}
		if err := putDraft(m.bucket, m.pen, id, row, record); err != nil {
			return err
		}
	}
	return nil
}

// contact merges the rows of one contact into its record.
func (m *merger) contact(c *model.Contact, id model.ContactID, of []int, rows []model.Contact) error {
	tail := ""
	if id < m.fresh {
		found, t, err := getContact(m.tx, id, c)
		if err == nil && !found {
			err = tableContact.damaged(key64(uint64(id)), errMissing)
		}
		if err != nil {
			return err
		}
		tail = t
	} else {
		*c = model.Contact{ID: id, Created: m.now, Tags: m.tags[:0], Attrs: m.attrs[:0]}
		defer func() { m.tags, m.attrs = c.Tags, c.Attrs }()
	}
	changed, before := false, standingOf(c)
	for n, i := range of {
		did, taken, err := m.row(c, &rows[i])
		if err != nil {
			return err
		}
		if known := n > 0 || id < m.fresh; known { // what somebody comes in with is no movement
			if err := m.pen.points.moved(id, before.points, c.Points, i); err != nil {
				return err
			}
		}
		before.points = c.Points
		m.out[i].Taken = taken
		created := m.out[i].Change == store.Created
		if did && !created {
			m.out[i].Change = store.Updated
		}
		changed = changed || did || created
	}
	if !changed {
		return nil
	}
	c.Version++
	c.Updated = m.now
	return putContact(m.bucket, m.pen, before, c, tail, rows[of[len(of)-1]].BasisSource)
}

// row merges one row. An external id or a card that is somebody else's stays
// theirs: the row keeps it aside.
func (m *merger) row(c, row *model.Contact) (changed, taken bool, err error) {
	r := *row
	r.BasisAt = kept(r.BasisAt)
	if taken, err = m.united(c, &r, row); err != nil {
		return false, taken, err
	}
	lost, err := m.names(c.ID, c.ExternalID, c.Card, &r)
	if err != nil {
		return false, taken, err
	}
	return c.Merge(&r), taken || lost, nil
}

// names gives a contact the external id and the card of a row, which keeps aside
// what is somebody else's.
func (m *merger) names(id model.ContactID, external, card string, r *model.Contact) (taken bool, err error) {
	if r.ExternalID != "" {
		switch err := m.indexes.external.move(id, external, r.ExternalID); {
		case errors.Is(err, store.ErrExists):
			r.Aside(model.OtherExternal, r.ExternalID)
			r.ExternalID, taken = "", true
		case err != nil:
			return taken, err
		}
	}
	if r.Card != "" {
		switch err := m.indexes.card.move(id, card, r.Card); {
		case errors.Is(err, store.ErrExists):
			r.Aside(model.OtherCard, r.Card)
			r.Card, taken = "", true
		case err != nil:
			return taken, err
		}
	}
	return taken, nil
}

// errMissing is an index that points nowhere.
var errMissing = errors.New("named by an index and not there")
