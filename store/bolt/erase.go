package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// keyErased counts the contacts that were erased.
var keyErased = []byte("erased")

// sourceErasure is the source of the suppression of who was erased.
const sourceErasure = "erasure"

// Erase is EraseMany of one person, who must be there.
func (e *Engine) Erase(ctx context.Context, id model.ContactID, at time.Time) error {
	n, err := e.EraseMany(ctx, []model.ContactID{id}, at)
	if err == nil && n == 0 {
		err = model.NotFound("store.no_contact").Because(store.ErrNotFound)
	}
	return err
}

// EraseMany writes the list first: what is in it and still here is erased by the
// next try, what is gone and not in it would come back with a backup. Whoever
// is gone already is passed over.
func (e *Engine) EraseMany(ctx context.Context, some []model.ContactID, at time.Time) (erased int, err error) {
	people, err := contacts{e}.Many(ctx, some)
	if err != nil {
		return 0, err
	}
	if err := e.enter(ctx); err != nil {
		return 0, err
	}
	defer e.leave()
	var ids []model.ContactID
	var lines []erasure
	h := e.hasher()
	for i := range people {
		with, named, err := e.wholeOf(h, &people[i], at)
		if err != nil {
			return 0, err
		}
		ids, lines = append(ids, with...), append(lines, named...)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	if err := e.addErasures(lines); err != nil {
		return 0, err
	}
	return len(people), e.forget(ctx, ids, lines)
}

// forget removes people and keeps their addresses suppressed: first what must
// never be missing, last what the people are found by.
func (e *Engine) forget(ctx context.Context, ids []model.ContactID, lines []erasure) error {
	if err := e.send.update(ctx, func(tx *bolt.Tx) error { return suppressErased(tx, lines) }); err != nil {
		return err
	}
	if err := e.ledger.forget(ctx, ids); err != nil || len(ids) == 0 {
		return err
	}
	if err := e.track.forget(ctx, ids); err != nil {
		return err
	}
	return e.crm.update(ctx, func(tx *bolt.Tx) error { return e.forgetContacts(ctx, tx, ids) })
}

// suppressErased leaves alone whom a person let in again since.
func suppressErased(tx *bolt.Tx, lines []erasure) error {
	b := tx.Bucket(bucketSuppress)
	for _, x := range lines {
		if x.address == (hashed{}) {
			continue
		}
		if err := dropOppositions(tx, x.address); err != nil {
			return err
		}
		old, err := getSuppression(b, x.address)
		if err != nil {
			return err
		}
		lifted := old.Reason == 0 && old.At.After(x.at)
		if lifted || !store.Outweighs(model.SuppressOpposed, old.Reason) {
			continue
		}
		why := model.Suppression{Reason: model.SuppressOpposed, At: x.at, Source: sourceErasure}
		if err := putSuppression(b, x.address, why); err != nil {
			return err
		}
	}
	return nil
}

// forget removes what servers said about people: it mostly repeats the address.
func (l *ledger) forget(ctx context.Context, ids []model.ContactID) error {
	if len(ids) == 0 {
		return nil
	}
	return l.step(ctx, func(s *ledgerStep) error {
		var all []model.CampaignID
		err := s.tx.Bucket(bucketLedger).ForEachBucket(func(key []byte) error {
			all = append(all, model.CampaignID(binary.BigEndian.Uint32(key)))
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range all {
			c, err := s.campaign(id)
			if err != nil {
				return err
			}
			for _, contact := range ids {
				if err := s.hush(c, contact); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// hush removes the words of the line of a contact, and lets no more in.
func (s *ledgerStep) hush(c *campaignLedger, contact model.ContactID) error {
	n, err := c.pageOf(contact)
	if err != nil || n < 0 {
		return err
	}
	ids, _, err := c.contactsOf(uint32(n), make([]model.ContactID, 0, chunk))
	if err != nil {
		return err
	}
	i, ok := slices.BinarySearch(ids, contact)
	if !ok {
		return nil
	}
	o := model.Ordinal(n*chunk + i)
	p, err := c.look(uint32(n))
	if err != nil {
		return err
	}
	if state := p.state(i); state == model.StateClaimed || state == model.StateIntended {
		s.hushed[line{c.id, o}] = true
	}
	x, found, err := c.getException(o)
	if err != nil || !found || x.text == "" {
		return err
	}
	x.text = ""
	return c.putException(o, x)
}

// forgetContacts removes records, what leads to them, and what the audit says
// of their fields; whoever answers for it has a line.
func (e *Engine) forgetContacts(ctx context.Context, tx *bolt.Tx, ids []model.ContactID) error {
	meta, bucket := tx.Bucket(bucketMeta), tx.Bucket(bucketContact)
	last, erased := lastContact(tx), erasedCount(tx)
	gone := map[string]bool{} // kind and text of what the people were found under
	xs := openIndexes(tx)
	for _, id := range ids {
		var c model.Contact
		found, _, err := getContact(tx, id, &c)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := xs.rename(&c, &model.Contact{}); err != nil {
			return err
		}
		for _, by := range []string{string(waitEmail) + emailKey(c.Email), string(waitExternal) + c.ExternalID, string(waitCard) + c.Card} {
			gone[by] = len(by) > 1
		}
		names, err := e.forgetUnited(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, n := range names {
			gone[string(n.key())] = true
		}
		if err := detachOrders(tx, id); err != nil {
			return err
		}
		if err := e.witnessErasure(ctx, tx, id); err != nil {
			return err
		}
		if err := errors.Join(dropActs(tx, id), dropMoves(tx, id)); err != nil {
			return err
		}
		if err := bucket.Delete(key64(uint64(id))); err != nil {
			return err
		}
		if err := unfreeze(tx, id); err != nil {
			return err
		}
		erased++
	}
	if err := bucket.SetSequence(uint64(last)); err != nil {
		return err
	}
	if err := xs.flush(tx); err != nil {
		return err
	}
	if err := anonymise(ctx, tx, gone); err != nil || erased == 0 {
		return err
	}
	return putNumber(meta, tableMeta, keyErased, uint64(erased))
}

func (e *Engine) witnessErasure(ctx context.Context, tx *bolt.Tx, id model.ContactID) error {
	object := "contact:" + id.String()
	if deed, ok := store.DeedOf(ctx); ok {
		if err := e.record(tx, deed.Entry(object)); err != nil {
			return err
		}
	}
	_, err := e.forgetChanges(ctx, tx, object)
	return err
}

// detachOrders leaves the orders of a contact without a buyer.
func detachOrders(tx *bolt.Tx, id model.ContactID) error {
	var keys []logKey
	err := eachLogged(tx, id, func(k logKey, _ logLine) error { keys = append(keys, k); return nil })
	if err != nil {
		return err
	}
	for _, k := range keys {
		var o model.Order
		if err := getOrder(tx, k.seq(), &o); err != nil {
			return err
		}
		o.Contact, o.Email, o.ExternalID, o.Card = 0, "", "", ""
		if err := putOrder(tx, k.seq(), &o); err != nil {
			return err
		}
		if err := tx.Bucket(bucketOrderLog).Delete(k[:]); err != nil {
			return err
		}
	}
	return nil
}

// anonymise removes addresses, ids and cards from orders that name them and
// are not of their owner: those that wait, and those of whoever had the address
// before.
func anonymise(ctx context.Context, tx *bolt.Tx, gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	waiting := openWaiting(tx)
	changed := map[uint64]model.Order{}
	n := 0
	err := tx.Bucket(bucketOrder).ForEach(func(key, value []byte) error {
		if n++; n%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var o model.Order
		if err := openOrder(key, value, &o); err != nil {
			return err
		}
		next := o
		for _, by := range []struct {
			kind byte
			text string
			at   *string
		}{{waitEmail, emailKey(o.Email), &next.Email}, {waitExternal, o.ExternalID, &next.ExternalID}, {waitCard, o.Card, &next.Card}} {
			if by.text != "" && gone[string(by.kind)+by.text] {
				*by.at = ""
			}
		}
		if next == o {
			return nil
		}
		seq := binary.BigEndian.Uint64(key)
		changed[seq] = next
		if o.Contact == 0 {
			waiting.change(seq, &o, false)
			waiting.change(seq, &next, true)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for seq, o := range changed {
		if err := putOrder(tx, seq, &o); err != nil {
			return err
		}
	}
	return waiting.flush()
}
