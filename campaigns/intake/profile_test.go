package intake

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// export is a file of testdata/profiles.
func export(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "profiles", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func TestExportOfATillOrShopIsKnownByItsTitles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file    string
		kind    Kind
		profile string
		tally   tally
	}{
		{"listmonk.csv", Contacts, "listmonk", tally{Rows: 3, Created: 2, Rejected: 1}},
		{"mailchimp.zip", Contacts, "mailchimp", tally{Rows: 4, Created: 4}},
		{"mailchimp-subscribed.csv", Contacts, "mailchimp", tally{Rows: 2, Created: 2}},
		{"keila.csv", Contacts, "keila", tally{Rows: 3, Created: 3}},
		{"brevo.csv", Contacts, "brevo", tally{Rows: 3, Created: 3}},
		{"shopify-customers.csv", Contacts, "shopify", tally{Rows: 2, Created: 2}},
		{"woocommerce-customers-skyverge.csv", Contacts, "woocommerce", tally{Rows: 2, Created: 2}},
		{"woocommerce-customers-webtoffee.csv", Contacts, "woocommerce", tally{Rows: 1, Created: 1}},
		{"prestashop-customers.csv", Contacts, "prestashop", tally{Rows: 2, Created: 2}},
		{"prestashop-customers-sql.csv", Contacts, "prestashop", tally{Rows: 2, Created: 2}},
		{"shopify-orders.csv", Orders, "shopify", tally{Rows: 5, Created: 4, Unchanged: 1}},
		{"woocommerce-orders-webtoffee.csv", Orders, "woocommerce", tally{Rows: 3, Created: 3}},
		{"woocommerce-orders-skyverge.csv", Orders, "woocommerce", tally{Rows: 5, Created: 4, Unchanged: 1}},
		{"woocommerce-orders-advanced.csv", Orders, "woocommerce", tally{Rows: 4, Created: 3, Unchanged: 1}},
		{"prestashop-orders-sql.csv", Orders, "prestashop", tally{Rows: 5, Created: 4, Unchanged: 1}},
		{"till-orders.csv", Orders, "generic", tally{Rows: 2, Created: 2}},
		{"erp-orders.csv", Orders, "generic", tally{Rows: 1, Created: 1}},
	} {
		f := newFake()
		rep := f.load(t, c.kind, export(t, c.file))
		if d := cmp.Diff(c.tally, tallyOf(rep)); d != "" || rep.Profile != c.profile {
			t.Errorf("%s: profile %q, rejects %v\n%s", c.file, rep.Profile, rep.Rejects, d)
		}
		again := f.load(t, c.kind, export(t, c.file), func(o *Options) { o.Profile = c.profile })
		if again.Created+again.Updated != 0 || again.Rejected != rep.Rejected {
			t.Errorf("%s again, its profile named: %+v", c.file, again)
		}
	}
}

func TestPeopleOfAnotherToolKeepWhatItKnewOfThem(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, export(t, "listmonk.csv"))
	lea := f.person(t, "lea@mail.example")
	for name, want := range map[string]string{"age": "42", "vip": "true", "tailles": "[38, 40]"} {
		if got, _ := lea.Attr(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if lea.City != "Nantes" || lea.FirstName != "Léa" || lea.LastName != "Martin" {
		t.Errorf("%+v", lea)
	}
	f.opposedAs(t, map[string]model.SuppressReason{"noe@mail.example": model.SuppressOpposed})

	f = newFake()
	f.load(t, Contacts, export(t, "keila.csv"))
	f.opposedAs(t, map[string]model.SuppressReason{"noe@mail.example": model.SuppressOpposed, "zoe@mail.example": model.SuppressBounced})
	if lea := f.person(t, "lea@mail.example"); lea.City != "Nantes" || lea.ExternalID != "C-17" {
		t.Errorf("%+v", lea)
	}

	f = newFake()
	f.load(t, Contacts, export(t, "brevo.csv"))
	f.opposedAs(t, map[string]model.SuppressReason{"zoe@mail.example": model.SuppressOpposed})
	if lea := f.person(t, "lea@mail.example"); lea.Basis != model.BasisConsent || lea.ExternalID != "C-17" || lea.City != "Évry" {
		t.Errorf("%+v", lea)
	}
}

func TestArchiveOfAFrenchMailchimpAccountIsKnownByItsOwnColumns(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Contacts, export(t, "mailchimp.zip"), consented)
	f.opposedAs(t, map[string]model.SuppressReason{"noe@mail.example": model.SuppressOpposed, "zoe@mail.example": model.SuppressBounced})
	if at := f.opposed["noe@mail.example"].At; at.Format("2006-01-02 15:04") != "2025-05-06 07:08" || len(rep.Parts) != 3 {
		t.Errorf("unsubscribed %s: %+v", at, rep)
	}
	lea, max := f.person(t, "lea@mail.example"), f.person(t, "max@mail.example")
	if lea.Basis != model.BasisConsent || lea.BasisAt.Format("2006-01-02 15:04") != "2024-03-02 09:10" || lea.Phone != "+33612345678" || lea.Birth != 0 || max.Basis != model.BasisConsent {
		t.Errorf("%+v\n%+v", lea, max)
	}
	if day, _ := lea.Attr("anniversaire"); day != "11/22" || cmp.Diff([]string{"salon", "vip"}, lea.Tags) != "" {
		t.Errorf("a day without its year is no date of birth: %q; %v", day, lea.Tags)
	}
}

