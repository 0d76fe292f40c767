package campaigns_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// opposing sends three campaigns to 12,000 people while 10,000 of them oppose,
// each at a moment of their own, and counts the transactions that the relay saw
// begin, or the messages it took, after the person had been told "noted".
func opposing(t *testing.T, people, oppose int, hasty bool) (late, spared int) {
	var mu sync.Mutex
	told := map[string]bool{}
	seen := func(to string) {
		mu.Lock()
		defer mu.Unlock()
		if told[to] {
			late++
		}
	}
	behave := func(to string, _ int) relay.Act {
		seen(to)
		return relay.Take
	}
	inShop(t, behave, func(s *shop) { s.opt.Config.Relay.Connections = 16 }, func(s *shop) {
		s.keep = func(_, to string, _ []byte) { seen(to) }
		if hasty {
			s.desk.Hasty()
		}
		s.people(people)
		for i, zone := range []string{"A", "B", "C"} {
			name := fmt.Sprint("c", i)
			s.write(file{name: name, audience: "zone = \"" + zone + "\"", holdout: "share = 0.0"})
			s.start(name)
		}
		lasts := time.Duration(people/16) * 10 * time.Millisecond
		moments := rand.New(rand.NewPCG(4, 22))
		var all sync.WaitGroup
		for _, i := range moments.Perm(people)[:oppose] {
			email, at := address(i+1), time.Duration(moments.Int64N(int64(lasts)))
			all.Go(func() {
				time.Sleep(at)
				if err := s.desk.Oppose(s.ctx, email, "lettre"); err != nil {
					s.Error(err)
				}
				mu.Lock()
				told[email] = true
				mu.Unlock()
			})
		}
		all.Wait()
		for i := range 3 {
			st := s.end(fmt.Sprint("c", i))
			spared += st.Excluded
			if st.State != model.Done || st.Accepted+st.Excluded != st.Planned {
				s.Errorf("%+v", st)
			}
		}
	})
	return late, spared
}

func TestNobodyWhoOpposedGetsAnythingAfterTheyWereToldItIsNoted(t *testing.T) {
	people, oppose := 12_000, 10_000
	if testing.Short() {
		people, oppose = 1200, 1000
	}
	late, spared := opposing(t, people, oppose, false)
	if late > 0 || spared < oppose/5 || spared == oppose {
		t.Errorf("%d transactions too late, %d people spared of %d", late, spared, oppose)
	}
	t.Logf("%d oppositions, %d of them before the message", oppose, spared)
}

func TestAnImportOfOppositionsIsOverWhenNothingLeavesForThem(t *testing.T) {
	opposed := func(to string) bool { return to <= address(2000) }
	nothingAfter(t, opposed, func(s *shop) { s.people(3000) }, func(s *shop) {
		var b strings.Builder
		b.WriteString("email;opposition\n")
		for i := range 2000 {
			fmt.Fprintf(&b, "%s;oui\n", address(i+1))
		}
		if r := s.bring(b.String(), model.BasisNone); r.Opposed == 0 {
			s.Fatalf("%+v", r)
		}
	})
}

// nothingAfter sends to people and does something in the middle of it: once that
// is told as done, no transaction begins for those it is about. The control, which
// does not wait for what is on its way, must have some.
func nothingAfter(t *testing.T, about func(to string) bool, prepare, do func(s *shop)) {
	t.Helper()
	for _, hasty := range []bool{false, true} {
		t.Run(map[bool]string{false: "held", true: "control"}[hasty], func(t *testing.T) {
			var told atomic.Bool
			var late atomic.Int64
			seen := func(to string) {
				if told.Load() && about(to) {
					late.Add(1)
				}
			}
			behave := func(to string, _ int) relay.Act {
				seen(to)
				return relay.Take
			}
			inShop(t, behave, nil, func(s *shop) {
				s.keep = func(_, to string, _ []byte) { seen(to) }
				if hasty {
					s.desk.Hasty()
				}
				prepare(s)
				s.write(file{holdout: "share = 0.0"})
				s.start("noel")
				time.Sleep(time.Second) // of the simulated clock
				do(s)
				told.Store(true)
				s.end("noel")
			})
			if n := late.Load(); (n > 0) != hasty {
				t.Errorf("%d transactions after it was told as done", n)
			}
		})
	}
}

func TestControlOfTheOppositions(t *testing.T) {
	if late, _ := opposing(t, 3000, 2500, true); late == 0 {
		t.Error("an opposition that does not wait for what is under way was never overtaken: the race is not run")
	}
}
