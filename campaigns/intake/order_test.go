package intake

import (
	"testing"
	"time"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

func (f *fake) order(t *testing.T, source, id string) model.Order {
	t.Helper()
	o, ok := f.orders[source+"/"+id]
	if !ok {
		t.Fatalf("no order %s of %s among %v", id, source, f.orders)
	}
	return o
}

const frenchOrders = "N° commande;Courriel;Date commande;Montant TTC;Statut;Magasin;Code promo;Devise\r\n" +
	"1001;Chloe@x.example;22/11/2026 14:05;1 234,56;Payée;Nantes;NOEL15;eur\r\n" +
	"1002;chloe@x.example;21/11/2026;-20,00;paid;web;;\r\n" +
	"1003;inconnu@x.example;21/11/2026;10;Expédiée;;;\r\n" +
	"1004;chloe@x.example;2026-11-20;99,99;Remboursée;;;\r\n" +
	"1005;chloe@x.example;20.11.26;5,5;Annulée;;;\r\n" +
	"1006;chloe@x.example;20-11-2026;7;état inconnu;;;\r\n" +
	"1007;;20/11/2026;7;paid;;;\r\n"

func TestFrenchOrdersFileIsReadAndMatched(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email\nchloe@x.example\n")
	rep := f.load(t, Orders, cp1252(t, frenchOrders))
	if d := cmp.Diff(tally{Rows: 7, Created: 7}, tallyOf(rep)); d != "" || rep.Unmatched != 2 || rep.Profile != "generic" {
		t.Errorf("%+v\n%s", rep, d)
	}
	first := f.order(t, "generic", "1001")
	want := model.Order{
		Source: "generic", ID: "1001", Contact: 1, Email: "Chloe@x.example", Day: model.NewDate(2026, 11, 22),
		At: time.Date(2026, 11, 22, 14, 5, 0, 0, paris), Total: 123456, Currency: "EUR", Channel: "Nantes", Code: "NOEL15",
	}
	if d := cmp.Diff(want, first); d != "" {
		t.Error(d)
	}
	var net model.Cents
	for _, o := range f.orders {
		net += o.Counts()
	}
	if net != 123456-2000+1000+700 {
		t.Errorf("net revenue %d", net)
	}
	if o := f.order(t, "generic", "1006"); o.Status != model.OrderPending || o.Counts() != 0 {
		t.Errorf("unknown state: %+v", o)
	}
}

func TestSameOrdersFileTwiceCountsNothingTwice(t *testing.T) {
	t.Parallel()
	f := newFake()
	file := cp1252(t, frenchOrders+"1001;chloe@x.example;;2 000,00;;;;\r\n1001;chloe@x.example;23/11/2026;2 000,00;Payée;;;\r\n")
	rep := f.load(t, Orders, file)
	if d := cmp.Diff(tally{Rows: 9, Created: 7, Unchanged: 1, Rejected: 1}, tallyOf(rep)); d != "" {
		t.Error(d)
	}
	if o := f.order(t, "generic", "1001"); o.Total != 200000 || o.Channel != "Nantes" {
		t.Errorf("the last value that is not empty wins: %+v", o)
	}
	again := f.load(t, Orders, file)
	if d := cmp.Diff(tally{Rows: 9, Unchanged: 8, Rejected: 1}, tallyOf(again)); d != "" {
		t.Error(d)
	}
}

func TestOrdersAttachByExternalIDOrCard(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;id client;carte\na@x.example;C1;\nb@x.example;;F2\n")
	rep := f.load(t, Orders, "id;external_id;card;date;total;source\n1;C1;;2026-11-01;5;caisse\n2;;F2;2026-11-01;5;caisse\n3;C9;F9;2026-11-01;5;caisse\n")
	if rep.Unmatched != 1 || f.order(t, "caisse", "1").Contact != 1 || f.order(t, "caisse", "2").Contact != 2 {
		t.Errorf("%+v %v", rep, f.orders)
	}
}

func TestOrderDryRunCountsWhatTheRunDoes(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email\nchloe@x.example\n")
	f.load(t, Orders, "id;email;date;total\n1;chloe@x.example;2026-11-01;5\n2;chloe@x.example;2026-11-01;5\n9;nul@x.example;2026-11-01;5\n")
	file := "id;email;date;total\n1;chloe@x.example;2026-11-01;5\n2;chloe@x.example;2026-11-01;6\n3;x@x.example;2026-11-01;5\n9;nul@x.example;2026-11-01;5\n4;chloe@x.example;hier;5\n"
	dry := f.load(t, Orders, file, func(o *Options) { o.DryRun = true })
	if len(f.orders) != 3 {
		t.Fatal("the dry run wrote")
	}
	run := f.load(t, Orders, file)
	dry.DryRun = false
	if d := cmp.Diff(run, dry); d != "" {
		t.Errorf("(-run +dry):\n%s", d)
	}
	if d := cmp.Diff(tally{Rows: 5, Created: 1, Updated: 1, Unchanged: 2, Rejected: 1}, tallyOf(run)); d != "" {
		t.Error(d)
	}
}

const shopify = `Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Billing Zip,Refunded Amount,Source
#1001,a@x.example,paid,2025-10-07 09:50:26 +0200,fulfilled,EUR,100.00,5.00,17.50,105.00,NOEL,10.00,2025-10-07 09:50:20 +0200,1,Vase,60.00,'75008,0.00,web
#1001,a@x.example,,,,,,,,,,,2025-10-07 09:50:20 +0200,2,Tasse,20.00,,,
#1002,b@x.example,partially_refunded,2025-10-07 23:30:00 -0400,fulfilled,EUR,50.00,0.00,8.33,50.00,,,2025-10-07 23:29:00 -0400,1,Tasse,50.00,'01000,20.00,pos
#1003,c@x.example,refunded,2025-10-08 10:00:00 +0200,,EUR,10.00,,,10.00,,,2025-10-08 10:00:00 +0200,1,Tasse,10.00,,10.00,web
#1004,d@x.example,voided,,,EUR,10.00,,,10.00,,,2025-10-08 10:00:00 +0200,1,Tasse,10.00,,0.00,web
#1005,e@x.example,pending,,,EUR,10.00,,,10.00,,,2025-10-08 10:00:00 +0200,1,Tasse,10.00,,0.00,web
#1001,a@x.example,,,,,,,,,,,2025-10-07 09:50:20 +0200,2,Bol,20.00,,,
`

func TestShopifyExportHasOneRowPerLineItemAndTotalsOnTheFirst(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Orders, shopify)
	if d := cmp.Diff(tally{Rows: 7, Created: 5, Unchanged: 2}, tallyOf(rep)); d != "" || rep.Profile != "shopify" {
		t.Errorf("profile %q\n%s", rep.Profile, d)
	}
	got := map[string]model.Cents{}
	for _, o := range f.orders {
		got[o.ID] = o.Counts()
	}
	if d := cmp.Diff(map[string]model.Cents{"#1001": 10500, "#1002": 3000, "#1003": 0, "#1004": 0, "#1005": 0}, got); d != "" {
		t.Error(d)
	}
	if o := f.order(t, "shopify", "#1002"); o.Day != model.NewDate(2025, 10, 8) || o.Channel != "pos" {
		t.Errorf("a late evening elsewhere is the next day here: %+v", o)
	}
	if d := cmp.Diff(tally{Rows: 7, Unchanged: 7}, tallyOf(f.load(t, Orders, shopify))); d != "" {
		t.Error(d)
	}
}

