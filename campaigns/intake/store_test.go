package intake

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
	"blanche/store/open"

	"github.com/google/go-cmp/cmp"
)

func openStore(t *testing.T, dir string) store.Store {
	t.Helper()
	s, err := open.Open(context.Background(), open.Options{Dir: dir, Rand: rand.Reader, Now: func() time.Time { return noon }, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func into(s store.Store, kind Kind, file string) Options {
	return Options{
		Kind: kind, Name: "fichier.csv", Source: strings.NewReader(file), Now: noon, Zone: paris, Basis: model.BasisCustomer, BatchSize: 500,
		Contacts: s.Contacts(), Orders: s.Orders(), Suppressions: s.Suppressions(),
	}
}

func TestRealStoreIsCompletedAfterAnInterruptionAndThenNeverChanges(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openStore(t, t.TempDir())
	const n = 3000
	file := frenchFile(t, n) + "p0@boutique0.example;Zo\xe9;;;;;;;;\r\nfaux;;;;;;;;;\r\nP0@boutique0.example;;;Lyon;;;;;;\r\n"

	stop, cancel := context.WithCancel(ctx)
	o := into(s, Contacts, file)
	o.Progress = func(_, _ int64, rows int) {
		if rows >= 1000 {
			cancel()
		}
	}
	part, err := Import(stop, o)
	if !errors.Is(err, context.Canceled) || !part.Interrupted || part.Rows == 0 || part.Rows >= n {
		t.Fatalf("%v %+v", err, part)
	}
	if have, err := s.Contacts().Count(ctx); err != nil || have != part.Created {
		t.Fatalf("%d contacts, report %+v (%v)", have, part, err)
	}

	o = into(s, Contacts, file)
	o.DryRun = true
	dry, err := Import(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	run, err := Import(ctx, into(s, Contacts, file))
	if err != nil {
		t.Fatal(err)
	}
	dry.DryRun = false
	if d := cmp.Diff(run, dry); d != "" {
		t.Errorf("dry run (-run +dry):\n%s", d)
	}
	if d := cmp.Diff(tally{Rows: n + 3, Created: n - part.Created, Unchanged: part.Created + 2, Rejected: 1}, tallyOf(run)); d != "" {
		t.Error(d)
	}
	again, err := Import(ctx, into(s, Contacts, file))
	if err != nil || again.Created != 0 || again.Updated != 0 {
		t.Errorf("again: %v %+v", err, again)
	}
	c, err := s.Contacts().ByEmail(ctx, "P0@boutique0.example")
	if v, _ := c.Attr("depenses_2025"); err != nil || c.FirstName != "Zoé" || c.Basis != model.BasisCustomer || v == "" {
		t.Errorf("%v %+v", err, c)
	}
}

func TestRealStoreAttachesOrdersThatCameBeforeTheirBuyers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openStore(t, t.TempDir())
	for pass, want := range []model.ImportReport{{Created: 7, Unmatched: 7}, {Unchanged: 7, Unmatched: 2}} {
		o := into(s, Orders, cp1252(t, frenchOrders))
		o.DryRun = true
		dry, err := Import(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		run, err := Import(ctx, into(s, Orders, cp1252(t, frenchOrders)))
		if err != nil {
			t.Fatal(err)
		}
		dry.DryRun = false
		if d := cmp.Diff(run, dry); d != "" {
			t.Errorf("pass %d (-run +dry):\n%s", pass, d)
		}
		if run.Created != want.Created || run.Unchanged != want.Unchanged || run.Unmatched != want.Unmatched {
			t.Errorf("pass %d: %+v", pass, run)
		}
		if _, err := Import(ctx, into(s, Contacts, "email\nchloe@x.example\n")); err != nil {
			t.Fatal(err)
		}
	}
	c, err := s.Contacts().ByEmail(ctx, "chloe@x.example")
	if err != nil || c.Spend != 123456-2000 || c.Orders != 1 && c.Orders != 2 {
		t.Errorf("%v: spend %d over %d orders", err, c.Spend, c.Orders)
	}
}

func TestRealStoreKeepsAnOppositionThroughAnotherFile(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openStore(t, t.TempDir())
	if _, err := Import(ctx, into(s, Contacts, "email;statut\na@x.example;désabonné\n")); err != nil {
		t.Fatal(err)
	}
	rep, err := Import(ctx, into(s, Contacts, "email;consentement\nA@x.example;oui\n"))
	if err != nil || rep.OpposedKept != 1 {
		t.Errorf("%v %+v", err, rep)
	}
	if sup, ok, err := s.Suppressions().Get(ctx, "a@x.example"); err != nil || !ok || sup.Reason != model.SuppressOpposed || sup.Source != "fichier.csv" {
		t.Errorf("%v %v %+v", err, ok, sup)
	}
}
