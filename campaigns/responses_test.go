package campaigns_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
)

// withSite gives the shop a public part.
func withSite(s *shop) { s.opt.Config.Public.URL = "https://mail.boutique.example" }

// back is one thing that came back of noel, now.
func (s *shop) back(k model.ResponseKind, who model.ContactID, link uint16) model.Response {
	return model.Response{At: s.now(), Kind: k, Campaign: s.campaign("noel").ID, Contact: who, Version: 1, Link: link}
}

func (s *shop) came(list ...model.Response) {
	s.Helper()
	s.must(s.desk.Record(s.ctx, list))
}

// numbers are the people of a cell.
func (s *shop) numbers(c model.Cell) (all []model.ContactID) {
	s.Helper()
	s.must(s.store.Ledger().Lines(s.ctx, s.campaign("noel").ID, everyState(), func(r model.Recipient) error {
		if r.Cell == c {
			all = append(all, r.Contact)
		}
		return nil
	}))
	return all
}

func TestWhatComesBackIsSeenWherePeopleLook(t *testing.T) {
	inShop(t, nil, withSite, func(s *shop) {
		s.people(100)
		s.write(file{name: "noel", holdout: "share = 0"}) // the people below are all sent to
		s.start("noel")
		s.end("noel")
		machine := s.back(model.ResponseClick, 4, 1)
		machine.Agent = model.AgentScanner
		bounce := s.back(model.ResponseBounce, 5, 0)
		bounce.Class, bounce.Lane, bounce.Detail = model.BounceFull, model.LaneOrange, strings.Repeat("é", 400)
		s.came(s.back(model.ResponseClick, 2, 1), s.back(model.ResponseClick, 3, 1), machine, bounce, s.back(model.ResponseUnsubscribe, 3, 0))
		s.days(20)
		s.came(s.back(model.ResponseClick, 3, 2))
		s.reopen(true)

		got, err := s.desk.Responses(s.ctx, "noel")
		s.must(err)
		want := model.ResponseCounts{
			Clicks: 3, ClickPersons: 2, MachineClicks: 1, Unsubscribes: 1, Bounces: 1,
			BouncesByClass: map[string]int{"mailbox_full": 1}, BouncesByLane: map[string]map[string]int{"orange": {"mailbox_full": 1}},
			Answers: map[string]int{}, Links: []model.LinkCounts{{Version: 1, Link: 1, URL: got.Links[0].URL, Clicks: 2, Persons: 2}, {Version: 1, Link: 2, URL: got.Links[1].URL, Clicks: 1, Persons: 1}},
		}
		want.Versions = []model.VersionClicks{{Version: 1, Accepted: 100, Clicks: 3}}
		want.Shares = got.Shares
		if p := got.Shares; p == nil || p.Of != 100 || p.Clicks.N != 2 || p.Clicks.Part != .02 || p.Clicks.Low < .0055 || p.Clicks.Low > .0056 || p.Bounces.N != 1 {
			s.Errorf("shares: %+v", p)
		}
		if d := cmp.Diff(want, got); d != "" {
			s.Errorf("what came back (-want +got):\n%s", d)
		}
		if st := s.status("noel"); st.Responses == nil || !cmp.Equal(*st.Responses, got) {
			s.Errorf("the status says %+v", st.Responses)
		}
		var kinds []string
		history, err := s.desk.History(s.ctx, "3")
		s.must(err)
		for _, l := range history {
			if l.Campaign == "noel" {
				kinds = append(kinds, l.Kind)
			}
		}
		if d := cmp.Diff([]string{"message", "click", "unsubscribe", "click"}, kinds); d != "" {
			s.Errorf("history of a person: %s", d)
		}
		for rule, want := range map[string]int{`clicked("noel")`: 2, `clicked(any)`: 2, `clicked(any, 10d)`: 1, `clicked("noel", 30d)`: 2} {
			if n, err := s.desk.Count(s.ctx, rule); err != nil || n.Matched != want {
				s.Errorf("%s: %d of %d, %v", rule, n.Matched, want, err)
			}
		}
		s.came(s.back(model.ResponseClick, 9, 1))
		if n, err := s.desk.Count(s.ctx, `clicked("noel")`); err != nil || n.Matched != 3 {
			s.Errorf("after another click: %d, %v", n.Matched, err)
		}
		last, err := s.desk.LatestResponses(s.ctx, "noel", 2)
		s.must(err)
		if len(last) != 2 || last[0].Contact != 9 || last[1].Contact != 3 {
			s.Errorf("the latest: %+v", last)
		}
		text, err := json.Marshal(got)
		if err != nil || !strings.Contains(string(text), `"click_persons":2`) {
			s.Errorf("%s, %v", text, err)
		}
	})
}

