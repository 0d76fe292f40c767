package bolt

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/store"
)

func TestASweepTakesLinesOutAndTouchesNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	shop(t, e)
	files := map[string]string{
		"rejets.csv":                         "email\nLEA@mail.example;x\nmax@mail.example\n",
		"other.txt":                          "max@mail.example\n",
		"config.toml":                        "# lea@mail.example\n",
		"spool.bin":                          "\x00lea@mail.example",
		"blanche-20261101-000000.bk":         "lea@mail.example",
		"backups/before-schema-4-x/crm.db":   "lea@mail.example",
		"backups/.before-schema-half/crm.db": "max@mail.example",
		"backups/blanche-20261102-000000.bk": "sealed",
		"deeper/down/rejets-2.csv":           "email\nlea@mail.example",
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	got, err := e.Sweep(t.Context(), []string{"lea@mail.example", "", "Léa"})
	if err != nil {
		t.Fatal(err)
	}
	want := store.Swept{
		Cleaned: []string{"deeper/down/rejets-2.csv", "rejets.csv"},
		Removed: []string{"backups/.before-schema-half", "backups/before-schema-4-x"},
		Kept:    []string{"backups/blanche-20261102-000000.bk", "blanche-20261101-000000.bk"},
		Left:    []string{"spool.bin"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{"rejets.csv": "email\nmax@mail.example\n", "other.txt": files["other.txt"], "config.toml": files["config.toml"], "deeper/down/rejets-2.csv": "email\n"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		info, err2 := os.Stat(filepath.Join(dir, name))
		if err != nil || err2 != nil || string(b) != want || info.Mode().Perm() != 0o640 {
			t.Errorf("%s: %q, %v, %v", name, b, info.Mode(), err)
		}
	}
	if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) != 0 {
		t.Errorf("%+v, %v", h, err)
	}
}
