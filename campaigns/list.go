package campaigns

import (
	"context"
	"slices"

	"blanche/campaigns/audience"
	"blanche/model"
)

// Contacts answers with the numbers of the people, in order. While the columns
// are being built everybody comes in the order of arrival; where nobody builds
// them, in a command, a question that needs them waits.
func (s *Service) Contacts(ctx context.Context, q ContactQuery) (ContactList, error) {
	if q.Where != "" {
		ids, err := s.matched(ctx, q.Where)
		if err != nil {
			return ContactList{}, err
		}
		b, err := s.base.get(ctx)
		if err != nil {
			return ContactList{}, err
		}
		return ContactList{IDs: ids, Total: b.Len(), Ready: true}, nil
	}
	b := s.base.current()
	if b == nil && s.worker == nil && (q.Find != "" || q.Sort != SortNumber) {
		var err error
		if b, err = s.base.get(ctx); err != nil {
			return ContactList{}, err
		}
	}
	if b == nil {
		last, err := s.store.Contacts().Last(ctx)
		return ContactList{Dense: int(last), Total: int(last)}, err
	}
	list := ContactList{Total: b.Len(), Ready: true}
	list.IDs = b.Order(sortKeys[q.Sort], q.Desc)
	if q.Find == "" {
		return list, nil
	}
	found := map[model.ContactID]bool{}
	for _, id := range b.Find(q.Find) {
		found[id] = true
	}
	list.IDs = slices.Collect(func(yield func(model.ContactID) bool) {
		for _, id := range list.IDs {
			if found[id] && !yield(id) {
				return
			}
		}
	})
	return list, nil
}

var sortKeys = map[ContactSort]audience.SortKey{
	SortNumber: audience.ByCreated, SortName: audience.ByName, SortEmail: audience.ByEmail, SortLastOrder: audience.ByLastOrder, SortSpend: audience.BySpend,
}
