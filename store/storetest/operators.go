package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// operator is somebody with some keys.
func operator(name string, fingerprints ...string) model.Operator {
	o := model.Operator{Name: name, Role: model.Maker, Created: start, Updated: start}
	for _, f := range fingerprints {
		o.Keys = append(o.Keys, model.OperatorKey{Line: "ssh-ed25519 AAAA" + f, Fingerprint: f, Comment: name + "@laptop", Added: start})
	}
	return o
}

func testOperators(t *testing.T, fresh func(*testing.T) Opener) {
	for name, test := range map[string]func(*testing.T, *folder){
		"EveryFieldIsReadAgain":                  operatorFields,
		"AWriteBasedOnAnOlderVersionIsRefused":   operatorVersions,
		"AKeyIsOnePersons":                       operatorKeys,
		"NobodyIsLeftBehindByADelete":            operatorDelete,
		"WhatCouldNotBeUsedIsRefused":            operatorInvalid,
		"OfManyWhoWriteAtOnceOneIsFirst":         operatorRace,
		"OfManyWhoTakeOneKeyOneHasIt":            operatorKeyRace,
		"ANameThatIsFreeAgainBeginsANewOperator": operatorAgain,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, testFolder(t, fresh))
		})
	}
}

func put(t fataler, s store.Store, o model.Operator) model.Operator {
	t.Helper()
	o, err := s.Operators().Put(ctx, o)
	return must(t, o, err)
}

func operatorFields(t *testing.T, f *folder) {
	want := operator("ines", "SHA256:a", "SHA256:b")
	put(t, f, operator("max"))
	got := put(t, f, want)
	want.Version = 1
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	got.Role, got.Created, got.Updated = model.Manager, start.Add(time.Hour), start.Add(time.Hour)
	want.Role, want.Version, want.Updated = model.Manager, 2, start.Add(time.Hour)
	put(t, f, got)
	f.reopen()
	byKey, err := f.Operators().ByKey(ctx, "SHA256:b")
	if diff := cmp.Diff(want, must(t, byKey, err)); diff != "" {
		t.Errorf("by key (-want +got):\n%s", diff)
	}
	byName, err := f.Operators().Get(ctx, "ines")
	if diff := cmp.Diff(want, must(t, byName, err)); diff != "" {
		t.Errorf("by name (-want +got):\n%s", diff)
	}
	list, err := f.Operators().List(ctx)
	if must(t, list, err); len(list) != 2 || list[0].Name != "ines" || list[1].Name != "max" {
		t.Errorf("List: %+v", list)
	}
}

func operatorVersions(t *testing.T, f *folder) {
	first := put(t, f, operator("ines"))
	second := first
	second.Role = model.Admin
	put(t, f, second)
	_, err := f.Operators().Put(ctx, first)
	wantIs(t, "the older version", err, store.ErrChanged)
	_, err = f.Operators().Put(ctx, operator("ines"))
	wantIs(t, "the name again", err, store.ErrExists)
	unknown := operator("max")
	unknown.Version = 3
	_, err = f.Operators().Put(ctx, unknown)
	wantIs(t, "a version of nobody", err, store.ErrNotFound)
	if got, err := f.Operators().Get(ctx, "ines"); must(t, got, err).Role != model.Admin || got.Version != 2 {
		t.Errorf("left: %+v", got)
	}
}

func operatorKeys(t *testing.T, f *folder) {
	ines := put(t, f, operator("ines", "SHA256:a", "SHA256:b"))
	_, err := f.Operators().Put(ctx, operator("max", "SHA256:c", "SHA256:b"))
	wantIs(t, "a key of somebody else", err, store.ErrExists)
	_, err = f.Operators().ByKey(ctx, "SHA256:c")
	wantIs(t, "the other key of who was refused", err, store.ErrNotFound)
	ines.Keys = ines.Keys[:1]
	put(t, f, ines)
	put(t, f, operator("max", "SHA256:b"))
	for key, owner := range map[string]string{"SHA256:a": "ines", "SHA256:b": "max"} {
		if got, err := f.Operators().ByKey(ctx, key); must(t, got, err).Name != owner {
			t.Errorf("%s is of %s, want %s", key, got.Name, owner)
		}
	}
}

func operatorDelete(t *testing.T, f *folder) {
	put(t, f, operator("ines", "SHA256:a"))
	must(t, 0, f.Operators().Delete(ctx, "ines"))
	_, err := f.Operators().Get(ctx, "ines")
	wantIs(t, "Get", err, store.ErrNotFound)
	_, err = f.Operators().ByKey(ctx, "SHA256:a")
	wantIs(t, "ByKey", err, store.ErrNotFound)
	wantIs(t, "Delete again", f.Operators().Delete(ctx, "ines"), store.ErrNotFound)
}

func operatorAgain(t *testing.T, f *folder) {
	put(t, f, operator("ines", "SHA256:a"))
	must(t, 0, f.Operators().Delete(ctx, "ines"))
	later := operator("ines")
	later.Created = start.Add(time.Hour)
	if got := put(t, f, later); got.Version != 1 || !got.Created.Equal(later.Created) {
		t.Errorf("again: %+v", got)
	}
}

func operatorInvalid(t *testing.T, f *folder) {
	for what, change := range map[string]func(*model.Operator){
		"a name":       func(o *model.Operator) { o.Name = "Inès" },
		"no name":      func(o *model.Operator) { o.Name = "" },
		"a role":       func(o *model.Operator) { o.Role = "king" },
		"no role":      func(o *model.Operator) { o.Role = "" },
		"an empty key": func(o *model.Operator) { o.Keys[0].Fingerprint = "" },
		"a key twice":  func(o *model.Operator) { o.Keys = append(o.Keys, o.Keys[0]) },
	} {
		o := operator("ines", "SHA256:a")
		change(&o)
		if _, err := f.Operators().Put(ctx, o); model.KindOf(err) != model.KindInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// race runs a step for each of fifty people at once, and counts those to whom
// nothing else happened than the given error.
func race(t *testing.T, refused error, step func(i int) error) (won int) {
	t.Helper()
	const people = 50
	var wg sync.WaitGroup
	errs := make([]error, people)
	for i := range people {
		wg.Go(func() { errs[i] = step(i) })
	}
	wg.Wait()
	for i, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, refused):
			t.Errorf("person %d: %v", i, err)
		}
	}
	return won
}

func operatorRace(t *testing.T, f *folder) {
	base := put(t, f, operator("ines"))
	won := race(t, store.ErrChanged, func(i int) error {
		mine := base
		mine.Role = model.Roles()[i%len(model.Roles())]
		_, err := f.Operators().Put(ctx, mine)
		return err
	})
	if got, err := f.Operators().Get(ctx, "ines"); won != 1 || must(t, got, err).Version != 2 {
		t.Errorf("%d of the same version were taken; %+v", won, got)
	}
}

func operatorKeyRace(t *testing.T, f *folder) {
	won := race(t, store.ErrExists, func(i int) error {
		_, err := f.Operators().Put(ctx, operator(fmt.Sprintf("p%d", i), "SHA256:a"))
		return err
	})
	list, err := f.Operators().List(ctx)
	if must(t, list, err); won != 1 || len(list) != 1 {
		t.Errorf("%d have the key; %d operators", won, len(list))
	}
}
