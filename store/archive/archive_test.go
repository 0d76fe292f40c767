package archive

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"blanche/model"
	"blanche/store"
	"blanche/store/bolt"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		child()
		return
	}
	workFactor = 10
	goleak.VerifyTestMain(m)
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func opener(ctx context.Context, dir string) (store.Store, error) {
	e, err := bolt.Open(ctx, bolt.Options{Dir: dir, Rand: rand.Reader, Now: func() time.Time { return start }, Command: "test"})
	if err != nil {
		return nil, err
	}
	return e, nil
}

func openTest(t testing.TB, dir string) store.Store {
	t.Helper()
	s, err := opener(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// fill writes people, orders, and a campaign that half of them got.
func fill(t testing.TB, s store.Store, people int) {
	t.Helper()
	ctx := context.Background()
	rows, orders, plan := make([]model.Contact, people), make([]model.Order, people), model.Plan{}
	for i := range rows {
		email := fmt.Sprintf("person%d@mail.example", i)
		rows[i] = model.Contact{Email: email, FirstName: "Léa", ExternalID: fmt.Sprint("x", i), Card: fmt.Sprint("c", i), City: "Lyon"}
		orders[i] = model.Order{Source: "web", ID: fmt.Sprint(i), Email: email, Total: 1000, Day: 20000}
		plan.Planned = append(plan.Planned, model.Planned{Contact: model.ContactID(i + 1)})
	}
	_, err := s.Contacts().Merge(ctx, rows, start)
	_, err2 := s.Orders().Put(ctx, orders)
	_, err3 := s.Campaigns().Create(ctx, model.Campaign{Name: "noel-15"})
	err4 := s.Ledger().Plan(ctx, 1, plan)
	if err := errors.Join(err, err2, err3, err4, send(ctx, s, people/2)); err != nil {
		t.Fatal(err)
	}
}

// send refuses and defers some, with words that name them, and accepts others.
func send(ctx context.Context, s store.Store, n int) error {
	claims, err := s.Ledger().Claim(ctx, 1, model.Claims(n), start)
	if err != nil {
		return err
	}
	var results []model.Outcome
	for _, c := range claims {
		o := model.Outcome{Campaign: 1, Ordinal: c.Ordinal, State: model.StateAccepted, Version: 1, At: start, Attempts: 1}
		if c.Ordinal%3 == 0 {
			o.State, o.Code = model.StateRefused, "550 5.1.1"
			o.Text = fmt.Sprintf("<person%d@mail.example>: no such user", c.Contact-1)
		}
		results = append(results, o)
	}
	_, err = s.Ledger().Commit(ctx, results, nil)
	return err
}

func backup(t testing.TB, s store.Store, o Options) ([]byte, Manifest) {
	t.Helper()
	snap, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if o.Now.IsZero() {
		o.Now = start
	}
	var b bytes.Buffer
	m, err := Write(context.Background(), &b, snap, o)
	if err = errors.Join(err, snap.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), m
}

func restoreOptions() RestoreOptions {
	return RestoreOptions{Now: start.Add(time.Hour), Open: opener}
}

// everything is the content of a store, as text.
func everything(t testing.TB, s store.Store) string {
	t.Helper()
	ctx := context.Background()
	var b strings.Builder
	err := s.Contacts().Scan(ctx, 1, func(c *model.Contact) error { fmt.Fprintf(&b, "%+v\n", *c); return nil })
	err2 := s.Orders().Each(ctx, func(o *model.Order) error { fmt.Fprintf(&b, "%+v\n", *o); return nil })
	campaigns, err3 := s.Campaigns().List(ctx)
	for _, c := range campaigns {
		fmt.Fprintf(&b, "%+v\n", c)
	}
	all := make([]model.State, model.States)
	for i := range all {
		all[i] = model.State(i)
	}
	err4 := s.Ledger().Lines(ctx, 1, all, func(r model.Recipient) error { fmt.Fprintf(&b, "%+v\n", r); return nil })
	if err := errors.Join(err, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestABackupComesBackAsItWas(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	hybrid, err2 := age.GenerateHybridIdentity()
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 300)
	want := everything(t, s)
	for _, test := range []struct {
		name string
		seal Seal
		keys Keys
	}{
		{"readable", Seal{}, Keys{}},
		{"keys", Seal{Recipients: []string{key.Recipient().String()}}, Keys{Identities: "# mine\n" + key.String() + "\n"}},
		{"hybrid keys", Seal{Recipients: []string{hybrid.Recipient().String()}}, Keys{Identities: hybrid.String()}},
		{"passphrase", Seal{Passphrase: "correct horse\n"}, Keys{Passphrase: "correct horse"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b, m := backup(t, s, Options{Version: "1.2.3", Seal: test.seal, Extra: []Extra{{"config.toml", []byte("lang = \"fr\"\n")}}})
			if m.Contacts != 300 || m.Orders != 300 || m.Campaigns != 1 || m.Recipients != 300 || m.Sequence["crm.db"] == 0 || len(m.Files) != 3 {
				t.Errorf("manifest: %+v", m)
			}
			o := restoreOptions()
			o.Keys = test.keys
			dir := filepath.Join(t.TempDir(), "new")
			got, err := Restore(t.Context(), bytes.NewReader(b), dir, o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(m, got.Manifest); diff != "" {
				t.Errorf("the manifest differs: %s", diff)
			}
			if got.Erased != 0 || len(got.Health.Damaged) != 0 || got.Health.Contacts != 300 {
				t.Errorf("restored: %+v", got)
			}
			wantNames(t, dir, "config.toml", "crm.db", "send.db")
			if text, err := os.ReadFile(filepath.Join(dir, "config.toml")); string(text) != "lang = \"fr\"\n" {
				t.Errorf("config.toml: %q, %v", text, err)
			}
			again := openTest(t, dir)
			if diff := cmp.Diff(want, everything(t, again)); diff != "" {
				t.Errorf("restored: %s", diff)
			}
			why, disarmed, err := again.Disarmed(t.Context())
			if want := (model.Disarm{Since: o.Now, Backup: start}); err != nil || !disarmed || why != want {
				t.Errorf("Disarmed = %+v, %v, %v", why, disarmed, err)
			}
			if err := again.Arm(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, disarmed, err := again.Disarmed(t.Context()); disarmed || err != nil {
				t.Errorf("armed: %v, %v", disarmed, err)
			}
		})
	}
}

func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	var got []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files in the folder: %s", diff)
	}
}

func TestASealedBackupNeedsItsKey(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	other, err2 := age.GenerateX25519Identity()
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 3)
	b, _ := backup(t, s, Options{Seal: Seal{Recipients: []string{key.Recipient().String()}}})
	if bytes.Contains(b, []byte("contacts")) {
		t.Error("a sealed backup says what it holds")
	}
	for key, keys := range map[string]Keys{
		"backup.sealed": {}, "backup.wrong_key": {Identities: other.String()}, "backup.bad_identity": {Identities: "AGE-SECRET"},
	} {
		_, err := Inspect(t.Context(), bytes.NewReader(b), keys)
		var e *model.Error
		if !errors.As(err, &e) || e.Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	for key, seal := range map[string]Seal{
		"backup.two_seals": {Recipients: []string{"x"}, Passphrase: "y"}, "backup.bad_recipient": {Recipients: []string{"age1x"}},
	} {
		snap, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = Write(t.Context(), new(bytes.Buffer), snap, Options{Seal: seal})
		var e *model.Error
		if !errors.As(err, &e) || e.Key != key {
			t.Errorf("%s: %v", key, err)
		}
		_ = snap.Close()
	}
}

func TestABackupNeverReplacesAFileAndHasItsNameWhenItIsWhole(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 30)
	dir := t.TempDir()
	path := filepath.Join(dir, Name(start))
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	_, err = WriteFile(ended, path, snap, Options{Now: start, Progress: func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	wantNames(t, dir)
	_ = snap.Close()
	if snap, err = s.Snapshot(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = snap.Close() }()
	if _, err := WriteFile(t.Context(), path, snap, Options{Now: start}); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, Name(start))
	if _, err := WriteFile(t.Context(), path, snap, Options{Now: start}); model.KindOf(err) != model.KindRefused {
		t.Errorf("a second time: %v", err)
	}
	v, err := VerifyFile(t.Context(), path, t.TempDir(), Keys{}, opener)
	if err != nil || v.Health.Contacts != 30 || len(v.Health.Damaged) != 0 {
		t.Errorf("VerifyFile = %+v, %v", v, err)
	}
}

func TestARestoreRefusesAFolderWithData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := openTest(t, dir)
	fill(t, s, 3)
	b, _ := backup(t, s, Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "crm.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Restore(t.Context(), bytes.NewReader(b), dir, restoreOptions())
	var e *model.Error
	if !errors.As(err, &e) || e.Kind != model.KindRefused || e.Key != "backup.not_empty" || !strings.Contains(e.Error(), "crm.db") {
		t.Errorf("Restore: %v", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "crm.db"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the data was touched: %v", err)
	}
}

// Every backup that was cut short or changed is refused, and leaves nothing.
func TestADamagedBackupLeavesNothing(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 50)
	whole, _ := backup(t, s, Options{})
	if _, err := Inspect(t.Context(), bytes.NewReader(whole), Keys{}); err != nil {
		t.Fatalf("the control: %v", err)
	}
	tried := 0
	try := func(b []byte, what string) {
		tried++
		dir := t.TempDir()
		_, err := Restore(t.Context(), bytes.NewReader(b), dir, restoreOptions())
		if err == nil {
			t.Errorf("%s: restored", what)
		}
		wantNames(t, dir)
	}
	for i := range 60 {
		n := len(whole) * i / 60
		try(whole[:n], fmt.Sprintf("cut at %d", n))
		bad := bytes.Clone(whole)
		bad[n] ^= 1 << (i % 8)
		// Some bits of a frame say nothing: what counts is that data is as it was.
		if m, err := Inspect(t.Context(), bytes.NewReader(bad), Keys{}); err != nil {
			try(bad, fmt.Sprintf("bit %d of byte %d", i%8, n))
		} else if m.Contacts != 50 {
			t.Errorf("byte %d: %+v", n, m)
		}
	}
	try(append(bytes.Clone(whole), "more"...), "something follows")
	t.Logf("%d damaged backups refused", tried)
	if tried < 100 {
		t.Errorf("only %d were tried", tried)
	}
}
