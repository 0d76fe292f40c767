package bolt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// raw counts texts in every file of a folder, whatever their case.
func raw(t *testing.T, dir string, texts ...string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		b = bytes.ToLower(b)
		for _, text := range texts {
			n += bytes.Count(b, []byte(strings.ToLower(text)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// shop writes three people; Léa has orders, a refusal that names her, a change
// in the audit, and an order of somebody else under her old address.
func shop(t *testing.T, e *Engine) {
	t.Helper()
	ctx := t.Context()
	deed := store.Witnessed(ctx, model.Deed{Actor: model.System(), Act: "contact.edit", At: start})
	_, err := e.Contacts().Merge(ctx, []model.Contact{
		{Email: "max@mail.example", Card: "c1"},
		{Email: "ines@mail.example"},
		{Email: "before@mail.example", FirstName: "Léa", ExternalID: "X-lea", Card: "C-lea", Attrs: []model.Attr{{Name: "note", Value: "allergic-to-nuts"}}},
	}, start)
	_, err2 := e.Orders().Put(ctx, []model.Order{
		{Source: "web", ID: "1", Email: "before@mail.example", Total: 700, Day: 20000},
		{Source: "web", ID: "2", Email: "max@mail.example", Card: "C-lea", Total: 500, Day: 20000},
		{Source: "web", ID: "3", ExternalID: "nobody", Total: 300, Day: 20000},
	})
	_, err3 := e.Contacts().Edit(deed, 3, 1, start, func(c *model.Contact) error { c.Email = "lea@mail.example"; return nil })
	_, err4 := e.Campaigns().Create(ctx, model.Campaign{Name: "noel"})
	err5 := e.Ledger().Plan(ctx, 1, model.Plan{Planned: []model.Planned{{Contact: 1}, {Contact: 3}}})
	_, err6 := e.Ledger().Claim(ctx, 1, model.Claims(2), start)
	_, err7 := e.Ledger().Commit(ctx, []model.Outcome{
		{Campaign: 1, Ordinal: 0, State: model.StateRefused, At: start, Code: "550", Text: "<max@mail.example> unknown"},
		{Campaign: 1, Ordinal: 1, State: model.StateRefused, At: start, Code: "550", Text: "<lea@mail.example> unknown"},
	}, nil)
	if err := errors.Join(err, err2, err3, err4, err5, err6, err7); err != nil {
		t.Fatal(err)
	}
}

// traces are what must be nowhere once Léa is erased.
var traces = []string{"lea@mail.example", "before@mail.example", "X-lea", "C-lea", "allergic-to-nuts"}

func TestAnErasedPersonIsNowhereInTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	shop(t, e)
	ctx := store.Witnessed(t.Context(), model.Deed{Actor: model.System(), Act: "privacy.erase", Reason: "asked", At: start})
	if err := e.Erase(ctx, 3, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	// The control: without compaction the bytes are there still.
	if raw(t, dir, traces...) == 0 {
		t.Error("the address was gone before compaction: the test does not bite")
	}
	if _, err := e.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := raw(t, dir, traces...); n != 0 {
		t.Errorf("traces are in the files %d times", n)
	}
	if raw(t, dir, "max@mail.example") == 0 {
		t.Error("max is gone too")
	}
	if err := e.Erase(ctx, 3, start); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
	wantErased(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	wantErased(t, openTest(t, dir))
}

// wantErased looks at what an erasure must keep.
func wantErased(t *testing.T, e *Engine) {
	t.Helper()
	ctx := t.Context()
	n, err := e.Contacts().Count(ctx)
	last, err2 := e.Contacts().Last(ctx)
	if err := errors.Join(err, err2); err != nil || n != 2 || last != 3 {
		t.Errorf("%d contacts, last %d, %v", n, last, err)
	}
	for _, find := range []func() (model.Contact, error){
		func() (model.Contact, error) { return e.Contacts().Get(ctx, 3) },
		func() (model.Contact, error) { return e.Contacts().ByEmail(ctx, "lea@mail.example") },
		func() (model.Contact, error) { return e.Contacts().ByExternal(ctx, "X-lea") },
		func() (model.Contact, error) { return e.Contacts().ByCard(ctx, "C-lea") },
	} {
		if c, err := find(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("found: %+v, %v", c, err)
		}
	}
	var orders []model.Order
	if err := e.Orders().Each(ctx, func(o *model.Order) error { orders = append(orders, *o); return nil }); err != nil {
		t.Fatal(err)
	}
	want := []model.Order{
		{Source: "web", ID: "1", Total: 700, Day: 20000},
		{Source: "web", ID: "2", Contact: 1, Email: "max@mail.example", Total: 500, Day: 20000},
		{Source: "web", ID: "3", ExternalID: "nobody", Total: 300, Day: 20000},
	}
	if diff := cmp.Diff(want, orders); diff != "" {
		t.Errorf("orders: %s", diff)
	}
	s, suppressed, err := e.Suppressions().Get(ctx, "Lea@mail.example")
	if err != nil || !suppressed || s.Reason != model.SuppressOpposed || s.Source != sourceErasure {
		t.Errorf("suppression: %+v, %v, %v", s, suppressed, err)
	}
	r, found, err := e.Ledger().Of(ctx, 1, 3)
	if err != nil || !found || r.State != model.StateRefused || r.Code != "550" || r.Text != "" {
		t.Errorf("ledger: %+v, %v, %v", r, found, err)
	}
	proof, err := e.Audit().Verify(ctx)
	if err != nil || !proof.Intact {
		t.Errorf("audit: %+v, %v", proof, err)
	}
	h, err := e.Check(ctx)
	if err != nil || len(h.Damaged) != 0 || h.Contacts != 2 {
		t.Errorf("Check: %+v, %v", h, err)
	}
}

func TestTheNumberOfAnErasedContactIsNotGivenAgain(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	shop(t, e)
	if err := e.Erase(t.Context(), 3, start); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, err := e.Contacts().Merge(t.Context(), []model.Contact{{Email: "lea@mail.example", Card: "C-lea"}}, start.Add(time.Hour))
	if err != nil || m[0].ID != 4 {
		t.Errorf("Merge = %+v, %v", m, err)
	}
	n, err := e.Contacts().Count(t.Context())
	if err != nil || n != 3 {
		t.Errorf("Count = %d, %v", n, err)
	}
	// She came back by herself: the list lets her stay, suppressed.
	var list bytes.Buffer
	if err := e.Erasures(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	erased, err := e.Replay(t.Context(), &list)
	if err != nil || erased != 0 {
		t.Errorf("Replay = %d, %v", erased, err)
	}
	if _, err := e.Contacts().Get(t.Context(), 4); err != nil {
		t.Error(err)
	}
}

func TestAListOfErasuresThatCannotBeTrustedIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e, other := openTest(t, dir), openTest(t, t.TempDir())
	shop(t, e)
	shop(t, other)
	if err := errors.Join(e.Erase(t.Context(), 3, start), other.Erase(t.Context(), 3, start)); err != nil {
		t.Fatal(err)
	}
	read := func(e *Engine) string {
		var b bytes.Buffer
		if err := e.Erasures(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	list := read(e)
	for key, text := range map[string]string{
		"upkeep.list_foreign": read(other),
		"upkeep.list_broken":  strings.Replace(list, "Z ", " ", 1),
	} {
		_, err := e.Replay(t.Context(), strings.NewReader(text))
		var worded *model.Error
		if !errors.As(err, &worded) || worded.Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	// A line that was being written when the power went was never acknowledged.
	if err := os.WriteFile(filepath.Join(dir, erasuresName), []byte(list+"2026-11-22T0"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := read(e); got != list {
		t.Errorf("with half a line: %q", got)
	}
	if err := e.Erase(t.Context(), 2, start); err != nil {
		t.Fatal(err)
	}
	if got := read(e); !strings.HasPrefix(got, list) || strings.Count(got, "\n") != 3 {
		t.Errorf("after the next one: %q", got)
	}
	if _, err := e.Replay(t.Context(), strings.NewReader(read(e))); err != nil || strings.Contains(read(e), "mail.example") {
		t.Errorf("Replay: %v", err)
	}
}
