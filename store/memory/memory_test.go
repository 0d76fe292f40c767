package memory_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store/memory"
	"blanche/store/storetest"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func now() time.Time { return start }

func TestMemoryKeepsTheContract(t *testing.T) {
	t.Parallel()
	storetest.RunSender(t, func(*testing.T) storetest.SenderOpener {
		s := memory.New(memory.Options{Now: now})
		return func() (storetest.Sender, error) {
			s = s.Crash()
			return s, nil
		}
	})
}

func TestMemoryKeepsWhatComesBack(t *testing.T) {
	t.Parallel()
	storetest.RunResponses(t, func(*testing.T) storetest.AnsweringOpener {
		s := memory.New(memory.Options{Now: now})
		return func() (storetest.Answering, error) {
			s = s.Crash()
			return s, nil
		}
	})
}

func planned(t *testing.T, s *memory.Store, n int) {
	t.Helper()
	var p model.Plan
	for i := range n {
		p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(i + 1), Lane: model.Lane(i % model.Lanes)})
	}
	if err := s.Ledger().Plan(t.Context(), 1, p); err != nil {
		t.Fatal(err)
	}
}

func states(t *testing.T, s *memory.Store) [model.States]int {
	t.Helper()
	got, err := s.Ledger().Tally(t.Context(), 1)
	if err != nil || !got.Balanced() {
		t.Fatalf("%+v, %v", got, err)
	}
	return got.ByState
}

func TestAfterACrashTheOldHandleAnswersNothing(t *testing.T) {
	t.Parallel()
	s := memory.New(memory.Options{Now: now})
	planned(t, s, 5)
	_, err := s.Ledger().Claim(t.Context(), 1, model.Claims(3), start)
	_, err2 := s.Ledger().Commit(t.Context(), nil, []model.Intent{{Campaign: 1, Ordinal: 0, Email: "a@mail.example", Version: 1, At: start}})
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	next := s.Crash()
	_, err = s.Ledger().Tally(t.Context(), 1)
	err2 = s.Suppressions().Add(t.Context(), "a@mail.example", model.Suppression{Reason: model.SuppressOpposed})
	if _, err3 := s.Ledger().Commit(t.Context(), []model.Outcome{{Campaign: 1}}, nil); err == nil || err2 == nil || err3 == nil {
		t.Errorf("the old handle: %v, %v, %v", err, err2, err3)
	}
	if got := states(t, next); got != [model.States]int{model.StatePlanned: 4, model.StateUncertain: 1} {
		t.Errorf("the next one finds %v", got)
	}
	r, _, err := next.Ledger().Of(t.Context(), 1, 1)
	if err != nil || r.Code != "interrupted" || r.Attempts != 1 || !r.At.Equal(start) {
		t.Errorf("uncertain: %+v, %v", r, err)
	}
}

func TestAFaultIsBeforeOrAfterTheWrite(t *testing.T) {
	t.Parallel()
	var before, after error
	var asked []string
	checked := 0
	s := memory.New(memory.Options{
		Now: now,
		Fault: func(method string) (error, error) {
			asked = append(asked, method)
			return before, after
		},
		Check: func(got model.Tally) {
			if checked++; !got.Balanced() {
				t.Errorf("out of balance: %+v", got)
			}
		},
	})
	planned(t, s, 4)
	broken := errors.New("the disk says so")
	before = broken
	if got, err := s.Ledger().Claim(t.Context(), 1, model.Claims(9), start); !errors.Is(err, broken) || got != nil {
		t.Errorf("before: %v, %v", got, err)
	}
	before = nil
	if got := states(t, s); got[model.StatePlanned] != 4 {
		t.Errorf("before: %v was written", got)
	}
	after = broken
	if got, err := s.Ledger().Claim(t.Context(), 1, model.Claims(2), start); !errors.Is(err, broken) || got != nil {
		t.Errorf("after: %v, %v", got, err)
	}
	after = nil
	if got := states(t, s); got[model.StateClaimed] != 2 {
		t.Errorf("after: %v was written", got)
	}
	if diff := cmp.Diff([]string{"Plan", "Claim", "Tally", "Claim", "Tally"}, asked); diff != "" || checked != 2 {
		t.Errorf("%d checks; asked (-want +got):\n%s", checked, diff)
	}
}

