package storetest

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
	"blanche/store"
)

// testPoints: nothing changes the points of a person without its line, and nothing
// takes a line away but an erasure.
func testPoints(t *testing.T, fresh func(*testing.T) Opener) {
	t.Run("AFileAnEditAndACallLeaveTheirLines", func(t *testing.T) { t.Parallel(); pointsWrites(t, testFolder(t, fresh)) })
	t.Run("TwoRecordsOfOnePersonBringTheirLinesAndTakeThemBack", func(t *testing.T) { t.Parallel(); pointsUnited(t, testFolder(t, fresh)) })
	t.Run("AnErasureTakesThemAwayAndLeavesThoseOfTheOthers", func(t *testing.T) { t.Parallel(); pointsErased(t, testFolder(t, fresh)) })
	t.Run("ManyPeopleKeepTheirOwnOverManyFiles", func(t *testing.T) { t.Parallel(); pointsPages(t, testFolder(t, fresh)) })
	t.Run("WhateverHappensTheTotalIsThatOfTheLastLine", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) { pointsMachine(rt, openFolder(rt, fresh(t))) })
	})
}

func moves(t fataler, f *folder, id model.ContactID) []model.PointsMove {
	t.Helper()
	all, err := f.Points().Of(ctx, id)
	return must(t, all, err)
}

func wantMoves(t *testing.T, f *folder, id model.ContactID, want ...model.PointsMove) {
	t.Helper()
	if diff := cmp.Diff(want, moves(t, f, id)); diff != "" {
		t.Errorf("movements of %d (-want +got):\n%s", id, diff)
	}
}

func points(t fataler, f *folder, id model.ContactID, n int64) {
	t.Helper()
	c, err := f.Contacts().Get(ctx, id)
	must(t, c, err)
	_, err = f.Contacts().Edit(ctx, id, c.Version, start.Add(time.Hour), func(c *model.Contact) error { c.Points = n; return nil })
	must(t, 0, err)
}

// move is a line of a contact; what happened was written down at once.
func move(id model.ContactID, at time.Time, delta, total int64, why model.PointsWhy) model.PointsMove {
	return model.PointsMove{Contact: id, At: at, Recorded: at, Delta: delta, Total: total, Why: why}
}

// opening is the first line of who came in with points.
func opening(id model.ContactID, total int64) model.PointsMove {
	return model.PointsMove{Contact: id, At: start, Delta: total, Total: total}
}

func pointsWrites(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "lea@mail.example", Points: 120, Origin: "shop"}, model.Contact{Email: "max@mail.example"})
	first := opening(1, 120)
	first.Source = "shop"
	wantMoves(t, f, 1, first)
	wantMoves(t, f, 2)

	// A file of somebody, in which two rows are of one person and one of nobody.
	deed := model.Deed{Actor: model.Actor{Name: "ines", Role: model.Maker}, Act: "contact.import", At: start}
	by := store.PointsComing(store.Witnessed(ctx, deed), store.PointsFrom{Why: model.PointsFile, Source: func(row int) string { return model.FileLine("clients.csv", row+2) }})
	rows := []model.Contact{{Email: "max@mail.example", Points: 7}, {Email: "lea@mail.example", Points: 250}, {Email: "zoe@mail.example", Points: 9}, {Email: "lea@mail.example", Points: 200}}
	file := start.Add(time.Minute)
	for range 2 { // the same file again says nothing new but where it contradicts itself
		_, err := f.Contacts().Merge(by, rows[:3], file)
		must(t, 0, err)
	}
	_, err := f.Contacts().Merge(by, rows, file)
	must(t, 0, err)
	line := func(id model.ContactID, n int, delta, total int64) model.PointsMove {
		m := move(id, file, delta, total, model.PointsFile)
		m.Source, m.Operator = model.FileLine("clients.csv", n), "ines"
		return m
	}
	wantMoves(t, f, 1, first, line(1, 3, 130, 250), line(1, 5, -50, 200))
	wantMoves(t, f, 2, line(2, 2, 7, 7))
	wantMoves(t, f, 3, model.PointsMove{Contact: 3, At: file, Delta: 9, Total: 9})

	// A program, and an edit that is taken back.
	call := start.Add(2 * time.Minute)
	_, err = f.Contacts().Merge(store.PointsComing(ctx, store.PointsFrom{Why: model.PointsCall}), []model.Contact{{Email: "max@mail.example", Points: 10}}, call)
	must(t, 0, err)
	points(t, f, 2, 0)
	points(t, f, 2, 10)
	f.reopen()
	at := start.Add(time.Hour)
	wantMoves(t, f, 2, line(2, 2, 7, 7), move(2, call, 3, 10, model.PointsCall), move(2, at, -10, 0, model.PointsEdit), move(2, at, 10, 10, model.PointsEdit))
	got := moves(t, f, 1)
	if got[1].Line() != 3 || got[1].File() != "clients.csv" {
		t.Errorf("line %d of %q", got[1].Line(), got[1].File())
	}
	_, err = f.Points().Of(ctx, 9)
	wantIs(t, "Of nobody", err, store.ErrNotFound)
	sound(t, f)
}

