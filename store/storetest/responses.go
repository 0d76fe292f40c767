package storetest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"blanche/model"
	"blanche/store"
)

// Answering is the part of a store that keeps what came back.
type Answering interface {
	Responses() store.Responses
	Close() error
}

// AnsweringOpener is the Opener of an engine that keeps nothing else.
type AnsweringOpener func() (Answering, error)

// answers is a folder that can be opened again.
type answers struct {
	Answering
	t    *testing.T
	open AnsweringOpener
}

func (f *answers) reopen() {
	f.t.Helper()
	must(f.t, 0, f.Close())
	s, err := f.open()
	f.Answering = must(f.t, s, err)
}

// RunResponses runs the part of the suite that is about what comes back.
func RunResponses(t *testing.T, fresh func(t *testing.T) AnsweringOpener) {
	for name, test := range map[string]func(*testing.T, *answers){
		"AreReadFromTheLatestBack":          responsesOrder,
		"OfAPersonAreFoundAndOpensNever":    responsesOf,
		"AreCounted":                        responsesTally,
		"OfOneIDAreOne":                     responsesSeen,
		"TooQuickForAPersonAreAMachines":    responsesBurst,
		"LieInTheMonthOfTheirInstantInUTC":  responsesMonths,
		"OfMonthsThatWentAreSums":           responsesExpire,
		"OfAPersonWhoIsForgottenAreNobodys": responsesForget,
		"ThatAreWrongAreRefused":            responsesRefused,
		"AreCountedAsOneByOne":              responsesMachine,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &answers{t: t, open: fresh(t)}
			s, err := f.open()
			f.Answering = must(t, s, err)
			t.Cleanup(func() {
				if err := f.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			test(t, f)
		})
	}
}

func click(at time.Time, who model.ContactID, link uint16) model.Response {
	return model.Response{At: at, Kind: model.ResponseClick, Campaign: 1, Contact: who, Version: 1, Link: link}
}

func (f *answers) add(list ...model.Response) []bool {
	f.t.Helper()
	seen, err := f.Responses().Append(ctx, list)
	return must(f.t, seen, err)
}

func (f *answers) tally(id model.CampaignID) store.ResponseTally {
	f.t.Helper()
	t, err := f.Responses().Tally(ctx, id)
	return must(f.t, t, err)
}

func (f *answers) list(id model.CampaignID) (all []model.Response) {
	f.t.Helper()
	must(f.t, 0, f.Responses().List(ctx, id, func(r model.Response) bool { all = append(all, r); return true }))
	return all
}

func (f *answers) of(id model.ContactID) (all []model.Response) {
	f.t.Helper()
	must(f.t, 0, f.Responses().Of(ctx, id, func(r model.Response) bool { all = append(all, r); return true }))
	return all
}

func (f *answers) people(k model.ResponseKind, id model.CampaignID) (all []string) {
	f.t.Helper()
	must(f.t, 0, f.Responses().People(ctx, k, id, func(who model.ContactID, first, last time.Time) bool {
		all = append(all, fmt.Sprint(who, " ", first.Sub(start), " ", last.Sub(start)))
		return true
	}))
	return all
}

func responsesOrder(t *testing.T, f *answers) {
	all := []model.Response{
		{At: start, Kind: model.ResponseBounce, Campaign: 1, Contact: 7, Version: 3, Class: model.BounceFull, Lane: model.LaneOrange, Detail: "552 plein"},
		{At: start.Add(time.Second), Kind: model.ResponseAnswer, Campaign: 2, Contact: 7, Value: -3},
		{At: start.Add(time.Second), Kind: model.ResponseComplaint, Campaign: 1, Contact: 8, Agent: model.AgentUnknown},
		{At: start.AddDate(0, 1, 0), Kind: model.ResponseReply, Campaign: 1},
	}
	f.add(all[3], all[0], all[1], all[2])
	f.reopen()
	slices.Reverse(all)
	if diff := cmp.Diff(all, f.list(0)); diff != "" {
		t.Errorf("everything (-want +got):\n%s", diff)
	}
	if got := f.list(2); len(got) != 1 || got[0].Value != -3 {
		t.Errorf("of one campaign: %+v", got)
	}
	n := 0
	must(t, 0, f.Responses().List(ctx, 0, func(model.Response) bool { n++; return n < 2 }))
	if n != 2 {
		t.Errorf("visited %d after no", n)
	}
}

