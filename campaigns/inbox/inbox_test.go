package inbox

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func looked(t *testing.T, b *Box, now time.Time) (names []string, waiting int) {
	t.Helper()
	ready, waiting, err := b.Look(now)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ready {
		names = append(names, f.Name)
	}
	return names, waiting
}

// A file is given out once it has been calm, never while it grows, and nothing
// that is not a file of the folder ever is.
func TestOnlyWhatIsWholeIsGivenOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b, now := New(dir), time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	looked(t, b, now)
	outside := filepath.Join(t.TempDir(), "secret.csv")
	put(t, filepath.Dir(outside), "secret.csv", "x")
	for _, name := range []string{"clients.csv", "grows.csv", "a.csv.part", "b.tmp", ".hidden.csv", "~lock.csv"} {
		put(t, dir, name, "a")
	}
	if err := errors.Join(os.Symlink(outside, filepath.Join(dir, "link.csv")), os.Mkdir(filepath.Join(dir, "folder.csv"), 0o700)); err != nil {
		t.Fatal(err)
	}
	if names, waiting := looked(t, b, now); len(names) != 0 || waiting != 2 {
		t.Errorf("at once: %v, %d wait", names, waiting)
	}
	put(t, dir, "grows.csv", "ab")
	if names, _ := looked(t, b, now.Add(Calm-time.Second)); len(names) != 0 {
		t.Errorf("too soon: %v", names)
	}
	if names, _ := looked(t, b, now.Add(Calm)); len(names) != 1 || names[0] != "clients.csv" {
		t.Errorf("whole: %v", names)
	}
	if names, waiting := looked(t, b, now.Add(2*Calm)); len(names) != 2 || waiting != 0 { // the control
		t.Errorf("whole later: %v", names)
	}
	for name, want := range map[string]bool{"link.csv": false, "../x.csv": false, "/etc/passwd": false} {
		f, err := b.Open(File{Name: name, Size: 1})
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = f.Close()
		}
	}
}

// What changed since it was found is left where it is; what is moved takes the
// place of nothing.
func TestAFileTakesThePlaceOfNoOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b, now := New(dir), time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, want := range []string{"rejects/a.csv", "rejects/a-2.csv", "rejects/a-3.csv"} {
		put(t, dir, "a.csv", want)
		_, _, err := b.Look(now)
		now = now.Add(Calm)
		ready, _, err2 := b.Look(now)
		if err := errors.Join(err, err2); err != nil || len(ready) != 1 {
			t.Fatal(ready, err)
		}
		stale := ready[0]
		stale.Size++
		if _, err := b.Move(stale, Done, ""); !errors.Is(err, ErrChanged) {
			t.Errorf("a file that changed: %v", err)
		}
		name, err := b.Move(ready[0], Rejects, "why")
		raw, _ := os.ReadFile(filepath.Join(dir, want))
		text, _ := os.ReadFile(filepath.Join(dir, want+".txt"))
		if err != nil || name != want || string(raw) != want || string(text) != "why\n" {
			t.Errorf("moved to %s: %q %q, %v", name, raw, text, err)
		}
	}
}

// A process that dies between the reason and the file leaves the reason alone: the
// next puts the file beside it. Another reason is not touched.
func TestAReasonThatWasLeftAloneGetsItsFile(t *testing.T) {
	t.Parallel()
	for left, want := range map[string]string{"why\n": "rejects/quoi.csv", "who\n": "rejects/quoi-2.csv", "why not\n": "rejects/quoi-2.csv"} {
		dir := t.TempDir()
		b, now := New(dir), time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		put(t, dir, "quoi.csv", "a")
		looked(t, b, now)
		ready, _, err := b.Look(now.Add(Calm))
		if err != nil || len(ready) != 1 {
			t.Fatal(ready, err)
		}
		put(t, filepath.Join(dir, Rejects), "quoi.csv.txt", left)
		name, err := b.Move(ready[0], Rejects, "why")
		why, _ := os.ReadFile(filepath.Join(dir, want+".txt"))
		kept, _ := os.ReadFile(filepath.Join(dir, Rejects, "quoi.csv.txt"))
		if name != want || err != nil || string(why) != "why\n" || string(kept) != left {
			t.Errorf("beside %q: %s, %v, %q", left, name, err, why)
		}
	}
}

func TestANameTellsWhatAFileIs(t *testing.T) {
	t.Parallel()
	saved := []string{"caisse", "caisse-2"}
	for name, want := range map[string][2]string{
		"contacts-2026.csv": {Contacts, ""}, "Clients 12.xlsx": {Contacts, ""}, "COMMANDES_11.zip": {Orders, ""}, "orders.csv": {Orders, ""},
		"clientele.csv": {"", ""}, "x-orders.csv": {"", ""}, "caisse-12.csv": {"", "caisse"}, "caisse-2-novembre.csv": {"", "caisse-2"}, "caissette.csv": {"", ""},
	} {
		if kind, mapping := Kind(name, saved); kind != want[0] || mapping != want[1] {
			t.Errorf("%s is %q by %q", name, kind, mapping)
		}
	}
}
