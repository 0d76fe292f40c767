package campaigns

import (
	"context"
	"errors"
	"fmt"

	"blanche/model"
	"blanche/store"
)

// The acts of the audit that no method of Desk stands for.
const (
	actOpen     = "session.open"
	actClose    = "session.close"
	actImport   = "contact.import_begin"
	actCheck    = "campaign.check"    // a preflight that another act asked for
	actDraw     = "campaign.draw"     // the zone blanche, at the launch
	actContinue = "campaign.continue" // after the death of a process
	actLate     = "campaign.late"
	actGuard    = "campaign.guard" // paused by itself
	actDone     = "campaign.done"
	actStart    = "campaign.start"
	actVerdict  = "campaign.verdict" // of a test of wordings
	actWarm     = "pacing.step"      // of the warm-up, once a day
)

func objectContact(id model.ContactID) string { return "contact:" + id.String() }

func objectCampaign(name string) string { return "campaign:" + name }

// actorName is who is asking, empty for a caller who is nobody.
func actorName(ctx context.Context) string {
	deed, _ := store.DeedOf(ctx)
	return deed.Actor.Name
}

// acting is a context under which the same person does a part of what they
// asked for, that has a name of its own.
func acting(ctx context.Context, act string) context.Context {
	deed, known := store.DeedOf(ctx)
	if !known {
		return ctx
	}
	deed.Act = act
	return store.Witnessed(ctx, deed)
}

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

// noteEnd is note for what took its time and is over, whole or not, whoever
// still waits for it. It returns why it failed, if it did.
func (s *Service) noteEnd(ctx context.Context, failed error, object string, values ...any) error {
	if failed != nil {
		values = append(values, "interrupted", true)
	}
	if err := s.note(context.WithoutCancel(ctx), object, values...); err != nil {
		return errors.Join(failed, err)
	}
	return failed
}
