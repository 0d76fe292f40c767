package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

// ledgerRefused: of all who have an end, only those whose refusal may pass are
// planned again, in a page long passed, as if nothing had been tried.
func ledgerRefused(t *testing.T, f *sends) {
	p := plan(2100)
	must(t, 0, f.Ledger().Plan(ctx, 1, p))
	for range 3 {
		claim(t, f, 1, 1000, start)
	}
	ends := []model.Outcome{
		{Ordinal: 0, State: model.StateAccepted, Version: 1},
		{Ordinal: 1, State: model.StateRefused, Code: "550 5.1.1", Text: "no such user"},
		{Ordinal: 2, State: model.StateRefused, Code: "552 5.2.2", Text: "full", Version: 2},
		{Ordinal: 3, State: model.StateRefused, Code: model.CodeExpired, Text: "later", Attempts: 14},
		{Ordinal: 4, State: model.StateExcluded, Code: "550 5.7.1"},
		{Ordinal: 5, State: model.StateUncertain, Code: "550 5.7.1"},
		{Ordinal: 6, State: model.StateDeferred, Code: "452 4.2.2", NextTry: start.Add(time.Hour)},
		{Ordinal: 7, State: model.StateRefused},
		{Ordinal: 1050, State: model.StateRefused, Code: "550 5.7.1"},
	}
	for i := range ends {
		ends[i].Campaign, ends[i].At, ends[i].Attempts = 1, start, max(ends[i].Attempts, 1)
	}
	settle(t, f, ends...)
	f.reopen()
	before := tally(t, f, 1)
	n, err := f.Ledger().Again(ctx, 1)
	if must(t, n, err) != 3 {
		t.Errorf("%d are planned again, want 3", n)
	}
	if n, err = f.Ledger().Again(ctx, 1); must(t, n, err) != 0 {
		t.Errorf("the second time: %d", n)
	}
	before.ByState[model.StateRefused] -= 3
	before.ByState[model.StatePlanned] += 3
	if diff := cmp.Diff(before.ByState, tally(t, f, 1).ByState); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	for _, o := range []model.Ordinal{2, 3, 1050} {
		one := p.Planned[o]
		got, _, err := f.Ledger().Of(ctx, 1, one.Contact)
		want := model.Recipient{Ordinal: o, Contact: one.Contact, Lane: one.Lane, Cell: one.Cell}
		if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
			t.Errorf("%d (-want +got):\n%s", o, diff)
		}
	}
	var handed []model.Ordinal
	for _, c := range append(claim(t, f, 1, 1000, start), append(claim(t, f, 1, 1000, start), claim(t, f, 1, 1000, start)...)...) {
		if c.Attempts != 0 {
			t.Errorf("%d was tried %d times", c.Ordinal, c.Attempts)
		}
		handed = append(handed, c.Ordinal)
	}
	for o := range model.Ordinal(8) {
		if want := o == 2 || o == 3; slices.Contains(handed, o) != want {
			t.Errorf("%d is handed out: %v, want %v", o, !want, want)
		}
	}
	if !slices.Contains(handed, 1050) {
		t.Error("who was in a page long passed is not handed out")
	}
}

// again plans the refused of a campaign again.
func (m *machine) again(t *rapid.T) {
	c := m.some(t)
	n, err := m.f.Ledger().Again(ctx, c)
	must(t, n, err)
	for i, r := range m.lines[c] {
		if r.State == model.StateRefused && model.RefusalMayPass(r.Code) {
			m.lines[c][i] = model.Recipient{Ordinal: r.Ordinal, Contact: r.Contact, Lane: r.Lane, Cell: r.Cell}
			n--
		}
	}
	if n != 0 {
		t.Fatalf("%d too many planned again", n)
	}
}
