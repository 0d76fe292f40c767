package campaigns

import (
	"context"
	"slices"
	"strings"
	"time"

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
	of := map[model.ContactID][]unionAct{}
	for i := range all {
		u := &all[i]
		if _, read := of[u.Into]; !read {
			if of[u.Into], err = s.unionActs(ctx, u.Into); err != nil {
				return nil, err
			}
		}
		as := u.Was.Email
		if as == "" {
			as = u.Gone.String()
		}
		lines = append(lines, model.HistoryLine{At: u.Was.Created, Kind: "created", Ref: u.Gone.String(), Detail: u.Was.Origin, As: as})
		if u.Was.Basis != model.BasisNone {
			lines = append(lines, model.HistoryLine{At: u.Was.BasisAt, Kind: "basis", Ref: u.Was.Basis.String(), Detail: u.Was.BasisSource, As: as})
		}
		lines = append(lines, model.HistoryLine{At: u.At, Kind: "merged", Ref: u.Gone.String(), Detail: as, By: standing(of[u.Into], u.Gone)})
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
	undone, err := s.undone(ctx, id, of[id])
	return append(lines, undone...), err
}

// unionAct is a merge of a person with another record, or one taken back, as the
// audit has it.
type unionAct struct {
	at    time.Time
	who   string
	other string // number of the other record
	back  bool
	stays bool // a merge that nobody took back
}

// unionActs are those of a number, the oldest first.
func (s *Service) unionActs(ctx context.Context, id model.ContactID) (acts []unionAct, err error) {
	err = s.store.Audit().About(ctx, "contact:"+id.String(), func(l *model.AuditLine) bool {
		e := &l.Entry
		switch e.Act {
		case guards["MergeContacts"].act, guards["UnmergeContact"].act, guards["Import"].act:
			for _, c := range e.Changes {
				if c.Field == "with" {
					acts = append(acts, unionAct{at: e.At, who: e.Who, other: strings.TrimPrefix(c.After, "contact:"), back: e.Act == guards["UnmergeContact"].act})
				}
			}
		}
		return ctx.Err() == nil
	})
	slices.Reverse(acts)
	for i := range acts {
		acts[i].stays = !acts[i].back && !slices.ContainsFunc(acts[i:], func(a unionAct) bool { return a.back && a.other == acts[i].other })
	}
	return acts, err
}

// standing is who made the merge of a record that is gone, "" where nobody knows.
func standing(acts []unionAct, gone model.ContactID) string {
	for _, a := range acts {
		if a.stays && a.other == gone.String() {
			return a.who
		}
	}
	return ""
}

// undone are the merges of a person that were taken back, and by whom.
func (s *Service) undone(ctx context.Context, id model.ContactID, acts []unionAct) (lines []model.HistoryLine, err error) {
	if acts == nil {
		if acts, err = s.unionActs(ctx, id); err != nil {
			return nil, err
		}
	}
	for _, a := range acts {
		if a.stays {
			continue
		}
		l := model.HistoryLine{At: a.at.In(s.cfg.Zone), Kind: "merged", Ref: a.other, Detail: a.other, By: a.who}
		if a.back {
			l.Kind = "unmerged"
		}
		if other, err := s.person(ctx, a.other); err == nil && other.Email != "" {
			l.Detail = other.Email
		}
		lines = append(lines, l)
	}
	return lines, nil
}
