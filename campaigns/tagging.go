package campaigns

import (
	"context"
	"slices"
	"strings"

	"blanche/model"
)

// tagStep is how many people get a tag in one transaction: a moment between two
// groups of a campaign that is being sent.
const tagStep = 500

// TagContacts changes people in steps. Each is whole, or nothing of it, with a
// line in the audit that says which numbers; more than one step leaves a last line
// of how many, of how many, found by what. What was changed before an error or the
// end of ctx stays, and is told.
func (s *Service) TagContacts(ctx context.Context, t Tagging, far func(done int)) (done Tagging, err error) {
	done = Tagging{Tag: strings.TrimSpace(t.Tag), Found: t.Found}
	if done.Tag == "" || strings.ContainsAny(done.Tag, ",;|\r\n\x00") || len(done.Tag) > 100 {
		return done, model.Invalid("contact.bad_value", "field", "tags", "value", t.Tag)
	}
	asked := len(t.Add) + len(t.Remove)
	if asked > tagStep && !rehearsed(ctx) {
		defer func() {
			if n := len(done.Add) + len(done.Remove); n > 0 {
				err = s.noteEnd(ctx, err, "folder", "tags", done.Tag, "n", n, "chosen", asked, "found", t.Found)
			}
		}()
	}
	n := 0
	for _, on := range []bool{true, false} {
		ids, changed := t.Remove, &done.Remove
		if on {
			ids, changed = t.Add, &done.Add
		}
		for some := range slices.Chunk(ids, tagStep) {
			did, err := s.tagStep(ctx, some, done.Tag, on)
			if err != nil {
				return done, err
			}
			*changed = append(*changed, did...)
			if n += len(some); far != nil {
				far(n)
			}
		}
	}
	return done, nil
}

// tagStep is one step, and what follows from it: counts, orders, and who hears of
// a change that theirs ran into.
func (s *Service) tagStep(ctx context.Context, ids []model.ContactID, tag string, on bool) ([]model.ContactID, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if rehearsed(ctx) {
		return s.wouldTag(ctx, ids, tag, on)
	}
	var told []model.Contact
	who, now := actorName(ctx), s.Now()
	changed, err := s.store.Contacts().Retag(ctx, ids, tag, on, now, func(c *model.Contact) {
		told = append(told, model.Contact{ID: c.ID, Version: c.Version})
		s.edited.add(c.ID, edition{version: c.Version, who: who, at: now, fields: []string{"tags"}})
	})
	if err != nil {
		for i := range told {
			s.edited.drop(told[i].ID, told[i].Version)
		}
		return nil, err
	}
	did := make([]model.ContactID, 0, len(changed))
	for i := range changed {
		s.base.apply(ctx, &changed[i])
		did = append(did, changed[i].ID)
	}
	if len(did) > 0 {
		s.roster.Lose(string(SortTags))
		s.changed()
	}
	return did, nil
}

// wouldTag is whom a step would change.
func (s *Service) wouldTag(ctx context.Context, ids []model.ContactID, tag string, on bool) (did []model.ContactID, err error) {
	people, err := s.store.Contacts().Many(ctx, ids)
	for i := range people {
		if slices.Contains(people[i].Tags, tag) != on {
			did = append(did, people[i].ID)
		}
	}
	return did, err
}
