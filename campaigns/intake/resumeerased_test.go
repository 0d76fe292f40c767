package intake

import (
	"errors"
	"slices"
	"testing"

	"blanche/store"
)

// An import that dies, and goes on when somebody of its first steps was erased,
// ends with its counts in balance and brings nobody back.
func TestAnImportGoesOnWhenSomebodyOfItWasErasedMeanwhile(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	gone := []string{"p650@x.example", "p569@x.example"} // of rows 150 and 151
	o := into(s, Contacts, resumeFile())
	o.BatchSize, o.Marks = 100, s.Marks()
	o.Contacts = dyingContacts{s.Contacts(), &dying{left: 4}}
	if _, err := Import(t.Context(), o); !errors.Is(err, errDeath) {
		t.Fatal(err)
	}
	erasedNow := 0
	for _, email := range gone {
		c, err := s.Contacts().ByEmail(t.Context(), email)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil {
			err = s.Erase(t.Context(), c.ID, noon)
			erasedNow++
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	o = into(s, Contacts, resumeFile())
	o.BatchSize, o.Marks = 100, s.Marks()
	o.Erased = func(email, _, _ string) bool { return slices.Contains(gone, email) }
	rep, err := Import(t.Context(), o)
	if err != nil || erasedNow == 0 || rep.Resumed == 0 || rep.Rows != 900 || rep.Rows != rep.Created+rep.Updated+rep.Unchanged+rep.Rejected {
		t.Errorf("%d erased; %+v, %v", erasedNow, rep, err)
	}
	if c, err := s.Contacts().ByEmail(t.Context(), gone[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("back: %+v, %v", c, err)
	}
}
