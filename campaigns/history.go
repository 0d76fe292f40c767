package campaigns

import (
	"cmp"
	"context"
	"slices"

	"blanche/model"
)

// History is every fact about a person, oldest first.
func (s *Service) History(ctx context.Context, ref string) ([]model.HistoryLine, error) {
	c, err := s.person(ctx, ref)
	if err != nil {
		return nil, err
	}
	lines := []model.HistoryLine{{At: c.Created, Kind: "created", Ref: c.ID.String(), Detail: c.Origin}}
	moved, err := s.pointsOf(ctx, &c)
	if err != nil {
		return nil, err
	}
	lines = append(lines, moved...)
	if c.Basis != model.BasisNone {
		lines = append(lines, model.HistoryLine{At: c.BasisAt, Kind: "basis", Ref: c.Basis.String(), Detail: c.BasisSource})
	}
	sup, known, err := s.store.Suppressions().Get(ctx, c.Email)
	if err != nil {
		return nil, err
	}
	if known {
		lines = append(lines, model.HistoryLine{At: sup.At, Kind: "suppression", Ref: sup.Reason.String(), Detail: sup.Source})
	}
	said, err := s.saidOf(ctx, &c)
	if err != nil {
		return nil, err
	}
	lines = append(lines, said...)
	orders, err := s.store.Orders().Of(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		at, day := o.At, o.At.IsZero()
		if day {
			at = o.Day.In(s.cfg.Zone)
		}
		l := model.HistoryLine{At: at, DayOnly: day, Kind: "order", Ref: o.ID, Detail: o.Channel, Cents: &o.Total, Currency: o.Currency}
		if o.Status != model.OrderPaid {
			l.Code = o.Status.String()
		}
		lines = append(lines, l)
	}
	messages, err := s.messagesOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	lines = append(lines, messages...)
	answers, err := s.answersOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	lines = append(lines, answers...)
	before, err := s.unitedHistory(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	lines = append(lines, before...)
	slices.SortStableFunc(lines, func(a, b model.HistoryLine) int { return a.At.Compare(b.At) })
	return lines, nil
}

// saidOf is the ledger of consents of a person, in lines of the history.
func (s *Service) saidOf(ctx context.Context, c *model.Contact) ([]model.HistoryLine, error) {
	acts, err := s.store.Consents().Of(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	lines := make([]model.HistoryLine, 0, len(acts))
	for i := range acts {
		a := &acts[i]
		l := &model.ActLine{Channel: a.Channel, Basis: a.Basis, Source: a.Source, Wording: a.Wording, Operator: a.Operator, Known: a.Known}
		if a.Reason != 0 {
			l.Reason = &a.Reason
		}
		at := a.At
		if l.Undated = at.IsZero(); l.Undated {
			at = a.Recorded
		}
		if at.IsZero() {
			at = c.Created
		}
		midnight := at.Equal(model.DateOf(at, s.cfg.Zone).In(s.cfg.Zone)) // a file that gives the day of a consent gives no hour
		lines = append(lines, model.HistoryLine{At: at, DayOnly: midnight && !l.Undated, Kind: "consent", Ref: a.Purpose.String(), Detail: a.Choice.String(), Act: l})
	}
	return lines, nil
}

// messagesOf lists what campaigns did with a person, newest first: a message
// and what became of it, or the zone blanche.
func (s *Service) messagesOf(ctx context.Context, id model.ContactID) ([]model.HistoryLine, error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	var lines []model.HistoryLine
	for i := range all {
		c := &all[i]
		if !c.State.Launched() {
			continue
		}
		r, planned, err := s.store.Ledger().Of(ctx, c.ID, id)
		if err != nil {
			return nil, err
		}
		if planned {
			at := r.At
			if at.IsZero() {
				at = c.StartedAt
			}
			lines = append(lines, model.HistoryLine{At: at, Kind: "message", Ref: s.messageID(c, id), Campaign: c.Name, Detail: r.State.String(), Code: r.Code})
			continue
		}
		held, err := s.store.Ledger().HeldOut(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if _, found := slices.BinarySearchFunc(held, id, func(h model.HeldOut, id model.ContactID) int { return cmp.Compare(h.Contact, id) }); found {
			lines = append(lines, model.HistoryLine{At: ghostAt(c), Kind: "held_out", Ref: c.Name, Campaign: c.Name})
			continue
		}
		apart, err := s.store.Ledger().Apart(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if _, found := slices.BinarySearch(apart, id); found {
			lines = append(lines, model.HistoryLine{At: ghostAt(c), Kind: "held_out", Ref: c.Name, Campaign: c.Name, Detail: model.ExclUniversal})
		}
	}
	slices.SortStableFunc(lines, func(a, b model.HistoryLine) int { return b.At.Compare(a.At) })
	return lines, nil
}
