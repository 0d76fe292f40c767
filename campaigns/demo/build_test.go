package demo

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
)

func storeIn(t testing.TB, dir string) store.Store {
	t.Helper()
	st, err := open.Open(context.Background(), open.Options{Dir: dir, Rand: rand.Reader, Now: func() time.Time { return end }, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func TestTheStoreHoldsTheShop(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := shopOf(t, 3, 1200)
	st := storeIn(t, t.TempDir())
	if err := Build(ctx, st, s); err != nil {
		t.Fatal(err)
	}
	if h, err := st.Check(ctx); err != nil || h.Contacts != 1200 || h.Orders != len(s.Orders) || len(h.Damaged) > 0 {
		t.Errorf("store holds %+v, %v; the shop has %d orders", h, err, len(s.Orders))
	}
	for i := range s.People {
		c, err := st.Contacts().Get(ctx, model.ContactID(i+1))
		if err != nil || c.Email != s.People[i].Contact.Email {
			t.Fatalf("contact %d is %q, not %q: %v", i+1, c.Email, s.People[i].Contact.Email, err)
		}
		if spend := sumOf(s.bought[i]); c.Spend != spend {
			t.Fatalf("%s spent %d, not %d: an order went to somebody else", c.Email, c.Spend, spend)
		}
	}
	ways := map[model.PointsWhy]int{}
	err := st.Points().Scan(ctx, func(c *model.Contact, moves []model.PointsMove) error {
		if c.Points != s.People[c.ID-1].Contact.Points {
			t.Errorf("%s has %d points, not %d", c.Email, c.Points, s.People[c.ID-1].Contact.Points)
		}
		for _, m := range moves {
			if ways[m.Why]++; m.Total <= 0 || m.At.Before(c.Created) || m.At.After(s.End) {
				t.Errorf("%s, since %s: %+v", c.Email, c.Created, m)
			}
		}
		return nil
	})
	if err != nil || ways[model.PointsCall] < 50 || ways[model.PointsFile] < 5 {
		t.Errorf("points moved: %v, %v", ways, err)
	}
	all, err := st.Campaigns().List(ctx)
	if err != nil || len(all) != 5 {
		t.Fatalf("%d campaigns, %v", len(all), err)
	}
	for _, c := range all {
		checkPast(t, st, &c)
	}
}

func sumOf(bought []store.Sale) (sum model.Cents) {
	for _, o := range bought {
		sum += o.Cents
	}
	return sum
}

// checkPast looks at a campaign of the past as an auditor would.
func checkPast(t *testing.T, st store.Store, c *model.Campaign) {
	t.Helper()
	ctx := context.Background()
	tally, err := st.Ledger().Tally(ctx, c.ID)
	if err != nil || !tally.Balanced() || !tally.Finished() || tally.Planned == 0 || tally.HeldOut != c.HeldOut || tally.Planned+tally.HeldOut != c.Target {
		t.Errorf("%s: %+v, %v", c.Name, tally, err)
	}
	held, _ := st.Ledger().HeldOut(ctx, c.ID)
	planned, _ := st.Ledger().Members(ctx, c.ID)
	if d := audience.Verify(c.Salt, c.Spec.Share, c.Quotas, held, planned); d != audience.DoubtNone {
		t.Errorf("%s: the draw does not replay: %s", c.Name, d)
	}
	if c.Matched != c.Target+c.NotSent["opposed"]+c.NotSent["no_consent"]+c.NotSent["bounced"]+c.NotSent["invalid"] {
		t.Errorf("%s: %d matched are not %d and %v", c.Name, c.Matched, c.Target, c.NotSent)
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		s := shopOf(b, 1, 5000)
		if err := Build(context.Background(), storeIn(b, b.TempDir()), s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart is from nothing to a desk that a screen can show.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		d, err := Start(context.Background(), Options{Store: storeIn(b, b.TempDir()), Now: time.Now})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.Desk().Today(context.Background()); err != nil {
			b.Fatal(err)
		}
		if err := d.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
