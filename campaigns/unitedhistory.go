package campaigns

import (
	"context"

	"blanche/model"
)

// unitedHistory is what happened under the numbers that went into a person: when
// they were made and when they went, and the messages of campaigns that were drawn
// with them, each with the address that it went to.
func (s *Service) unitedHistory(ctx context.Context, id model.ContactID) (lines []model.HistoryLine, err error) {
	all, err := s.store.Unions().Of(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range all {
		u := &all[i]
		as := u.Was.Email
		if as == "" {
			as = u.Gone.String()
		}
		lines = append(lines, model.HistoryLine{At: u.Was.Created, Kind: "created", Ref: u.Gone.String(), Detail: u.Was.Origin, As: as})
		if u.Was.Basis != model.BasisNone {
			lines = append(lines, model.HistoryLine{At: u.Was.BasisAt, Kind: "basis", Ref: u.Was.Basis.String(), Detail: u.Was.BasisSource, As: as})
		}
		lines = append(lines, model.HistoryLine{At: u.At, Kind: "merged", Ref: u.Gone.String(), Detail: as})
		messages, err := s.messagesOf(ctx, u.Gone)
		if err != nil {
			return nil, err
		}
		answers, err := s.answersOf(ctx, u.Gone)
		if err != nil {
			return nil, err
		}
		messages = append(messages, answers...)
		for k := range messages {
			messages[k].As = as
		}
		lines = append(lines, messages...)
		if u.Was.Email == "" {
			continue
		}
		sup, known, err := s.store.Suppressions().Get(ctx, u.Was.Email)
		if err != nil {
			return nil, err
		}
		if known {
			lines = append(lines, model.HistoryLine{At: sup.At, Kind: "suppression", Ref: sup.Reason.String(), Detail: sup.Source, As: as})
		}
	}
	return lines, nil
}
