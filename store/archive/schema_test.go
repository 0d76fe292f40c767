package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"blanche/model"
	"blanche/store"
)

// frozen is a snapshot of files that lie on the disk.
type frozen struct {
	dir   string
	facts store.Facts
}

func (f frozen) Facts() store.Facts { return f.facts }

func (f frozen) Close() error { return nil }

func (f frozen) Files() (out []store.SnapshotFile) {
	for _, name := range []string{"send.db", "crm.db"} {
		b, err := os.ReadFile(filepath.Join(f.dir, name))
		if err != nil {
			panic(err)
		}
		out = append(out, store.SnapshotFile{Name: name, Size: int64(len(b)), WriteTo: func(_ context.Context, w io.Writer) error {
			_, err := w.Write(b)
			return err
		}})
	}
	return out
}

// golden unpacks the folder of a schema.
func golden(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "bolt", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for in := tar.NewReader(z); ; {
		h, err := in.Next()
		if err == io.EOF {
			return dir
		}
		b, err2 := io.ReadAll(in)
		if err := errors.Join(err, err2, os.WriteFile(filepath.Join(dir, filepath.Base(h.Name)), b, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// pack makes a backup of files, with the facts that they have once opened.
func pack(t *testing.T, name string, change func(*store.Facts)) []byte {
	t.Helper()
	s := openTest(t, golden(t, name))
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	facts := snap.Facts()
	change(&facts)
	var b bytes.Buffer
	_, err = Write(t.Context(), &b, frozen{golden(t, name), facts}, Options{Now: start})
	if err := errors.Join(err, snap.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestABackupOfAnOlderSchemaIsBroughtForward(t *testing.T) {
	t.Parallel()
	b := pack(t, "schema-1.tar.gz", func(f *store.Facts) { f.Schema = 1 })
	dir := t.TempDir()
	got, err := Restore(t.Context(), bytes.NewReader(b), dir, restoreOptions())
	if err != nil || got.Manifest.Schema != 1 || len(got.Health.Damaged) != 0 || got.Health.Contacts == 0 {
		t.Errorf("Restore: %+v, %v", got, err)
	}
	wantNames(t, dir, "crm.db", "send.db")
	if h, err := openTest(t, dir).Check(t.Context()); err != nil || h.Schema < 2 || len(h.Damaged) != 0 {
		t.Errorf("Check: %+v, %v", h, err)
	}
}

// Counts that the data does not have: the backup is not of this data.
func TestABackupWhoseCountsDifferLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*store.Facts){
		"contacts":   func(f *store.Facts) { f.Contacts++ },
		"orders":     func(f *store.Facts) { f.Orders-- },
		"campaigns":  func(f *store.Facts) { f.Campaigns++ },
		"recipients": func(f *store.Facts) { f.Recipients++ },
		"folder":     func(f *store.Facts) { f.Folder = "00" },
	} {
		b, dir := pack(t, "schema-2.tar.gz", change), t.TempDir()
		if _, err := Restore(t.Context(), bytes.NewReader(b), dir, restoreOptions()); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		wantNames(t, dir)
	}
}

func TestANewerBackupIsRefused(t *testing.T) {
	t.Parallel()
	m := Manifest{Format: format + 1}
	if err := m.agrees(nil); !errors.Is(err, store.ErrNewer) || model.KindOf(err) != model.KindRefused {
		t.Errorf("a newer format: %v", err)
	}
	// A newer schema: what opens it refuses, and nothing is left.
	b, dir, o := pack(t, "schema-2.tar.gz", func(*store.Facts) {}), t.TempDir(), restoreOptions()
	o.Open = func(context.Context, string) (store.Store, error) {
		return nil, model.Refused("store.newer").Because(store.ErrNewer)
	}
	if _, err := Restore(t.Context(), bytes.NewReader(b), dir, o); !errors.Is(err, store.ErrNewer) {
		t.Errorf("a newer schema: %v", err)
	}
	wantNames(t, dir)
}

// Names that lead elsewhere are refused before a byte of them is written.
func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"crm.db": true, "send.db": true, "erasures.log": true, "extra/config.toml": true, "events.db": true,
		"../crm.db": false, "/crm.db": false, "a/crm.db": false, "crm.db/..": false, ".db": false, "CRM.db": false, "holder": false,
		"extra/../x": false, "extra/": false, "extra/.ssh": false, "extra/crm.db": false, "extra/holder": false, "extra/run": false,
		"extra/erasures.log": false, "": false, "crm.db\x00": false, "manifest.json": false,
	} {
		if allowed(name) != want {
			t.Errorf("allowed(%q) = %v", name, !want)
		}
	}
}
