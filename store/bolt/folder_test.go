package bolt

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// used makes a folder that has sent something, and closes it.
func used(t *testing.T, dir string, fill func(*Engine) error) {
	t.Helper()
	e := openTest(t, dir)
	if err := errors.Join(fill(e), e.Close()); err != nil {
		t.Fatal(err)
	}
}

func planned(t *testing.T) func(*Engine) error {
	return func(e *Engine) error {
		return e.Ledger().Plan(t.Context(), 1, model.Plan{Planned: []model.Planned{{Contact: 1}}})
	}
}

func TestAFolderWithoutItsContactsIsRefused(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]func(*Engine) error{
		"with a ledger": planned(t),
		"with an opposition": func(e *Engine) error {
			return e.Suppressions().Add(t.Context(), "lea@mail.example", model.Suppression{Reason: model.SuppressOpposed, At: start})
		},
	} {
		dir := t.TempDir()
		used(t, dir, fill)
		crm := filepath.Join(dir, "crm.db")
		if err := os.Remove(crm); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), options(dir)); !errors.Is(err, model.Refused("store.missing_crm")) {
			t.Errorf("%s: error: %v", name, err)
		}
		if _, err := os.Stat(crm); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: another one was made: %v", name, err)
		}
	}
}

func TestAFolderWhoseMakingWasCutShortIsCompleted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	used(t, dir, func(*Engine) error { return nil })
	if err := os.Remove(filepath.Join(dir, "crm.db")); err != nil {
		t.Fatal(err)
	}
	used(t, dir, planned(t))
	used(t, dir, func(*Engine) error { return nil })
}

func TestFilesOfTwoFoldersAreRefused(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	used(t, dir, planned(t))
	used(t, other, planned(t))
	if err := os.Rename(filepath.Join(other, "crm.db"), filepath.Join(dir, "crm.db")); err != nil {
		t.Fatal(err)
	}
	before := readAll(t, dir)
	if _, err := Open(t.Context(), options(dir)); !errors.Is(err, model.Refused("store.mixed")) {
		t.Errorf("error: %v", err)
	}
	if string(readAll(t, dir)) != string(before) {
		t.Error("the folder was changed")
	}
}

func TestAFolderOlderThanItsIdentityTakesOne(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	used(t, dir, planned(t))
	used(t, other, planned(t))
	db, err := bolt.Open(filepath.Join(dir, "crm.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(keyFolder) })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	used(t, dir, func(*Engine) error { return nil })
	if err := os.Rename(filepath.Join(dir, "crm.db"), filepath.Join(other, "crm.db")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), options(other)); !errors.Is(err, model.Refused("store.mixed")) {
		t.Errorf("elsewhere: %v", err)
	}
}