func responsesOf(t *testing.T, f *answers) {
	const many = 4100 // more than two pages
	var list []model.Response
	for i := range many {
		list = append(list, click(start.Add(time.Duration(i)*time.Minute), 5, 1), click(start.Add(time.Duration(i)*time.Minute), 6, 1))
	}
	list = append(list, model.Response{At: start, Kind: model.ResponseOpen, Campaign: 1, Contact: 5}, click(start, 0, 1))
	f.add(list...)
	got := f.of(5)
	if len(got) != many || got[0].At.Before(got[1].At) || slices.ContainsFunc(got, func(r model.Response) bool { return r.Contact != 5 || r.Kind == model.ResponseOpen }) {
		t.Errorf("%d responses of a person, want %d", len(got), many)
	}
	if got := f.of(0); len(got) != 0 {
		t.Errorf("nobody has %d", len(got))
	}
	if got := f.tally(1); got.Hits[model.ResponseOpen][model.AgentPerson] != 1 || got.Persons[model.ResponseOpen] != 0 {
		t.Errorf("an open is of a person: %+v", got)
	}
}

func responsesTally(t *testing.T, f *answers) {
	hour := start.Add(time.Hour)
	machine := click(start, 9, 1)
	machine.Agent = model.AgentScanner
	other := click(start, 3, 1)
	other.Campaign = 2
	f.add(click(start, 3, 1), click(start, 0, 1), machine, other)
	f.add(click(hour, 3, 1), click(hour.Add(time.Minute), 3, 2), click(hour, 4, 1),
		model.Response{At: start, Kind: model.ResponseBounce, Campaign: 1, Contact: 4, Class: model.BounceUnknown, Lane: model.LaneFree},
		model.Response{At: start, Kind: model.ResponseAnswer, Campaign: 1, Contact: 4, Value: 9},
		model.Response{At: hour, Kind: model.ResponseAnswer, Campaign: 1, Contact: 4, Value: 7},
		model.Response{At: hour, Kind: model.ResponseAnswer, Campaign: 1, Value: 7})
	f.reopen()
	var want store.ResponseTally
	want.Hits[model.ResponseClick][model.AgentPerson], want.Hits[model.ResponseClick][model.AgentScanner] = 5, 1
	want.Hits[model.ResponseBounce][0], want.Hits[model.ResponseAnswer][0] = 1, 3
	want.Persons[model.ResponseClick], want.Persons[model.ResponseBounce], want.Persons[model.ResponseAnswer] = 2, 1, 1
	want.Links = map[store.VersionLink]store.LinkTally{{Version: 1, Link: 1}: {Hits: 4, Persons: 2}, {Version: 1, Link: 2}: {Hits: 1, Persons: 1}}
	want.Bounces[model.BounceUnknown], want.ByLane[model.LaneFree][model.BounceUnknown] = 1, 1
	want.Answers = map[int16]int{7: 2}
	if diff := cmp.Diff(want, f.tally(1)); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
	if got := f.people(model.ResponseClick, 1); !slices.Equal(got, []string{"3 0s 1h1m0s", "4 1h0m0s 1h0m0s"}) {
		t.Errorf("who clicked: %v", got)
	}
	if got := f.people(model.ResponseClick, 2); !slices.Equal(got, []string{"3 0s 0s"}) {
		t.Errorf("who clicked on another: %v", got)
	}
	if got := f.people(model.ResponseClick, 0); len(got) != 2 {
		t.Errorf("who clicked on any: %v", got)
	}
}

func responsesSeen(t *testing.T, f *answers) {
	turn := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	named := func(at time.Time, id string) model.Response {
		r := click(at, 1, 1)
		r.ID = id
		return r
	}
	for _, c := range []struct {
		name string
		at   time.Time
		id   string
		want bool
	}{
		{"first", turn.Add(-3 * 24 * time.Hour), "a", false},
		{"in the next month", turn.Add(3 * 24 * time.Hour), "a", true},
		{"earlier", turn.Add(-5 * 24 * time.Hour), "a", true},
		{"another", turn, "b", false},
		{"in the month before", turn.Add(-time.Minute), "b", true},
		{"without one", turn, "", false},
		{"without one again", turn, "", false},
		{"after its days", turn.Add(12 * 24 * time.Hour), "a", false},
		{"from then on", turn.Add(14 * 24 * time.Hour), "a", true},
	} {
		if got := f.add(named(c.at, c.id)); got[0] != c.want {
			t.Errorf("%s: seen is %v", c.name, got[0])
		}
		f.reopen()
	}
	if got := f.add(named(start, "c"), named(start, "d"), named(start, "c")); !slices.Equal(got, []bool{false, false, true}) {
		t.Errorf("in one step: %v", got)
	}
	if got := f.tally(1); got.Count(model.ResponseClick) != 7 || len(f.list(1)) != 7 {
		t.Errorf("kept: %+v", got)
	}
}

