package bolt

import (
	"context"
	"errors"
	"testing"

	"blanche/model"
	"blanche/store"
)

// A process that dies between the two files leaves two people, and neither may be
// written to; the same union again completes it.
func TestAUnionThatDiesBetweenTheFilesLeavesNobodyToBeWrittenTo(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	defer func() { _ = e.Close() }()
	ctx := t.Context()
	_, err := e.Contacts().Merge(ctx, []model.Contact{{Email: "a@mail.example"}, {Email: "b@mail.example"}}, e.now())
	err2 := e.Suppressions().Add(ctx, "b@mail.example", model.Suppression{Reason: model.SuppressOpposed, Source: "link", At: e.now()})
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	unite := func(ctx context.Context) error {
		_, err := e.Unions().Unite(ctx, store.Pair{Keep: 1, Gone: 2}, e.now(), func(a, b model.Contact) (model.Contact, error) {
			return model.Unite(&a, &b, nil), nil
		})
		return err
	}
	opposed := func() bool {
		_, found, err := e.Suppressions().Get(ctx, "a@mail.example")
		return found && err == nil
	}
	count := func() int {
		n, err := e.Contacts().Count(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if opposed() {
		t.Fatal("opposed before anything was done")
	}
	e.upkeep.step = func(string) { panic("killed") }
	died := func() (died bool) {
		defer func() { died = recover() != nil }()
		return unite(ctx) != nil
	}
	if !died() || count() != 2 || !opposed() {
		t.Errorf("killed: %d people, opposed %v", count(), opposed())
	}
	e.upkeep.step = nil
	if err := unite(ctx); err != nil || count() != 1 || !opposed() {
		t.Errorf("again: %v, %d people", err, count())
	}
}
