package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// golden is the text of everything in a golden folder, as it would be written
// today.
func golden(t *testing.T, n int) string {
	t.Helper()
	text, err := os.ReadFile(goldenPath(n, ".txt"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		what, body, _ := strings.Cut(line, " ")
		tidied, err := tidy([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s\n", what, tidied)
	}
	return b.String()
}

// whole opens a folder that was of an older schema, and tells what is not as it
// was, or is not as it should have become.
func whole(t *testing.T, dir string, from int) (err error) {
	t.Helper()
	e, err := Open(t.Context(), goldenOptions(dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	text, err := export(t.Context(), e)
	if err != nil {
		return err
	}
	upgrades := 0
	var kept []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "audit ") && strings.Contains(line, `"folder.upgrade"`) {
			upgrades++
			continue
		}
		kept = append(kept, line)
	}
	if diff := cmp.Diff(golden(t, from), strings.Join(kept, "")); diff != "" {
		return fmt.Errorf("records (-want +got):\n%s", diff)
	}
	h, err := e.Check(t.Context())
	if err != nil || len(h.Damaged) != 0 || h.Schema != schema {
		return fmt.Errorf("check: %+v, %w", h, err)
	}
	p, err := e.Audit().Verify(t.Context())
	if err != nil || !p.Intact || upgrades != min(schema-from, 1) {
		return fmt.Errorf("audit: %+v, %d upgrades, %w", p, upgrades, err)
	}
	half, err := filepath.Glob(filepath.Join(dir, backupsName, cutShort+"*"))
	if err != nil || len(half) != 0 {
		return fmt.Errorf("left half made: %v, %w", half, err)
	}
	_, err = e.Operators().Put(t.Context(), model.Operator{Name: "new", Role: model.Viewer})
	return err
}

func TestEveryOlderFolderIsBroughtForwardWithAllThatIsInIt(t *testing.T) {
	t.Parallel()
	for from := 1; from <= schema; from++ {
		dir := t.TempDir()
		unpack(t, from, dir)
		dry, err := DryMigrate(dir)
		if err != nil || dry.From != from || dry.To != schema || dry.Contacts != 40 || dry.Orders != 60 || dry.Campaigns != 2 || dry.Segments != 2 || dry.Recipients != 30 || len(dry.Steps) != schema-from {
			t.Fatalf("schema %d: %+v, %v", from, dry, err)
		}
		var made []model.Upgrade
		o := goldenOptions(dir)
		o.Upgraded = func(u model.Upgrade) { made = append(made, u) }
		e, err := Open(t.Context(), o)
		if err == nil {
			err = e.Close()
		}
		if err := errors.Join(err, whole(t, dir, from)); err != nil {
			t.Fatalf("schema %d: %v", from, err)
		}
		if from == schema {
			if len(made) != 0 || dry.Needed() {
				t.Errorf("upgraded what was not old: %+v", made)
			}
			continue
		}
		if len(made) != 1 || made[0].From != from || !strings.HasSuffix(made[0].Backup, fmt.Sprintf("/backups/before-schema-%d-20261123T090000Z", schema)) {
			t.Fatalf("schema %d: %+v", from, made)
		}
		kept, err := DryMigrate(made[0].Backup)
		if err != nil || kept.From != from {
			t.Errorf("the copy: %+v, %v", kept, err)
		}
		if err := whole(t, made[0].Backup, from); err != nil {
			t.Errorf("the copy of schema %d: %v", from, err)
		}
	}
}

func TestEverySchemaHasItsGoldenFolder(t *testing.T) {
	t.Parallel()
	for n := 1; n <= schema; n++ {
		for _, ext := range []string{".tar.gz", ".txt"} {
			if info, err := os.Stat(goldenPath(n, ext)); err != nil || info.Size() > 100<<10 {
				t.Fatalf("schema %d: %v: write it with %s=1 before the schema is raised", n, err, goldenEnv)
			}
		}
		dir := t.TempDir()
		unpack(t, n, dir)
		if u, err := DryMigrate(dir); err != nil || u.From != n {
			t.Errorf("the golden folder of schema %d is of schema %d: %v", n, u.From, err)
		}
	}
}

// filesIn is every file below a folder, by name, with its time.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[path] = info.ModTime().String() + string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestARehearsalAndARefusalTouchNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpack(t, 1, dir)
	before := filesIn(t, dir)
	if _, err := DryMigrate(dir); err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(before, filesIn(t, dir)) {
		t.Error("the rehearsal changed something")
	}
	setSchema(t, filepath.Join(dir, "crm.db"), schema+1)
	before = filesIn(t, dir)
	_, err := DryMigrate(dir)
	_, err2 := Open(t.Context(), goldenOptions(dir))
	if !errors.Is(err, store.ErrNewer) || !errors.Is(err2, store.ErrNewer) {
		t.Errorf("a newer schema: %v, %v", err, err2)
	}
	if !cmp.Equal(before, filesIn(t, dir)) {
		t.Error("the refusal changed something")
	}
	if _, err := DryMigrate(t.TempDir()); model.KindOf(err) != model.KindNotFound {
		t.Errorf("no data: %v", err)
	}
}

// A folder as it is in the middle of a migration is what a kill leaves: each of
// them is copied, then opened again.
func TestAMigrationThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpack(t, 1, dir)
	var left []string
	o := goldenOptions(dir)
	o.step = func(name string) {
		to := filepath.Join(t.TempDir(), fmt.Sprint(len(left), name))
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Error(err)
		}
		left = append(left, to)
	}
	e, err := Open(t.Context(), o)
	if err := errors.Join(err, e.Close()); err != nil {
		t.Fatal(err)
	}
	if len(left) != 5+len(steps) {
		t.Errorf("killed at %v", left)
	}
	for _, dir := range left {
		if err := whole(t, dir, 1); err != nil {
			t.Errorf("killed at %s: %v", filepath.Base(dir), err)
		}
		copies, err := filepath.Glob(filepath.Join(dir, backupsName, "before-schema-*"))
		if err != nil || len(copies) == 0 {
			t.Errorf("killed at %s: no copy was made, %v", filepath.Base(dir), err)
		}
	}
	// The control: a schema that is noted before what belongs to it is there.
	half := t.TempDir()
	unpack(t, 1, half)
	setSchema(t, filepath.Join(half, "crm.db"), schema)
	if opened(t, half) {
		t.Error("half a migration was not found")
	}
}

