package bolt

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func (c contacts) Edit(ctx context.Context, id model.ContactID, version uint64, now time.Time, edit func(*model.Contact) error) (model.Contact, error) {
	if err := c.e.enter(ctx); err != nil {
		return model.Contact{}, err
	}
	defer c.e.leave()
	var out model.Contact
	err := c.e.crm.update(ctx, func(tx *bolt.Tx) error {
		var old model.Contact
		found, tail, err := getContact(tx, id, &old)
		switch {
		case err != nil:
			return err
		case !found:
			return model.NotFound("store.no_contact").Because(store.ErrNotFound)
		case old.Version != version:
			return model.Conflict("store.contact_changed", "at", old.Updated).Because(store.ErrChanged)
		}
		next := old
		next.Tags, next.Attrs = slices.Clone(old.Tags), slices.Clone(old.Attrs)
		if err := edit(&next); err != nil {
			return err
		}
		if err := findable(&next); err != nil {
			return err
		}
		settle(&next, &old, now)
		xs := openIndexes(tx)
		if err := xs.rename(&old, &next); err != nil {
			return err
		}
		pen := newPen(ctx, tx, now, model.PointsEdit)
		if err := putContact(tx.Bucket(bucketContact), pen, standingOf(&old), &next, tail, ""); err != nil {
			return err
		}
		if err := pen.flush(); err != nil {
			return err
		}
		if err := xs.flush(tx); err != nil {
			return err
		}
		if err := witness(ctx, c.e, tx, "contact:"+id.String(), &old, &next, contactChanges); err != nil {
			return err
		}
		_, _, err = getContact(tx, id, &out) // with the sums of orders that waited
		return err
	})
	if err != nil {
		return model.Contact{}, err
	}
	return out, nil
}

// settle restores what an edit may not change, and what lists promise.
func settle(next, old *model.Contact, now time.Time) {
	next.ID, next.Version, next.Created, next.Updated = old.ID, old.Version+1, old.Created, kept(now)
	next.Orders, next.Spend, next.FirstOrder, next.LastOrder = old.Orders, old.Spend, old.FirstOrder, old.LastOrder
	slices.Sort(next.Tags)
	next.Tags = slices.Compact(next.Tags)
	slices.SortStableFunc(next.Attrs, func(a, b model.Attr) int { return strings.Compare(a.Name, b.Name) })
}

// rename moves the entries of a contact whose e-mail, external id or card has
// changed.
func (xs *indexes) rename(old, next *model.Contact) error {
	err := xs.email.move(old.ID, emailKey(old.Email), emailKey(next.Email))
	if err == nil {
		err = xs.external.move(old.ID, old.ExternalID, next.ExternalID)
	}
	if err == nil {
		err = xs.card.move(old.ID, old.Card, next.Card)
	}
	if errors.Is(err, store.ErrExists) {
		return model.Conflict("store.contact_exists").Because(err)
	}
	return err
}
