package storetest

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
	"blanche/store"
)

// testAuditMachine drives a chain through random steps and compares it with a
// list in memory, forwards, backwards and about each thing.
func testAuditMachine(t *testing.T, fresh func(*testing.T) Opener) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &auditMachine{f: openFolder(rt, fresh(t)), rules: map[string]string{}}
		defer func() { _ = m.f.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"append": m.append, "save": m.save, "save again": m.save, "delete": m.delete, "forget": m.forget,
			"keep": func(*rapid.T) { m.kept = append(m.kept, head(rt, m.f)) }, "reopen": m.reopen,
			"": m.check,
		})
	})
}

type auditMachine struct {
	f     *folder
	want  []model.AuditEntry
	rules map[string]string
	kept  []model.AuditHead
	gone  int
}

func (m *auditMachine) note(act, object string, changes ...model.FieldAudit) {
	deed, _ := store.DeedOf(by(act))
	entry := deed.Entry(object)
	entry.Changes = changes
	m.want = append(m.want, entry)
}

func (m *auditMachine) append(t *rapid.T) {
	all := entries(rapid.IntRange(1, 6).Draw(t, "n"))
	must(t, 0, m.f.Audit().Append(ctx, all...))
	m.want = append(m.want, all...)
}

func (m *auditMachine) save(t *rapid.T) {
	name, rule := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"), rapid.SampledFrom([]string{"x", "y"}).Draw(t, "rule")
	must(t, 0, m.f.Segments().Save(by("segment.save"), model.Segment{Name: name, Rule: rule}))
	old, known := m.rules[name]
	m.rules[name] = rule
	switch {
	case !known:
		m.note("segment.save", "segment:"+name, model.FieldAudit{Field: "name", After: name}, model.FieldAudit{Field: "rule", After: rule})
	case old != rule:
		m.note("segment.save", "segment:"+name, model.FieldAudit{Field: "rule", Before: old, After: rule})
	}
}

func (m *auditMachine) delete(t *rapid.T) {
	name := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
	err := m.f.Segments().Delete(by("segment.delete"), name)
	old, known := m.rules[name]
	if known != (err == nil) {
		t.Fatalf("delete of %s: %v", name, err)
	}
	if delete(m.rules, name); known {
		m.note("segment.delete", "segment:"+name, model.FieldAudit{Field: "name", Before: name}, model.FieldAudit{Field: "rule", Before: old})
	}
}

func (m *auditMachine) forget(t *rapid.T) {
	object := rapid.SampledFrom([]string{"segment:a", "segment:b", "contact:0", "contact:1"}).Draw(t, "object")
	n, err := m.f.Audit().Forget(by("privacy.erase"), object)
	must(t, n, err)
	want := 0
	for i := range m.want {
		if m.want[i].Object == object && len(m.want[i].Changes) > 0 {
			m.want[i].Changes = nil
			want++
		}
	}
	if m.gone += n; n != want {
		t.Fatalf("%d lines lost their changes, want %d", n, want)
	}
	if n > 0 {
		m.note(store.ActForget, object)
	}
}

func (m *auditMachine) reopen(t *rapid.T) {
	if !rapid.Bool().Draw(t, "really") {
		t.Skip("it takes as long as ten of the others")
	}
	m.f.reopen()
}

func (m *auditMachine) check(t *rapid.T) {
	lines := chain(t, m.f, 1)
	got := make([]model.AuditEntry, len(lines))
	about := map[string][]uint64{}
	for i := range lines {
		got[i] = lines[i].Entry
		about[got[i].Object] = append(about[got[i].Object], lines[i].Seq)
	}
	if diff := gocmp.Diff(m.want, got); diff != "" && len(got)+len(m.want) > 0 {
		t.Fatalf("lines (-want +got):\n%s", diff)
	}
	if p := intact(t, m.f, len(lines), m.kept...); p.Erased != m.gone {
		t.Fatalf("%d erased, want %d", p.Erased, m.gone)
	}
	for object, want := range about {
		var seen []uint64
		must(t, 0, m.f.Audit().About(ctx, object, func(l *model.AuditLine) bool { seen = append(seen, l.Seq); return true }))
		if slices.Reverse(seen); fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Fatalf("about %s: %v, want %v", object, seen, want)
		}
	}
}