func pointsUnited(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "lea@mail.example", Points: 100}, model.Contact{Email: "lea.b@mail.example", Points: 40})
	points(t, f, 2, 50)
	unite(t, f, 1, 2)
	merge(t, f, model.Contact{Email: "lea.b@mail.example", Points: 60}) // ten more, under the name that is gone
	at := start.Add(time.Hour)
	all := []model.PointsMove{
		opening(1, 100), opening(2, 40), move(1, start, 10, 160, model.PointsFile),
		move(1, at, 50, 150, model.PointsMerged), move(2, at, 10, 50, model.PointsEdit), move(2, at, -50, 0, model.PointsMerged),
	}
	byTotal := func(a, b model.PointsMove) int { return int(a.Total-b.Total)*1000 + int(a.Delta-b.Delta) }
	got := moves(t, f, 1)
	slices.SortFunc(got, byTotal)
	slices.SortFunc(all, byTotal)
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("united (-want +got):\n%s", diff)
	}
	sound(t, f)

	later := start.Add(2 * time.Hour)
	_, _, err := f.Unions().Divide(ctx, 2, later)
	must(t, 0, err)
	wantMoves(t, f, 1, opening(1, 100), move(1, at, 50, 150, model.PointsMerged), move(1, start, 10, 160, model.PointsFile), move(1, later, -60, 100, model.PointsUnmerged))
	wantMoves(t, f, 2, opening(2, 40), move(2, at, 10, 50, model.PointsEdit), move(2, at, -50, 0, model.PointsMerged), move(2, later, 60, 60, model.PointsUnmerged))
	sound(t, f)
}

func pointsErased(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "lea@mail.example", Points: 1}, model.Contact{Email: "lea.b@mail.example", Points: 2}, model.Contact{Email: "max@mail.example", Points: 3})
	merge(t, f, model.Contact{Email: "lea@mail.example", Points: 10}, model.Contact{Email: "lea.b@mail.example", Points: 20}, model.Contact{Email: "max@mail.example", Points: 30})
	unite(t, f, 1, 2)
	must(t, 0, f.Erase(ctx, 1, start.Add(time.Hour)))
	wantMoves(t, f, 3, opening(3, 3), move(3, start, 27, 30, model.PointsFile))
	left := 0
	must(t, 0, f.Points().Scan(ctx, func(_ *model.Contact, m []model.PointsMove) error { left += len(m); return nil }))
	if left != 2 {
		t.Errorf("%d movements are left", left)
	}
	sound(t, f)
}

// pointsPages: the points of many people, in file after file.
func pointsPages(t *testing.T, f *folder) {
	const people, files = 600, 30
	rows := make([]model.Contact, people)
	for n := range files {
		for i := range rows {
			rows[i] = model.Contact{Email: fmt.Sprintf("%d@mail.example", i), Points: int64(100*i + n*(i%3) + 1)}
		}
		merge(t, f, rows...)
	}
	seen := 0
	must(t, 0, f.Points().Scan(ctx, func(c *model.Contact, m []model.PointsMove) error {
		want := 1
		if i := int(c.ID) - 1; i%3 != 0 {
			want = files
		}
		if seen++; len(m) != want || m[0].Why != model.PointsOpening || m[len(m)-1].Total != c.Points || int(c.ID) != seen {
			t.Fatalf("contact %d: %+v", c.ID, m)
		}
		return nil
	}))
	if seen != people || len(moves(t, f, 600)) != files {
		t.Errorf("%d people, %d movements of the last one", seen, len(moves(t, f, 600)))
	}
	sound(t, f)
}

// pointsMachine edits, imports, unites and divides, in any order: a few steps, many
// with BLANCHE_LONG=1.
func pointsMachine(t *rapid.T, f *folder) {
	defer func() { _ = f.Close() }()
	const people = 6
	email := func(t *rapid.T) string {
		return fmt.Sprintf("%d@mail.example", rapid.IntRange(1, people).Draw(t, "who"))
	}
	rows := make([]model.Contact, people)
	for i := range rows {
		rows[i] = model.Contact{Email: fmt.Sprintf("%d@mail.example", i+1), Points: int64(rapid.IntRange(0, 3).Draw(t, "points"))}
	}
	merge(t, f, rows...)
	var gone []model.ContactID
	steps := []func(){
		func() {
			id := model.ContactID(rapid.IntRange(1, people).Draw(t, "edited"))
			if !slices.Contains(gone, id) {
				points(t, f, id, int64(rapid.IntRange(-5, 5).Draw(t, "points")))
			}
		},
		func() {
			rows := make([]model.Contact, rapid.IntRange(1, 4).Draw(t, "rows"))
			for i := range rows {
				rows[i] = model.Contact{Email: email(t), Points: int64(rapid.IntRange(0, 9).Draw(t, "points"))}
			}
			merge(t, f, rows...)
		},
		func() {
			a, b := model.ContactID(rapid.IntRange(1, people).Draw(t, "a")), model.ContactID(rapid.IntRange(1, people).Draw(t, "b"))
			if a != b && !slices.Contains(gone, a) && !slices.Contains(gone, b) {
				unite(t, f, a, b)
				gone = append(gone, b)
			}
		},
		func() {
			if len(gone) == 0 {
				return
			}
			i := rapid.IntRange(0, len(gone)-1).Draw(t, "which")
			if _, _, err := f.Unions().Divide(ctx, gone[i], start); model.KindOf(err) != model.KindRefused {
				must(t, 0, err)
				gone = slices.Delete(gone, i, i+1)
			}
		},
	}
	most := 10
	if os.Getenv("BLANCHE_LONG") != "" {
		most = 100
	}
	for range rapid.IntRange(1, most).Draw(t, "steps") {
		rapid.SampledFrom(steps).Draw(t, "step")()
		addsUp(t, f)
	}
	f.reopen()
	sound(t, f)
	addsUp(t, f)
}

// addsUp compares the points of everybody with their lines.
func addsUp(t fataler, f *folder) {
	t.Helper()
	must(t, 0, f.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
		sum, last := int64(0), int64(0)
		for _, m := range moves(t, f, c.ID) {
			if sum += m.Delta; m.Contact == c.ID {
				last = m.Total
			}
		}
		if sum != c.Points || last != c.Points {
			t.Fatalf("contact %d has %d, its lines %d, the last of them %d", c.ID, c.Points, sum, last)
		}
		return nil
	}))
}
