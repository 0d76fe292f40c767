package intake

import (
	"fmt"
	"strings"
	"testing"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

func TestColumnsOfOppositionsSuppressWhoTheyName(t *testing.T) {
	t.Parallel()
	for _, title := range []string{
		"désabonné", "Désinscrit", "desinscription", "unsubscribed", "opt_out", "Opt-Out", "optout", "blacklist", "Blacklisted",
		"stop pub", "STOP PUB", "Opposition", "ne plus contacter", "Ne pas contacter", "Date de désinscription", "Unsubscribed at",
		"Email Opt Out", "Refus e-mail", "Désabonnement newsletter",
	} {
		f := newFake()
		file, want := "email;ville;"+title+"\n", map[string]bool{}
		for value, opposed := range optOutValues {
			email := fmt.Sprintf("p%d@x.example", len(want))
			file += email + ";Lyon;" + value + "\n"
			want[email] = opposed
		}
		rep := f.load(t, Contacts, file, func(o *Options) { o.Basis = model.BasisConsent })
		if rep.Created != len(want) {
			t.Errorf("%s: %+v", title, rep)
		}
		for email, opposed := range want {
			s, ok := f.opposed[email]
			c := f.person(t, email)
			if ok != opposed || ok && s.Reason != model.SuppressOpposed || (c.Basis == model.BasisNone) != opposed || len(c.Attrs) != 0 {
				t.Errorf("%s: opposed %v, want %v: %+v\n%s", title, ok, opposed, c, file)
			}
		}
	}
}

// optOutValues are cells of a column of oppositions: true for an opposition.
var optOutValues = map[string]bool{
	"oui": true, "Yes": true, "1": true, "true": true, "VRAI": true, "x": true, "22/11/2026": true, "2026-11-22 10:00:00": true,
	"désabonné": true, "peut-être": true, "spam": true, "2": true,
	"non": false, "No": false, "0": false, "false": false, "FAUX": false, "": false, "-": false, "0000-00-00 00:00:00": false, "abonné": false,
}

func TestOneOppositionAmongSeveralColumnsIsEnough(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"second column of oppositions": "email;désabonné;blacklisted\na@x.example;non;oui\n",
		"first of them":                "email;désabonné;blacklisted\na@x.example;oui;non\n",
		"a status that is active":      "email;opt_out;statut\na@x.example;1;actif\n",
		"a consent beside":             "email;opt_in;opt_out\na@x.example;oui;oui\n",
		"a second status":              "email;statut;email status\na@x.example;client;unsubscribed\n",
		"a second consent":             "email;optin;newsletter\na@x.example;oui;désabonné\n",
		"a list of suppressions":       "email;suppressed\na@x.example;opposed\n",
		"an earlier row":               "email;désinscrit\na@x.example;oui\na@x.example;non\n",
		"a later row":                  "email;désinscrit\na@x.example;non\na@x.example;oui\n",
	} {
		f := newFake()
		f.load(t, Contacts, file)
		if _, ok := f.opposed["a@x.example"]; !ok {
			t.Errorf("%s: the opposition is lost", name)
		}
	}
	f := newFake()
	f.load(t, Contacts, "email;STOP SMS;opt_in\na@x.example;oui;oui\n")
	if len(f.opposed) != 0 || f.person(t, "a@x.example").Basis != model.BasisConsent {
		t.Errorf("a refusal of text messages says nothing of e-mail: %v", f.opposed)
	}
}

func TestColumnsOfConsentGiveOrWithdrawIt(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"opt_in", "Opt-in", "optin", "consentement", "Consentement e-mail", "Newsletter", "Accepts Email Marketing"} {
		f := newFake()
		rep := f.load(t, Contacts, "email;"+title+"\na@x.example;oui\nb@x.example;non\nc@x.example;parfois\n")
		if d := cmp.Diff(tally{Rows: 3, Created: 2, Rejected: 1}, tallyOf(rep)); d != "" {
			t.Errorf("%s: %s", title, d)
		}
		if f.person(t, "a@x.example").Basis != model.BasisConsent || f.person(t, "b@x.example").Basis != model.BasisNone {
			t.Errorf("%s: consent not read", title)
		}
	}
}

