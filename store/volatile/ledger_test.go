package volatile_test

import (
	"testing"
	"time"

	"blanche/model"
	"blanche/store/memory"
	"blanche/store/volatile"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func TestNobodyIsHandedOutTwiceAndTheSumHolds(t *testing.T) {
	t.Parallel()
	under := memory.New(memory.Options{})
	l := volatile.Over(under.Ledger())
	var p model.Plan
	for i := range 1000 {
		p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(i + 1), Lane: model.Lane(i % model.Lanes), Cell: model.Cell(i % 2)})
	}
	if err := l.Plan(t.Context(), 1, p); err != nil {
		t.Fatal(err)
	}
	seen, now := map[model.Ordinal]int{}, start
	for round := 0; ; round++ {
		r := model.Claims(64)
		claims, err := l.Claim(t.Context(), 1, r, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(claims) == 0 {
			due, _ := l.NextDue(t.Context(), 1)
			if due.IsZero() {
				break
			}
			now = due
			continue
		}
		var results []model.Outcome
		for _, c := range claims {
			o := model.Outcome{Campaign: 1, Ordinal: c.Ordinal, State: model.StateAccepted, Version: 1, At: now, Attempts: c.Attempts + 1}
			if c.Attempts == 0 && c.Ordinal%10 == 0 {
				o.State, o.NextTry = model.StateDeferred, now.Add(time.Minute)
			} else {
				seen[c.Ordinal]++
			}
			results = append(results, o)
		}
		if _, err := l.Commit(t.Context(), results, nil); err != nil {
			t.Fatal(err)
		}
		if tally, _ := l.Tally(t.Context(), 1); !tally.Balanced() || tally.Planned != 1000 {
			t.Fatalf("round %d: %+v", round, tally)
		}
	}
	for o := range model.Ordinal(1000) {
		if seen[o] != 1 {
			t.Errorf("%d: accepted %d times", o, seen[o])
		}
	}
	if below, _ := under.Ledger().Tally(t.Context(), 1); below.ByState[model.StatePlanned] != 1000 {
		t.Errorf("the ledger below was touched: %+v", below)
	}
}
