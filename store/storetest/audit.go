package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// by is a context in which somebody answers for what is written.
func by(act string) context.Context {
	return store.Witnessed(ctx, model.Deed{
		Actor: model.Actor{Name: "ines", Role: model.Manager, From: "192.0.2.7"}, Act: act, Reason: "asked by phone", At: start,
	})
}

func testAudit(t *testing.T, fresh func(*testing.T) Opener) {
	for name, test := range map[string]func(*testing.T, *folder){
		"EveryFieldIsReadAgain":             auditFields,
		"LinesAndBackReadAnyLength":         auditPaging,
		"AboutGivesTheLinesOfOneThing":      auditAbout,
		"ManyWhoAppendMakeOneChain":         auditRace,
		"AnErasureTakesTheChangesAlone":     auditForget,
		"OnlyAnErasureIsCalledOne":          auditActs,
		"AHeadKeptOutsideTellsTwoEndsApart": auditOutside,
		"AReaderMayStopAndWrite":            auditStop,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, testFolder(t, fresh))
		})
	}
}

// chain is every line, from a number on.
func chain(t fataler, s store.Store, from uint64) (all []model.AuditLine) {
	t.Helper()
	must(t, 0, s.Audit().Lines(ctx, from, func(l *model.AuditLine) error { all = append(all, *l); return nil }))
	return all
}

// intact stops the test unless the chain holds with as many lines.
func intact(t fataler, s store.Store, lines int, outside ...model.AuditHead) model.AuditProof {
	t.Helper()
	proof, err := s.Audit().Verify(ctx, outside...)
	if must(t, proof, err); !proof.Intact || len(proof.Flaws) != 0 || proof.Lines != uint64(lines) {
		t.Fatalf("proof: %+v, want %d lines", proof, lines)
	}
	return proof
}

func head(t fataler, s store.Store) model.AuditHead {
	t.Helper()
	h, err := s.Audit().Head(ctx)
	return must(t, h, err)
}

// entries are so many deeds about a few things.
func entries(n int) (all []model.AuditEntry) {
	for i := range n {
		e := model.AuditEntry{At: start.Add(time.Duration(i) * time.Second), Who: "ines", Role: model.Manager, From: "local", Act: "contact.edit", Object: fmt.Sprintf("contact:%d", i%3)}
		if i%2 == 0 {
			e.Changes = []model.FieldAudit{{Field: "city", Before: fmt.Sprint(i), After: "Bourg"}}
		}
		all = append(all, e)
	}
	return all
}

func auditFields(t *testing.T, f *folder) {
	if h := head(t, f); h != (model.AuditHead{}) {
		t.Errorf("head of nothing: %+v", h)
	}
	intact(t, f, 0)
	want := model.AuditEntry{
		At: start, Who: "ines", Role: model.Manager, From: "192.0.2.7", Act: "campaign.start", Object: "campaign:noël", Reason: "le jour même",
		Changes: []model.FieldAudit{{Field: "state", Before: "approved", After: "running"}, {Field: "début", After: "9 h"}},
	}
	must(t, 0, f.Audit().Append(ctx, want))
	must(t, 0, f.Audit().Append(ctx))
	must(t, 0, f.Audit().Append(ctx, model.AuditEntry{At: start, Who: "max", Act: "session.close", Object: "session"}))
	f.reopen()
	got := chain(t, f, 0)
	if len(got) != 2 || got[0].Seq != 1 || got[1].Prev != got[0].Hash || got[0].Hash != got[0].Sum() || got[1].Detail != [32]byte{} || got[0].Detail == [32]byte{} {
		t.Fatalf("lines: %+v", got)
	}
	if diff := cmp.Diff(want, got[0].Entry); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(model.AuditHead{Seq: 2, Hash: got[1].Hash, At: start}, head(t, f)); diff != "" {
		t.Errorf("head (-want +got):\n%s", diff)
	}
	if p := intact(t, f, 2, head(t, f)); p.Head != head(t, f) {
		t.Errorf("head of the proof: %+v", p.Head)
	}
}

