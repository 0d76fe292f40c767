package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"

	"github.com/google/go-cmp/cmp"
)

var errDeath = errors.New("the process is dead")

// dying are the stores of a process that dies at its nth write: before it, or
// when it was durable and nobody was told.
type dying struct {
	store.Store
	left  int
	after bool
}

func (d *dying) write(do func() error) error {
	if d.left--; d.left > 0 {
		return do()
	}
	if d.left == 0 && d.after {
		if err := do(); err != nil {
			return err
		}
	}
	return errDeath
}

type dyingContacts struct {
	store.Contacts
	d *dying
}

func (c dyingContacts) Merge(ctx context.Context, rows []model.Contact, now time.Time) (out []store.Merged, err error) {
	err = c.d.write(func() error { out, err = c.Contacts.Merge(ctx, rows, now); return err })
	return out, err
}

type dyingOrders struct {
	store.Orders
	d *dying
}

func (o dyingOrders) Put(ctx context.Context, list []model.Order) (out []store.OrderPut, err error) {
	err = o.d.write(func() error { out, err = o.Orders.Put(ctx, list); return err })
	return out, err
}

type dyingSuppressions struct {
	store.Suppressions
	d *dying
}

func (s dyingSuppressions) AddEach(ctx context.Context, emails []string, each []model.Suppression) error {
	return s.d.write(func() error { return s.Suppressions.AddEach(ctx, emails, each) })
}

// resumeFile has people who come twice, refuse, are misspelt or say no in a row
// that is refused.
func resumeFile() string {
	var b strings.Builder
	b.WriteString("email;prenom;points;statut;consentement\n")
	for n := range 900 {
		status, email, points, consent := "actif", fmt.Sprintf("p%d@x.example", n*7919%800), fmt.Sprint(n), "oui"
		switch n % 100 {
		case 3:
			status = "désabonné"
		case 4:
			email = "faux"
		case 5:
			points, status = "beaucoup", "unsubscribed"
		case 6:
			consent = "non"
		}
		fmt.Fprintf(&b, "%s;Zoé;%s;%s;%s\n", email, points, status, consent)
	}
	return b.String()
}

func resumeOrders() string {
	var b strings.Builder
	b.WriteString("id;date;total;email\n")
	for n := range 700 {
		fmt.Fprintf(&b, "O%d;%02d/10/2026;%d,50;p%d@x.example\n", n%650, n%28+1, n, n*13%1000)
	}
	return b.String()
}

