package open_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"blanche/model"
	"blanche/store"
	"blanche/store/open"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOpenMakesTheFolderAndFindsItAgain(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()+"/data"
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	openIt := func() store.Store {
		s, err := open.Open(ctx, open.Options{Dir: dir, Rand: rand.Reader, Now: func() time.Time { return at }, Command: "test"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := openIt()
	merged, err := s.Contacts().Merge(ctx, []model.Contact{{Email: "Lea@mail.example", FirstName: "Léa"}}, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openIt()
	defer func() { _ = s.Close() }()
	c, err := s.Contacts().ByEmail(ctx, "lea@MAIL.example ")
	if err != nil || c.ID != merged[0].ID || c.FirstName != "Léa" {
		t.Errorf("ByEmail = %+v, %v", c, err)
	}
	if _, err := s.Contacts().ByEmail(ctx, "nobody@mail.example"); !errors.Is(err, store.ErrNotFound) || model.KindOf(err) != model.KindNotFound {
		t.Errorf("ByEmail of nobody: %v", err)
	}
}

func TestAFolderOfTodayNeedsNoUpgrade(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	o := open.Options{Dir: dir, Rand: rand.Reader, Now: time.Now, Command: "test"}
	if _, err := open.Upgrade(ctx, o, true); model.KindOf(err) != model.KindNotFound {
		t.Errorf("without data: %v", err)
	}
	s, err := open.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open.Upgrade(ctx, o, true); model.KindOf(err) != model.KindBusy {
		t.Errorf("held: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, dry := range []bool{true, false} {
		if u, err := open.Upgrade(ctx, o, dry); err != nil || u.Needed() || u.From != open.Schema || u.Backup != "" {
			t.Errorf("dry %v: %+v, %v", dry, u, err)
		}
	}
}

// The folder of schema 1 is a golden one of the engine.
func TestAnOlderFolderIsUpgradedWhenAsked(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	packed, err := filepath.Abs("../bolt/testdata/schema-1.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("tar", "-xzf", packed, "-C", dir).CombinedOutput(); err != nil {
		t.Skipf("no tar: %v: %s", err, out)
	}
	o := open.Options{Dir: dir, Rand: rand.Reader, Now: time.Now, Command: "test"}
	for _, want := range []struct {
		dry  bool
		from int
		copy bool
	}{{true, 1, false}, {false, 1, true}, {true, open.Schema, false}} {
		u, err := open.Upgrade(ctx, o, want.dry)
		if err != nil || u.From != want.from || u.To != open.Schema || (u.Backup != "") != want.copy || u.Contacts != 40 {
			t.Errorf("dry %v: %+v, %v", want.dry, u, err)
		}
	}
}

// Whoever ends the process at a commit is told of each of them, before it is
// durable and after.
func TestEveryCommitIsMarkedBeforeAndAfter(t *testing.T) {
	t.Parallel()
	var points []string
	o := open.Options{Dir: t.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "test", At: func(point string) { points = append(points, point) }}
	s, err := open.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	points = nil
	err = s.Segments().Save(t.Context(), model.Segment{Name: "a", Rule: "city = Brest"})
	err = errors.Join(err, s.Ledger().Plan(t.Context(), 1, model.Plan{Planned: []model.Planned{{Contact: 1}}}))
	for range 2 { // nobody is left the second time: there is nothing to commit
		_, err2 := s.Ledger().Claim(t.Context(), 1, model.Claims(1), time.Now())
		err = errors.Join(err, err2)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"crm.commit.before", "crm.commit.after", "send.commit.before", "send.commit.after", "send.commit.before", "send.commit.after",
	}
	if !slices.Equal(points, want) {
		t.Errorf("points %v, want %v", points, want)
	}
}
