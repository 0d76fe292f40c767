package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// testErasedWhileQueued: who is erased while a campaign has them, in whatever
// state, stays a line that is counted; no message to them is announced any more,
// and what a server says of one that was is not kept.
func testErasedWhileQueued(t *testing.T, f *folder) {
	const people = 5 // planned, claimed, intended, deferred, refused
	var rows []model.Contact
	for i := range people {
		rows = append(rows, model.Contact{Email: fmt.Sprintf("q%d@mail.example", i)})
	}
	merge(t, f, rows...)
	p := oneLane(people)
	for i := range p.Planned {
		p.Planned[i].Contact = model.ContactID(i + 1)
	}
	p.HeldOut = nil
	must(t, 0, f.Ledger().Plan(ctx, 1, p))
	claim(t, f, 1, people, start)
	said := "<q4@mail.example> is unknown"
	settle(t, f,
		model.Outcome{Campaign: 1, Ordinal: 0, State: model.StatePlanned},
		model.Outcome{Campaign: 1, Ordinal: 3, State: model.StateDeferred, At: start, Attempts: 1, Code: "451", Text: said, NextTry: start.Add(time.Hour)},
		model.Outcome{Campaign: 1, Ordinal: 4, State: model.StateRefused, At: start, Attempts: 1, Code: "550", Text: said})
	intent := func(o model.Ordinal) model.Intent {
		return model.Intent{Campaign: 1, Ordinal: o, Email: rows[o].Email, Version: 1, At: start}
	}
	_, err := f.Ledger().Commit(ctx, nil, []model.Intent{intent(2)})
	must(t, 0, err)
	before := tally(t, f, 1)
	for i := range people {
		must(t, 0, f.Erase(ctx, model.ContactID(i+1), start.Add(time.Minute)))
	}
	if diff := cmp.Diff(before, tally(t, f, 1)); diff != "" {
		t.Errorf("erased, and the lines changed (-before +after):\n%s", diff)
	}
	// Those who may still be handed out are, and their message is not announced.
	if got := claim(t, f, 1, people, start.Add(time.Hour)); len(got) != 2 {
		t.Errorf("claimed: %+v", got)
	}
	taken, err := f.Ledger().Commit(ctx, nil, []model.Intent{intent(0), intent(1), intent(3)})
	if diff := cmp.Diff([]bool{false, false, false}, must(t, taken, err)); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	// The one under way gets its result, without the words.
	settle(t, f, model.Outcome{Campaign: 1, Ordinal: 2, State: model.StateRefused, At: start, Attempts: 1, Code: "550", Text: said})
	want := [model.States]int{model.StateExcluded: 3, model.StateRefused: 2}
	if got := tally(t, f, 1); got.ByState != want || got.Planned != people {
		t.Errorf("tally: %+v", got)
	}
	must(t, 0, f.Ledger().Lines(ctx, 1, []model.State{model.StateExcluded, model.StateRefused}, func(r model.Recipient) error {
		if r.Text != "" || r.State == model.StateExcluded && r.Code != "opposed" || r.State == model.StateRefused && r.Code != "550" {
			t.Errorf("line: %+v", r)
		}
		return nil
	}))
}