// campaign sends to everybody, dies at any step, goes on, and tells what the
// relay took and how often it died. Careless, it sends again what is in doubt.
func campaign(ctx context.Context, seed uint64, people int, careless bool) (accepted map[model.Ordinal]int, crashes int, err error) {
	random := rand.New(rand.NewPCG(seed, 1))
	died := errors.New("killed")
	s := memory.New(memory.Options{Now: now, Fault: func(string) (before, after error) {
		switch random.IntN(60) {
		case 0:
			return died, nil
		case 1:
			return nil, died
		}
		return nil, nil
	}})
	p := model.Plan{}
	for i := range people {
		p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(i + 1), Lane: model.Lane(i % model.Lanes)})
	}
	for err := died; errors.Is(err, died); s = s.Crash() {
		err = s.Ledger().Plan(ctx, 1, p)
	}
	accepted = map[model.Ordinal]int{}
	for {
		done, err := life(ctx, s, accepted)
		if done || err != nil && !errors.Is(err, died) {
			return accepted, crashes, err
		}
		crashes++
		s = s.Crash()
		if careless {
			_, _ = s.Ledger().Resolve(ctx, 1, model.StatePlanned, start)
		}
	}
}

// life is one process: it sends until the end or its death.
func life(ctx context.Context, s *memory.Store, accepted map[model.Ordinal]int) (done bool, err error) {
	l := s.Ledger()
	for {
		claims, err := l.Claim(ctx, 1, model.Claims(7), start)
		if err != nil || len(claims) == 0 {
			return err == nil, err
		}
		var intents []model.Intent
		var results []model.Outcome
		for _, c := range claims {
			intents = append(intents, model.Intent{Campaign: 1, Ordinal: c.Ordinal, Email: "a@mail.example", Version: 1, At: start})
			results = append(results, model.Outcome{Campaign: 1, Ordinal: c.Ordinal, State: model.StateAccepted, Attempts: 1, At: start})
		}
		if _, err := l.Commit(ctx, nil, intents); err != nil {
			return false, err
		}
		for _, c := range claims {
			accepted[c.Ordinal]++
		}
		if _, err := l.Commit(ctx, results, nil); err != nil {
			return false, err
		}
	}
}

// The rule that the ledger is for, with nothing around it: nobody gets a message
// twice, and who got none is in doubt or refused by nobody, whatever dies when.
func TestNobodyIsServedTwiceByThoseWhoDie(t *testing.T) {
	t.Parallel()
	crashes, twice := 0, 0
	for seed := range uint64(100) {
		for _, careless := range []bool{false, true} {
			accepted, died, err := campaign(t.Context(), seed, 100, careless)
			if err != nil || len(accepted) < 100-7*died {
				t.Fatalf("seed %d: %d served, %d crashes, %v", seed, len(accepted), died, err)
			}
			for o, n := range accepted {
				switch {
				case n > 1 && careless:
					twice++
				case n > 1:
					t.Fatalf("seed %d: recipient %d got %d messages", seed, o, n)
				}
			}
			if again, _, err := campaign(t.Context(), seed, 100, careless); err != nil || !cmp.Equal(accepted, again) {
				t.Fatalf("seed %d: not the same the second time, %v", seed, err)
			}
			crashes += died
		}
	}
	// The control: who sends again what is in doubt sends twice.
	if crashes < 100 || twice == 0 {
		t.Errorf("%d crashes, %d twice by the careless: the test does not bite", crashes, twice)
	}
}

func BenchmarkCampaign(b *testing.B) {
	for _, people := range []int{100, 1000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			seed := uint64(0)
			for b.Loop() {
				seed++
				if _, _, err := campaign(b.Context(), seed, people, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
