package campaigns_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/hooks"
	"blanche/model"
)

// erp is a program that is told, as bad as a test wants it.
type erp struct {
	mu     sync.Mutex
	answer func(n int, l hooks.Letter) string
	n      int
	taken  map[string]int // by id of the event
	bodies []string
}

func (e *erp) post(_ context.Context, l hooks.Letter) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.n++
	code := hooks.Taken
	if e.answer != nil {
		code = e.answer(e.n, l)
	}
	if code == hooks.Taken {
		if e.taken == nil {
			e.taken = map[string]int{}
		}
		e.taken[l.ID]++
		e.bodies = append(e.bodies, string(l.Body))
	}
	return code
}

// asked is how many letters came, taken or not.
func (e *erp) asked() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.n
}

// told is how often each event was taken.
func (e *erp) told() map[string]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.taken)
}

func (e *erp) got() (bodies []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append(bodies, e.bodies...)
}

func (e *erp) tells(s *shop) {
	s.opt.Post = e.post
	s.opt.Config.HooksOut = []campaigns.HookOut{{Name: "erp", URL: "https://erp.example/", Events: model.OutgoingEvents(), Secrets: []string{"0123456789abcdef"}}}
}

// withDeadLetter leaves one event that was given up.
func withDeadLetter(s *shop) {
	e := &erp{answer: func(int, hooks.Letter) string { return hooks.Gone }}
	e.tells(s)
	s.reopen(true)
	s.must(s.desk.Oppose(s.ctx, "perdu@clients.example", "test"))
	s.queued(campaigns.HookDead, 1)
}

// queued waits for so many letters of a state.
func (s *shop) queued(state string, want int) []campaigns.HookLine {
	s.Helper()
	for range 10_000 {
		synctest.Wait()
		all, err := s.desk.HookQueue(s.ctx)
		s.must(err)
		n := 0
		for i := range all {
			if all[i].State == state {
				n++
			}
		}
		if n == want {
			return all
		}
		time.Sleep(time.Minute)
	}
	s.Fatalf("never %d letters %s", want, state)
	return nil
}

// What happens is told, signed, with no more of people than their number.
func TestOtherProgramsAreToldWhatTheyAskedFor(t *testing.T) {
	e := &erp{}
	inShop(t, nil, e.tells, func(s *shop) {
		_, err := s.as(owner).Import(s.ctx, campaigns.ImportRequest{
			Kind: "contacts", Name: "clients.csv", Source: strings.NewReader("email\ncamille@clients.example\nb@clients.example\n"), Basis: model.BasisConsent, BasisSource: "formulaire",
		})
		s.must(err)
		s.send(file{holdout: "share = 0"})
		s.must(s.desk.Oppose(s.ctx, "camille@clients.example", "test"))
		s.must(s.desk.Oppose(s.ctx, "camille@clients.example", "again"))
		s.queued(campaigns.HookWaits, 0)
		var events []string
		for _, b := range e.got() {
			var one struct {
				ID, Event, At string
				Data          map[string]any
			}
			s.must(json.Unmarshal([]byte(b), &one))
			events = append(events, one.Event)
			if strings.Contains(b, "camille") || !strings.HasPrefix(one.ID, "evt_") || one.At == "" {
				t.Errorf("told: %s", b)
			}
		}
		want := "import.done campaign.started campaign.done contact.unsubscribed"
		if got := strings.Join(events, " "); got != want {
			t.Errorf("told %s, not %s", got, want)
		}
		s.opt.Config.HooksOut[0].People = true
		s.reopen(true)
		s.must(s.desk.Complain(s.ctx, "b@clients.example", ""))
		s.queued(campaigns.HookWaits, 0)
		if all := e.got(); !strings.Contains(all[len(all)-1], "b@clients.example") { // the control
			t.Errorf("with people: %s", all[len(all)-1])
		}
	})
}