func TestTitlesThatTillsAndShopsWriteAreKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ shop, titles string }{
		{"a shop", "Numéro de commande;Date de commande;Email;Total"},
		{"a short one", "Commande;Date commande;E-mail client;Montant TTC"},
		{"a till", "N° ticket;Date du ticket;Client;Total TTC (€)"},
		{"another till", "Numéro;Date;Client;Net à payer"},
		{"invoices", "N° facture;Date de facture;Adresse e-mail;Montant TTC (€)"},
		{"sales", "Numéro de vente;Date de vente;Courriel;Prix TTC"},
		{"a list of PrestaShop", "ID;Date;Email;Total"},
		{"its table", "id_order;date_add;customer_email;total_paid"},
		{"an export of WooCommerce", "Order Number;Order Date;Billing Email;Order Total"},
		{"payments", "Transaction ID;Date de paiement;Email du client;Montant encaissé"},
		{"references", "Réf. commande;Passée le;Adresse de messagerie;Total payé"},
	} {
		f := newFake()
		f.load(t, Contacts, "email\na@x.example\n")
		rep := f.load(t, Orders, c.titles+"\nA1;22/11/2026;a@x.example;12,50\n")
		if d := cmp.Diff(tally{Rows: 1, Created: 1}, tallyOf(rep)); d != "" || rep.Unmatched != 0 {
			t.Errorf("%s (%s): %+v", c.shop, c.titles, rep)
			continue
		}
		if o := f.order(t, "generic", "A1"); o.Total != 1250 || o.Day != model.NewDate(2026, 11, 22) || o.Counts() != 1250 {
			t.Errorf("%s: %+v", c.shop, o)
		}
	}
}

func TestSurerTitleWinsWhereverItStands(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;id client\na@x.example;C7\n")
	f.load(t, Orders, "Numéro;Client;Date facture;Prix;N° commande;Code client;Date de commande;Total\n"+
		"1;Dupont Jean;01/01/2026;9;W1;C7;22/11/2026;12,50\n")
	o := f.order(t, "generic", "W1")
	if o.Contact != 1 || o.Total != 1250 || o.Day != model.NewDate(2026, 11, 22) {
		t.Errorf("%+v", o)
	}
}

func TestCancelledOrderCountsNothingWhateverItsPayment(t *testing.T) {
	t.Parallel()
	f := newFake()
	file := strings.Replace(shopify, "Created at,Lineitem quantity", "Created at,Cancelled at,Lineitem quantity", 1)
	file = strings.ReplaceAll(file, "2025-10-07 09:50:20 +0200,", "2025-10-07 09:50:20 +0200,2025-10-09 08:00:00 +0200,")
	file = strings.ReplaceAll(file, "2025-10-07 23:29:00 -0400,", "2025-10-07 23:29:00 -0400,,")
	file = strings.ReplaceAll(file, "2025-10-08 10:00:00 +0200,1", "2025-10-08 10:00:00 +0200,,1")
	f.load(t, Orders, file)
	if o := f.order(t, "shopify", "#1001"); o.Status != model.OrderCancelled || o.Counts() != 0 {
		t.Errorf("paid, then cancelled: %+v", o)
	}
	if o := f.order(t, "shopify", "#1002"); o.Counts() != 3000 {
		t.Errorf("not cancelled: %+v", o)
	}
	f.load(t, Orders, "N° commande;Email;Date;Total;Statut;Date annulation\n1;a@x.example;22/11/2026;5;payée;23/11/2026\n2;a@x.example;22/11/2026;5;payée;\n")
	if a, b := f.order(t, "generic", "1"), f.order(t, "generic", "2"); a.Counts() != 0 || b.Counts() != 500 {
		t.Errorf("%+v %+v", a, b)
	}
}

// A file of the other kind is told by its titles, with the command that takes it; one
// of neither is asked for its column.
func TestAFileOfTheOtherKindIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind Kind
		head string
		want string
	}{
		{Orders, "Civilité;Nom;Adresse e-mail;CP", "import.are_contacts"},
		{Contacts, "N° ticket;Date;Montant TTC;Magasin", "import.are_orders"},
		{Contacts, "Civilité;Nom;Ville", "import.no_column"},
		{Orders, "Ville;Pays", "import.no_column"},
	} {
		_, err := Import(t.Context(), Options{Kind: c.kind, Name: "f.csv", Source: strings.NewReader(c.head + "\n"), Now: noon})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v", c.head, err)
		}
	}
}