func TestATestByClicksGoesToTheWordingThatPersonsFollow(t *testing.T) {
	for name, c := range map[string]struct {
		persons [2]int // of ninety, by cell
		winner  string
	}{
		"more persons, fewer hits": {[2]int{5, 40}, "b"},
		"machines alone":           {[2]int{0, 0}, ""},
		"nearly as many":           {[2]int{10, 12}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inShop(t, nil, withSite, func(s *shop) {
				s.people(1000)
				f := tested("noel")
				f.more = strings.Replace(f.more, `"revenue"`, `"clicks"`, 1)
				s.write(f)
				s.start("noel")
				s.untilTested("noel")
				for cell := range 2 {
					for i, who := range s.numbers(model.Cell(cell + 1)) {
						if cell == 0 { // a machine behind every address follows it
							hit := s.back(model.ResponseClick, who, 1)
							hit.Agent = model.AgentPrefetch
							s.came(hit)
						}
						if i < c.persons[cell] {
							for range 1 + 9*(1-cell) { // the same person again says no more
								s.came(s.back(model.ResponseClick, who, 1))
							}
						}
					}
				}
				s.skip(4 * time.Hour)
				if c.winner == "" {
					s.until("the verdict is there", func() bool { return s.campaign("noel").AB.Verdict != "" })
					if st := s.status("noel"); st.AB.Verdict != model.ABNoDifference || st.Waiting != 720 {
						s.Errorf("%+v %+v", st, st.AB)
					}
					return
				}
				st := s.end("noel")
				v := st.AB.Variants
				if st.AB.Verdict != model.ABBetter || st.AB.Winner != c.winner || *v[1].Value < .44 || *v[1].Value > .45 || *v[0].Value > .06 {
					s.Errorf("%+v %+v", st, st.AB)
				}
			})
		})
	}
}

func TestAClickIsASignOfLife(t *testing.T) {
	inShop(t, nil, withSite, func(s *shop) {
		s.bring("email;consent_date\nvieux@clients.example;2020-01-05\nvif@clients.example;2020-01-05\n", model.BasisConsent)
		vif, err := s.store.Contacts().ByEmail(s.ctx, "vif@clients.example")
		s.must(err)
		list := func() (all []string) {
			r, err := s.desk.Retention(s.ctx)
			s.must(err)
			for _, l := range r.People {
				all = append(all, l.Email)
			}
			return all
		}
		s.days(5 * 366)
		if got := list(); len(got) != 2 {
			s.Fatalf("over the limit: %v", got)
		}
		open := model.Response{Kind: model.ResponseOpen, Contact: vif.ID}
		machine := model.Response{Kind: model.ResponseClick, Contact: vif.ID, Agent: model.AgentScanner}
		s.came(open, machine)
		if got := list(); len(got) != 2 {
			s.Errorf("an open, or a machine, is a sign of life: %v", got)
		}
		s.came(model.Response{Kind: model.ResponseClick, Contact: vif.ID})
		if d := cmp.Diff([]string{"vieux@clients.example"}, list()); d != "" {
			s.Errorf("after a click: %s", d)
		}
	})
}

func TestMonthsOfAnswersGoWhenTheyAreKeptTooLong(t *testing.T) {
	inShop(t, nil, withSite, func(s *shop) {
		s.people(3)
		s.write(file{name: "noel"})
		s.start("noel")
		s.end("noel")
		s.came(s.back(model.ResponseClick, 1, 1))
		s.days(200)
		s.came(s.back(model.ResponseClick, 2, 1))
		head := s.head()
		s.days(230) // fourteen months after the first
		r, err := s.desk.Retention(s.ctx)
		s.must(err)
		if d := cmp.Diff(campaigns.ResponseLimit{Months: 13, Kept: []string{"2026-11", "2027-06"}, Over: []string{"2026-11"}}, r.Responses); d != "" {
			s.Errorf("before: %s", d)
		}
		time.Sleep(2 * time.Hour)
		r, err = s.desk.Retention(s.ctx)
		s.must(err)
		if d := cmp.Diff(campaigns.ResponseLimit{Months: 13, Kept: []string{"2027-06"}, Over: []string{}}, r.Responses); d != "" {
			s.Errorf("after: %s", d)
		}
		if got, err := s.desk.Responses(s.ctx, "noel"); err != nil || got.Clicks != 2 || got.ClickPersons != 2 {
			s.Errorf("the sums: %+v, %v", got, err)
		}
		if acts := s.acts(head, "folder"); !strings.Contains(strings.Join(acts, "\n"), "blanche privacy.expire") {
			s.Errorf("the audit says %v", acts)
		}
	})
}