// A receiver that is down is tried again at growing distances, over restarts; what
// nobody takes in the end is kept with its reason, and told again when somebody
// asks for it.
func TestWhatNobodyTakesIsKeptWithItsReason(t *testing.T) {
	down := true
	e := &erp{}
	e.answer = func(int, hooks.Letter) string {
		if down {
			return "http_500"
		}
		return hooks.Taken
	}
	inShop(t, nil, e.tells, func(s *shop) {
		s.must(s.desk.Oppose(s.ctx, "a@clients.example", "test"))
		for range 5 {
			time.Sleep(2 * time.Hour)
			s.reopen(true)
		}
		if all := s.queued(campaigns.HookWaits, 1); all[0].Tries < 5 || all[0].Why != "http_500" {
			t.Errorf("waits: %+v", all[0])
		}
		time.Sleep(3 * 24 * time.Hour)
		all := s.queued(campaigns.HookDead, 1)
		if all[0].Tries > hooks.MostTries || all[0].Why != "http_500" || e.asked() > hooks.MostTries {
			t.Errorf("given up: %+v after %d tries", all[0], e.asked())
		}
		down = false
		if n, err := s.desk.RetryHooks(campaigns.Rehearse(s.ctx), nil); n != 1 || err != nil || len(e.got()) > 0 {
			t.Errorf("rehearsed: %d %v", n, err)
		}
		if _, err := s.desk.RetryHooks(s.ctx, []string{"c999"}); model.KindOf(err) != model.KindNotFound {
			t.Errorf("a key of nothing: %v", err)
		}
		n, err := s.desk.RetryHooks(s.ctx, []string{all[0].Key})
		s.must(err)
		s.queued(campaigns.HookDead, 0)
		s.queued(campaigns.HookWaits, 0)
		if n != 1 || len(e.got()) != 1 {
			t.Errorf("told again: %d, %v", n, e.got())
		}
	})
}

// Property: every event of some weeks is told at least once, or kept as given up,
// whatever the receiver answers and however often the process begins again.
func TestEveryEventIsToldAtLeastOnceOrKept(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r, its := rand.New(rand.NewPCG(seed, 7)), rand.New(rand.NewPCG(seed, 8)) // the test's, and the receiver's
			codes := []string{hooks.Taken, hooks.Taken, "http_500", hooks.Late, hooks.Redirected, hooks.Unreadable, hooks.Gone}
			e := &erp{answer: func(int, hooks.Letter) string { return codes[its.IntN(len(codes))] }}
			inShop(t, nil, e.tells, func(s *shop) {
				const people = 40
				for i := range people {
					s.must(s.desk.Oppose(s.ctx, fmt.Sprintf("p%d@clients.example", i), "test"))
					switch r.IntN(8) {
					case 0:
						s.reopen(true)
					case 1:
						time.Sleep(time.Duration(r.IntN(5)) * time.Hour)
					}
				}
				all := s.queued(campaigns.HookWaits, 0)
				if told := len(e.told()); told+len(all) < people {
					t.Errorf("%d told, %d kept, of %d", told, len(all), people)
				}
				for i := range all {
					if all[i].Why == "" {
						t.Errorf("given up for nothing: %+v", all[i])
					}
				}
			})
		})
	}
}

// Who has said no and complains of a message of before has complained: it is told
// and counted, once, however often and by whomever it is said.
func TestAComplaintOfWhoHasSaidNoIsToldOnce(t *testing.T) {
	e := &erp{}
	inShop(t, nil, e.tells, func(s *shop) {
		s.people(20)
		s.send(file{holdout: "share = 0.0"})
		says := func(event, email, campaign string) {
			t.Helper()
			raw := map[string]json.RawMessage{"event_id": json.RawMessage(`"` + event + `"`), "type": json.RawMessage(`"complaint"`), "email": json.RawMessage(`"` + email + `"`)}
			if campaign != "" {
				raw["campaign"] = json.RawMessage(`"` + campaign + `"`)
			}
			_, err := s.as(owner).TakeItems(s.ctx, campaigns.ItemRequest{Kind: model.ScopeEvents, Items: []map[string]json.RawMessage{raw}})
			s.must(err)
		}
		complaints := func() (n int) {
			t.Helper()
			s.queued(campaigns.HookWaits, 0)
			for _, b := range e.got() {
				if strings.Contains(b, model.EventContactComplained) {
					n++
				}
			}
			return n
		}
		s.must(s.desk.Oppose(s.ctx, address(1), "test"))
		says("c1", address(1), "noel")
		says("c1", address(1), "noel")
		says("c2", address(1), "noel")
		says("c3", address(1), "")
		if n, st := complaints(), s.status("noel"); n != 1 || st.Complaints != 1 {
			t.Errorf("told %d times, counted %d times", n, st.Complaints)
		}
		// Of no message, in a shop that still has nobody else's word for it.
		_, err := s.as(owner).Import(s.ctx, campaigns.ImportRequest{Kind: "contacts", Name: "b.csv", Source: strings.NewReader("email\nnew@clients.example\n"), Basis: model.BasisConsent, BasisSource: "x"})
		s.must(err)
		s.must(s.desk.Oppose(s.ctx, "new@clients.example", "test"))
		says("n1", "new@clients.example", "")
		says("n1", "new@clients.example", "")
		if n, st := complaints(), s.status("noel"); n != 2 || st.Complaints != 1 {
			t.Errorf("of no message: told %d times, counted %d times", n, st.Complaints)
		}
		says("o1", address(2), "noel") // the control: of who had said nothing
		says("o2", address(2), "noel")
		if n, st := complaints(), s.status("noel"); n != 3 || st.Complaints != 2 {
			t.Errorf("of somebody else: told %d times, counted %d times", n, st.Complaints)
		}
	})
}

