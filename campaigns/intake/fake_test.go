package intake

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// fake is a store in memory, with the rules that intake relies on.
type fake struct {
	people  []model.Contact
	byEmail map[string]int
	orders  map[string]model.Order
	opposed map[string]model.Suppression
	merges  int
	onMerge func(n int) // called after each merge
}

func newFake() *fake {
	return &fake{byEmail: map[string]int{}, orders: map[string]model.Order{}, opposed: map[string]model.Suppression{}}
}

type (
	fakeContacts struct{ *fake }
	fakeOrders   struct{ *fake }
	fakeOpposed  struct{ *fake }
)

func (f fakeContacts) ByEmail(_ context.Context, email string) (model.Contact, error) {
	if i, ok := f.byEmail[model.EmailKey(email)]; ok {
		return f.people[i], nil
	}
	return model.Contact{}, store.ErrNotFound
}

func (f fakeContacts) find(is func(*model.Contact) bool) (model.Contact, error) {
	for i := range f.people {
		if is(&f.people[i]) {
			return f.people[i], nil
		}
	}
	return model.Contact{}, store.ErrNotFound
}

func (f fakeContacts) ByExternal(_ context.Context, x string) (model.Contact, error) {
	return f.find(func(c *model.Contact) bool { return c.ExternalID == x })
}

func (f fakeContacts) ByCard(_ context.Context, x string) (model.Contact, error) {
	return f.find(func(c *model.Contact) bool { return c.Card == x })
}

func (f fakeContacts) Merge(ctx context.Context, rows []model.Contact, now time.Time) ([]store.Merged, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]store.Merged, len(rows))
	seen := map[string]bool{}
	for i, r := range rows {
		key := model.EmailKey(r.Email)
		if seen[key] {
			panic("a person twice in one call: " + key)
		}
		seen[key] = true
		if at, ok := f.byEmail[key]; ok {
			out[i] = store.Merged{ID: f.people[at].ID}
			if f.people[at].Merge(&r) {
				out[i].Change = store.Updated
			}
			continue
		}
		r.ID, r.Created = model.ContactID(len(f.people)+1), now
		f.byEmail[key] = len(f.people)
		f.people = append(f.people, r)
		out[i] = store.Merged{ID: r.ID, Change: store.Created}
	}
	f.merges++
	if f.onMerge != nil {
		f.onMerge(f.merges)
	}
	return out, nil
}

func (f fakeOrders) Put(ctx context.Context, orders []model.Order) ([]store.OrderPut, error) {
	out := make([]store.OrderPut, len(orders))
	for i, o := range orders {
		s := orderSaver{o: &Options{Contacts: fakeContacts(f)}}
		o.Contact, _ = s.buyer(ctx, &o)
		was, ok := f.orders[o.Source+"/"+o.ID]
		switch {
		case !ok:
			out[i].Change = store.Created
		case !same(&was, &o):
			out[i].Change = store.Updated
		}
		out[i].Contact = o.Contact
		f.orders[o.Source+"/"+o.ID] = o
	}
	return out, nil
}

func (f fakeOrders) Get(_ context.Context, source, id string) (model.Order, error) {
	if o, ok := f.orders[source+"/"+id]; ok {
		return o, nil
	}
	return model.Order{}, store.ErrNotFound
}

func (f fakeOpposed) AddEach(_ context.Context, emails []string, each []model.Suppression) error {
	for i, e := range emails {
		if was := f.opposed[model.EmailKey(e)]; was.Reason != model.SuppressOpposed {
			f.opposed[model.EmailKey(e)] = each[i]
		}
	}
	return nil
}

func (f fakeOpposed) Lookup(context.Context) (func(string) (model.SuppressReason, bool), int, error) {
	snapshot := map[string]model.SuppressReason{}
	for k, s := range f.opposed {
		snapshot[k] = s.Reason
	}
	return func(email string) (model.SuppressReason, bool) {
		r, ok := snapshot[model.EmailKey(email)]
		return r, ok
	}, len(snapshot), nil
}

var (
	paris = func() *time.Location {
		z, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			panic(err)
		}
		return z
	}()
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, paris)
)

// options are those of a test on the bytes of a file.
func (f *fake) options(kind Kind, file string) Options {
	return Options{
		Kind: kind, Name: "fichier.csv", Source: strings.NewReader(file), Now: noon, Zone: paris,
		Contacts: fakeContacts{f}, Orders: fakeOrders{f}, Suppressions: fakeOpposed{f},
	}
}

// load imports a file, and fails the test on an error.
func (f *fake) load(t *testing.T, kind Kind, file string, with ...func(*Options)) model.ImportReport {
	t.Helper()
	o := f.options(kind, file)
	for _, w := range with {
		w(&o)
	}
	rep, err := Import(context.Background(), o)
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	return rep
}

func (f *fake) person(t *testing.T, email string) model.Contact {
	t.Helper()
	c, err := fakeContacts{f}.ByEmail(context.Background(), email)
	if err != nil {
		t.Fatalf("%s: %v", email, err)
	}
	return c
}

// tally is the part of a report that counts.
type tally struct{ Rows, Created, Updated, Unchanged, Rejected int }

func tallyOf(r model.ImportReport) tally {
	return tally{r.Rows, r.Created, r.Updated, r.Unchanged, r.Rejected}
}

// sink keeps what is written to it.
type sink struct {
	bytes.Buffer
	closed bool
}

func (s *sink) Close() error { s.closed = true; return nil }

// rejectsTo makes an import write its rejects to a buffer.
func rejectsTo(s *sink) func(*Options) {
	return func(o *Options) {
		o.Rejects = func() (io.WriteCloser, string, error) { return s, "rejets.csv", nil }
	}
}
