package campaigns

import (
	"context"
	"slices"
	"strconv"
	"time"

	"blanche/model"
)

// clicksNoted reports whether anybody can be known to have clicked.
func (s *Service) clicksNoted(ctx context.Context) bool {
	if s.cfg.Public.URL != "" {
		return true
	}
	months, err := s.store.Responses().Months(ctx)
	return err == nil && len(months) > 0
}

// clicks are the persons who followed a link of a campaign, on the day of the first
// time and on that of the last one: from memory where nothing came since.
func (a asked) clicks(id model.CampaignID) (h happened, err error) {
	h.step = a.s.recorder.written.Load()
	kept := &a.s.base.happened
	kept.mu.Lock()
	defer kept.mu.Unlock()
	key := happening{model.EventClicked, id}
	if old, ok := kept.known[key]; ok && old.step == h.step {
		return old, nil
	}
	gone, _, err := a.s.united(a.ctx)
	if err != nil {
		return h, err
	}
	day := days{zone: a.s.cfg.Zone}
	err = a.s.store.Responses().People(a.ctx, model.ResponseClick, id, func(who model.ContactID, first, last time.Time) bool {
		if g, merged := gone[who]; merged { // what either followed the person did
			who = g.Into
		}
		from, to := day.of(first), day.of(last)
		if h.who, h.on = append(h.who, who), append(h.on, to); from != to {
			h.who, h.on = append(h.who, who), append(h.on, from)
		}
		return true
	})
	if err != nil {
		return h, err
	}
	if len(gone) > 0 { // a union may come or go without a response
		return h, nil
	}
	if kept.known == nil || len(kept.known) >= mostHappenings {
		kept.known = map[happening]happened{}
	}
	kept.known[key] = h
	return h, nil
}

// clicksSince is 1 for each person who followed a link of a campaign until an
// instant. A person is counted, not their clicks: one who comes back ten times
// says no more for a wording than one who comes once. Machines are none.
func (s *Service) clicksSince(ctx context.Context, c *model.Campaign, until time.Time) (map[model.ContactID]float64, error) {
	out := map[model.ContactID]float64{}
	err := s.store.Responses().People(ctx, model.ResponseClick, c.ID, func(id model.ContactID, first, _ time.Time) bool {
		if !first.After(until) {
			out[id] = 1
		}
		return true
	})
	return out, err
}

// responsesOf is what came back of a campaign, for a person to see.
func (s *Service) responsesOf(ctx context.Context, c *model.Campaign) (*model.ResponseCounts, error) {
	t, err := s.store.Responses().Tally(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	r := &model.ResponseCounts{
		Clicks:         t.Hits[model.ResponseClick][model.AgentPerson],
		ClickPersons:   t.Persons[model.ResponseClick],
		MachineClicks:  t.Machines(model.ResponseClick),
		Opens:          t.Hits[model.ResponseOpen][model.AgentPerson],
		MachineOpens:   t.Machines(model.ResponseOpen),
		Views:          t.Hits[model.ResponseView][model.AgentPerson],
		Unsubscribes:   t.Persons[model.ResponseUnsubscribe],
		Complaints:     t.Count(model.ResponseComplaint),
		Replies:        t.Count(model.ResponseReply),
		Bounces:        t.Count(model.ResponseBounce),
		BouncesByClass: map[string]int{}, BouncesByLane: map[string]map[string]int{},
		Answers: map[string]int{}, Links: []model.LinkCounts{},
	}
	for class, n := range t.Bounces {
		if n > 0 {
			r.BouncesByClass[model.BounceClass(class).String()] = n
		}
	}
	for lane, by := range t.ByLane {
		for class, n := range by {
			if n == 0 {
				continue
			}
			name := model.Lane(lane).String()
			if r.BouncesByLane[name] == nil {
				r.BouncesByLane[name] = map[string]int{}
			}
			r.BouncesByLane[name][model.BounceClass(class).String()] = n
		}
	}
	r.Links = linkCounts(c, &t)
	r.Satisfaction = satisfaction(c, t.Answers)
	for value, n := range t.Answers {
		note, scale := model.Note(value)
		if scale == 0 || scale == r.Satisfaction.Scale {
			r.Answers[strconv.Itoa(note)] += n
		} else {
			r.Answers[model.NoteText(value)] += n
		}
	}
	return r, nil
}

// Responses is what came back of a campaign.
func (s *Service) Responses(ctx context.Context, name string) (model.ResponseCounts, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return model.ResponseCounts{}, err
	}
	st, err := s.status(ctx, &c)
	if err != nil || st.Responses != nil {
		return orZero(st.Responses), err
	}
	r, err := s.responsesOf(ctx, &c) // before it leaves, or of another's number
	return orZero(r), err
}

// LatestResponses are the last of a campaign, or of all without a name, the latest
// first. Untrusted words are in them.
func (s *Service) LatestResponses(ctx context.Context, name string, n int) (all []model.Response, err error) {
	id := model.CampaignID(0)
	if name != "" {
		c, err := s.campaign(ctx, name)
		if err != nil {
			return nil, err
		}
		id = c.ID
	}
	if n <= 0 {
		return nil, nil
	}
	err = s.store.Responses().List(ctx, id, func(r model.Response) bool {
		all = append(all, r)
		return len(all) < n
	})
	return all, err
}

// mostAnswers bounds what a history tells of one number of a person.
const mostAnswers = 10_000

// answersOf is what a person did with messages, in lines of the history, oldest first.
func (s *Service) answersOf(ctx context.Context, id model.ContactID) (lines []model.HistoryLine, err error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	of := map[model.CampaignID]*model.Campaign{}
	for i := range all {
		of[all[i].ID] = &all[i]
	}
	err = s.store.Responses().Of(ctx, id, func(r model.Response) bool {
		l := model.HistoryLine{At: r.At, Kind: r.Kind.String(), Detail: r.Detail}
		if c := of[r.Campaign]; c != nil {
			l.Campaign = c.Name
			if r.Kind == model.ResponseClick {
				l.Ref = linkAt(c, r.Link)
			}
		}
		switch {
		case r.Kind == model.ResponseBounce:
			l.Code = r.Class.String()
		case r.Kind == model.ResponseAnswer:
			l.Ref = model.NoteText(r.Value)
		case r.Agent != model.AgentPerson:
			l.Code = r.Agent.String()
		}
		lines = append(lines, l)
		return len(lines) < mostAnswers
	})
	slices.Reverse(lines)
	return lines, err
}

// linkAt is where a link of a campaign leads; empty when it is not known.
func linkAt(c *model.Campaign, n uint16) string {
	if n == 0 || int(n) > len(c.Links) {
		return ""
	}
	return c.Links[n-1]
}

// lastClicks are when each person clicked last, whatever the campaign.
func (s *Service) lastClicks(ctx context.Context) (map[model.ContactID]time.Time, error) {
	gone, _, err := s.united(ctx)
	if err != nil {
		return nil, err
	}
	out := map[model.ContactID]time.Time{}
	err = s.store.Responses().People(ctx, model.ResponseClick, 0, func(id model.ContactID, _, last time.Time) bool {
		if g, merged := gone[id]; merged {
			id = g.Into
		}
		if last.After(out[id]) {
			out[id] = last
		}
		return true
	})
	return out, err
}