// gated is a store whose responses wait to be written until they are let go.
type gated struct {
	store.Store
	gate chan struct{}
	mu   sync.Mutex
	last [model.ResponseKinds]int
	fail error
}

func (s *gated) Responses() store.Responses { return gatedResponses{s.Store.Responses(), s} }

type gatedResponses struct {
	store.Responses
	s *gated
}

func (r gatedResponses) Append(ctx context.Context, list []model.Response) ([]bool, error) {
	<-r.s.gate
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.s.fail != nil {
		return nil, r.s.fail
	}
	for i := range list {
		r.s.last[list[i].Kind]++
	}
	return r.Responses.Append(ctx, list)
}

func TestAFullQueueShedsOpensFirstAndANoNever(t *testing.T) {
	inShop(t, nil, withSite, func(s *shop) {
		st := &gated{Store: s.store, gate: make(chan struct{})}
		s.must(s.desk.Close(s.ctx))
		s.store = st
		s.open()
		one := func(k model.ResponseKind, n int) error {
			list := make([]model.Response, n)
			for i := range list {
				list[i] = model.Response{Kind: k, Agent: model.AgentUnknown}
			}
			return s.desk.Record(s.ctx, list)
		}
		var callers sync.WaitGroup
		var mu sync.Mutex
		refused := map[model.ErrorKind]int{}
		call := func(k model.ResponseKind, n int) {
			callers.Go(func() {
				if err := one(k, n); err != nil {
					mu.Lock()
					refused[model.KindOf(err)] += n
					mu.Unlock()
				}
			})
		}
		const many = 1000
		for range 30 {
			s.must(one(model.ResponseOpen, many)) // nobody waits
		}
		shed := s.desk.Shed()
		if shed == 0 || shed >= 30*many {
			s.Errorf("%d opens were dropped of %d", shed, 30*many)
		}
		for range 100 {
			call(model.ResponseClick, many)
		}
		time.Sleep(time.Second)
		for range 10 {
			call(model.ResponseUnsubscribe, many)
		}
		time.Sleep(time.Second)
		close(st.gate)
		callers.Wait()
		s.until("everything is written", func() bool {
			st.mu.Lock()
			defer st.mu.Unlock()
			return st.last[model.ResponseOpen]+int(s.desk.Shed()) == 30*many
		})
		if got := st.last[model.ResponseUnsubscribe]; got != 10*many {
			s.Errorf("%d of %d that say no were kept", got, 10*many)
		}
		if clicks := st.last[model.ResponseClick]; clicks+refused[model.KindBusy] != 100*many || refused[model.KindBusy] == 0 {
			s.Errorf("%d clicks were kept, %d refused", clicks, refused[model.KindBusy])
		}
	})
}

func TestNobodyIsToldThatSomethingIsKeptWhenItIsNot(t *testing.T) {
	inShop(t, nil, withSite, func(s *shop) {
		st := &gated{Store: s.store, gate: make(chan struct{}), fail: errors.New("the disk")}
		s.must(s.desk.Close(s.ctx))
		s.store = st
		s.open()
		close(st.gate)
		for k := model.ResponseClick; int(k) < model.ResponseKinds; k++ {
			if err := s.desk.Record(s.ctx, []model.Response{{Kind: k}}); (err == nil) != (k == model.ResponseOpen) {
				s.Errorf("%v: %v", k, err)
			}
		}
		if err := s.desk.Record(s.ctx, []model.Response{{Kind: 99}}); model.KindOf(err) != model.KindInvalid {
			s.Errorf("of no kind: %v", err)
		}
		st.mu.Lock()
		st.fail = nil
		st.mu.Unlock()
		seen, err := s.desk.RecordEach(s.ctx, []model.Response{{Kind: model.ResponseOpen}, {Kind: model.ResponseClick, ID: "a"}, {Kind: model.ResponseBounce, ID: "a"}, {Kind: model.ResponseReply}})
		if fmt.Sprint(seen, err) != "[false false true false] <nil>" {
			s.Errorf("seen: %v, %v", seen, err)
		}
	})
}