// said is everything that a store holds of the files.
func said(t *testing.T, s store.Store) (lines []string) {
	t.Helper()
	of, _, err := s.Suppressions().Lookup(t.Context())
	if err == nil {
		err = s.Contacts().Scan(t.Context(), 1, func(c *model.Contact) error {
			reason, _ := of(c.Email)
			lines = append(lines, fmt.Sprintf("%+v %v", *c, reason))
			return nil
		})
	}
	if err == nil {
		err = s.Orders().Each(t.Context(), func(o *model.Order) error {
			lines = append(lines, fmt.Sprintf("%+v", *o))
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// both brings the people and their orders in, dying at the nth write, and begins
// again an hour later; below 1 it lives. Without marks nobody knows of the life
// before.
func both(t *testing.T, n int, after, marks bool) (reports []model.ImportReport, lines []string, died bool) {
	t.Helper()
	s := openStore(t, t.TempDir())
	// Some are known before, and one of them must not be written to already.
	if _, err := Import(t.Context(), into(s, Contacts, "email;statut;consentement\np1@x.example;;oui\np3@x.example;bounced;\np9@x.example;désabonné;\n")); err != nil {
		t.Fatal(err)
	}
	d := &dying{Store: s, left: n, after: after}
	for _, f := range []struct {
		kind Kind
		text string
	}{{Contacts, resumeFile()}, {Orders, resumeOrders()}} {
		for life := range 2 {
			o := into(s, f.kind, f.text)
			o.BatchSize, o.Now = 100-10*life, noon.Add(time.Duration(life)*time.Hour)
			if marks {
				o.Marks = s.Marks()
			}
			if n > 0 && !died {
				o.Contacts, o.Orders, o.Suppressions = dyingContacts{s.Contacts(), d}, dyingOrders{s.Orders(), d}, dyingSuppressions{s.Suppressions(), d}
			}
			rep, err := Import(t.Context(), o)
			if errors.Is(err, errDeath) && !died {
				died = true
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			rep.Resumed = 0
			reports = append(reports, rep)
			break
		}
	}
	return reports, said(t, s), died
}

// An import that dies at any of its writes, before or after it, and is started
// again leaves the store and the report of one that lived. Without marks the
// report differs: the control.
func TestImportThatDiesAnywhereGoesOn(t *testing.T) {
	t.Parallel()
	reports, lines, _ := both(t, 0, false, true)
	seen := 0
	for n := 1; ; n++ {
		for _, after := range []bool{false, true} {
			got, left, died := both(t, n, after, true)
			if !died {
				if n < 15 || seen == 0 {
					t.Errorf("%d writes; the control saw %d", n, seen)
				}
				return
			}
			if d := cmp.Diff(reports, got); d != "" {
				t.Errorf("death at write %d, after it %v (-whole +resumed):\n%s", n, after, d)
			}
			if d := cmp.Diff(lines, left); d != "" {
				t.Errorf("death at write %d, after it %v (-whole +resumed):\n%.2000s", n, after, d)
			}
			if blind, others, _ := both(t, n, after, false); n > 2 && cmp.Diff(reports, blind)+cmp.Diff(lines, others) != "" {
				seen++
			}
		}
	}
}

// A dry run of what was cut foresees what going on will say; another reading of
// the same bytes, or an import ended on purpose, begins anew.
func TestOnlyTheSameImportGoesOn(t *testing.T) {
	t.Parallel()
	cut := func(s store.Store) {
		o := into(s, Contacts, resumeFile())
		o.BatchSize, o.Marks = 100, s.Marks()
		o.Contacts = dyingContacts{s.Contacts(), &dying{left: 4}}
		if _, err := Import(t.Context(), o); !errors.Is(err, errDeath) {
			t.Fatal(err)
		}
	}
	for name, change := range map[string]func(*Options){
		"the same":         func(*Options) {},
		"a dry run":        func(o *Options) { o.DryRun = true },
		"another basis":    func(o *Options) { o.Basis = model.BasisB2B },
		"another name":     func(o *Options) { o.Name = "autre.csv" },
		"eight days later": func(o *Options) { o.Now = o.Now.AddDate(0, 0, 8) },
		"other batches":    func(o *Options) { o.BatchSize = 90 },
		"other bytes":      func(o *Options) { o.Source = strings.NewReader(resumeFile() + "z@x.example;;;;\n") },
	} {
		s := openStore(t, t.TempDir())
		cut(s)
		o := into(s, Contacts, resumeFile())
		o.BatchSize, o.Marks = 100, s.Marks()
		change(&o)
		rep, err := Import(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if goesOn := slices.Contains([]string{"the same", "a dry run", "other batches"}, name); goesOn != (rep.Resumed > 0) {
			t.Errorf("%s: %d rows passed over", name, rep.Resumed)
		}
	}

	s := openStore(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	o := into(s, Contacts, resumeFile())
	o.BatchSize, o.Marks = 100, s.Marks()
	o.Progress = func(_, _ int64, rows int) {
		if rows >= 300 {
			cancel()
		}
	}
	if rep, err := Import(ctx, o); !errors.Is(err, context.Canceled) || rep.Rows == 0 {
		t.Fatal(rep.Rows, err)
	}
	o = into(s, Contacts, resumeFile())
	o.BatchSize, o.Marks = 100, s.Marks()
	if rep, err := Import(t.Context(), o); err != nil || rep.Resumed > 0 || rep.Unchanged < 300 {
		t.Errorf("%v %+v", err, rep)
	}
}
