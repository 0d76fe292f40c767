package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func TestAFolderIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "data")
	openTest(t, dir)
	for name, want := range map[string]os.FileMode{"": 0o700, "crm.db": 0o600, "send.db": 0o600, "holder": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 3 {
		t.Errorf("files: %v, %v", names, err)
	}
}

func TestAHeldFolderNamesItsHolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openTest(t, dir)
	_, err := Open(context.Background(), options(dir))
	var worded *model.Error
	if !errors.As(err, &worded) || worded.Kind != model.KindBusy || worded.Key != "store.held" {
		t.Fatalf("error: %v", err)
	}
	if args := worded.Args; args[3] != strconv.Itoa(os.Getpid()) || args[5] != "test" {
		t.Errorf("arguments: %v", args)
	}
}

func TestTheHolderFileOfADeadProcessDoesNoHarm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(holderPath(dir), []byte(`{"pid":1,"command":"gone"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	e := openTest(t, dir)
	if b, err := os.ReadFile(holderPath(dir)); err != nil || !bytes.Contains(b, []byte(`"pid":`+strconv.Itoa(os.Getpid()))) {
		t.Errorf("holder: %s, %v", b, err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(holderPath(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the holder is still named: %v", err)
	}
}

func TestANewerFolderIsLeftUntouched(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]uint64{"crm.db": schema, "send.db": sendSchema} {
		dir := t.TempDir()
		if err := openTest(t, dir).Close(); err != nil {
			t.Fatal(err)
		}
		setSchema(t, filepath.Join(dir, name), known+1)
		before := readAll(t, dir)
		_, err := Open(context.Background(), options(dir))
		if !errors.Is(err, store.ErrNewer) || model.KindOf(err) != model.KindRefused {
			t.Errorf("%s: error %v", name, err)
		}
		if after := readAll(t, dir); !bytes.Equal(before, after) {
			t.Errorf("%s: the folder was changed", name)
		}
		setSchema(t, filepath.Join(dir, name), known)
		openTest(t, dir)
	}
}

func setSchema(t *testing.T, path string, version uint64) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketMeta).Put(keySchema, tableMeta.seal(keySchema, binary.AppendUvarint(blank(2), version)))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// readAll is the content of both files.
func readAll(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	for _, name := range []string{"crm.db", "send.db"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

func TestAFileOfSomethingElseIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "crm.db")
	for _, content := range []string{"", "a letter\n", string(make([]byte, 1<<16))} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(context.Background(), options(dir)); err == nil {
			t.Fatalf("opened %.20q", content)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != content {
			t.Errorf("the file was changed to %d bytes (%v)", len(b), err)
		}
	}
}

func TestAHalfMadeFileIsNoObstacle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".crm.db.123"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	openTest(t, dir)
}

func TestOfSeveralWhoMakeAFolderAtOnceOneHoldsIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	got := make(chan error)
	held := make(chan *Engine, 4)
	for range 4 {
		go func() {
			e, err := Open(context.Background(), options(dir))
			if err == nil {
				held <- e
			}
			got <- err
		}()
	}
	opened := 0
	for range 4 {
		switch err := <-got; {
		case err == nil:
			opened++
		case model.KindOf(err) != model.KindBusy:
			t.Errorf("error: %v", err)
		}
	}
	if opened != 1 {
		t.Fatalf("%d hold the folder, want 1", opened)
	}
	e := <-held
	if _, err := e.Contacts().Merge(t.Context(), []model.Contact{{Email: "a@mail.example"}}, start); err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if n, err := openTest(t, dir).Contacts().Count(t.Context()); n != 1 || err != nil {
		t.Errorf("%d contacts, %v", n, err)
	}
}

func TestAFolderWithoutItsOppositionsIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	opposed := model.Suppression{Reason: model.SuppressOpposed, At: start}
	if err := errors.Join(e.Suppressions().Add(t.Context(), "lea@mail.example", opposed), e.Close()); err != nil {
		t.Fatal(err)
	}
	send, away := filepath.Join(dir, "send.db"), filepath.Join(t.TempDir(), "send.db")
	if err := os.Rename(send, away); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), options(dir)); model.KindOf(err) != model.KindRefused {
		t.Errorf("error: %v", err)
	}
	if _, err := os.Stat(send); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("another one was made: %v", err)
	}
	if err := os.Rename(away, send); err != nil {
		t.Fatal(err)
	}
	if got, found, err := openTest(t, dir).Suppressions().Get(t.Context(), "lea@mail.example"); !found || got != opposed || err != nil {
		t.Errorf("Get = %+v, %v, %v", got, found, err)
	}
}
