package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

type consents struct{ e *Engine }

// Consents is the ledger of what people said.
func (e *Engine) Consents() store.Consents { return consents{e} }

func (c consents) Of(ctx context.Context, id model.ContactID) (acts []model.ConsentAct, err error) {
	if err := c.e.enter(ctx); err != nil {
		return nil, err
	}
	defer c.e.leave()
	var one model.Contact
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		found, _, err := getContact(tx, id, &one)
		if err == nil && !found {
			err = model.NotFound("store.no_contact").Because(store.ErrNotFound)
		}
		if err == nil {
			acts, err = actsOf(tx, id)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	acts = append(before(one.Stance(), acts, id), acts...)
	theirs, emails, err := c.united(id)
	if err != nil {
		return nil, err
	}
	acts = append(acts, theirs...)
	for _, email := range emails {
		about, err := c.about(email)
		if err != nil {
			return nil, err
		}
		acts = append(acts, about...)
	}
	slices.SortStableFunc(acts, func(a, b model.ConsentAct) int {
		if a.Known != b.Known {
			return cmp.Compare(boolInt(b.Known), boolInt(a.Known))
		}
		return a.Recorded.Compare(b.Recorded)
	})
	return acts, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// before are the acts of a stance of which the ledger has none.
func before(s model.Stance, acts []model.ConsentAct, id model.ContactID) []model.ConsentAct {
	return slices.DeleteFunc(s.Known(), func(k model.ConsentAct) bool {
		return slices.ContainsFunc(acts, func(a model.ConsentAct) bool { return a.Purpose == k.Purpose })
	})
}

func (c consents) OfAddress(ctx context.Context, email string) ([]model.ConsentAct, error) {
	if err := c.e.enter(ctx); err != nil {
		return nil, err
	}
	defer c.e.leave()
	return c.about(email)
}

// about are the acts about an address.
func (c consents) about(email string) (all []model.ConsentAct, err error) {
	h := c.e.hasher().of(email)
	err = c.e.send.view(func(tx *bolt.Tx) error {
		cursor := tx.Bucket(bucketOpposition).Cursor()
		for key, value := cursor.Seek(h[:]); bytes.HasPrefix(key, h[:]); key, value = cursor.Next() {
			body, err := tableOpposition.open(key, value)
			if err != nil {
				return err
			}
			acts, err := decodeActs(body, 0)
			if err != nil {
				return tableOpposition.damaged(key, err)
			}
			all = append(all, acts...)
		}
		return nil
	})
	return all, err
}

func (c consents) Record(ctx context.Context, id model.ContactID, act model.ConsentAct, now time.Time) (out model.Contact, err error) {
	if err := c.e.enter(ctx); err != nil {
		return out, err
	}
	defer c.e.leave()
	if act.At.IsZero() {
		act.At = now
	}
	act.At, act.Known = kept(act.At), false
	err = c.e.crm.update(ctx, func(tx *bolt.Tx) error {
		var old model.Contact
		found, tail, err := getContact(tx, id, &old)
		if err != nil {
			return err
		}
		if !found {
			return model.NotFound("store.no_contact").Because(store.ErrNotFound)
		}
		out = old
		out.Attrs = slices.Clone(old.Attrs) // of which the act may change one
		act.Apply(&out)
		settle(&out, &old, now)
		pen := newConsentPen(ctx, tx, now)
		if err := pen.add(id, old.Stance(), act); err != nil {
			return err
		}
		if err := pen.flush(); err != nil {
			return err
		}
		if err := sealContact(tx.Bucket(bucketContact), new(slab), &out, tail); err != nil {
			return err
		}
		return witness(ctx, c.e, tx, "contact:"+id.String(), &old, &out, func(old, next *model.Contact) []model.FieldAudit {
			said := model.FieldAudit{Field: "consent", After: act.Purpose.String() + " " + act.Choice.String()}
			return append(contactChanges(old, next), said)
		})
	})
	if err != nil {
		return model.Contact{}, err
	}
	return out, nil
}

// noteOpposition adds an act about an address, in the transaction of its
// suppression.
func noteOpposition(tx *bolt.Tx, h hashed, a model.ConsentAct) error {
	b := tx.Bucket(bucketOpposition)
	return putActs(b, tableOpposition, nextKey(b, h[:]), []model.ConsentAct{a})
}

// dropOppositions takes the acts about an address away: the suppression stays.
func dropOppositions(tx *bolt.Tx, h hashed) error {
	b := tx.Bucket(bucketOpposition)
	for c := b.Cursor(); ; {
		key, _ := c.Seek(h[:])
		if !bytes.HasPrefix(key, h[:]) {
			return nil
		}
		if err := b.Delete(bytes.Clone(key)); err != nil {
			return err
		}
	}
}

// oppositionAct is the act of a suppression that is one of the person: who
// bounced said nothing.
func oppositionAct(ctx context.Context, why model.Suppression, now time.Time) (model.ConsentAct, bool) {
	if store.IsActElsewhere(ctx) || why.Reason != model.SuppressOpposed && why.Reason != model.SuppressComplaint {
		return model.ConsentAct{}, false
	}
	e := store.EvidenceOf(ctx)
	return model.ConsentAct{
		At: kept(why.At), Recorded: kept(now), Choice: model.Withdrawn, Reason: why.Reason, Source: cmp.Or(why.Source, e.Source),
		Wording: e.Wording, Channel: e.Channel, IP: e.IP, Operator: operatorOf(ctx),
	}, true
}

// consent checks a page of acts.
func (c *checker) consent(_ *bolt.Tx, key, body []byte) error {
	if len(key) != 12 {
		return errBroken
	}
	_, err := decodeActs(body, binary.BigEndian.Uint64(key))
	return err
}

// opposition checks an act about an address.
func opposition(_ *bolt.Tx, key, body []byte) error {
	if len(key) != len(hashed{})+4 {
		return errBroken
	}
	_, err := decodeActs(body, 0)
	return err
}

// addOpposition makes the bucket of the acts about addresses in a send.db that
// is older than they are.
func (e *Engine) addOpposition(ctx context.Context) error {
	missing := false
	err := e.send.view(func(tx *bolt.Tx) error {
		missing = tx.Bucket(bucketOpposition) == nil
		return nil
	})
	if err != nil || !missing {
		return err
	}
	return e.send.settle(ctx, func(tx *bolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucketOpposition)
		return err
	})
}
