package campaigns

import (
	"context"
	"errors"
	"iter"
	"slices"

	"blanche/model"
)

// everybody is people for a whole audience, by number: what is read next is
// read while the last ones are looked at, and in one go where most of the base
// is asked for. What went wrong is in err.
func (s *Service) everybody(ctx context.Context, ids []model.ContactID, err *error) iter.Seq[*model.Contact] {
	return func(yield func(*model.Contact) bool) {
		ctx, stop := context.WithCancel(ctx)
		chunks := make(chan []model.Contact, 2)
		var failed error
		go func() {
			defer close(chunks)
			failed = s.readAhead(ctx, ids, chunks)
		}()
		defer func() {
			stop()
			for range chunks { // until who reads has ended
			}
			if *err == nil && !errors.Is(failed, context.Canceled) {
				*err = failed
			}
		}()
		for people := range chunks {
			for i := range people {
				if !yield(&people[i]) {
					return
				}
			}
		}
	}
}

// readAhead reads people in chunks until ctx ends.
func (s *Service) readAhead(ctx context.Context, ids []model.ContactID, chunks chan<- []model.Contact) error {
	give := func(people []model.Contact) error {
		select {
		case chunks <- people:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	all := s.store.Contacts()
	last, err := all.Last(ctx)
	if err != nil {
		return err
	}
	if 2*len(ids) < int(last) {
		for chunk := range slices.Chunk(ids, atOnce) {
			people, err := all.Many(ctx, chunk)
			if err != nil {
				return err
			}
			if err := give(people); err != nil {
				return err
			}
		}
		return nil
	}
	people := make([]model.Contact, 0, atOnce)
	err = all.Scan(ctx, 1, func(c *model.Contact) error {
		for len(ids) > 0 && ids[0] < c.ID {
			ids = ids[1:]
		}
		if len(ids) == 0 || ids[0] != c.ID {
			return nil
		}
		if people = append(people, *c); len(people) < atOnce {
			return nil
		}
		full := people
		people = make([]model.Contact, 0, atOnce)
		return give(full)
	})
	if err != nil {
		return err
	}
	return give(people)
}