// From a folder where nothing may leave, no event does: a backup that is put back
// on another machine tells nobody.
func TestARestoredFolderTellsNobody(t *testing.T) {
	e := &erp{}
	inShop(t, nil, e.tells, func(s *shop) {
		s.disarm()
		s.must(s.desk.Oppose(s.ctx, "a@clients.example", "test"))
		time.Sleep(time.Hour)
		if n := e.asked(); n != 0 {
			t.Errorf("%d letters left", n)
		}
		s.must(s.as(owner).Arm(s.ctx))
		time.Sleep(2 * time.Minute)
		if n := e.asked(); n != 1 { // the control
			t.Errorf("%d letters left once it is armed", n)
		}
	})
}

func TestAReceiverIsCheckedBeforeItIsTold(t *testing.T) {
	t.Parallel()
	good := campaigns.HookOut{Name: "erp", URL: "https://erp.example/", Events: []string{model.EventCampaignDone}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for key, spoil := range map[string]func(*campaigns.HookOut){
		"hook.bad_receiver": func(h *campaigns.HookOut) { h.Name = "É" },
		"hook.clear_url":    func(h *campaigns.HookOut) { h.URL = "http://erp.example/" },
		"hook.bad_url":      func(h *campaigns.HookOut) { h.URL = "erp" },
		"hook.private_url":  func(h *campaigns.HookOut) { h.URL = "https://192.168.0.1/" },
		"hook.no_event":     func(h *campaigns.HookOut) { h.Events = nil },
		"hook.bad_event":    func(h *campaigns.HookOut) { h.Events = []string{"campaign.*"} },
	} {
		bad := good
		spoil(&bad)
		var e *model.Error
		if err := bad.Check(); !errors.As(err, &e) || e.Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// The memory of signatures dies with the process; what the events of a signed
// request were does not. The control is told without a signature.
func TestEventsOfASignedRequestAreHeardOnceWithoutAnIDToo(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(3)
		s.send(file{holdout: "share = 0.0"})
		reply := func(n int) map[string]json.RawMessage {
			return map[string]json.RawMessage{"type": json.RawMessage(`"reply"`), "email": json.RawMessage(`"` + address(n) + `"`), "text": json.RawMessage(`"merci"`)}
		}
		tell := func(telling campaigns.Telling) (said []string) {
			results, err := s.as(owner).TakeItems(s.ctx, campaigns.ItemRequest{Kind: model.ScopeEvents, Telling: telling, Items: []map[string]json.RawMessage{reply(1), reply(1), reply(2)}})
			s.must(err)
			for _, r := range results {
				said = append(said, r.Result)
			}
			return said
		}
		for n, c := range []struct {
			telling campaigns.Telling
			want    string
		}{
			{campaigns.Telling{1}, "created created created"},
			{campaigns.Telling{1}, "unchanged unchanged unchanged"},
			{campaigns.Telling{2}, "created created created"},
			{campaigns.Telling{}, "created created created"},
			{campaigns.Telling{}, "created created created"},
		} {
			if got := strings.Join(tell(c.telling), " "); got != c.want {
				s.Errorf("%d: %s, want %s", n, got, c.want)
			}
		}
	})
}
