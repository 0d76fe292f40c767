package campaigns

import (
	"context"
	"slices"
	"time"

	"blanche/model"
)

// keptMonths is for how many months what came back is kept, when nobody says.
const keptMonths = 13

// ResponseLimit is for how long what came back from outside is kept, by person;
// the sums of campaigns stay.
type ResponseLimit struct {
	Months int      `json:"months"`
	Kept   []string `json:"kept"` // months, oldest first
	Over   []string `json:"over"` // of them, those that go
}

// responseLimit is since when what came back is kept: months go as a whole.
func (s *Service) responseLimit() (months int, before time.Time) {
	if months = s.cfg.Public.KeepMonths; months == 0 {
		months = keptMonths
	}
	return months, s.opt.Now().UTC().AddDate(0, -months, 0)
}

// responsesOver tells which months are kept, and which of them too long.
func (s *Service) responsesOver(ctx context.Context) (l ResponseLimit, err error) {
	months, before := s.responseLimit()
	kept, err := s.store.Responses().Months(ctx)
	if err != nil {
		return l, err
	}
	l = ResponseLimit{Months: months, Kept: kept, Over: []string{}}
	if l.Kept == nil {
		l.Kept = []string{}
	}
	limit := before.Format("2006-01")
	l.Over = append(l.Over, kept[:len(kept)-len(slices.DeleteFunc(slices.Clone(kept), func(m string) bool { return m < limit }))]...)
	return l, nil
}

const actExpire = "privacy.expire" // of what came back, kept too long

// lookAtMonths is how often it is looked whether a month is kept too long.
const lookAtMonths = time.Hour

// keepResponses removes what is kept too long until the service is closed.
func (s *Service) keepResponses(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookAtMonths):
		}
		_ = s.expireResponses(ctx) // the next hour tries again
	}
}

// expireResponses removes the months that are kept too long, and notes it.
func (s *Service) expireResponses(ctx context.Context) error {
	l, err := s.responsesOver(ctx)
	if err != nil || len(l.Over) == 0 {
		return err
	}
	_, before := s.responseLimit()
	gone, err := s.store.Responses().Expire(ctx, before)
	if len(gone) > 0 {
		s.recorder.written.Add(1)
		if noted := s.note(s.byItself(ctx, actExpire), "folder", "months", len(gone)); err == nil {
			err = noted
		}
	}
	if model.KindOf(err) == model.KindBusy {
		return nil // the folder is being copied
	}
	return err
}