func TestShopifyOrderWithoutItsFirstRowIsRejectedOnce(t *testing.T) {
	t.Parallel()
	f := newFake()
	var bad sink
	rep := f.load(t, Orders, "Name,Email,Financial Status,Paid at,Total,Created at,Lineitem name\n#1,a@x.example,,,,2025-10-07,Vase\n#1,a@x.example,,,,2025-10-07,Bol\n", rejectsTo(&bad))
	if d := cmp.Diff(tally{Rows: 2, Unchanged: 1, Rejected: 1}, tallyOf(rep)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]model.Reject{{Line: 2, Column: "Total", Reason: "invalid_number"}}, rep.Rejects); d != "" {
		t.Error(d)
	}
}

func TestMappingNamesFieldsWhateverTheProfile(t *testing.T) {
	t.Parallel()
	f := newFake()
	file := "Name,Client,Financial Status,Paid at,Total,Lineitem name\n#1,a@x.example,paid,2025-10-07,10.00,Vase\n"
	rep := f.load(t, Orders, file, func(o *Options) { o.Map = map[string]string{"Client": "email"} })
	if o := f.order(t, "shopify", "#1"); rep.Created != 1 || o.Email != "a@x.example" || o.Day != model.NewDate(2025, 10, 7) {
		t.Errorf("%+v %+v", rep, o)
	}
}

// Dollars are never added to euros: such an order is kept, told, and counts for
// nothing.
func TestAnOrderInAnotherCurrencyIsKeptAndNotCounted(t *testing.T) {
	t.Parallel()
	f := newFake()
	r := f.load(t, Orders, "id,date,email,total,currency,status\n"+
		"1,2026-11-20,a@x.example,100.00,usd,paid\n2,2026-11-20,a@x.example,20.00,EUR,paid\n3,2026-11-20,a@x.example,30.00,€,paid\n4,2026-11-20,a@x.example,5.00,,paid\n5,2026-11-20,a@x.example,9.00,CHF,cancelled\n")
	if r.Created != 5 || r.Foreign != 1 {
		t.Errorf("%+v", r)
	}
	want := map[string]model.Cents{"1": 0, "2": 2000, "3": 3000, "4": 500, "5": 0}
	for id, cents := range want {
		if o := f.order(t, "generic", id); o.Counts() != cents || id == "1" && (o.Status != model.OrderForeign || o.Total != 10000 || o.Currency != "USD") {
			t.Errorf("%+v counts %d, want %d", o, o.Counts(), cents)
		}
	}
}
