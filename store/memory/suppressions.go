package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

type suppressions struct{ s *Store }

func (s suppressions) Add(ctx context.Context, email string, why model.Suppression) error {
	return s.add(ctx, "Add", []string{email}, []model.Suppression{why})
}

func (s suppressions) AddMany(ctx context.Context, emails []string, why model.Suppression) error {
	return s.add(ctx, "AddMany", emails, slices.Repeat([]model.Suppression{why}, len(emails)))
}

func (s suppressions) AddEach(ctx context.Context, emails []string, each []model.Suppression) error {
	return s.add(ctx, "AddEach", emails, each)
}

func (s suppressions) add(ctx context.Context, method string, emails []string, each []model.Suppression) error {
	return s.s.do(ctx, method, func(*step) error {
		if err := store.CheckSuppressions(emails, each); err != nil {
			return err
		}
		for i, why := range each {
			key := model.EmailKey(emails[i])
			if why.At = milli(why.At); store.Outweighs(why.Reason, s.s.suppressed[key].Reason) {
				s.s.suppressed[key] = why
			}
		}
		return nil
	})
}

func (s suppressions) Get(ctx context.Context, email string) (out model.Suppression, found bool, err error) {
	err = s.s.do(ctx, "Get", func(*step) error {
		out = s.s.suppressed[model.EmailKey(email)]
		return nil
	})
	if err != nil || out.Reason == 0 {
		return model.Suppression{}, false, err
	}
	return out, true, nil
}

func (s suppressions) Lookup(ctx context.Context) (of func(string) (model.SuppressReason, bool), n int, err error) {
	var all map[string]model.Suppression
	err = s.s.do(ctx, "Lookup", func(*step) error {
		all = maps.Clone(s.s.suppressed)
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	maps.DeleteFunc(all, func(_ string, why model.Suppression) bool { return why.Reason == 0 })
	return func(email string) (model.SuppressReason, bool) {
		why, found := all[model.EmailKey(email)]
		return why.Reason, found
	}, len(all), nil
}

func (s suppressions) Lift(ctx context.Context, email string, at time.Time) error {
	return s.s.do(ctx, "Lift", func(*step) error {
		key := model.EmailKey(email)
		if old := s.s.suppressed[key]; old.Reason != 0 {
			s.s.suppressed[key] = model.Suppression{At: milli(at), Source: old.Reason.String()}
		}
		return nil
	})
}
