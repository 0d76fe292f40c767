package bolt

import (
	"context"
	"io"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// erased tells, of a list, who is in it.
type erased struct {
	h    *hasher
	last map[hashed]time.Time
	e    *Engine
}

func (e *Engine) erasedBy(lines []erasure) erased {
	r := erased{e.hasher(), map[hashed]time.Time{}, e}
	for _, x := range lines {
		for _, h := range []hashed{x.address, x.record} {
			if h != (hashed{}) && x.at.After(r.last[h]) {
				r.last[h] = x.at
			}
		}
	}
	return r
}

// when is when a record was erased: zero for one that is not in the list, and
// for one that came after.
func (r *erased) when(c *model.Contact) time.Time {
	x := r.e.erasureOf(r.h, c, time.Time{})
	gone := r.last[x.record]
	if at := r.last[x.address]; at.After(gone) {
		gone = at
	}
	if c.Created.After(gone) {
		return time.Time{}
	}
	return gone
}

// Replay looks at every contact once, and into what was united: people who were
// found to be two since the copy, of whom one was erased, are divided first.
func (e *Engine) Replay(ctx context.Context, list io.Reader) (n int, err error) {
	if err := e.enter(ctx); err != nil {
		return 0, err
	}
	defer e.leave()
	lines, err := e.parseErasures(list)
	if err != nil || len(lines) == 0 {
		return 0, err
	}
	gone := e.erasedBy(lines)
	whole, err := e.divideErased(ctx, &gone)
	if err != nil {
		return 0, err
	}
	var people []model.Contact
	var at []time.Time
	err = contacts{e}.Scan(ctx, 1, func(c *model.Contact) error {
		when := gone.when(c)
		if when.IsZero() {
			when = whole[c.ID]
		}
		if !when.IsZero() {
			people, at = append(people, *c), append(at, when)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var ids []model.ContactID
	for i := range people { // under the names they came back with
		with, named, err := e.wholeOf(gone.h, &people[i], at[i])
		if err != nil {
			return 0, err
		}
		ids, lines = append(ids, with...), append(lines, named...)
	}
	if err := e.addErasures(lines); err != nil {
		return 0, err
	}
	return len(people), e.forget(ctx, ids, lines)
}

// divideErased takes unions apart of which one side was erased and the other was
// not. What is left are people who are wholly in the list, whom it tells by the
// number that has a record, and people who are wholly not.
func (e *Engine) divideErased(ctx context.Context, gone *erased) (whole map[model.ContactID]time.Time, err error) {
	stuck := map[model.ContactID]bool{}
	for {
		mixed := model.ContactID(0)
		whole = map[model.ContactID]time.Time{}
		err := e.crm.view(func(tx *bolt.Tx) error {
			mixed, err = mixedUnion(tx, gone, stuck, whole)
			return err
		})
		if err != nil || mixed == 0 {
			return whole, err
		}
		_, _, err = unions{e}.Divide(ctx, mixed, e.now())
		switch {
		case model.KindOf(err) == model.KindRefused:
			stuck[mixed] = true // a name of theirs is somebody else's by now: both go
		case err != nil:
			return whole, err
		}
	}
}

// mixedUnion is a number to divide, because its union, or one below it, joins
// somebody who was erased to somebody who was not; 0 when there is none. whole
// gets who is in the list.
func mixedUnion(tx *bolt.Tx, gone *erased, stuck map[model.ContactID]bool, whole map[model.ContactID]time.Time) (mixed model.ContactID, err error) {
	k := openKin(tx)
	if k == nil {
		return 0, nil
	}
	when := func(n model.ContactID) (time.Time, error) {
		var c model.Contact
		if _, _, err := getContact(tx, n, &c); err != nil {
			return time.Time{}, err
		}
		c.ID = n
		one, err := k.self(n, &c)
		return gone.when(&one), err
	}
	err = k.unions.ForEach(func(key, _ []byte) error {
		id := numberIn(key)
		u, _, err := k.get(id)
		if err != nil || mixed != 0 {
			return err
		}
		mine, err := when(id)
		if err != nil {
			return err
		}
		theirs, err := when(u.into)
		if err != nil {
			return err
		}
		root, top, err := k.topOf(id)
		if err != nil {
			return err
		}
		if mine.IsZero() != theirs.IsZero() && !stuck[top] {
			mixed = top
			return nil
		}
		whole[root] = slices.MaxFunc([]time.Time{whole[root], mine, theirs}, time.Time.Compare)
		return nil
	})
	return mixed, err
}

// topOf is who a number is by now, and the one above it that went there directly:
// no other can be divided.
func (k *kin) topOf(id model.ContactID) (root, top model.ContactID, err error) {
	if root, err = k.root(id); err != nil {
		return root, 0, err
	}
	for top = id; ; {
		u, _, err := k.get(top)
		if err != nil || u.into == root {
			return root, top, err
		}
		top = u.into
	}
}