func responsesBurst(t *testing.T, f *answers) {
	f.add(click(start.Add(-time.Hour), 1, 1)) // by themselves
	f.add(click(start, 1, 1), click(start, 2, 1), click(start, 3, 1), click(start, 0, 1))
	f.add(click(start.Add(store.BurstWindow), 1, 2), click(start.Add(store.BurstWindow+time.Millisecond), 2, 2), click(start.Add(time.Second), 3, 1), click(start.Add(time.Second), 0, 2))
	f.add(click(start.Add(2*store.BurstWindow), 1, 3)) // the third one of the machine
	known := click(start.Add(time.Second), 4, 2)       // who keeps it knew already
	known.Agent = model.AgentBurst
	f.add(click(start, 4, 1), known)
	got := f.tally(1)
	if got.Hits[model.ResponseClick][model.AgentBurst] != 5 || got.Hits[model.ResponseClick][model.AgentPerson] != 7 || got.Persons[model.ResponseClick] != 3 {
		t.Errorf("clicks: %v, persons %d", got.Hits[model.ResponseClick], got.Persons[model.ResponseClick])
	}
	want := map[store.VersionLink]store.LinkTally{{Version: 1, Link: 1}: {Hits: 5, Persons: 3}, {Version: 1, Link: 2}: {Hits: 2, Persons: 1}}
	if diff := cmp.Diff(want, got.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if got := f.people(model.ResponseClick, 1); !slices.Equal(got, []string{"1 -1h0m0s -1h0m0s", "2 0s 2.001s", "3 0s 1s"}) {
		t.Errorf("who clicked: %v", got)
	}
}

func responsesMonths(t *testing.T, f *answers) {
	paris := time.FixedZone("", 3600)
	f.add(click(time.Date(2026, 12, 1, 0, 30, 0, 0, paris), 1, 1), click(time.Date(2026, 12, 1, 1, 0, 0, 0, paris), 1, 1))
	months, err := f.Responses().Months(ctx)
	if diff := cmp.Diff([]string{"2026-11", "2026-12"}, must(t, months, err)); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
	if got := f.tally(1); got.Persons[model.ResponseClick] != 1 || got.Hits[model.ResponseClick][0] != 2 || got.Links[store.VersionLink{Version: 1, Link: 1}].Persons != 1 {
		t.Errorf("a person is counted twice at the turn of a month: %+v", got)
	}
	for i := range 16 { // more than are open at once
		f.add(click(start.AddDate(0, -i, 0), 2, 1))
	}
	f.reopen()
	if got := f.tally(1); got.Persons[model.ResponseClick] != 2 || got.Hits[model.ResponseClick][0] != 18 || len(f.of(2)) != 16 || len(f.people(model.ResponseClick, 0)) != 2 {
		t.Errorf("over %d months: %+v", 17, got)
	}
}

func responsesExpire(t *testing.T, f *answers) {
	for i := range 5 {
		f.add(click(start.AddDate(0, -i, 0), 2, 1), click(start.AddDate(0, -i, 0), model.ContactID(10+i), 1),
			model.Response{At: start.AddDate(0, -i, 0), Kind: model.ResponseAnswer, Campaign: 1, Contact: 2, Value: int16(i)})
	}
	before := f.tally(1)
	gone, err := f.Responses().Expire(ctx, start.AddDate(0, -2, 0))
	if diff := cmp.Diff([]string{"2026-07", "2026-08"}, must(t, gone, err)); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
	for range 2 {
		if diff := cmp.Diff(before, f.tally(1)); diff != "" {
			t.Errorf("sums after the months went (-want +got):\n%s", diff)
		}
		f.reopen()
	}
	if got := f.list(0); len(got) != 9 || len(f.of(2)) != 6 {
		t.Errorf("%d are left", len(got))
	}
	f.add(click(start.AddDate(0, -4, 0), 77, 1)) // late, of a month that is gone
	if got := f.tally(1); got.Persons[model.ResponseClick] != before.Persons[model.ResponseClick]+1 {
		t.Errorf("late: %d people", got.Persons[model.ResponseClick])
	}
	gone, err = f.Responses().Expire(ctx, start.AddDate(0, 2, 0))
	if len(must(t, gone, err)) < 3 || len(f.list(0)) != 0 {
		t.Errorf("gone: %v", gone)
	}
	f.reopen()
	got := f.tally(1)
	if got.Count(model.ResponseClick) != 11 || got.Persons[model.ResponseClick] != 7 {
		t.Errorf("sums when all is gone: %+v", got)
	}
	if gone, err := f.Responses().Expire(ctx, start.AddDate(0, 1, 0)); len(must(t, gone, err)) != 0 {
		t.Errorf("gone again: %v", gone)
	}
}

func responsesForget(t *testing.T, f *answers) {
	f.add(click(start, 2, 1), click(start.AddDate(0, -1, 0), 2, 1), click(start, 3, 1),
		model.Response{At: start, Kind: model.ResponseReply, Campaign: 1, Contact: 2, Detail: "Léa Martin"})
	before := f.tally(1)
	must(t, 0, errors.Join(f.Responses().Forget(ctx, 2), f.Responses().Forget(ctx, 99)))
	f.reopen()
	if diff := cmp.Diff(before, f.tally(1)); diff != "" {
		t.Errorf("sums (-want +got):\n%s", diff)
	}
	if got := f.of(2); len(got) != 0 {
		t.Errorf("their responses: %+v", got)
	}
	if got := f.people(model.ResponseClick, 0); len(got) != 1 {
		t.Errorf("who clicked: %v", got)
	}
	if got := f.list(0); len(got) != 4 || slices.ContainsFunc(got, func(r model.Response) bool { return r.Contact == 2 || r.Detail != "" }) {
		t.Errorf("everything: %+v", got)
	}
}

func responsesRefused(t *testing.T, f *answers) {
	for name, change := range map[string]func(*model.Response){
		"kind":     func(r *model.Response) { r.Kind = model.ResponseKind(model.ResponseKinds) },
		"no kind":  func(r *model.Response) { r.Kind = 0 },
		"agent":    func(r *model.Response) { r.Agent = model.AgentUnknown + 1 },
		"class":    func(r *model.Response) { r.Class = model.BounceClass(model.BounceClasses) },
		"lane":     func(r *model.Response) { r.Lane = model.Lane(model.Lanes) },
		"instant":  func(r *model.Response) { r.At = time.Time{} },
		"far away": func(r *model.Response) { r.At = start.AddDate(900, 0, 0) },
		"words":    func(r *model.Response) { r.Detail = fmt.Sprintf("%*d", store.MaxDetail+1, 1) },
	} {
		bad := click(start, 1, 1)
		change(&bad)
		if _, err := f.Responses().Append(ctx, []model.Response{click(start, 1, 1), bad}); model.KindOf(err) != model.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := f.list(0); len(got) != 0 {
		t.Errorf("something was written: %+v", got)
	}
}

// responsesMachine compares the sums with those counted from the list, whatever
// comes in whatever order.
func responsesMachine(t *testing.T, f *answers) {
	m := rand.New(rand.NewPCG(7, 1))
	for step := range 60 {
		var list []model.Response
		for range m.IntN(40) {
			r := model.Response{
				At:   start.Add(time.Duration(m.IntN(6000))*time.Second/2).AddDate(0, -m.IntN(2), 0),
				Kind: model.ResponseKind(1 + m.IntN(model.ResponseKinds-1)), Campaign: model.CampaignID(m.IntN(3)), Contact: model.ContactID(m.IntN(9)),
				Version: uint32(m.IntN(2)), Link: uint16(m.IntN(3)), Class: model.BounceClass(m.IntN(model.BounceClasses)), Lane: model.Lane(m.IntN(model.Lanes)), Value: int16(m.IntN(3)),
			}
			if m.IntN(3) > 0 {
				r.Kind = model.ResponseClick
			}
			if m.IntN(8) == 0 {
				r.Agent = model.Agent(m.IntN(int(model.AgentUnknown) + 1))
			}
			list = append(list, r)
		}
		f.add(list...)
		if step%20 == 19 {
			f.reopen()
		}
		for id := range model.CampaignID(3) {
			all := slices.DeleteFunc(f.list(0), func(r model.Response) bool { return r.Campaign != id })
			want, got := counted(all), f.tally(id)
			got.Answers = nil // which one was the last of them depends on who came last
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("step %d, campaign %d (-want +got):\n%s", step, id, diff)
			}
		}
	}
}

// counted is a tally of a list, without answers.
func counted(all []model.Response) (t store.ResponseTally) {
	people := map[[2]int]bool{}
	readers := map[store.VersionLink]map[model.ContactID]bool{}
	for _, r := range all {
		t.Hits[r.Kind][r.Agent]++
		if r.Kind == model.ResponseBounce {
			t.Bounces[r.Class]++
			t.ByLane[r.Lane][r.Class]++
		}
		if r.Agent != model.AgentPerson {
			continue
		}
		link := store.VersionLink{Version: r.Version, Link: r.Link}
		if r.Kind == model.ResponseClick {
			t.OnLink(link, 1, 0)
		}
		if r.Contact == 0 {
			continue
		}
		people[[2]int{int(r.Kind), int(r.Contact)}] = true
		if r.Kind == model.ResponseClick {
			if readers[link] == nil {
				readers[link] = map[model.ContactID]bool{}
			}
			readers[link][r.Contact] = true
		}
	}
	for p := range maps.Keys(people) {
		t.Persons[p[0]]++
	}
	for link, who := range readers {
		t.OnLink(link, 0, len(who))
	}
	return t
}