func auditPaging(t *testing.T, f *folder) {
	const n = 4321 // more than two pages of anything
	must(t, 0, f.Audit().Append(ctx, entries(n)...))
	all := chain(t, f, 1)
	if len(all) != n {
		t.Fatalf("%d lines, want %d", len(all), n)
	}
	if tail := chain(t, f, n-2); len(tail) != 3 || tail[0].Seq != n-2 {
		t.Errorf("the last: %+v", tail)
	}
	if beyond := chain(t, f, n+1); len(beyond) != 0 {
		t.Errorf("beyond: %+v", beyond)
	}
	for _, before := range []uint64{0, n + 7, n + 1, n, 2001, 129, 2, 1} {
		var got []model.AuditLine
		must(t, 0, f.Audit().Back(ctx, before, func(l *model.AuditLine) bool { got = append(got, *l); return true }))
		want := slices.Clone(all)
		if before > 0 && before <= n {
			want = want[:before-1]
		}
		slices.Reverse(want)
		same := slices.EqualFunc(got, want, func(a, b model.AuditLine) bool { return a.Seq == b.Seq && a.Hash == b.Hash && a.Sum() == b.Hash })
		if !same {
			t.Errorf("back from %d: %d lines, want %d", before, len(got), len(want))
		}
	}
	intact(t, f, n)
}

func auditAbout(t *testing.T, f *folder) {
	must(t, 0, f.Audit().Append(ctx, entries(900)...))
	must(t, 0, f.Audit().Append(ctx, model.AuditEntry{Object: "contact:11", Act: "a", At: start}, model.AuditEntry{Object: "contact", Act: "a", At: start}))
	for object, want := range map[string]int{"contact:0": 300, "contact:2": 300, "contact:11": 1, "contact:1": 300, "contact": 1, "contact:": 0, "contact:3": 0, "": 0} {
		var got []model.AuditLine
		must(t, 0, f.Audit().About(ctx, object, func(l *model.AuditLine) bool { got = append(got, *l); return true }))
		descends := slices.IsSortedFunc(got, func(a, b model.AuditLine) int { return int(b.Seq) - int(a.Seq) })
		other := slices.ContainsFunc(got, func(l model.AuditLine) bool { return l.Entry.Object != object })
		if len(got) != want || !descends || other {
			t.Errorf("about %q: %d lines, want %d, newest first: %v, others: %v", object, len(got), want, descends, other)
		}
	}
}

