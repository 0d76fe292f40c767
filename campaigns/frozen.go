package campaigns

import (
	"context"

	"blanche/model"
)

// Freeze keeps who is in a segment now under a name that is given once. A rule
// is kept as it was read: the segment may change, the snapshot does not.
func (s *Service) Freeze(ctx context.Context, name, text string) (model.Frozen, error) {
	if !model.ValidCampaignName(name) {
		return model.Frozen{}, model.Invalid("segment.bad_name", "name", name)
	}
	b, rule, err := s.rule(ctx, text)
	if err != nil {
		return model.Frozen{}, err
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return model.Frozen{}, err
	}
	n, err := b.Count(rule, f)
	if err != nil {
		return model.Frozen{}, err
	}
	people, err := b.Select(rule, f)
	if err != nil {
		return model.Frozen{}, err
	}
	one := model.Frozen{Name: name, Rule: rule.String(), At: s.Now(), Matched: len(people), Sendable: n.Sendable}
	if _, err := s.store.Segments().Get(ctx, text); err == nil {
		one.Segment = text
	}
	one.By = actorName(ctx)
	if rehearsed(ctx) {
		return one, nil
	}
	defer s.changed()
	return one, s.store.Frozen().Save(ctx, one, people)
}

// FrozenSegments are the frozen ones by name.
func (s *Service) FrozenSegments(ctx context.Context) ([]model.Frozen, error) {
	return s.store.Frozen().List(ctx)
}

// FrozenToday compares a frozen segment with the people of today. A rule that
// cannot be read any more is the error of who would have joined or left.
func (s *Service) FrozenToday(ctx context.Context, name string) (FrozenToday, error) {
	one, err := s.store.Frozen().Get(ctx, name)
	if err != nil {
		return FrozenToday{}, err
	}
	people, err := s.store.Frozen().People(ctx, name)
	if err != nil {
		return FrozenToday{}, err
	}
	out := FrozenToday{Frozen: one}
	b, everybody, err := s.rule(ctx, model.RuleAll{}.String())
	if err != nil {
		return out, err
	}
	rule, err := b.Parse(one.Rule)
	if err != nil {
		return out, err
	}
	f, err := s.facts(ctx, nil)
	if err != nil {
		return out, err
	}
	here, err := b.Select(everybody, f)
	if err != nil {
		return out, err
	}
	now, err := b.Select(rule, f)
	if err != nil {
		return out, err
	}
	out.Here = common(people, here)
	out.Still = common(people, now)
	out.Left, out.Joined = out.Here-out.Still, len(now)-out.Still
	return out, nil
}

// common is how many two lists have in common, both by number.
func common(a, b []model.ContactID) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}

// DeleteFrozen forgets who was there.
func (s *Service) DeleteFrozen(ctx context.Context, name string) error {
	if rehearsed(ctx) {
		_, err := s.store.Frozen().Get(ctx, name)
		return err
	}
	defer s.changed()
	return s.store.Frozen().Delete(ctx, name)
}

// EachFrozen visits the people of a frozen segment who are still here, by
// number. The row is overwritten by the next one.
func (s *Service) EachFrozen(ctx context.Context, name string, f func(*ContactRow) error) (err error) {
	people, err := s.store.Frozen().People(ctx, name)
	if err != nil {
		return err
	}
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "snapshot:"+name) }()
	for c := range s.people(ctx, people, &err) {
		row, failed := s.row(ctx, *c)
		if failed == nil {
			n++
			failed = f(&row)
		}
		if failed != nil {
			return failed
		}
	}
	return err
}

// frozen visits who was in a frozen segment, or in any, on its day.
func (a asked) frozen(name string, f func(model.ContactID, model.Date)) error {
	all, err := a.s.store.Frozen().List(a.ctx)
	if err != nil {
		return err
	}
	found := name == ""
	for _, one := range all {
		if name != "" && one.Name != name {
			continue
		}
		found = true
		people, err := a.s.store.Frozen().People(a.ctx, one.Name)
		if err != nil {
			return err
		}
		for _, id := range people {
			f(id, model.DateOf(one.At, a.s.cfg.Zone))
		}
	}
	if !found {
		return model.NotFound("store.no_frozen", "name", name)
	}
	return nil
}
