package audience

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// slowFolder is a store in which somebody does something in the middle of a
// reading.
type slowFolder struct {
	*folder
	after  model.ContactID
	middle func()
	scans  int
}

func (f *slowFolder) Scan(ctx context.Context, from model.ContactID, visit func(*model.Contact) error) error {
	f.scans++
	return f.folder.Scan(ctx, from, func(c *model.Contact) error {
		if err := visit(c); err != nil {
			return err
		}
		if c.ID == f.after && f.middle != nil {
			f.middle()
		}
		return ctx.Err()
	})
}

func TestAColumnIsReadWhenARuleFirstNeedsIt(t *testing.T) {
	t.Parallel()
	s := &slowFolder{folder: shop()}
	b, err := Build(context.Background(), s, folderOrders{s.folder}, nil, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if b.Loaded() != Lean {
		t.Fatalf("%b in memory before anybody asked", b.Loaded())
	}
	ask := func(text string) {
		t.Helper()
		r, err := b.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Count(r, Facts{Now: now}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		rule string
		want Columns
		scan int
	}{
		{"all", Lean, 1},
		{"city = evry and spend > 3", colCity | colSpend, 2},
		{"ville = nantes", colCity | colSpend, 2},
		{"spend_90d > 3", colCity | colSpend | colSales, 2},
		{`orders(channel = "web") > 1`, colCity | colSpend | colSales, 2},
		{`a_utilise("X")`, colCity | colSpend | colSales | colLines, 2},
		{"score > 3", colCity | colSpend | colSales | colLines | colAttrs, 3},
	} {
		ask(c.rule)
		if b.Loaded() != c.want || s.scans != c.scan {
			t.Errorf("%s: %b in memory after %d readings, want %b after %d", c.rule, b.Loaded(), s.scans, c.want, c.scan)
		}
	}
}

func TestAnEditWhileAColumnIsReadIsNotLost(t *testing.T) {
	t.Parallel()
	for _, applied := range []bool{true, false} {
		s := &slowFolder{folder: shop()}
		b, err := Build(context.Background(), s, folderOrders{s.folder}, nil, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		s.after, s.middle = 4, func() {
			c := s.contacts[0]
			c.City = "Brest"
			if applied {
				b.Apply(&c, 0)
			}
			c.City = "gone"
		}
		r, _ := b.Parse("city = brest")
		ids, err := b.Select(r, Facts{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Equal(ids, []model.ContactID{1}); got != applied {
			t.Errorf("applied %t: %v", applied, ids)
		}
	}
}

func TestAReadingThatIsCancelledLeavesTheBaseAsItWas(t *testing.T) {
	t.Parallel()
	s := &slowFolder{folder: shop()}
	b, _ := Build(context.Background(), s, folderOrders{s.folder}, nil, time.UTC)
	r, _ := b.Parse("city = evry")
	ctx, cancel := context.WithCancel(context.Background())
	s.after, s.middle = 2, cancel
	if err := b.Prepare(ctx, r, Facts{Now: now}); !errors.Is(err, context.Canceled) || b.Loaded() != Lean {
		t.Fatalf("%v, %b", err, b.Loaded())
	}
	s.middle = nil
	if ids, err := b.Select(r, Facts{Now: now}); err != nil || len(ids) != 2 {
		t.Fatal(ids, err)
	}
}

func TestNumbersWidenWithTheirValues(t *testing.T) {
	t.Parallel()
	var c codes
	want := []uint32{0, 3, 255, 256, 70000, 5, 65535, 1 << 20}
	for i, n := range want {
		c.put(i*50, n)
	}
	w := newWhole(TypeNumber)
	for i, n := range []int64{5, -7, 1 << 40, 3} {
		w.put(i, n)
	}
	for i, n := range want {
		if got := c.at(i * 50); got != n {
			t.Errorf("%d: %d, want %d", i, got, n)
		}
		if c.equal(n)(i*50/64, 1<<(i*50%64))>>(i*50%64)&1 != 1 {
			t.Errorf("%d is not found", n)
		}
	}
	for i, n := range []int64{5, -7, 1 << 40, 3} {
		if got, ok := w.at(i); !ok || got != n {
			t.Errorf("%d: %d %t, want %d", i, got, ok, n)
		}
	}
	if _, ok := w.at(4); ok {
		t.Error("a row without a number has one")
	}
}

// chosen is whom a text matches.
func chosen(t *testing.T, b *Base, text string, f Facts) string {
	t.Helper()
	r, err := b.Parse(text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return ""
	}
	ids, err := b.Select(r, f)
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
	return fmt.Sprint(append([]model.ContactID{}, ids...))
}

// wholeOrders are orders with their words.
type wholeOrders struct {
	folderOrders
	all []model.Order
}

func (o wholeOrders) Each(_ context.Context, f func(*model.Order) error) error {
	for i := range o.all {
		if err := f(&o.all[i]); err != nil {
			return err
		}
	}
	return nil
}

func (o wholeOrders) Scan(ctx context.Context, f func(store.Sale) error) error {
	for id := model.ContactID(1); id < 10; id++ {
		for day := today - 1000; day <= today; day++ {
			for _, x := range o.all {
				if x.Contact == id && x.Day == day && x.Status == model.OrderPaid {
					if err := f(store.Sale{Contact: id, Day: day, Cents: x.Total, Channel: x.Channel}); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func TestOrdersAreCountedInAScope(t *testing.T) {
	t.Parallel()
	f := shop()
	orders := wholeOrders{folderOrders{f}, []model.Order{
		{Contact: 3, Day: today - 10, Total: 3000, Channel: "Web", Category: "Jardin|Été", Code: "NOEL15"},
		{Contact: 1, Day: today - 400, Total: 10000, Channel: "magasin", Category: "Cuisine", Code: "ÉTÉ"},
		{Contact: 1, Day: today - 5, Total: 2000, Channel: "web", Category: "jardin"},
		{Contact: 1, Day: today - 4, Total: -500, Channel: "web", Category: "jardin"},
		{Contact: 1, Day: today - 3, Total: 70000, Channel: "web", Status: model.OrderCancelled},
		{Contact: 0, Day: today - 3, Total: 70000, Channel: "web"},
		{Contact: 4, Day: today - 30, Total: 1 << 40, Channel: "web"},
	}}
	b, err := Build(context.Background(), f, orders, nil, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ rule, want string }{
		{`orders(channel = "WEB") >= 1`, "[1 3 4]"},
		{`commandes(canal = web, rayon = jardin) >= 1`, "[1 3]"},
		{`spend(channel = web) = 15`, "[1]"},
		{`spend(30d, category = "ete") = 30`, "[3]"},
		{`ca_30j(categorie = "été") = 30`, "[3]"},
		{`average_basket(channel = magasin) = 100`, "[1]"},
		{`average_basket(channel = magasin) exists`, "[1]"},
		{`last_order(channel = web) > 8d ago`, "[1]"},
		{`first_order(category = jardin) < 8d ago`, "[3]"},
		{`spend(from 500d ago to 300d ago) > 0`, "[1]"},
		{`spend(to 300d ago) > 0`, "[1]"},
		{`spend(from 12/11/2026, channel = "web") > 0`, "[1 3]"},
		{`spend(channel = web) > 1000000`, "[4]"},
		{`used_code("noel15")`, "[3]"},
		{`used_code(any)`, "[1 3]"},
		{`used_code(any, 30d)`, "[3]"},
		{`a utilisé("NOEL15")`, "[3]"},
		{`non code_utilise("été") et client`, "[3]"},
		{`orders(code = "noel15") in [1, 2]`, "[3]"},
		{`orders(channel = nowhere) > 0`, "[]"},
	} {
		if got := chosen(t, b, c.rule, Facts{Now: now}); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
	b.SetSales(2, []Sale{{Day: today, Cents: 100, Channel: "nowhere", Code: "NEUF"}})
	b.SetSales(1, nil)
	for _, c := range []struct{ rule, want string }{
		{`orders(channel = nowhere) > 0`, "[2]"},
		{`used_code(neuf)`, "[2]"},
		{`used_code(any)`, "[2 3]"},
		{`orders(channel = "WEB") >= 1`, "[3 4]"},
	} {
		if got := chosen(t, b, c.rule, Facts{Now: now}); got != c.want {
			t.Errorf("after the edit, %s: %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestWhyTellsWhenItHappenedAndWhatIsNotRecorded(t *testing.T) {
	t.Parallel()
	b := shop().build(t)
	facts := Facts{Now: now, Events: news{model.EventReceived: {"noel": {1: today - 5}}}}
	r, err := b.Parse(`received("noel", 30d) and not clicked(any) and birthday in next 100d and orders(30d) = 1`)
	if err != nil {
		t.Fatal(err)
	}
	x, err := b.Explain(r, 1, facts)
	if err != nil || !x.True {
		t.Fatal(x, err)
	}
	if got := x.Parts[0]; got.Value != "2026-11-17" || !got.True || got.Unrecorded {
		t.Errorf("received: %+v", got)
	}
	if got := x.Parts[1].Parts[0]; got.True || !got.Unrecorded {
		t.Errorf("clicked: %+v", got)
	}
	if got := x.Parts[2]; got.Value != "1965-03-01" {
		t.Errorf("birthday: %+v", got)
	}
	if got := x.Parts[3]; got.Value != "1" {
		t.Errorf("orders: %+v", got)
	}
}

func TestABirthdayIsFoundAcrossTheNewYearAndOn29February(t *testing.T) {
	t.Parallel()
	f := &folder{contacts: []model.Contact{
		{ID: 1, Birth: model.NewDate(1980, 12, 31)},
		{ID: 2, Birth: model.NewDate(1975, 1, 1)},
		{ID: 3, Birth: model.NewDate(2000, 2, 29)},
		{ID: 4, Birth: model.NewDate(1990, 2, 28)},
		{ID: 5, Birth: model.NewDate(1990, 3, 1)},
		{ID: 6},
	}}
	b := f.lean(t)
	for _, c := range []struct {
		day        model.Date
		rule, want string
	}{
		{model.NewDate(2026, 12, 30), "birthday in next 3d", "[1 2]"},
		{model.NewDate(2026, 12, 30), "birthday in next 2d", "[1]"},
		{model.NewDate(2027, 2, 28), "birthday today", "[3 4]"},
		{model.NewDate(2027, 3, 1), "birthday today", "[5]"},
		{model.NewDate(2028, 2, 28), "birthday today", "[4]"},
		{model.NewDate(2028, 2, 29), "birthday today", "[3]"},
		{model.NewDate(2028, 2, 28), "birthday in next 2d", "[3 4]"},
		{model.NewDate(2026, 6, 1), "birthday in next 366d", "[1 2 3 4 5]"},
		{model.NewDate(2026, 6, 1), "not birthday in next 366d", "[6]"},
	} {
		y, m, d := c.day.Civil()
		f := Facts{Now: time.Date(y, m, d, 12, 0, 0, 0, time.UTC)}
		if got := chosen(t, b, c.rule, f); got != c.want {
			t.Errorf("%v %s: %s, want %s", f.Now, c.rule, got, c.want)
		}
	}
}

func TestWhatAFormOffersIsARuleThatCounts(t *testing.T) {
	t.Parallel()
	b := shop().build(t)
	for _, f := range b.Form() {
		for _, op := range f.Ops {
			r := model.RuleCompare{Field: f.Name, Op: op, Value: model.RuleValue{Kind: f.Value, Text: "1"}}
			if f.Coded {
				r.Value.Text = f.Known[0]
			}
			back, err := b.Parse(r.String())
			if err != nil || back.String() != r.String() {
				t.Errorf("%s: %v %v", r, back, err)
			}
			if _, err := b.Count(r, Facts{Now: now}); err != nil {
				t.Errorf("%s: %v", r, err)
			}
		}
		if f.Flag {
			if _, err := b.Count(model.RuleFlag{Field: f.Name}, Facts{Now: now}); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		if f.Anniversary {
			if _, err := b.Count(model.RuleAnniversary{Field: f.Name, Days: 3}, Facts{Now: now}); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}
}

func TestAnUnfinishedRuleSaysWhichColumnsItWillNeed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Columns{
		"":                                Lean,
		`email con`:                       colEmail,
		`city = "Paris" and Nom sta`:      colCity | colLast,
		`not (first_name = "email`:        colFirst,
		`city = "company" and spend_90d`:  colCity | colSales,
		`city = "Paris" and last_order <`: colCity | colLastOrder,
	} {
		if got := ColumnsIn(text); got != want {
			t.Errorf("%s: %b, want %b", text, got, want)
		}
	}
}
