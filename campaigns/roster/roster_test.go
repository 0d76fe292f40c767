package roster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"blanche/campaigns/roster"
	"blanche/model"
)

// house is people in memory that counts what is read of them.
type house struct {
	people  []model.Contact // by number, from 1; an Email of "" is nobody
	scanned int
	read    int
}

func (h *house) Last(context.Context) (model.ContactID, error) {
	return model.ContactID(len(h.people)), nil
}

func (h *house) Count(context.Context) (n int, err error) {
	for i := range h.people {
		if h.people[i].Email != "" {
			n++
		}
	}
	return n, nil
}

func (h *house) Scan(ctx context.Context, from model.ContactID, f func(*model.Contact) error) error {
	for i := int(from) - 1; i < len(h.people); i++ {
		if h.people[i].Email == "" {
			continue
		}
		h.scanned++
		if err := f(&h.people[i]); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (h *house) Many(_ context.Context, ids []model.ContactID) (out []model.Contact, err error) {
	for _, id := range ids {
		h.read++
		if c := h.people[id-1]; c.Email != "" {
			out = append(out, c)
		}
	}
	return out, nil
}

func name(c *model.Contact, into []byte) []byte { return append(into, c.LastName...) }

func texts(c *model.Contact, into []byte) []byte {
	return append(append(into, c.LastName...), '\n')
}

// newHouse has n people, every seventh without a name, every eleventh gone.
func newHouse(n int) *house {
	h := &house{}
	for i := range n {
		c := model.Contact{ID: model.ContactID(i + 1), Email: fmt.Sprintf("p%d@clients.example", i), LastName: fmt.Sprintf("n%07d", i*7919%n)}
		if i%7 == 3 {
			c.LastName = ""
		}
		if i%11 == 5 {
			c.Email = ""
		}
		h.people = append(h.people, c)
	}
	return h
}

// wanted is the order made the simple way.
func (h *house) wanted(down bool) (ids []model.ContactID) {
	var none []model.ContactID
	for i := range h.people {
		switch c := &h.people[i]; {
		case c.Email == "":
		case c.LastName == "":
			none = append(none, c.ID)
		default:
			ids = append(ids, c.ID)
		}
	}
	slices.SortStableFunc(ids, func(a, b model.ContactID) int {
		return bytes.Compare([]byte(h.people[a-1].LastName), []byte(h.people[b-1].LastName))
	})
	if down {
		slices.Reverse(ids)
	}
	return append(ids, none...)
}

func quiet(int) error { return nil }

func TestAnOrderStaysExactWhenPeopleChangeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	h := newHouse(500)
	r := roster.New(h)
	check := func(what string) {
		t.Helper()
		for _, down := range []bool{false, true} {
			l, err := r.Get(t.Context(), "name", name, down, quiet)
			if err != nil || l.Stale || !slices.Equal(l.IDs, h.wanted(down)) {
				t.Fatalf("%s, down %v: not in order: %v", what, down, err)
			}
		}
	}
	check("read")
	before, _ := r.Kept("name", false)
	kept := slices.Clone(before.IDs)
	for i, to := range []string{"n0000000", "zz", "", "n0000250", "a"} {
		c := &h.people[40*i+1]
		c.LastName = to
		r.Changed(t.Context(), c)
		check(to)
	}
	h.people = append(h.people, model.Contact{ID: 501, Email: "new@clients.example", LastName: "n0000100b"})
	r.Changed(t.Context(), &h.people[500])
	check("somebody new")
	if n, _ := h.Count(t.Context()); h.scanned >= 2*n {
		t.Errorf("%d people read: a change reads everybody", h.scanned)
	}
	if !slices.Equal(kept, before.IDs) {
		t.Error("a list that somebody holds was written")
	}
	h.people[3].LastName = "b"
	r.Came()
	if l, _ := r.Kept("name", false); !l.Stale {
		t.Error("an order older than the data does not say so")
	}
}

func TestAPrefixReadsFewPeopleOfMany(t *testing.T) {
	t.Parallel()
	h := newHouse(50_000)
	r := roster.New(h)
	if _, err := r.Get(t.Context(), "name", name, false, quiet); err != nil {
		t.Fatal(err)
	}
	h.scanned, h.read = 0, 0
	var found roster.Set
	if err := r.Prefix(t.Context(), "name", "n00012", &found, 1000); err != nil {
		t.Fatal(err)
	}
	for i := range h.people {
		c := &h.people[i]
		if want := c.Email != "" && len(c.LastName) == 8 && c.LastName[:6] == "n00012"; found.Has(c.ID) != want {
			t.Fatalf("%+v: %v", c, !want)
		}
	}
	if h.scanned > 0 || h.read > 1000 {
		t.Errorf("%d scanned, %d read", h.scanned, h.read)
	}
}

func TestASearchTellsWhatItFindsAndStopsWhenAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(100_000)
	r := roster.New(h)
	var all []model.ContactID
	parts := 0
	err := r.Search(t.Context(), texts, []string{"77", "n00"}, func(some []model.ContactID, _ int) error {
		parts++
		all = append(all, some...)
		return nil
	})
	if err != nil || parts < 4 || len(all) == 0 || !slices.IsSorted(all) {
		t.Errorf("%d parts, %d people, %v", parts, len(all), err)
	}
	for _, id := range all {
		if n := h.people[id-1].LastName; !bytes.Contains([]byte(n), []byte("77")) {
			t.Errorf("%s", n)
		}
	}
	h.scanned = 0
	stop := errors.New("enough")
	if err := r.Search(t.Context(), texts, []string{"77"}, func([]model.ContactID, int) error { return stop }); !errors.Is(err, stop) || h.scanned > 20_000 {
		t.Errorf("%v after %d people", err, h.scanned)
	}
	if _, err := r.Get(t.Context(), "name", name, false, func(int) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	if _, there := r.Kept("name", false); there {
		t.Error("half an order is kept")
	}
}
