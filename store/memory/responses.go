package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

// answered is what came back, and what is left of the months that were removed.
// Everything is counted from the list each time it is asked for.
type answered struct {
	events []came // by instant, then as they came
	seen   map[string]time.Time
	past   map[model.CampaignID]store.ResponseTally
	nobody uint64 // how many were forgotten
}

// came is a response, and who it was of: a number of nobody once they are forgotten.
type came struct {
	model.Response
	who uint64
}

func newAnswered() *answered {
	return &answered{seen: map[string]time.Time{}, past: map[model.CampaignID]store.ResponseTally{}}
}

type responses struct{ s *Store }

func (r responses) Append(ctx context.Context, list []model.Response) (seen []bool, err error) {
	err = r.s.do(ctx, "Append", func(*step) error {
		for i := range list {
			if !store.ValidResponse(&list[i]) {
				return model.Invalid("store.bad_response", "kind", list[i].Kind.String())
			}
		}
		seen = make([]bool, len(list))
		for _, i := range inMonths(list) {
			seen[i] = r.s.responses.add(list[i])
		}
		return nil
	})
	return seen, err
}

// inMonths are the places of a list, month by month.
func inMonths(list []model.Response) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return monthOf(list[a].At).Compare(monthOf(list[b].At)) })
	return order
}

// monthOf is the first instant of a month in UTC.
func monthOf(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func (a *answered) add(r model.Response) (seen bool) {
	r.At = milli(r.At)
	if r.ID != "" {
		if at, known := a.seen[r.ID]; known && r.At.Sub(at).Abs() <= store.IDsKept {
			return true
		}
		a.seen[r.ID], r.ID = r.At, ""
	}
	if r.Kind == model.ResponseOpen {
		r.Contact = 0
	}
	if r.Kind == model.ResponseClick && (r.Agent == model.AgentPerson || r.Agent == model.AgentBurst) && r.Contact != 0 {
		for i := range a.events {
			if o := &a.events[i]; burst(&o.Response, &r) {
				o.Agent, r.Agent = model.AgentBurst, model.AgentBurst // the one that was kept before, too
			}
		}
	}
	at, _ := slices.BinarySearchFunc(a.events, r.At, func(o came, at time.Time) int {
		if o.At.After(at) {
			return 1
		}
		return -1
	})
	a.events = slices.Insert(a.events, at, came{r, uint64(r.Contact)})
	return false
}

// burst reports whether two clicks are too close for a person.
func burst(o, r *model.Response) bool {
	return o.Kind == model.ResponseClick && o.Contact == r.Contact && o.Campaign == r.Campaign &&
		(o.Agent == model.AgentPerson || o.Agent == model.AgentBurst) &&
		(o.Version != r.Version || o.Link != r.Link) &&
		monthOf(o.At).Equal(monthOf(r.At)) && o.At.Sub(r.At).Abs() <= store.BurstWindow
}

func (r responses) visit(ctx context.Context, method string, wanted func(*came) bool, f func(model.Response) bool) error {
	var got []model.Response
	err := r.s.do(ctx, method, func(*step) error {
		for _, e := range slices.Backward(r.s.responses.events) {
			if wanted(&e) {
				got = append(got, e.Response)
			}
		}
		return nil
	})
	for _, one := range got {
		if err != nil || !f(one) {
			break
		}
	}
	return err
}

func (r responses) Of(ctx context.Context, contact model.ContactID, f func(model.Response) bool) error {
	return r.visit(ctx, "Of", func(e *came) bool { return contact != 0 && e.Contact == contact }, f)
}

func (r responses) List(ctx context.Context, campaign model.CampaignID, f func(model.Response) bool) error {
	return r.visit(ctx, "List", func(e *came) bool { return campaign == 0 || e.Campaign == campaign }, f)
}

func (r responses) Tally(ctx context.Context, campaign model.CampaignID) (sum store.ResponseTally, err error) {
	err = r.s.do(ctx, "ResponseTally", func(*step) error {
		past := r.s.responses.past[campaign]
		sum.Add(&past)
		now := tallyOf(r.s.responses.events, campaign)
		sum.Add(&now)
		return nil
	})
	return sum, err
}

func tallyOf(events []came, campaign model.CampaignID) (t store.ResponseTally) {
	type person struct {
		kind model.ResponseKind
		who  uint64
		link store.VersionLink
	}
	known, answers := map[person]bool{}, map[uint64]int16{}
	for i := range events {
		e := &events[i]
		if e.Campaign != campaign {
			continue
		}
		t.Hits[e.Kind][e.Agent]++
		if e.Kind == model.ResponseBounce {
			t.Bounces[e.Class]++
			t.ByLane[e.Lane][e.Class]++
		}
		if e.Agent != model.AgentPerson {
			continue
		}
		link := store.VersionLink{Version: e.Version, Link: e.Link}
		if e.Kind == model.ResponseClick {
			t.OnLink(link, 1, 0)
		}
		if e.Kind == model.ResponseAnswer && e.who == 0 {
			t.OnAnswer(e.Value, 1)
		}
		if e.who == 0 {
			continue
		}
		if p := (person{e.Kind, e.who, store.VersionLink{}}); !known[p] {
			known[p] = true
			t.Persons[e.Kind]++
		}
		if e.Kind == model.ResponseAnswer {
			answers[e.who] = e.Value
		}
		if p := (person{0, e.who, link}); e.Kind == model.ResponseClick && !known[p] {
			known[p] = true
			t.OnLink(link, 0, 1)
		}
	}
	for _, a := range answers {
		t.OnAnswer(a, 1)
	}
	return t
}

func (r responses) People(ctx context.Context, kind model.ResponseKind, campaign model.CampaignID, f func(id model.ContactID, first, last time.Time) bool) error {
	seen := map[model.ContactID][2]time.Time{}
	err := r.s.do(ctx, "People", func(*step) error {
		for i := range r.s.responses.events {
			e := &r.s.responses.events[i]
			if e.Kind != kind || e.Contact == 0 || e.Agent != model.AgentPerson || campaign != 0 && e.Campaign != campaign {
				continue
			}
			if _, known := seen[e.Contact]; !known {
				seen[e.Contact] = [2]time.Time{e.At, e.At}
			}
			seen[e.Contact] = [2]time.Time{seen[e.Contact][0], e.At}
		}
		return nil
	})
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		if err != nil || !f(id, seen[id][0], seen[id][1]) {
			break
		}
	}
	return err
}

