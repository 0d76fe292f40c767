package bolt

import (
	"context"
	"slices"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// Retag adds a tag to contacts, or removes it, in one step with one line of audit
// that says which numbers. Whoever is gone, or is as wanted already, is left out;
// each hears of a change before anybody can see it.
func (c contacts) Retag(ctx context.Context, ids []model.ContactID, tag string, on bool, now time.Time, each func(*model.Contact)) (changed []model.Contact, err error) {
	if err := c.e.enter(ctx); err != nil {
		return nil, err
	}
	defer c.e.leave()
	err = c.e.crm.update(ctx, func(tx *bolt.Tx) error {
		changed = changed[:0]
		pen := newPen(ctx, tx, now, model.PointsEdit) // neither choices nor points change: nothing is written
		bucket := tx.Bucket(bucketContact)
		var was, is model.Contact
		for _, id := range ids {
			var old model.Contact
			found, tail, err := getContact(tx, id, &old)
			if err != nil {
				return err
			}
			if !found || slices.Contains(old.Tags, tag) == on {
				continue
			}
			next := old
			next.Tags = slices.DeleteFunc(slices.Clone(old.Tags), func(t string) bool { return t == tag })
			if on {
				next.Tags = append(next.Tags, tag)
			}
			settle(&next, &old, now)
			if err := putContact(bucket, pen, standingOf(&old), &next, tail, ""); err != nil {
				return err
			}
			changed = append(changed, next)
			was, is = old, next
			each(&changed[len(changed)-1])
		}
		if len(changed) == 1 { // as an edit of one would be
			return witness(ctx, c.e, tx, "contact:"+is.ID.String(), &was, &is, contactChanges)
		}
		return witness(ctx, c.e, tx, "folder", &retagged{}, &retagged{tag, on, changed}, retagChanges)
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

// retagged is what a step of Retag did.
type retagged struct {
	tag    string
	on     bool
	people []model.Contact
}

func retagChanges(_, did *retagged) []model.FieldAudit {
	var c compared
	if len(did.people) == 0 {
		return c
	}
	if did.on {
		c.text("tags", "", did.tag)
	} else {
		c.text("tags", did.tag, "")
	}
	c.text("n", "", strconv.Itoa(len(did.people)))
	c.text("contacts", "", ranges(did.people)) // long ones by their beginning and their sum
	return c
}

// ranges are the numbers of people, runs of them as "3-9".
func ranges(people []model.Contact) string {
	var out []byte
	for i := 0; i < len(people); {
		from := i
		for i++; i < len(people) && people[i].ID == people[i-1].ID+1; i++ {
		}
		if from > 0 {
			out = append(out, ' ')
		}
		out = strconv.AppendUint(out, uint64(people[from].ID), 10)
		if i-from > 1 {
			out = strconv.AppendUint(append(out, '-'), uint64(people[i-1].ID), 10)
		}
	}
	return string(out)
}