// opened tells whether a folder can be used; a bucket that is not there panics.
func opened(t *testing.T, dir string) (ok bool) {
	t.Helper()
	defer func() { ok = recover() == nil && ok }()
	return whole(t, dir, 1) == nil
}

func TestAMigrationWithoutItsCopyIsNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		key     string
		prepare func(o *Options) error
	}{
		"no room":           {"store.upgrade_room", func(o *Options) error { o.free = func(string) (uint64, error) { return spare, nil }; return nil }},
		"a file in the way": {"store.upgrade_copy", func(o *Options) error { return os.WriteFile(filepath.Join(o.Dir, backupsName), nil, 0o600) }},
	} {
		dir := t.TempDir()
		unpack(t, 1, dir)
		o := goldenOptions(dir)
		if err := test.prepare(&o); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), o)
		var worded *model.Error
		if !errors.As(err, &worded) || worded.Key != test.key {
			t.Errorf("%s: %v", name, err)
		}
		if u, err := DryMigrate(dir); err != nil || u.From != 1 {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
		if err := os.RemoveAll(filepath.Join(dir, backupsName)); err != nil {
			t.Fatal(err)
		}
		if err := whole(t, dir, 1); err != nil {
			t.Errorf("%s, repaired: %v", name, err)
		}
	}
}

func TestAMigrationThatFailsLeavesNoCopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpack(t, 1, dir)
	path := filepath.Join(dir, "crm.db")
	putMeta(t, path, keyAuditHead, []byte("not an end of a chain"))
	if _, err := Open(t.Context(), goldenOptions(dir)); !errors.Is(err, store.ErrDamaged) {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, backupsName, "*")); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	putMeta(t, path, keyAuditHead, nil)
	if err := whole(t, dir, 1); err != nil {
		t.Error(err)
	}
}

// putMeta writes directly into a closed file; nil deletes.
func putMeta(t *testing.T, path string, key, value []byte) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		if value == nil {
			return tx.Bucket(bucketMeta).Delete(key)
		}
		return tx.Bucket(bucketMeta).Put(key, value)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestTwoMigrationsOfOneSecondKeepBothCopies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for n := 1; n <= 2; n++ {
		unpack(t, 1, dir)
		if err := whole(t, dir, 1); err != nil {
			t.Fatal(err)
		}
	}
	copies, err := filepath.Glob(filepath.Join(dir, backupsName, "*"))
	if err != nil || len(copies) != 2 {
		t.Fatalf("%v, %v", copies, err)
	}
	for _, name := range []string{"crm.db", "send.db"} {
		a, err := os.ReadFile(filepath.Join(copies[0], name))
		b, err2 := os.ReadFile(filepath.Join(copies[1], name))
		if err := errors.Join(err, err2); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: the copies differ, %v", name, err)
		}
	}
}
