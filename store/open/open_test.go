package open_test

import (
	"context"
	"crypto/rand"
	"errors"
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
