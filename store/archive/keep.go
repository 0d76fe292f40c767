package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"blanche/model"
)

// nameLayout is the name of a backup, in UTC, so that names sort by age.
const nameLayout = "blanche-20060102-150405.bk"

// Name is the name of a backup made at an instant, to the second.
func Name(at time.Time) string { return at.UTC().Format(nameLayout) }

// madeAt reads a name; false when it is not one of ours, to the letter.
func madeAt(name string) (time.Time, bool) {
	at, err := time.Parse(nameLayout, name)
	return at, err == nil && Name(at) == name
}

// Newest is the time of the newest backup of a folder; false without one.
func Newest(dir string) (at time.Time, found bool, err error) {
	names, err := backups(dir)
	if err != nil || len(names) == 0 {
		return at, false, err
	}
	at, found = madeAt(names[0])
	return at, found, nil
}

// Retention is how many backups are kept: the newest of each of the last days,
// weeks (ISO) and months that have one, in UTC.
type Retention struct{ Daily, Weekly, Monthly int }

// Usual is the retention of who chose none.
var Usual = Retention{Daily: 7, Weekly: 4, Monthly: 12}

// Keep removes the backups of a folder that the retention does not hold, and
// returns their names. The newest is never removed, nor is a file whose name is
// not one of Name.
func Keep(dir string, r Retention) (removed []string, err error) {
	names, err := backups(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range r.expired(names) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return removed, model.Failed(err, "backup.remove_failed", "file", name)
		}
		removed = append(removed, name)
	}
	if len(removed) == 0 {
		return nil, nil
	}
	return removed, syncDir(dir)
}

// backups are the names of a folder that are ours, the newest first. An empty
// file is none: it holds the name of a backup that is being written, or was when
// its process died.
func backups(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, model.Failed(err, "backup.read_failed")
	}
	for _, e := range entries {
		if _, ok := madeAt(e.Name()); !ok || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && info.Size() > 0 {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

// expired are the names that nothing holds; names come newest first.
func (r Retention) expired(names []string) (out []string) {
	held := map[string]bool{}
	if len(names) > 0 {
		held[names[0]] = true
	}
	for _, by := range []struct {
		n      int
		period func(time.Time) string
	}{
		{r.Daily, func(t time.Time) string { return t.Format("2006-01-02") }},
		{r.Weekly, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, w) }},
		{r.Monthly, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		seen := map[string]bool{}
		for _, name := range names {
			at, _ := madeAt(name)
			if p := by.period(at); !seen[p] && len(seen) < by.n {
				seen[p], held[name] = true, true
			}
		}
	}
	for _, name := range names {
		if !held[name] {
			out = append(out, name)
		}
	}
	return out
}