func TestFileOfATillIsReadByTheMappingThatWasKept(t *testing.T) {
	t.Parallel()
	kept := model.FileMapping{
		Name: "caisse", Kind: "contacts", Titles: []string{"Contact 1", "Tit.", "Client depuis", "Mag.", "Cagnotte"},
		Map: map[string]string{"Contact 1": "email", "Tit.": "name", "Mag.": "city", "Cagnotte": "cagnotte:nombre", "Client depuis": "-"},
	}
	f := newFake()
	rep := f.load(t, Contacts, export(t, "till-contacts.csv"), func(o *Options) { o.Saved = []model.FileMapping{kept} })
	if d := cmp.Diff([]string{"lea|Léa|MARTIN|Nantes|cagnotte=12.50", "noe|Noé|DURAND|Brest|cagnotte=0.00"}, f.cards()); d != "" || rep.Mapping != "caisse" || rep.Encoding != "windows-1252" {
		t.Errorf("%s: %+v", d, rep)
	}
}

// opposedAs compares who is suppressed, and why.
func (f *fake) opposedAs(t *testing.T, want map[string]model.SuppressReason) {
	t.Helper()
	got := map[string]model.SuppressReason{}
	for email, s := range f.opposed {
		got[email] = s.Reason
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("suppressed (-want +got):\n%s", d)
	}
}

func TestCustomersOfAShopBringTheirConsentAndAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file       string
		lea, noe   model.Basis
		city, code string
	}{
		{"shopify-customers.csv", model.BasisConsent, model.BasisNone, "Nantes", "01000"},
		{"woocommerce-customers-skyverge.csv", model.BasisNone, model.BasisNone, "Nantes", "44000"},
		{"prestashop-customers.csv", model.BasisConsent, model.BasisNone, "", ""},
		{"prestashop-customers-sql.csv", model.BasisConsent, model.BasisNone, "", ""},
	} {
		f := newFake()
		f.load(t, Contacts, export(t, c.file))
		lea, noe := f.person(t, "lea@mail.example"), f.person(t, "noe@mail.example")
		if lea.Basis != c.lea || noe.Basis != c.noe || lea.City != c.city || lea.Postcode != c.code || noe.LastName != "Durand" {
			t.Errorf("%s: %+v\n%+v", c.file, lea, noe)
		}
		if lea.ExternalID == "" {
			t.Errorf("%s: no number of the customer", c.file)
		}
		for _, a := range append(lea.Attrs, noe.Attrs...) {
			if len(a.Value) > 2 && a.Value[:2] == "$P" {
				t.Errorf("%s: the hash of a password is kept as %s", c.file, a.Name)
			}
		}
	}
}

func TestOrdersOfAShopCountWhatWasPaidAndKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file string
		want map[string]model.Cents
		code string
	}{
		{"woocommerce-orders-skyverge.csv", map[string]model.Cents{"501": 10500, "502": 3000, "503": 0, "504": 0}, "NOEL"},
		{"shopify-orders.csv", map[string]model.Cents{"#1001": 10500, "#1002": 3000, "#1003": 0, "#1004": 0}, "NOEL"},
		{"woocommerce-orders-webtoffee.csv", map[string]model.Cents{"501": 10500, "502": 5000, "503": 0}, "noel"},
		{"woocommerce-orders-advanced.csv", map[string]model.Cents{"501": 10500, "502": 3000, "503": 0}, "NOEL"},
		{"prestashop-orders-sql.csv", map[string]model.Cents{"501": 10550, "502": 5000, "503": 0, "504": 0}, "FIDELE"},
	} {
		f := newFake()
		rep := f.load(t, Orders, export(t, c.file))
		got := map[string]model.Cents{}
		for _, o := range f.orders {
			got[o.ID] = o.Counts()
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.file, d)
		}
		first := "501"
		if rep.Profile == profileShopify {
			first = "#1001"
		}
		o := f.order(t, rep.Profile, first)
		if o.Code != c.code || o.Email != "lea@mail.example" || o.Day != model.NewDate(2026, 10, 7) || o.Currency != "EUR" && c.file != "woocommerce-orders-advanced.csv" {
			t.Errorf("%s: %+v", c.file, o)
		}
	}
}

func TestTillAndErpFilesNeedNoProfile(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;carte;code client\na@x.example;00123456;C-17\n")
	if rep := f.load(t, Orders, export(t, "erp-orders.csv")); rep.Unmatched != 0 {
		t.Errorf("%+v", rep)
	}
	f.load(t, Orders, export(t, "till-orders.csv"))
	if a, b := f.order(t, "generic", "T-0001"), f.order(t, "generic", "T-0002"); a.Total != 10500 || b.Total != -500 || a.Channel != "Nantes" {
		t.Errorf("%+v %+v", a, b)
	}
}

func TestProfileOfTheOtherKindIsRefusedWithTheChoices(t *testing.T) {
	t.Parallel()
	o := newFake().options(Contacts, "email\n")
	o.Profile = "excel"
	_, err := Import(context.Background(), o)
	var e *model.Error
	if !errors.As(err, &e) || e.Key != "import.profile_unknown" {
		t.Errorf("%v", err)
	}
}
