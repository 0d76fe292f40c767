package bench

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAServerIsMeasuredAsInstalledUsedAndWithMoreRoomAndSaysWhich(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := &bring{BringOptions: BringOptions{Rows: 400, Dir: t.TempDir(), Now: time.Now}}
	b.file = filepath.Join(b.Dir, "shop.csv")
	if err := b.write(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.disconnect(ctx); err != nil {
			t.Error(err)
		}
	}()
	for _, who := range []string{AgainstPostgres, AgainstWarm, AgainstTuned} {
		if err := b.connect(ctx, who); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.report.Absent) > 0 {
		t.Skip("no PostgreSQL on this machine")
	}
	for _, table := range b.tables {
		made := table.server
		for range 2 { // each into an empty table
			run, err := table.run(ctx, 1)
			if err != nil || run.Who != table.who || run.Seconds <= 0 {
				t.Errorf("%+v, %v", run, err)
			}
		}
		if again := table.server != made; again != (table.who == AgainstPostgres) {
			t.Errorf("%s: another server for the second run: %v", table.who, again)
		}
	}
	settings := map[string][]string{}
	for _, s := range b.report.Servers {
		settings[s.Who] = s.Settings
	}
	want := map[string][]string{
		AgainstPostgres: {"shared_buffers=128MB", "max_wal_size=1GB", "synchronous_commit=on", "fsync=on"},
		AgainstWarm:     {"shared_buffers=128MB", "max_wal_size=1GB", "synchronous_commit=on", "fsync=on"},
		AgainstTuned:    {"shared_buffers=1GB", "max_wal_size=4GB", "synchronous_commit=on", "fsync=on"},
	}
	if diff := cmp.Diff(want, settings); diff != "" {
		t.Error(diff)
	}
}

func TestARatioIsOfTheSameRound(t *testing.T) {
	t.Parallel()
	b := &bring{}
	for round, rates := range [][3]float64{{100, 200, 50}, {120, 300, 40}, {90, 150, 90}} {
		for i, who := range []string{ours, AgainstRaw, AgainstTuned} {
			b.report.Runs = append(b.report.Runs, BringRun{Who: who, Round: round + 1, Rate: rates[i]})
		}
	}
	b.sum()
	var names []string
	var ratios []*Spread
	for _, s := range b.report.Sums {
		names, ratios = append(names, s.Who), append(ratios, s.Ratio)
	}
	if want := []string{ours, AgainstRaw, AgainstTuned}; !slices.Equal(names, want) {
		t.Errorf("the sums are of %v", names)
	}
	if diff := cmp.Diff([]*Spread{nil, {0.5, 0.4, 0.6}, {2, 1, 3}}, ratios); diff != "" {
		t.Error(diff)
	}
}
