package campaigns

import (
	"context"
	"fmt"

	"blanche/model"
	"blanche/store"
)

// The acts of the audit that no method of Desk stands for.
const (
	actOpen  = "session.open"
	actClose = "session.close"
)

type reasoning struct{}

// Because is a context under which what is done is noted with the reason that
// the person gave.
func Because(ctx context.Context, reason string) context.Context {
	return context.WithValue(ctx, reasoning{}, reason)
}

func reasonIn(ctx context.Context) string {
	reason, _ := ctx.Value(reasoning{}).(string)
	return reason
}

// byItself is a context under which blanche does something that nobody asked
// for at this moment: the worker and the clock.
func (s *Service) byItself(ctx context.Context, act string) context.Context {
	return store.Witnessed(ctx, model.Deed{Actor: model.System(), Act: act, At: s.Now()})
}

// note adds a line to the audit for what the store does not witness in the same
// step: what is done in another file, outside, or without a change. Values are
// name, value, name, value. A rehearsal and a caller who is nobody leave none.
func (s *Service) note(ctx context.Context, object string, values ...any) error {
	deed, known := store.DeedOf(ctx)
	if !known || rehearsed(ctx) {
		return nil
	}
	entry := deed.Entry(object)
	for i := 0; i+1 < len(values); i += 2 {
		entry.Changes = append(entry.Changes, model.FieldAudit{Field: fmt.Sprint(values[i]), After: fmt.Sprint(values[i+1])})
	}
	return s.store.Audit().Append(ctx, entry)
}
