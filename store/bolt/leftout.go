package bolt

import (
	"context"

	"blanche/model"
	"blanche/store"
)

// anErased tells, in a step, whether names are of somebody who was erased since the
// rows of the step were read and who has no record again.
type anErased func(email, external, card string) (bool, error)

// erasedSince is nil where nobody was, or where nobody is to be left out.
func (e *Engine) erasedSince(ctx context.Context, xs *indexes) (anErased, error) {
	leaving := store.LeavingOut(ctx)
	if leaving == nil {
		return nil, nil
	}
	gone, size, err := e.listed()
	if err != nil || len(gone) == 0 || size == leaving.Seen {
		return nil, err
	}
	h := e.hasher()
	return func(email, external, card string) (bool, error) {
		byAddress, byExternal, byCard := gone[h.address(email)], gone[h.external(external)], gone[h.card(card)]
		if !byAddress && !byExternal && !byCard {
			return false, nil
		}
		for _, one := range []struct {
			gone bool
			x    *index
			name string
		}{{true, &xs.email, emailKey(email)}, {byExternal, &xs.external, external}, {byCard, &xs.card, card}} {
			if !one.gone {
				continue
			}
			id, err := one.x.find(one.name)
			switch {
			case err != nil:
				return false, err
			case one.x == &xs.email && id != 0:
				return false, nil
			case one.x == &xs.email && byAddress, one.x != &xs.email && id == 0:
				return true, nil
			}
		}
		return false, nil
	}, nil
}

// leftOut are the rows of a step that are written, and where they were among all;
// nil where all of them are.
func (e *Engine) leftOut(ctx context.Context, xs *indexes, rows []model.Contact) (kept []model.Contact, at []int, err error) {
	erased, err := e.erasedSince(ctx, xs)
	if err != nil || erased == nil {
		return nil, nil, err
	}
	for i := range rows {
		out, err := erased(rows[i].Email, rows[i].ExternalID, rows[i].Card)
		if err != nil {
			return nil, nil, err
		}
		if !out {
			kept, at = append(kept, rows[i]), append(at, i)
		}
	}
	if len(kept) == len(rows) {
		return nil, nil, nil
	}
	return kept, append([]int{}, at...), nil
}

// spread gives what became of the rows that were written their places among all.
func spread(merged []store.Merged, at []int, out []store.Merged) {
	for i := range out {
		out[i] = store.Merged{Change: store.LeftOut}
	}
	for k, i := range at {
		out[i] = merged[k]
	}
}

// nameless takes the names off the orders of who was erased since they were read.
func (e *Engine) nameless(ctx context.Context, xs *indexes, list []model.Order) ([]model.Order, error) {
	erased, err := e.erasedSince(ctx, xs)
	if err != nil || erased == nil {
		return list, err
	}
	out := append([]model.Order(nil), list...)
	for i := range out {
		o := &out[i]
		is, err := erased(o.Email, o.ExternalID, o.Card)
		if err != nil {
			return nil, err
		}
		if is {
			o.Email, o.ExternalID, o.Card = "", "", ""
		}
	}
	return out, nil
}