func auditRace(t *testing.T, f *folder) {
	id := merge(t, f, full())[0].ID
	won := race(t, store.ErrChanged, func(i int) error {
		for n := range 20 {
			var err error
			switch (i + n) % 3 {
			case 0:
				err = f.Audit().Append(ctx, entries(2)...)
			case 1:
				err = f.Segments().Save(by("segment.save"), model.Segment{Name: fmt.Sprint(i), Rule: fmt.Sprint(n)})
			case 2:
				c, getErr := f.Contacts().Get(ctx, id)
				_, err = f.Contacts().Edit(by("contact.edit"), id, c.Version, start, func(c *model.Contact) error { c.Points++; return getErr })
				if errors.Is(err, store.ErrChanged) {
					err = nil
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	c, err := f.Contacts().Get(ctx, id)
	must(t, c, err)
	edits, saves, appended := 0, 0, 0
	for _, l := range chain(t, f, 1) {
		switch {
		case l.Entry.Act == "segment.save":
			saves++
		case l.Entry.Who == "ines" && l.Entry.From == "local":
			appended++
		default:
			edits++
		}
	}
	if won != 50 || uint64(edits) != c.Version-1 {
		t.Errorf("%d edits in the chain, %d made", edits, c.Version-1)
	}
	if min(saves, appended) < 300 {
		t.Errorf("%d saves and %d appended", saves, appended)
	}
	intact(t, f, edits+saves+appended, head(t, f))
}

func auditForget(t *testing.T, f *folder) {
	must(t, 0, f.Audit().Append(ctx, entries(12)...))
	before := chain(t, f, 1)
	old := head(t, f)
	n, err := f.Audit().Forget(by("privacy.erase"), "contact:0")
	if must(t, n, err) != 2 {
		t.Errorf("%d lines lost their changes, want 2", n)
	}
	if n, err := f.Audit().Forget(ctx, "contact:0"); must(t, n, err) != 0 {
		t.Errorf("again: %d", n)
	}
	f.reopen()
	after := chain(t, f, 1)
	last := after[len(after)-1].Entry
	if len(after) != 13 || last.Act != store.ActForget || last.Object != "contact:0" || last.Who != "ines" || last.Reason == "" {
		t.Errorf("%d lines, the last: %+v", len(after), last)
	}
	for i, l := range after[:12] {
		want := before[i]
		if want.Entry.Object == "contact:0" && want.Entry.Changes != nil {
			want.Entry.Changes, want.Erased = nil, true
		}
		if diff := cmp.Diff(want, l); diff != "" {
			t.Errorf("line %d (-want +got):\n%s", i+1, diff)
		}
	}
	if p := intact(t, f, 13, old, head(t, f)); p.Erased != 2 {
		t.Errorf("%d erased, want 2", p.Erased)
	}
	must(t, 0, f.Audit().Append(ctx, entries(1)...))
	if p := intact(t, f, 14); p.Erased != 2 {
		t.Errorf("after one more about the same: %d erased", p.Erased)
	}
}

func auditActs(t *testing.T, f *folder) {
	wrong := []error{
		f.Audit().Append(ctx, model.AuditEntry{Act: store.ActForget, Object: "contact:1"}),
		f.Audit().Append(ctx, entries(1)[0], model.AuditEntry{Act: "a", Object: "a\x00b"}),
		f.Audit().Append(ctx, model.AuditEntry{Act: "a"}),
		f.Segments().Save(by(store.ActForget), model.Segment{Name: "a", Rule: "b"}),
	}
	for i, err := range wrong {
		if model.KindOf(err) != model.KindInvalid {
			t.Errorf("%d: %v", i, err)
		}
	}
	intact(t, f, 0)
	_, err := f.Segments().Get(ctx, "a")
	wantIs(t, "the segment of the refused deed", err, store.ErrNotFound)
}

func auditOutside(t *testing.T, f *folder) {
	must(t, 0, f.Audit().Append(ctx, entries(5)...))
	right := head(t, f)
	must(t, 0, f.Audit().Append(ctx, entries(5)...))
	intact(t, f, 10, right, head(t, f), model.AuditHead{})
	other := right
	other.Hash[7] ^= 1
	beyond := model.AuditHead{Seq: 11, Hash: right.Hash}
	proof, err := f.Audit().Verify(ctx, right, beyond, other)
	want := []model.AuditFlaw{{Seq: 5, What: "fork"}, {Seq: 11, What: "cut"}}
	if diff := cmp.Diff(want, must(t, proof, err).Flaws); diff != "" || proof.Intact {
		t.Errorf("flaws (-want +got):\n%s", diff)
	}
}

func auditStop(t *testing.T, f *folder) {
	must(t, 0, f.Audit().Append(ctx, entries(300)...))
	enough := errors.New("enough")
	seen := 0
	err := f.Audit().Lines(ctx, 1, func(*model.AuditLine) error { seen++; return errors.Join(enough, f.Audit().Append(ctx, entries(1)...)) })
	wantIs(t, "Lines", err, enough)
	for _, read := range []func(func(*model.AuditLine) bool) error{
		func(do func(*model.AuditLine) bool) error { return f.Audit().Back(ctx, 0, do) },
		func(do func(*model.AuditLine) bool) error { return f.Audit().About(ctx, "contact:1", do) },
	} {
		must(t, 0, read(func(*model.AuditLine) bool { seen++; return f.Audit().Append(ctx, entries(1)...) != nil }))
	}
	if seen != 3 {
		t.Errorf("%d lines were seen, want 3", seen)
	}
	intact(t, f, 303)
}
