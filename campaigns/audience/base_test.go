package audience

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
	"blanche/store"
)

// now is the afternoon of the day of every test.
var now = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

var today = model.NewDate(2026, 11, 22)

// folder is a store of a test: its contacts in order, and their paid orders.
type folder struct {
	contacts []model.Contact
	sales    []store.Sale
	why      map[string]model.SuppressReason
}

func (f *folder) Scan(_ context.Context, from model.ContactID, visit func(*model.Contact) error) error {
	for i := range f.contacts {
		if f.contacts[i].ID >= from {
			if err := visit(&f.contacts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

type folderOrders struct{ *folder }

func (f folderOrders) Scan(_ context.Context, visit func(store.Sale) error) error {
	for _, s := range f.sales {
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}

// build has all columns in memory, lean those that were asked for.
func (f *folder) build(t testing.TB) *Base {
	t.Helper()
	b := f.lean(t)
	if err := b.Load(context.Background(), Small|colTexts); err != nil {
		t.Fatal(err)
	}
	return b
}

func (f *folder) lean(t testing.TB) *Base {
	t.Helper()
	why := func(email string) (model.SuppressReason, bool) { r, ok := f.why[email]; return r, ok }
	b, err := Build(context.Background(), f, folderOrders{f}, why, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// buy gives a contact a paid order, and keeps the sums.
func (f *folder) buy(i int, day model.Date, cents model.Cents) {
	c := &f.contacts[i]
	f.sales = append(f.sales, store.Sale{Contact: c.ID, Day: day, Cents: cents})
	slices.SortStableFunc(f.sales, func(a, b store.Sale) int {
		return cmp.Or(cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Day, b.Day))
	})
	c.Spend += cents
	if cents < 0 {
		return
	}
	c.Orders++
	if c.FirstOrder == 0 || day < c.FirstOrder {
		c.FirstOrder = day
	}
	c.LastOrder = max(c.LastOrder, day)
}

// shop is a few people with names.
func shop() *folder {
	f := &folder{
		why: map[string]model.SuppressReason{"opp@x.example": model.SuppressOpposed, "rebond@x.example": model.SuppressBounced},
		contacts: []model.Contact{
			{ID: 1, Email: "helene@gmail.example", FirstName: "Hélène", LastName: "Martin", City: "Évry", Postcode: "91000", Basis: model.BasisConsent, Tags: []string{"VIP", "été"}, Birth: model.NewDate(1965, 3, 1)},
			{ID: 2, Email: "opp@x.example", FirstName: "Nguyễn", LastName: "Văn A", City: "EVRY", Basis: model.BasisConsent},
			{ID: 3, Email: "client@orange.example", LastName: "O'Brien", City: "Nantes", Basis: model.BasisCustomer},
			{ID: 4, Email: "prospect@x.example", LastName: "Élan", City: "Nantes", Basis: model.BasisCustomer},
			{ID: 6, Email: "achats@bdp.example", Company: "Bricolage du Port", Kind: model.B2B, Basis: model.BasisB2B},
			{ID: 7, Email: "rebond@x.example", LastName: "Martineau", Basis: model.BasisConsent},
			{ID: 8, Email: "not-an-address", LastName: "Zola", Basis: model.BasisConsent},
			{ID: 9, Email: "nobody@x.example", LastName: "elan", FirstName: "b"},
		},
	}
	f.contacts[0].SetAttr("zone", "Urban")
	f.contacts[0].SetAttr("score", "12,5")
	f.contacts[2].SetAttr("score", "7")
	f.contacts[0].SetAttr("vip", "oui")
	f.contacts[2].SetAttr("vip", "non")
	f.contacts[0].SetAttr("visite", "22/10/2026")
	f.contacts[0].Created = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	f.buy(0, today-10, 5999)
	f.buy(0, today-400, 4001)
	f.buy(2, today-200, 1999)
	f.buy(2, today-190, -999)
	return f
}

func TestRulesMatchTheRightPeople(t *testing.T) {
	t.Parallel()
	b := shop().build(t)
	facts := Facts{Now: now, Events: news{
		model.EventReceived: {"noel": {1: today - 5, 2: today - 50}, "ete": {4: today - 200}},
		model.EventHeldOut:  {"noel": {3: today}},
		model.EventBounced:  {"noel": {7: today - 5}},
	}}
	for _, c := range []struct{ rule, want string }{
		{`all`, `[1 2 3 4 6 7 8 9]`},
		{`customer`, `[1 3]`},
		{`prospect and city exists`, `[2 4]`},
		{`city = evry`, `[1 2]`},
		{`city != evry`, `[3 4]`},
		{`not city = evry`, `[3 4 6 7 8 9]`},
		{`city in ["Nantes", "Evry"] and not customer`, `[2 4]`},
		{`b2b`, `[6]`},
		{`last_order > 30d ago`, `[1]`},
		{`last_order < 180d ago`, `[3]`},
		{`last_order = 10d ago`, `[1]`},
		{`last_order != 10d ago`, `[3]`},
		{`spend >= 100`, `[1]`},
		{`spend = 10`, `[3]`},
		{`spend < 10,01`, `[2 3 4 6 7 8 9]`},
		{`average_basket = 50`, `[1]`},
		{`average_basket < 50`, `[3]`},
		{`spend_365d > 59.98 and spend_365d < 60`, `[1]`},
		{`spend_30d = 0`, `[2 3 4 6 7 8 9]`},
		{`orders_365d >= 1`, `[1 3]`},
		{`orders = 1`, `[3]`},
		{`birth < 1970-01-01`, `[1]`},
		{`created < 2026-01-03`, `[1]`},
		{`first_name starts "hel"`, `[1]`},
		{`last_name contains "van"`, `[2]`},
		{`last_name = "martin"`, `[1]`},
		{`last_name > "martin"`, `[2 3 7 8]`},
		{`email contains "example" and domain != "x.example"`, `[1 3 6]`},
		{`nom = elan`, `[4 9]`},
		{`tags = vip`, `[1]`},
		{`tags != autre`, `[1]`},
		{`tags contains "et"`, `[1]`},
		{`received("noel")`, `[1 2]`},
		{`held_out("noel") or received("noel")`, `[1 2 3]`},
		{`suppressed`, `[2 7]`},
		{`sendable`, `[1 3]`},
		{`basis = consent and not suppressed`, `[1 8]`},
		{`zone = urban`, `[1]`},
		{`score > 7`, `[1]`},
		{`attr.score <= 12.5`, `[1 3]`},
		{`vip`, `[1]`},
		{`vip = non`, `[3]`},
		{`visite > 60d ago`, `[1]`},
		{`rfm = none`, `[2 4 6 7 8 9]`},
		{`postcode starts 91`, `[1]`},
		{`kind = b2b or kind != b2b and customer`, `[1 3 6]`},
		{`(customer or b2b) and not (city = nantes)`, `[1 6]`},
		{`received(any)`, `[1 2 4]`},
		{`received(any, 30d)`, `[1]`},
		{`a_reçu(toutes, du 01/01/2026 au 30/10/2026)`, `[2 4]`},
		{`received("noel", 60d) and not received("noel", 30 jours)`, `[2]`},
		{`a rebondi(any, 90j)`, `[7]`},
		{`bounced("noel")`, `[7]`},
		{`clicked(any)`, `[]`},
		{`birthday in next 100d`, `[1]`},
		{`birthday in next 99d`, `[]`},
		{`anniversaire dans les 100 prochains jours`, `[1]`},
		{`birthday today`, `[]`},
		{`anniversary(created) in next 42d`, `[1]`},
		{`anniversaire(visite) dans 335j`, `[1]`},
		{`anniversary(visite) in next 334d`, `[]`},
		{`phone exists`, `[]`},
		{`rfm_r = 3 and rfm_f > 2`, `[1]`},
		{`rfm_m exists`, `[1 3]`},
		{`points = 0 and points < 1`, `[1 2 3 4 6 7 8 9]`},
	} {
		r, err := b.Parse(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		ids, err := b.Select(r, facts)
		if got := fmt.Sprint(ids); err != nil || got != c.want {
			t.Errorf("%s: %s %v, want %s", c.rule, got, err, c.want)
		}
	}
	if _, err := b.Select(model.RuleMember{Name: "autre"}, facts); model.KindOf(err) != model.KindNotFound {
		t.Errorf("an unknown campaign: %v", err)
	}
}

func TestEverybodyExcludedIsCountedOnceUnderTheFirstReason(t *testing.T) {
	t.Parallel()
	b := shop().build(t)
	facts := Facts{Now: now, Terms: Terms{MaxMessages: 2}, Recent: func(id model.ContactID) int {
		return map[model.ContactID]int{1: 2, 3: 1, 2: 5}[id]
	}}
	got, err := b.Count(model.RuleAll{}, facts)
	want := model.SegmentCount{Rule: "all", Matched: 8, Sendable: 1, Excluded: model.Exclusions{Opposed: 1, NoConsent: 3, Bounced: 1, Invalid: 1, Pressure: 1}}
	if d := gocmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
	facts.Terms = Terms{B2BPurpose: true}
	got, _ = b.Count(model.RuleAll{}, facts)
	if got.Sendable != 3 || got.Excluded.NoConsent != 2 {
		t.Errorf("with a professional purpose: %+v", got)
	}
}

func TestAnEditIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	f := shop()
	b := f.build(t)
	facts := Facts{Now: now}
	c := f.contacts[0]
	c.City, c.LastName, c.Tags = "Brest", "Le Goff", nil
	c.Attrs = nil
	c.SetAttr("score", "beaucoup")
	b.Apply(&c, model.SuppressOpposed)
	b.Apply(&model.Contact{ID: 200, Email: "new@x.example", FirstName: "Zoé", City: "Brest", Basis: model.BasisConsent}, 0)
	b.SetSales(200, []Sale{{Day: today, Cents: 100}})
	for _, c := range []struct{ rule, want string }{
		{`city = brest`, `[1 200]`},
		{`last_name contains "martin"`, `[7]`},
		{`last_name = "le goff"`, `[1]`},
		{`tags exists`, `[]`},
		{`score = "beaucoup"`, `[1]`},
		{`vip exists`, `[3]`},
		{`spend_30d > 0.5`, `[1 200]`},
		{`suppressed`, `[1 2 7]`},
	} {
		r, err := b.Parse(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		if ids, err := b.Select(r, facts); fmt.Sprint(ids) != c.want || err != nil {
			t.Errorf("%s: %v %v, want %s", c.rule, ids, err, c.want)
		}
	}
	if typ := b.Attrs()["score"]; typ != TypeText {
		t.Errorf("score reads as %s after a word came in", typ)
	}
	if got := fmt.Sprint(b.Find("goff brest"), b.Find("martin")); got != "[1] [7]" {
		t.Errorf("find after an edit: %s", got)
	}
}

func TestTheExplanationShowsEachComparison(t *testing.T) {
	t.Parallel()
	b := shop().build(t)
	r, err := b.Parse(`customer and (spend >= 150 or city = "Évry") and not tags = "vip"`)
	if err != nil {
		t.Fatal(err)
	}
	x, err := b.Explain(r, 1, Facts{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var walk func(Explained)
	walk = func(x Explained) {
		got = append(got, fmt.Sprintf("%s [%s] %v", x.Rule, x.Value, x.True))
		for _, p := range x.Parts {
			walk(p)
		}
	}
	walk(x)
	want := []string{
		`customer and (spend >= 150 or city = "Évry") and not tags = "vip" [] false`,
		`customer [true] true`,
		`spend >= 150 or city = "Évry" [] true`,
		`spend >= 150 [100.00] false`,
		`city = "Évry" [Évry] true`,
		`not tags = "vip" [] false`,
		`tags = "vip" [VIP, été] true`,
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := b.Explain(r, 5, Facts{Now: now}); model.KindOf(err) != model.KindNotFound {
		t.Errorf("nobody has number 5: %v", err)
	}
}

func TestTheDirectoryFindsAndSortsWithoutAccents(t *testing.T) {
	t.Parallel()
	b := shop().build(t)
	for _, c := range []struct{ text, want string }{
		{"HELENE", "[1]"},
		{"martin hél", "[1]"},
		{"evry", "[1 2]"},
		{"nantes", "[3 4]"},
		{"bricolage", "[6]"},
		{"x.example", "[2 4 7 9]"},
		{"", "[1 2 3 4 6 7 8 9]"},
		{"zzz", "[]"},
	} {
		if got := fmt.Sprint(b.Find(c.text)); got != c.want {
			t.Errorf("find %q: %s, want %s", c.text, got, c.want)
		}
	}
	for _, c := range []struct {
		key  SortKey
		down bool
		want string
	}{
		// Bricolage, Élan, elan b, Martin, Martineau, O'Brien, Văn A, Zola
		{ByName, false, "[6 4 9 1 7 3 2 8]"},
		{ByName, true, "[8 2 3 7 1 9 4 6]"},
		{ByLastOrder, true, "[1 3 2 4 6 7 8 9]"},
		{ByLastOrder, false, "[3 1 2 4 6 7 8 9]"},
		{BySpend, true, "[1 3 2 4 6 7 8 9]"},
		{ByEmail, false, "[6 3 1 9 8 2 4 7]"},
		{ByCreated, false, "[1 2 3 4 6 7 8 9]"},
	} {
		if got := fmt.Sprint(b.Order(c.key, c.down)); got != c.want {
			t.Errorf("order %d %v: %s, want %s", c.key, c.down, got, c.want)
		}
	}
	if d := gocmp.Diff(Totals{Contacts: 8, Customers: 2, Prospects: 6, Opposed: 1}, b.Totals()); d != "" {
		t.Error(d)
	}
}

func TestThePlanFiltersBeforeTheDrawAndNeverAfter(t *testing.T) {
	t.Parallel()
	f := &folder{why: map[string]model.SuppressReason{}}
	for i := range 1000 {
		c := model.Contact{ID: model.ContactID(i + 1), Email: fmt.Sprintf("p%d@orange.example", i), Basis: model.BasisConsent, City: []string{"Évry", "Nantes"}[i%2]}
		if i%10 == 0 {
			f.why[c.Email] = model.SuppressOpposed
		}
		f.contacts = append(f.contacts, c)
	}
	for i := range 500 {
		f.buy(i, today-model.Date(i%90)-1, model.Cents(1000+i*7%500))
	}
	b := f.build(t)
	plan, sum, err := b.Plan(Ask{Rule: model.RuleAll{}, Share: 0.1, Strata: []string{"rfm", "ville"}, Salt: "s"}, Facts{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	want := Summary{Matched: 1000, Excluded: model.Exclusions{Opposed: 100}, Target: 900, HeldOut: 90, Planned: 810, Quotas: sum.Quotas}
	if d := gocmp.Diff(want, sum); d != "" {
		t.Error(d)
	}
	opposed := func(id model.ContactID) bool { return (id-1)%10 == 0 }
	var planned []model.ContactID
	for _, p := range plan.Planned {
		if opposed(p.Contact) || p.Lane != model.LaneOrange {
			t.Fatalf("planned: %+v", p)
		}
		planned = append(planned, p.Contact)
	}
	for _, h := range plan.HeldOut {
		if opposed(h.Contact) || !strings.Contains(h.Stratum, " | ") {
			t.Fatalf("held out: %+v", h)
		}
	}
	if d := Verify("s", 0.1, sum.Quotas, plan.HeldOut, planned); d != DoubtNone {
		t.Errorf("doubt: %s", d)
	}
	if _, _, err := b.Plan(Ask{Rule: model.RuleAll{}, Strata: []string{"cty"}}, Facts{Now: now}); err == nil || !strings.Contains(err.Error(), "nearest=city") {
		t.Errorf("unknown stratum: %v", err)
	}
	none, sum, err := b.Plan(Ask{Rule: model.RuleNot{Rule: model.RuleAll{}}, Share: 0.1, Strata: DefaultStrata(), Salt: "s"}, Facts{Now: now})
	if err != nil || len(none.Planned) != 0 || sum.Target != 0 {
		t.Errorf("nobody: %+v %v", sum, err)
	}
}

func TestTheShortWayForAddressesAgreesWithTheLongOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.SampledFrom([]rune("ab.-_@é+9 ")), 0, 14, -1).Draw(t, "address")
		if validEmail(s) != model.ValidEmail(s) {
			t.Fatalf("%q: %v", s, validEmail(s))
		}
	})
}

func TestQuestionsAndEditsMayComeTogether(t *testing.T) {
	t.Parallel()
	f := shop()
	b := f.build(t)
	r, err := b.Parse(`customer and city exists or spend_30d > 1 or rfm = champions`)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for range 50 {
				if _, err := b.Count(r, Facts{Now: now}); err != nil {
					t.Error(err)
				}
				b.Find("evry")
				b.Order(ByName, true)
				b.Totals()
			}
		})
	}
	group.Go(func() {
		for i := range 50 {
			c := f.contacts[i%len(f.contacts)]
			c.City = fmt.Sprint("City", i)
			b.Apply(&c, 0)
			b.SetSales(c.ID, []Sale{{Day: today, Cents: model.Cents(i)}})
		}
	})
	group.Wait()
}
