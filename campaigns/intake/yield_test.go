package intake

import (
	"context"
	"errors"
	"testing"
)

// An import gives way between short stretches of work, while it surveys and
// after each batch, and can be ended there.
func TestImportGivesWayBetweenStretchesOfWork(t *testing.T) {
	t.Parallel()
	file := frenchFile(t, 10_000)
	f := newFake()
	o := f.options(Contacts, file)
	o.BatchSize = 1000
	var settled []int
	rows := 0
	o.Progress = func(_, _ int64, n int) { rows = n }
	o.Yield = func(context.Context) { settled = append(settled, rows) }
	if _, err := Import(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if len(settled) != 12 || settled[1] != 0 || settled[2] != 1000 || settled[11] != 10_000 {
		t.Errorf("it gave way after %v rows", settled)
	}

	ctx, cancel := context.WithCancel(context.Background())
	f = newFake()
	o = f.options(Contacts, file)
	o.Yield = func(context.Context) { cancel() }
	if rep, err := Import(ctx, o); !errors.Is(err, context.Canceled) || !rep.Interrupted || len(f.people) != 0 {
		t.Errorf("%v, %+v, %d people", err, rep, len(f.people))
	}
}
