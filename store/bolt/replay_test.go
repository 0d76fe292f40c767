package bolt

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// replayed erases some people from a folder in which others are one person since a
// copy was made, puts the copy back, replays the list over it, and tells whose
// addresses are left there.
func replayed(t *testing.T, unite [][2]model.ContactID, since func(e *Engine) error) (left []string, bytesOf func(string) int) {
	t.Helper()
	dir, copied := t.TempDir(), t.TempDir()
	e := openTest(t, dir)
	ctx := t.Context()
	_, err := e.Contacts().Merge(ctx, []model.Contact{
		{Email: "a@mail.example", FirstName: "Anna", Card: "card-a"}, {Email: "b@mail.example", Card: "card-b", LastName: "Bertrandon"}, {Email: "c@mail.example"}, {Email: "d@mail.example"},
	}, start)
	for _, pair := range unite {
		_, err2 := e.Unions().Unite(ctx, store.Pair{Keep: pair[0], Gone: pair[1]}, start.Add(time.Hour), func(a, b model.Contact) (model.Contact, error) {
			return model.Unite(&a, &b, nil), nil
		})
		err = errors.Join(err, err2)
	}
	if err := errors.Join(err, e.Close(), os.CopyFS(copied, os.DirFS(dir))); err != nil {
		t.Fatal(err)
	}
	e = openTest(t, dir)
	var list bytes.Buffer
	if err := errors.Join(since(e), e.Erasures(ctx, &list), e.Close()); err != nil {
		t.Fatal(err)
	}
	e = openTest(t, copied)
	if _, err := e.Replay(ctx, &list); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	if h, err := e.Check(ctx); err != nil || len(h.Damaged) != 0 {
		t.Errorf("Check: %+v, %v", h, err)
	}
	err = e.Contacts().Scan(ctx, 1, func(c *model.Contact) error { left = append(left, c.Email[:1]); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return left, func(text string) int { return raw(t, copied, text) }
}

func TestWhoWasErasedComesBackInNobodyWhenACopyIsPutBack(t *testing.T) {
	t.Parallel()
	erase := func(ids ...model.ContactID) func(e *Engine) error {
		return func(e *Engine) error {
			_, err := e.EraseMany(t.Context(), ids, start.Add(48*time.Hour))
			return err
		}
	}
	apart := func(gone model.ContactID, then func(*Engine) error) func(*Engine) error {
		return func(e *Engine) error {
			_, _, err := e.Unions().Divide(t.Context(), gone, start.Add(24*time.Hour))
			return errors.Join(err, then(e))
		}
	}
	for name, c := range map[string]struct {
		unite [][2]model.ContactID
		since func(*Engine) error
		left  []string
		gone  []string
	}{
		"the control: nobody was erased":           {[][2]model.ContactID{{1, 2}}, func(*Engine) error { return nil }, []string{"a", "c", "d"}, nil},
		"one person, erased with both names":       {[][2]model.ContactID{{1, 2}}, erase(1), []string{"c", "d"}, []string{"a@mail", "b@mail", "card-b", "Bertrandon"}},
		"two again, the second was erased":         {[][2]model.ContactID{{1, 2}}, apart(2, erase(2)), []string{"a", "c", "d"}, []string{"b@mail", "card-b", "Bertrandon"}},
		"two again, the first was erased":          {[][2]model.ContactID{{1, 2}}, apart(2, erase(1)), []string{"b", "c", "d"}, []string{"a@mail", "card-a"}},
		"three, one below the other, it is erased": {[][2]model.ContactID{{2, 3}, {1, 2}}, apart(2, apart(3, erase(3))), []string{"a", "b", "d"}, []string{"c@mail"}},
		"three, the one between is erased":         {[][2]model.ContactID{{2, 3}, {1, 2}}, apart(2, apart(3, erase(2))), []string{"a", "c", "d"}, []string{"b@mail", "card-b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			left, count := replayed(t, c.unite, c.since)
			if slices.Sort(left); !slices.Equal(left, c.left) {
				t.Errorf("left %v, want %v", left, c.left)
			}
			for _, text := range c.gone {
				if n := count(text); n > 0 {
					t.Errorf("%s is in the files %d times", text, n)
				}
			}
		})
	}
}

func TestTheListKnowsWhoWasErasedByEveryName(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	shop(t, e)
	if err := e.Erase(t.Context(), 3, start); err != nil {
		t.Fatal(err)
	}
	gone, err := e.Erased(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		email, external, card string
		want                  bool
	}{{"LEA@mail.example", "", "", true}, {"", "X-lea", "", true}, {"", "", "C-lea", true}, {"max@mail.example", "", "c1", false}, {"", "C-lea", "X-lea", false}, {"", "", "", false}} {
		if got := gone(c.email, c.external, c.card); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if n := raw(t, e.dir, "C-lea", "X-lea"); n == 0 {
		t.Error("nothing was ever there")
	}
	// A list of before cards were in it is read as well.
	if x, ok := parseErasure("2026-11-22T00:00:00Z - 00112233445566778899aabbccddeeff"); !ok || x.card != (hashed{}) {
		t.Errorf("%+v, %v", x, ok)
	}
	for _, line := range []string{"", "2026-11-22T00:00:00Z - -", "2026-11-22T00:00:00Z - 00112233445566778899aabbccddeeff -", "x - 00112233445566778899aabbccddeeff"} {
		if x, ok := parseErasure(line); ok {
			t.Errorf("%q is %+v", line, x)
		}
	}
}
