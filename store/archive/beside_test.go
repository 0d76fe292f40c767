package archive

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"blanche/model"
)

// While people are imported and a campaign is sent, every backup is one moment:
// it is restored whole, its ledger adds up, and no acknowledged row that came
// before it is missing.
func TestABackupMadeWhileSendingIsOneMoment(t *testing.T) {
	t.Parallel()
	const people = 4000
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, people)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	work := func(do func(n int) error) {
		group.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if err := do(n); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	work(func(int) error { return send(ctx, s, 7) })
	work(func(n int) error {
		_, err := s.Contacts().Merge(ctx, []model.Contact{{Email: fmt.Sprintf("new%d@mail.example", n)}}, start)
		return err
	})
	settled := func(tally model.Tally) int {
		return tally.ByState[model.StateAccepted] + tally.ByState[model.StateRefused]
	}
	for range 4 {
		before, err := s.Ledger().Tally(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		b, m := backup(t, s, Options{})
		after, err := s.Ledger().Tally(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "new")
		got, err := Restore(ctx, bytes.NewReader(b), dir, restoreOptions())
		if err != nil || len(got.Health.Damaged) != 0 || got.Health.Contacts != m.Contacts {
			t.Fatalf("Restore: %+v, %v", got, err)
		}
		tally, err := openTest(t, dir).Ledger().Tally(ctx, 1)
		if err != nil || !tally.Balanced() || settled(tally) < settled(before) || settled(tally) > settled(after) {
			t.Errorf("%d settled before, %d in the backup, %d after: %v", settled(before), settled(tally), settled(after), err)
		}
	}
}
