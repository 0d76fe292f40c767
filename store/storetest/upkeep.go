package storetest

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// testUpkeep: a folder is copied, compacted, disarmed, and forgets people.
func testUpkeep(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	merge(t, f, model.Contact{Email: "lea@mail.example", Card: "c1"}, model.Contact{Email: "max@mail.example"})
	must(t, 0, f.Ledger().Plan(ctx, 1, model.Plan{Planned: []model.Planned{{Contact: 1}, {Contact: 2}}}))
	if free, err := f.Room(ctx); must(t, free, err) == 0 {
		t.Error("no room, and everything was written")
	}
	testSecret(t, f, testFolder(t, fresh))
	testSnapshot(t, f)
	testDisarm(t, f)
	testErase(t, f)
	testErasedWhileQueued(t, testFolder(t, fresh))
}

func testSecret(t *testing.T, f, other *folder) {
	t.Helper()
	ask := func(f *folder, purpose string) string {
		secret, err := f.Secret(ctx, purpose)
		must(t, 0, err)
		return string(secret)
	}
	one := ask(f, "a")
	f.reopen()
	if len(one) != 32 || ask(f, "a") != one || ask(f, "b") == one || ask(other, "a") == one {
		t.Error("a secret is one for each folder and purpose, and stays")
	}
}

func testSnapshot(t *testing.T, f *folder) {
	t.Helper()
	snap, err := f.Snapshot(ctx)
	must(t, 0, err)
	merge(t, f, model.Contact{Email: "zoe@mail.example"}) // nobody waits for a snapshot
	if facts := snap.Facts(); facts.Contacts != 2 || facts.Recipients != 2 || facts.Folder == "" || facts.Schema == 0 {
		t.Errorf("facts: %+v", facts)
	}
	for _, file := range snap.Files() {
		var b bytes.Buffer
		if err := file.WriteTo(ctx, &b); err != nil || int64(b.Len()) != file.Size {
			t.Errorf("%s: %d bytes of %d, %v", file.Name, b.Len(), file.Size, err)
		}
	}
	if _, err := f.Compact(ctx); model.KindOf(err) != model.KindBusy {
		t.Errorf("Compact during a snapshot: %v", err)
	}
	must(t, 0, errors.Join(snap.Close(), snap.Close()))
	done, err := f.Compact(ctx)
	if len(must(t, done, err)) == 0 {
		t.Error("nothing was compacted")
	}
	f.reopen()
}

func testDisarm(t *testing.T, f *folder) {
	t.Helper()
	_, disarmed, err := f.Disarmed(ctx)
	if must(t, disarmed, err) {
		t.Error("a new folder is disarmed")
	}
	why := model.Disarm{Since: start, Backup: start.Add(-time.Hour)}
	must(t, 0, f.Disarm(ctx, why))
	f.reopen()
	got, disarmed, err := f.Disarmed(ctx)
	if must(t, got, err) != why || !disarmed {
		t.Errorf("Disarmed = %+v, %v", got, disarmed)
	}
	must(t, 0, errors.Join(f.Arm(ctx), f.Arm(ctx)))
	if _, disarmed, err := f.Disarmed(ctx); must(t, disarmed, err) {
		t.Error("it is disarmed still")
	}
}

func testErase(t *testing.T, f *folder) {
	t.Helper()
	if gone, err := f.Erased(ctx); gone != nil || err != nil {
		t.Errorf("somebody is erased of whom nobody asked it, %v", err)
	}
	wantIs(t, "Erase of nobody", f.Erase(ctx, 9, start), store.ErrNotFound)
	must(t, 0, f.Erase(ctx, 3, start.Add(time.Hour))) // the last number
	f.reopen()
	_, err := f.Contacts().Get(ctx, 3)
	wantIs(t, "Get of who was erased", err, store.ErrNotFound)
	n, err := f.Contacts().Count(ctx)
	last, err2 := f.Contacts().Last(ctx)
	if must(t, n, err) != 2 || must(t, last, err2) != 3 {
		t.Errorf("%d contacts, the last is %d", n, last)
	}
	s, suppressed, err := f.Suppressions().Get(ctx, "zoe@mail.example")
	if must(t, s, err).Reason != model.SuppressOpposed || !suppressed {
		t.Errorf("suppression: %+v, %v", s, suppressed)
	}
	var list bytes.Buffer
	must(t, 0, f.Erasures(ctx, &list))
	if list.Len() == 0 || bytes.Contains(list.Bytes(), []byte("zoe")) {
		t.Errorf("the list: %q", &list)
	}
	gone, err := f.Erased(ctx)
	must(t, 0, err)
	if !gone("ZOE@mail.example", "", "") || gone("lea@mail.example", "", "c1") || gone("", "", "") {
		t.Error("the addresses of the list are not those that were erased")
	}
	erased, err := f.Replay(ctx, &list)
	if must(t, erased, err) != 0 {
		t.Errorf("%d were erased again, who were gone", erased)
	}
}
