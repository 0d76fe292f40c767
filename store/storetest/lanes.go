package storetest

import (
	"testing"
	"time"

	"blanche/model"
)

// ask claims by lane and cell.
func ask(t fataler, s Sender, c model.CampaignID, r model.ClaimRequest, now time.Time) []model.Claim {
	t.Helper()
	out, err := s.Ledger().Claim(ctx, c, r, now)
	return must(t, out, err)
}

// only asks for n people of one lane.
func only(l model.Lane, n int) model.ClaimRequest {
	r := model.ClaimRequest{Most: n}
	r.Lanes[l] = n
	return r
}

// ledgerQuotas: as many of each lane as was asked for, in plan order, none of
// the others, and no more than that in all.
func ledgerQuotas(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, plan(2400)))
	quotas := model.ClaimRequest{Most: 1000, Lanes: [model.Lanes]int{model.LaneGmail: 200, model.LaneOrange: 2, model.LaneFree: 7}}
	next := [model.Lanes]int{}
	for lane := range next {
		next[lane] = lane
	}
	for _, gmail := range []int{200, 100, 0} { // of three hundred
		var count [model.Lanes]int
		for _, c := range ask(t, f, 1, quotas, start) {
			if int(c.Ordinal) != next[c.Lane] {
				t.Fatalf("lane %v: %d comes before %d", c.Lane, c.Ordinal, next[c.Lane])
			}
			next[c.Lane] += model.Lanes
			count[c.Lane]++
		}
		if want := [model.Lanes]int{model.LaneGmail: gmail, model.LaneOrange: 2, model.LaneFree: 7}; count != want {
			t.Fatalf("claimed %v, want %v", count, want)
		}
	}
	quotas.Most = 5
	if got := ask(t, f, 1, quotas, start); len(got) != 5 {
		t.Errorf("%d claims, want no more than 5", len(got))
	}
	if got := ask(t, f, 1, model.ClaimRequest{Most: 9}, start); len(got) != 0 {
		t.Errorf("no lane was asked for: %+v", got)
	}
	if got := ask(t, f, 1, only(model.LaneGmail, 9), start); len(got) != 0 {
		t.Errorf("nobody of the lane is left: %+v", got)
	}
}

// ledgerHides: thousands of one lane who are due, or planned, do not keep the
// few of another one from being found.
func ledgerHides(t *testing.T, f *sends) {
	const many, few = 5200, 9
	var p model.Plan
	for i := range many + 2*few {
		one := model.Planned{Contact: model.ContactID(i + 1), Lane: model.LaneOrange}
		if i >= many {
			one.Lane = model.LaneGmail
		}
		p.Planned = append(p.Planned, one)
	}
	must(t, 0, f.Ledger().Plan(ctx, 1, p))
	due := start.Add(time.Minute)
	deferred := func(claims []model.Claim, at time.Time) {
		var out []model.Outcome
		for _, c := range claims {
			out = append(out, model.Outcome{Campaign: 1, Ordinal: c.Ordinal, State: model.StateDeferred, At: start, Attempts: 1, NextTry: at, Code: "451"})
		}
		settle(t, f, out...)
	}
	for range 6 {
		deferred(ask(t, f, 1, only(model.LaneOrange, 1000), start), due)
	}
	deferred(ask(t, f, 1, only(model.LaneGmail, few), start), due.Add(time.Second))
	if next, err := f.Ledger().NextDue(ctx, 1); !must(t, next, err).Equal(due) {
		t.Errorf("NextDue = %v", next)
	}
	for name, r := range map[string]model.ClaimRequest{"alone": only(model.LaneGmail, 3*few), "first cell": {Most: 1, Lanes: [model.Lanes]int{model.LaneGmail: 1}, Cells: 1}} {
		got := ask(t, f, 1, r, due.Add(time.Hour))
		if name == "alone" && len(got) != 2*few {
			t.Errorf("%s: %d of %d were found", name, len(got), 2*few)
		}
		for _, c := range got {
			if c.Lane != model.LaneGmail || c.Ordinal < many+few && c.Attempts == 0 {
				t.Fatalf("%s: %+v", name, c)
			}
			settle(t, f, model.Outcome{Campaign: 1, Ordinal: c.Ordinal, State: model.StateDeferred, At: start, Attempts: 2, NextTry: due.Add(time.Second)})
		}
	}
	if got := ask(t, f, 1, model.Claims(many), due.Add(time.Hour)); len(got) != 1000 {
		t.Errorf("everybody: %d", len(got))
	}
}

// ledgerCells: the rest waits until its cell is asked for, and nobody is passed
// over when it is.
func ledgerCells(t *testing.T, f *sends) {
	const people = 2500
	must(t, 0, f.Ledger().Plan(ctx, 1, plan(people)))
	tested := model.Claims(1000)
	tested.Cells = 1<<1 | 1<<2
	seen := 0
	for {
		got := ask(t, f, 1, tested, start)
		for _, c := range got {
			if c.Cell != 1 && c.Cell != 2 {
				t.Fatalf("of another cell: %+v", c)
			}
		}
		if seen += len(got); len(got) == 0 {
			break
		}
	}
	if seen != people*2/5 {
		t.Errorf("%d of the tested, want %d", seen, people*2/5)
	}
	got := tally(t, f, 1)
	if got.ByCell[0][model.StatePlanned] != people/5 || got.ByCell[1][model.StateClaimed] != people/5 {
		t.Errorf("by cell: %+v", got.ByCell)
	}
	for range 2 {
		seen += len(ask(t, f, 1, model.Claims(1000), start))
	}
	if seen != people {
		t.Errorf("%d of %d were handed out", seen, people)
	}
}

// ledgerGivenBack: in a page long passed by its lane, by others, by other cells.
func ledgerGivenBack(t *testing.T, f *sends) {
	must(t, 0, f.Ledger().Plan(ctx, 1, plan(3200)))
	for range 4 {
		claim(t, f, 1, 1000, start)
	}
	back := []model.Ordinal{9, 1017, 10, 2003}
	for _, o := range back {
		settle(t, f, model.Outcome{Campaign: 1, Ordinal: o, State: model.StatePlanned})
	}
	if got := ask(t, f, 1, only(model.LaneSFR, 9), start); len(got) != 0 {
		t.Errorf("of a lane of which nobody came back: %+v", got)
	}
	cells := only(model.Lane(1), 9)
	cells.Cells = 1 << (1017 % model.Cells)
	if got := ask(t, f, 1, cells, start); len(got) != 1 || got[0].Ordinal != 1017 {
		t.Errorf("of one cell: %+v", got)
	}
	if got := claim(t, f, 1, 9, start); len(got) != 3 {
		t.Errorf("the others: %+v", got)
	}
	settle(t, f, model.Outcome{Campaign: 1, Ordinal: 2003, State: model.StateUncertain, At: start, Attempts: 1})
	n, err := f.Ledger().Resolve(ctx, 1, model.StatePlanned, start)
	if got := claim(t, f, 1, 9, start); must(t, n, err) != 1 || len(got) != 1 || got[0].Ordinal != 2003 {
		t.Errorf("resolved %d, %+v", n, got)
	}
}