func (r responses) Forget(ctx context.Context, contact model.ContactID) error {
	return r.s.do(ctx, "Forget", func(*step) error {
		a := r.s.responses
		a.nobody++
		for i := range a.events {
			if e := &a.events[i]; contact != 0 && e.Contact == contact {
				e.who, e.Contact, e.Detail = 1<<63|a.nobody, 0, ""
			}
		}
		return nil
	})
}

func (r responses) Months(ctx context.Context) (all []string, err error) {
	err = r.s.do(ctx, "Months", func(*step) error {
		for i := range r.s.responses.events {
			if name := monthOf(r.s.responses.events[i].At).Format("2006-01"); !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
		return nil
	})
	return all, err
}

// Expire leaves, of what it removes, the difference to the sums.
func (r responses) Expire(ctx context.Context, before time.Time) (gone []string, err error) {
	err = r.s.do(ctx, "Expire", func(*step) error {
		a := r.s.responses
		limit := monthOf(before)
		n, _ := slices.BinarySearchFunc(a.events, limit, func(e came, at time.Time) int { return e.At.Compare(at) })
		old, rest := a.events[:n:n], a.events[n:]
		for i := range old {
			id := old[i].Campaign
			if name := monthOf(old[i].At).Format("2006-01"); !slices.Contains(gone, name) {
				gone = append(gone, name)
			}
			if slices.ContainsFunc(old[:i], func(e came) bool { return e.Campaign == id }) {
				continue
			}
			past, all, left := a.past[id], tallyOf(a.events, id), tallyOf(rest, id)
			past.Add(&all)
			past.Subtract(&left)
			a.past[id] = past
		}
		a.events = slices.Clone(rest)
		return nil
	})
	return gone, err
}
