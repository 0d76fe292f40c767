package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// testFrozen: who was in a segment stays there, under its name, until they are
// erased or it is deleted.
func testFrozen(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	merge(t, f, model.Contact{Email: "a@mail.example"}, model.Contact{Email: "b@mail.example"}, model.Contact{Email: "c@mail.example"})
	people := []model.ContactID{1, 2, 3, 40_000, 1_000_000}
	a := model.Frozen{Name: "noel", Segment: "clients", Rule: "customer", At: start, By: "ines", Matched: 5, Sendable: 4}
	must(t, 0, f.Frozen().Save(ctx, a, people))
	must(t, 0, f.Frozen().Save(ctx, model.Frozen{Name: "noel-2", At: start}, people[:2]))
	must(t, 0, f.Frozen().Save(ctx, model.Frozen{Name: "empty", At: start}, nil))
	wantIs(t, "the name again", f.Frozen().Save(ctx, a, nil), store.ErrExists)
	f.reopen()
	members := func(name string, want ...model.ContactID) {
		t.Helper()
		got, err := f.Frozen().People(ctx, name)
		if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	members("noel", people...)
	members("empty")
	must(t, 0, f.Erase(ctx, 2, start))
	members("noel", 1, 3, 40_000, 1_000_000)
	members("noel-2", 1)
	got, err := f.Frozen().Get(ctx, "noel")
	if diff := cmp.Diff(a, must(t, got, err)); diff != "" {
		t.Errorf("Get (-want +got):\n%s", diff)
	}
	must(t, 0, f.Frozen().Delete(ctx, "noel"))
	wantIs(t, "Delete again", f.Frozen().Delete(ctx, "noel"), store.ErrNotFound)
	_, err = f.Frozen().People(ctx, "noel")
	wantIs(t, "People of a deleted one", err, store.ErrNotFound)
	list, err := f.Frozen().List(ctx)
	if must(t, list, err); len(list) != 2 || list[0].Name != "empty" || list[1].Name != "noel-2" {
		t.Errorf("List: %+v", list)
	}
	members("noel-2", 1)
	h, err := f.Check(ctx)
	if must(t, h, err); len(h.Damaged) > 0 {
		t.Errorf("damaged: %+v", h.Damaged)
	}
}
