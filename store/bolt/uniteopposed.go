package bolt

import (
	"context"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// ofPerson reports whether a reason is something that a person said, and not
// something about one address.
func ofPerson(r model.SuppressReason) bool {
	return r == model.SuppressOpposed || r == model.SuppressComplaint
}

// addresses are all addresses that lead to a person, their own first.
func addresses(tx *bolt.Tx, id model.ContactID) (all []string, err error) {
	var c model.Contact
	if _, _, err := getContact(tx, id, &c); err != nil {
		return nil, err
	}
	if c.Email != "" {
		all = append(all, emailKey(c.Email))
	}
	k := openKin(tx)
	if k == nil {
		return all, nil
	}
	names, err := k.namesUnder(id)
	for _, n := range names {
		if n.kind == waitEmail && !slices.Contains(all, n.text) {
			all = append(all, n.text)
		}
	}
	return all, err
}

// shareOppositions lets what a person said of one address stand on all of them.
func (u unions) shareOppositions(ctx context.Context, now time.Time, ids ...model.ContactID) error {
	var all []string
	err := u.e.crm.view(func(tx *bolt.Tx) error {
		for _, id := range ids {
			some, err := addresses(tx, id)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	if err != nil || len(all) < 2 {
		return err
	}
	return u.e.share(ctx, all, now)
}

func (e *Engine) share(ctx context.Context, all []string, now time.Time) error {
	h := e.hasher()
	var said model.Suppression
	missing := false
	err := e.send.view(func(tx *bolt.Tx) (err error) {
		said, missing, err = saidOf(tx, h, all)
		return err
	})
	if err != nil || said.Reason == 0 || !missing {
		return err
	}
	return e.send.settle(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketSuppress)
		if said, _, err = saidOf(tx, h, all); err != nil || said.Reason == 0 {
			return err
		}
		for _, email := range all {
			at := h.of(email)
			old, err := getSuppression(b, at)
			if err != nil || ofPerson(old.Reason) {
				if err != nil {
					return err
				}
				continue
			}
			why := model.Suppression{Reason: said.Reason, At: said.At, Source: store.SourceUnion}
			if old.Reason != 0 {
				why.Source += "/" + old.Reason.String()
			}
			if err := putSuppression(b, at, why); err != nil {
				return err
			}
			if a, said := oppositionAct(ctx, why, now); said {
				if err := noteOpposition(tx, at, a); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// saidOf is the strongest of what a person said of some addresses, and whether it
// is missing on one of them.
func saidOf(tx *bolt.Tx, h *hasher, all []string) (said model.Suppression, missing bool, err error) {
	b := tx.Bucket(bucketSuppress)
	for _, email := range all {
		one, err := getSuppression(b, h.of(email))
		if err != nil {
			return said, false, err
		}
		switch {
		case !ofPerson(one.Reason):
			missing = true
		case store.Outweighs(one.Reason, said.Reason):
			said = one
		}
	}
	return said, missing, nil
}

// takeBackOppositions lifts, of addresses that are of several people again, what
// stands there for the sake of another one alone.
func (u unions) takeBackOppositions(ctx context.Context, now time.Time, all []string) error {
	groups := map[model.ContactID][]string{}
	err := u.e.crm.view(func(tx *bolt.Tx) error {
		xs := openIndexes(tx)
		for _, email := range all {
			id, err := xs.email.find(email)
			if err != nil {
				return err
			}
			groups[id] = append(groups[id], email)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, group := range groups {
		if err := u.e.takeBack(ctx, group, now); err != nil {
			return err
		}
	}
	return nil
}

// takeBack lifts what was shared with the addresses of one person, unless one of
// them has it of its own.
func (e *Engine) takeBack(ctx context.Context, group []string, now time.Time) error {
	h := e.hasher()
	return e.send.settle(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketSuppress)
		var lift []hashed
		for _, email := range group {
			at := h.of(email)
			one, err := getSuppression(b, at)
			if err != nil {
				return err
			}
			if !ofPerson(one.Reason) {
				continue
			}
			if !isShared(one.Source) {
				return nil
			}
			lift = append(lift, at)
		}
		for _, at := range lift {
			if err := liftShared(ctx, tx, b, at, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func isShared(source string) bool {
	return source == store.SourceUnion || strings.HasPrefix(source, store.SourceUnion+"/")
}

// ofItsOwn reports whether an address gets of its own what stands there for the
// sake of another one.
func ofItsOwn(why, old model.Suppression) bool {
	return isShared(old.Source) && ofPerson(why.Reason) && !isShared(why.Source)
}

// liftShared leaves what stood there before, without a reason a trace.
func liftShared(ctx context.Context, tx *bolt.Tx, b *bolt.Bucket, at hashed, now time.Time) error {
	old, err := getSuppression(b, at)
	if err != nil {
		return err
	}
	next := model.Suppression{At: now, Source: old.Reason.String()}
	_, before, _ := strings.Cut(old.Source, "/")
	for _, r := range []model.SuppressReason{model.SuppressBounced, model.SuppressInvalid} {
		if r.String() == before {
			next = model.Suppression{Reason: r, At: old.At, Source: store.SourceUnion}
		}
	}
	if a, said := oppositionAct(ctx, old, now); said {
		a.At, a.Choice = now, model.Lifted
		if err := noteOpposition(tx, at, a); err != nil {
			return err
		}
	}
	return putSuppression(b, at, next)
}

// spread adds to what people say of addresses their other addresses.
func (e *Engine) spread(emails []string, each []model.Suppression) ([]string, []model.Suppression, error) {
	given := len(emails)
	err := e.crm.view(func(tx *bolt.Tx) error {
		if openKin(tx) == nil {
			return nil
		}
		xs := openIndexes(tx)
		for i, email := range emails[:given] {
			if !ofPerson(each[i].Reason) {
				continue
			}
			id, err := xs.email.find(emailKey(email))
			if err != nil || id == 0 {
				if err != nil {
					return err
				}
				continue
			}
			all, err := addresses(tx, id)
			if err != nil {
				return err
			}
			for _, other := range all {
				if other != emailKey(email) {
					why := each[i]
					why.Source = store.SourceUnion
					emails, each = append(emails[:len(emails):len(emails)], other), append(each[:len(each):len(each)], why)
				}
			}
		}
		return nil
	})
	return emails, each, err
}

// united are the acts of the records that went into a person, as they are kept
// under their own numbers, and all addresses of the person.
func (c consents) united(id model.ContactID) (all []model.ConsentAct, emails []string, err error) {
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		if emails, err = addresses(tx, id); err != nil {
			return err
		}
		k := openKin(tx)
		if k == nil {
			return nil
		}
		gone, err := k.tree(id)
		for _, n := range gone {
			u, _, err := k.get(n)
			if err != nil {
				return err
			}
			acts, err := actsOf(tx, n)
			if err != nil {
				return err
			}
			all = append(append(all, before(u.was.Stance(), acts, n)...), acts...)
		}
		return err
	})
	return all, emails, err
}
