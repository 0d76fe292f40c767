package storetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// testPacing: one record, with its default, changed by whoever is next, with a
// line of the audit when somebody answers for it.
func testPacing(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	get := func() model.Pacing {
		p, err := f.Pacing().Get(ctx)
		return must(t, p, err)
	}
	if diff := cmp.Diff(model.DefaultPacing(), get()); diff != "" {
		t.Errorf("before the first change (-want +got):\n%s", diff)
	}
	want := model.DefaultPacing()
	want.Rate, want.Lanes[model.LaneGmail] = 12.5, model.LanePace{Connections: 3, Rate: 0.5, Ceiling: 400}
	want.WarmUp = model.WarmUp{On: true, First: 50, Growth: 0.3}
	want.WarmUp.Days[model.LaneOrange] = model.WarmUpDay{Step: 4, Day: model.NewDate(2026, 11, 22)}
	deed := model.Deed{Actor: model.Actor{Name: "ines"}, Act: "pacing.change", At: start}
	got, err := f.Pacing().Change(store.Witnessed(ctx, deed), func(p *model.Pacing) error { *p = want; return nil })
	if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	f.reopen()
	refused := errors.New("no")
	if got, err := f.Pacing().Change(ctx, func(p *model.Pacing) error { p.Rate = 99; return refused }); !errors.Is(err, refused) || got != (model.Pacing{}) {
		t.Errorf("refused: %+v, %v", got, err)
	}
	if diff := cmp.Diff(want, get()); diff != "" {
		t.Errorf("opened again (-want +got):\n%s", diff)
	}
	pacingLine(t, f)
	concurrentPacing(t, f)
}

// pacingLine: what was changed, and nothing else, is in the audit once.
func pacingLine(t *testing.T, f *folder) {
	t.Helper()
	var lines []model.AuditEntry
	must(t, 0, f.Audit().About(ctx, "pacing", func(l *model.AuditLine) bool {
		lines = append(lines, l.Entry)
		return true
	}))
	if len(lines) != 1 || lines[0].Who != "ines" || lines[0].Act != "pacing.change" {
		t.Fatalf("lines: %+v", lines)
	}
	want := []model.FieldAudit{
		{Field: "rate", After: "12.5"},
		{Field: "gmail.connections", After: "3"},
		{Field: "gmail.rate", After: "0.5"},
		{Field: "gmail.ceiling", After: "400"},
		{Field: "orange.warm_up", After: "4"},
		{Field: "warm_up", After: "50 +0.3"},
	}
	if diff := cmp.Diff(want, lines[0].Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func concurrentPacing(t *testing.T, f *folder) {
	t.Helper()
	const people = 40
	before, err := f.Pacing().Get(ctx)
	must(t, before, err)
	errs := make([]error, people)
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			_, errs[i] = f.Pacing().Change(ctx, func(p *model.Pacing) error { p.Rate++; return nil })
		})
	}
	wg.Wait()
	after, err := f.Pacing().Get(ctx)
	if must(t, after, errors.Join(append(errs, err)...)); after.Rate != before.Rate+people {
		t.Errorf("rate %v, want %v", after.Rate, before.Rate+people)
	}
}
