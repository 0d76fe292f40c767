package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// testTokens: what lets another program in stays under its name, until another
// takes it or it is deleted.
func testTokens(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	a := model.Token{Name: "caisse", Hash: "00ff", Scope: []model.Scope{model.ScopeOrders}, Created: start, By: "ines"}
	must(t, 0, f.Tokens().Save(ctx, a))
	a.Used = start.Add(time.Hour)
	must(t, 0, f.Tokens().Save(ctx, a))
	must(t, 0, f.Tokens().Save(ctx, model.Token{Name: "site", Created: start}))
	f.reopen()
	got, err := f.Tokens().Get(ctx, "caisse")
	if diff := cmp.Diff(a, must(t, got, err)); diff != "" {
		t.Errorf("Get (-want +got):\n%s", diff)
	}
	if err := f.Tokens().Save(ctx, model.Token{Name: "Été !"}); model.KindOf(err) != model.KindInvalid {
		t.Errorf("a name with signs: %v", err)
	}
	must(t, 0, f.Tokens().Delete(ctx, "site"))
	wantIs(t, "Delete again", f.Tokens().Delete(ctx, "site"), store.ErrNotFound)
	list, err := f.Tokens().List(ctx)
	if must(t, list, err); len(list) != 1 || list[0].Name != "caisse" {
		t.Errorf("List: %+v", list)
	}
	sound(t, f)
}

// testHeard: an id is remembered for seven days, the newest version of an object
// for ever, and both exactly where the step that they belong to was written.
func testHeard(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	order := []model.Order{{Source: "site", ID: "1", Email: "a@b.example", Day: model.DateOf(start, time.UTC), Total: 100}}
	event := store.Event{ID: "e1", Object: "site\x001", Version: start}
	if _, err := f.Orders().Put(store.Hearing(ctx, []store.Event{event}, start), order); err != nil {
		t.Fatal(err)
	}
	lost := store.Event{ID: "lost", Object: "site\x002", Version: start}
	if _, err := f.Orders().Put(store.Hearing(ctx, []store.Event{lost}, start), []model.Order{{Source: "site"}}); err == nil {
		t.Fatal("an order without a number was taken")
	}
	f.reopen()
	old := store.Event{ID: "e0", Object: event.Object, Version: start.Add(-time.Second)}
	cases := []struct {
		says  string
		event store.Event
		after time.Duration
		want  store.EventAge
	}{
		{"again at once", event, 0, store.EventRepeated},
		{"again on the seventh day", store.Event{ID: "e1"}, store.KeepEvents - time.Second, store.EventRepeated},
		{"after seven days", store.Event{ID: "e1"}, store.KeepEvents, store.EventNew},
		{"late", old, 0, store.EventOutdated},
		{"late by years", old, 1000 * 24 * time.Hour, store.EventOutdated},
		{"another", store.Event{ID: "e2", Object: event.Object, Version: start.Add(time.Second)}, 0, store.EventNew},
		{"of a step that failed", lost, 0, store.EventNew},
		{"that says nothing", store.Event{}, 0, store.EventNew},
	}
	for _, c := range cases {
		ages, err := f.Heard().Known(ctx, []store.Event{c.event}, start.Add(c.after))
		if must(t, ages, err); ages[0] != c.want {
			t.Errorf("%s: %d, not %d", c.says, ages[0], c.want)
		}
	}
	rows := []model.Contact{{Email: "a@b.example"}}
	later := start.Add(30 * 24 * time.Hour)
	if _, err := f.Contacts().Merge(store.Hearing(ctx, []store.Event{{ID: "c1"}}, later), rows, later); err != nil {
		t.Fatal(err)
	}
	ages, err := f.Heard().Known(ctx, []store.Event{{ID: "c1"}}, later)
	if must(t, ages, err); ages[0] != store.EventRepeated {
		t.Error("an event of people is not remembered")
	}
	for _, c := range []struct {
		says, id, with string
		at             time.Time
		want           bool
	}{
		{"for the first time", "t1", "body", later, true},
		{"with the same", "t1", "body", later.Add(time.Hour), true},
		{"with another", "t1", "other", later.Add(time.Hour), false},
		{"with another again", "t1", "other", later.Add(time.Hour), false},
		{"with the same again", "t1", "body", later.Add(store.KeepEvents - time.Second), true},
		{"another", "t2", "other", later, true},
		{"with another after seven days", "t1", "other", later.Add(store.KeepEvents), true},
	} {
		f.reopen()
		if same, err := f.Heard().Once(ctx, c.id, c.with, c.at); same != c.want || err != nil {
			t.Errorf("once, %s: %v, %v", c.says, same, err)
		}
	}
	sound(t, f)
}
