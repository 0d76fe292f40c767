package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// testErasedMeanwhile: whoever is erased between the reading of a row and its
// writing does not come back with it, by any name; whoever is here again does, and
// an order of theirs has no buyer. The control is the same step without a context
// that says so.
func testErasedMeanwhile(t *testing.T, fresh func(*testing.T) Opener) {
	lea := model.Contact{Email: "lea@mail.example", ExternalID: "x1", Card: "c1", FirstName: "Léa"}
	rows := []model.Contact{
		{Email: "zoe@mail.example"}, {Email: "LEA@mail.example", FirstName: "Léa"}, {Email: "other@mail.example", Card: "c1"}, {ExternalID: "x1"}, {Email: "max@mail.example", City: "Brest"},
	}
	orders := []model.Order{
		{Source: "till", ID: "1", Email: "lea@mail.example", Total: 100, Day: 1}, {Source: "till", ID: "2", Card: "c1", Total: 100, Day: 1}, {Source: "till", ID: "3", Email: "max@mail.example", Total: 100, Day: 1},
	}
	for name, c := range map[string]struct {
		kept bool // the context says nothing
		back bool // they are let in again, on purpose, before the step
		want []store.Change
	}{
		"left out":        {want: []store.Change{store.Created, store.LeftOut, store.LeftOut, store.LeftOut, store.Updated}},
		"here again":      {back: true, want: []store.Change{store.Created, store.Unchanged, store.Created, store.Unchanged, store.Updated}},
		"control: let in": {kept: true, want: []store.Change{store.Created, store.Created, store.Created, store.Created, store.Updated}},
	} {
		t.Run(name, func(t *testing.T) {
			f := testFolder(t, fresh)
			merge(t, f, lea, model.Contact{Email: "max@mail.example"})
			step := ctx
			if !c.kept {
				step = store.LeaveOutErased(ctx)
			}
			_, err := f.Erased(step) // the file is read here
			must(t, 0, err)
			must(t, 0, f.Erase(ctx, 1, start.Add(time.Minute)))
			if c.back {
				merge(t, f, lea)
			}
			var noted []store.Change
			marked := store.Marking(step, store.Step{Key: "k", At: start, Body: func(changes []store.Change, _ int) []byte {
				noted = changes
				return []byte("one")
			}})
			out, err := f.Contacts().Merge(marked, rows, start.Add(time.Hour))
			var got []store.Change
			for i, m := range must(t, out, err) {
				got = append(got, m.Change)
				if (m.ID == 0) != (m.Change == store.LeftOut) {
					t.Errorf("row %d: %+v", i, m)
				}
			}
			if d := cmp.Diff(c.want, got) + cmp.Diff(c.want, noted); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			puts, err := f.Orders().Put(step, orders)
			for i, p := range must(t, puts, err) {
				o, err := f.Orders().Get(ctx, "till", orders[i].ID)
				out := !c.kept && !c.back && i < 2
				if must(t, o, err).Email+o.Card == "" != out || (p.Contact == 0) != out {
					t.Errorf("order %d: %+v, %+v", i, p, o)
				}
			}
			f.reopen()
			if _, err := f.Contacts().ByEmail(ctx, "lea@mail.example"); (err == nil) != (c.kept || c.back) {
				t.Errorf("who was erased: %v", err)
			}
		})
	}
}
