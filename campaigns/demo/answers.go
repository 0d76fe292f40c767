package demo

import (
	"context"
	"math"
	"time"

	"blanche/model"
	"blanche/store"
)

// answered is how many of the last campaigns have what came back of them on file.
const answered = 2

// putResponses brings what came back of the last campaigns of the past: clicks of
// who may be followed, and the notes that a question got.
func (s *Shop) putResponses(ctx context.Context, st store.Store) error {
	var all []model.Response
	for n, c := range s.Sent[max(len(s.Sent)-answered, 0):] {
		id := model.CampaignID(max(len(s.Sent)-answered, 0) + n + 1)
		for ordinal, p := range c.Plan.Planned {
			who := int(p.Contact) - 1
			if !c.reached[who] {
				continue
			}
			email := s.People[who].Contact.Email
			r := model.Response{Campaign: id, Contact: p.Contact, Version: 1, Lane: model.LaneOf(email)}
			chance := func(what string) float64 { return s.chance(c.Spec.Name + what + email) }
			r.At = c.leaves(ordinal).Add(time.Duration(-2 * math.Log(1-chance("when ")) * float64(time.Hour)))
			if s.tracking(email) == model.TrackingGranted && chance("clicks ") < clickShare {
				click := r
				click.Kind, click.Link = model.ResponseClick, 1
				all = append(all, click)
			}
			if c.Spec.Kind == "nps" && chance("answers ") < answerShare {
				note := r
				note.Kind, note.Value = model.ResponseAnswer, model.NoteOf(int(10.9*math.Sqrt(chance("note "))), model.ScaleTen)
				note.At = note.At.Add(time.Minute)
				all = append(all, note)
			}
		}
	}
	for len(all) > 0 {
		n := min(len(all), stepClaims)
		if _, err := st.Responses().Append(ctx, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}
