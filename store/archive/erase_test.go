package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/model"
)

// raw counts a text in every file of a folder.
func raw(t *testing.T, dir, text string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		n += bytes.Count(bytes.ToLower(b), []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A backup, then an erasure, then a restore: the person does not come back.
func TestARestoreForgetsWhoWasErasedSinceTheBackup(t *testing.T) {
	t.Parallel()
	old := filepath.Join(t.TempDir(), "old")
	s := openTest(t, old)
	fill(t, s, 30)
	const address = "person6@mail.example" // refused, with words that name it
	b, _ := backup(t, s, Options{})
	// Meanwhile the address changes, which the backup knows nothing of.
	if _, err := s.Contacts().Edit(t.Context(), 8, 1, start, func(c *model.Contact) error { c.Email = "new8@mail.example"; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Erase(t.Context(), 7, start.Add(time.Minute)), s.Erase(t.Context(), 8, start.Add(time.Minute)), s.Close()); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join(old, erasuresName))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		before func(dir string) []io.Reader
		erased int
	}{
		{"the list lies in the folder", func(dir string) []io.Reader {
			if err := os.WriteFile(filepath.Join(dir, erasuresName), list, 0o600); err != nil {
				t.Fatal(err)
			}
			return nil
		}, 2},
		{"the list is given", func(string) []io.Reader { return []io.Reader{bytes.NewReader(list)} }, 2},
		{"the control: no list", func(string) []io.Reader { return nil }, 0},
	} {
		dir, o := t.TempDir(), restoreOptions()
		o.Erasures = test.before(dir)
		got, err := Restore(t.Context(), bytes.NewReader(b), dir, o)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		found := raw(t, dir, address) + raw(t, dir, "person7@mail.example")
		if (got.Lists > 0) != (test.erased > 0) {
			t.Errorf("%s: %d lists", test.name, got.Lists)
		}
		if got.Erased != test.erased || (found == 0) != (test.erased > 0) {
			t.Errorf("%s: %d erased, the addresses are in the files %d times", test.name, got.Erased, found)
		}
		if test.erased == 0 {
			continue
		}
		kept, err := os.ReadFile(filepath.Join(dir, erasuresName))
		for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
			if !strings.Contains(string(kept), line) {
				t.Errorf("%s: %q is not in the list any more, %v", test.name, line, err)
			}
		}
		again := openTest(t, dir)
		n, err := again.Contacts().Count(t.Context())
		why, suppressed, err2 := again.Suppressions().Get(t.Context(), address)
		_, changed, err3 := again.Suppressions().Get(t.Context(), "new8@mail.example")
		if err := errors.Join(err, err2, err3); err != nil || n != 28 || !suppressed || why.Reason != model.SuppressOpposed || !changed {
			t.Errorf("%s: %d contacts, suppressed %+v %v %v, %v", test.name, n, why, suppressed, changed, err)
		}
		if h, err := again.Check(t.Context()); err != nil || len(h.Damaged) != 0 {
			t.Errorf("%s: %+v, %v", test.name, h, err)
		}
	}
}

// A list that erases nobody because it is of another folder must not pass for
// one that had nobody to erase.
func TestARestoreWithAListThatCannotBeReadLeavesNothing(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 3)
	b, _ := backup(t, s, Options{})
	dir, o := t.TempDir(), restoreOptions()
	o.Erasures = []io.Reader{strings.NewReader("blanche-erasures 1 00\n")}
	if _, err := Restore(t.Context(), bytes.NewReader(b), dir, o); model.KindOf(err) != model.KindRefused {
		t.Errorf("Restore: %v", err)
	}
	wantNames(t, dir)
}

// A damaged folder is saved and restored as it is, and says so.
func TestABackupOfADamagedFolderSaysSo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := openTest(t, dir)
	fill(t, s, 20)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "crm.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(b, []byte("person12@mail.example\x04L\xc3\xa9a"))
	for at >= 0 { // every copy, live or not
		b[at] ^= 1
		at = bytes.LastIndex(b, []byte("person12@mail.example\x04L\xc3\xa9a"))
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	backed, _ := backup(t, openTest(t, dir), Options{})
	v, err := Verify(t.Context(), bytes.NewReader(backed), t.TempDir(), Keys{}, opener)
	if err != nil || len(v.Health.Damaged) == 0 || v.Health.Damaged[0].Bucket != "contact" || v.Health.Damaged[0].Key != "13" {
		t.Errorf("Verify: %+v, %v", v.Health, err)
	}
	if got, err := Restore(t.Context(), bytes.NewReader(backed), t.TempDir(), restoreOptions()); err != nil || len(got.Health.Damaged) == 0 {
		t.Errorf("Restore: %+v, %v", got.Health, err)
	}
}

func TestACopyIsWhatAChildVerifies(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 20)
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := errors.Join(Copy(t.Context(), snap, dir), snap.Close()); err != nil {
		t.Fatal(err)
	}
	if h, err := openTest(t, dir).Check(t.Context()); err != nil || h.Contacts != 20 || len(h.Damaged) != 0 {
		t.Errorf("Check of the copy: %+v, %v", h, err)
	}
}
