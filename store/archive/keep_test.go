package archive

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestKeepHoldsDaysWeeksAndMonths(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	every := func(step time.Duration, n int) (names []string) {
		for i := range n {
			names = append(names, Name(at.Add(-time.Duration(i)*step)))
		}
		return names
	}
	const day = 24 * time.Hour
	for _, test := range []struct {
		name  string
		r     Retention
		names []string
		kept  []string
	}{
		{"nothing there", Usual, nil, nil},
		{"the newest stays, whatever is asked", Retention{}, every(day, 3), every(day, 1)},
		{"one of each day", Retention{Daily: 2}, []string{
			"blanche-20261122-230000.bk", "blanche-20261122-010000.bk", "blanche-20261121-020000.bk", "blanche-20261121-010000.bk", "blanche-20261120-010000.bk",
		}, []string{"blanche-20261122-230000.bk", "blanche-20261121-020000.bk"}},
		{"days without a backup do not count", Retention{Daily: 2}, []string{"blanche-20261122-010000.bk", "blanche-20260101-010000.bk"}, []string{
			"blanche-20261122-010000.bk", "blanche-20260101-010000.bk",
		}},
		{"a week goes over the year", Retention{Weekly: 2}, []string{
			"blanche-20260103-010000.bk", "blanche-20251230-010000.bk", "blanche-20251229-010000.bk", "blanche-20251228-010000.bk",
		}, []string{"blanche-20260103-010000.bk", "blanche-20251228-010000.bk"}},
		{"months", Retention{Monthly: 2}, []string{
			"blanche-20261101-010000.bk", "blanche-20261031-010000.bk", "blanche-20261001-010000.bk", "blanche-20260930-010000.bk",
		}, []string{"blanche-20261101-010000.bk", "blanche-20261031-010000.bk"}},
		// 22/11/2026 is a Sunday: 7 days, the Sundays of 3 more weeks, then the
		// ends of the months before; the year of backups goes back to 22/11/2025.
		{"a year, every night", Usual, every(day, 366), []string{
			"blanche-20261122-030000.bk", "blanche-20261121-030000.bk", "blanche-20261120-030000.bk", "blanche-20261119-030000.bk",
			"blanche-20261118-030000.bk", "blanche-20261117-030000.bk", "blanche-20261116-030000.bk", "blanche-20261115-030000.bk",
			"blanche-20261108-030000.bk", "blanche-20261101-030000.bk", "blanche-20261031-030000.bk", "blanche-20260930-030000.bk",
			"blanche-20260831-030000.bk", "blanche-20260731-030000.bk", "blanche-20260630-030000.bk", "blanche-20260531-030000.bk",
			"blanche-20260430-030000.bk", "blanche-20260331-030000.bk", "blanche-20260228-030000.bk", "blanche-20260131-030000.bk",
			"blanche-20251231-030000.bk",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			foreign := []string{"blanche-20200101-010000.bk.part", "blanche-2020.bk", "holiday.bk", "blanche-20201399-010000.bk"}
			for _, n := range append(foreign, test.names...) {
				if err := os.WriteFile(filepath.Join(dir, n), []byte("data"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Mkdir(filepath.Join(dir, "blanche-20200102-010000.bk"), 0o700); err != nil {
				t.Fatal(err)
			}
			removed, err := Keep(dir, test.r)
			if err != nil || len(removed) != len(test.names)-len(test.kept) {
				t.Errorf("Keep removed %d of %d: %v", len(removed), len(test.names), err)
			}
			left, err := backups(dir)
			if diff := cmp.Diff(test.kept, left); diff != "" || err != nil {
				t.Errorf("kept: %s, %v", diff, err)
			}
			for _, n := range foreign {
				if _, err := os.Stat(filepath.Join(dir, n)); err != nil {
					t.Errorf("%s: %v", n, err)
				}
			}
			newest, found, err := Newest(dir)
			if err != nil || found != (len(test.names) > 0) || found && Name(newest) != test.kept[0] {
				t.Errorf("Newest = %v, %v, %v", newest, found, err)
			}
		})
	}
}

// The name of a backup that was never finished must not take the place of one
// that was.
func TestAnEmptyFileIsNoBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, data := range map[string]string{
		"blanche-20261122-010000.bk": "data", "blanche-20261121-010000.bk": "data", "blanche-20261122-020000.bk": "", "blanche-20261121-230000.bk": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if at, found, err := Newest(dir); err != nil || !found || !at.Equal(time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("the newest is of %s: %v", at, err)
	}
	if removed, err := Keep(dir, Retention{Daily: 2}); err != nil || len(removed) != 0 {
		t.Errorf("%q was removed: %v", removed, err)
	}
}
