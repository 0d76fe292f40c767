package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/audience"
	"blanche/model"
)

// deskOf is a desk on a shop with all that a manager targets by: free columns
// of a file, orders of categories and with codes, clicks.
func deskOf(t *testing.T) campaigns.Desk {
	t.Helper()
	ctx := context.Background()
	s, st := shopOf(t, 5, 1500), storeIn(t, t.TempDir())
	if err := Build(ctx, st, s); err != nil {
		t.Fatal(err)
	}
	config := settings(Options{Lang: "fr", Zone: s.zone})
	config.Public.URL = "https://mail.marguerite.example"
	service, err := campaigns.Open(ctx, st, campaigns.Options{Config: config, Now: func() time.Time { return end }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close(ctx) })
	desk := service.As(model.Actor{Name: "paul", Role: model.Admin, From: "local"})
	var people, orders strings.Builder
	people.WriteString("e-mail;Dépenses 2025;Membre;Adhésion;Taille\n")
	orders.WriteString("id;e-mail;date;total;canal;catégorie;code\n")
	for i := 0; i < len(s.People); i += 3 {
		email := s.People[i].Contact.Email
		fmt.Fprintf(&people, "%s;%d,50;%s;%s;%s\n", email, i%300, []string{"oui", "non"}[i%2], end.AddDate(0, 0, -i).Format("02/01/2006"), []string{"S", "M", "L"}[i%7%3])
		fmt.Fprintf(&orders, "k%d;%s;%s;%d,20;%s;%s;%s\n", i, email, end.AddDate(0, 0, -i%400).Format("02/01/2006"), 10+i%90,
			[]string{"web", "magasin"}[i%2], []string{"Jardin", "Cuisine", "Jardin|Cuisine"}[i%5%3], []string{"", "NOEL15"}[i%4/3])
	}
	for kind, text := range map[string]string{"contacts": people.String(), "orders": orders.String()} {
		if _, err := desk.Import(ctx, campaigns.ImportRequest{Kind: kind, Name: kind + ".csv", Source: strings.NewReader(text), Size: int64(len(text)), OrderSource: "caisse"}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := st.Campaigns().Get(ctx, "points-doubles")
	if err != nil {
		t.Fatal(err)
	}
	reached, err := st.Ledger().Members(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	var clicks []model.Response
	for i, who := range reached[:len(reached)/3] {
		clicks = append(clicks, model.Response{At: end.AddDate(0, 0, -5-i%60), Kind: model.ResponseClick, Campaign: c.ID, Contact: who, Version: 1, Link: 1})
	}
	if err := service.Record(ctx, clicks); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Freeze(ctx, "clients-2026-11-22", "client et ca > 300"); err != nil {
		t.Fatal(err)
	}
	return desk
}

// asked counts a rule in the words of the person who wrote it, and in those of
// the other language; it is of some people and not of all, whom it tells apart
// and whose part in it is explained.
func asked(t *testing.T, desk campaigns.Desk, text string) (matched int) {
	t.Helper()
	ctx := context.Background()
	n, err := desk.Count(ctx, text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return 0
	}
	rule, err := desk.ReadRule(ctx, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{rule.String(), model.RuleWordsOf("fr").Rule(rule), campaigns.RuleText(text, "fr")} {
		if m, err := desk.Count(ctx, other); err != nil || m.Matched != n.Matched || m.Sendable != n.Sendable {
			t.Errorf("%s counts %d, %s counts %d, %v", text, n.Matched, other, m.Matched, err)
		}
	}
	not, err := desk.Count(ctx, "not ("+text+")")
	if err != nil || n.Matched == 0 || not.Matched == 0 || n.Matched+not.Matched != 1500 || n.Sendable+n.Excluded.Total() != n.Matched {
		t.Errorf("%s: %d are in it and %d are not, of 1500; %d sendable, excluded %+v; %v", text, n.Matched, not.Matched, n.Sendable, n.Excluded, err)
	}
	some, err := desk.Sample(ctx, text, 5)
	if err != nil || len(some) != min(n.Matched, 5) {
		t.Errorf("%s: %d people shown, %v", text, len(some), err)
	}
	for i := range some {
		x, err := desk.Explain(ctx, text, some[i].ID.String())
		if err != nil || !x.Matches || len(x.Parts) == 0 || !x.Parts[0].Holds {
			t.Errorf("%s: %s is shown and not explained: %+v %v", text, some[i].Email, x, err)
		}
	}
	return n.Matched
}

func TestWhateverAManagerTargetsByIsARule(t *testing.T) {
	t.Parallel()
	desk := deskOf(t)
	for what, rules := range map[string][]string{
		"identity":   {`prénom commence par L`, `nom contient "ar"`, `type = professionnel`, `domaine contient "orange"`, `langue = en`, `téléphone existe`, `naissance < 01/01/1980`, `société existe`},
		"place":      {`ville = Nantes`, `code_postal commence par 44`, `pays = FR et non ville dans [Paris, Lyon]`},
		"consent":    {`base_légale = consentement`, `base_légale dans [client, b2b]`, `base_légale_depuis > il y a 365j`, `opposé`, `joignable`, `suivi = inconnu et opposé`},
		"count":      {`commandes >= 3`, `commandes_90j >= 1`, `commandes dans [1, 2]`},
		"sum":        {`ca >= 200`, `ca_365j > 100,50`, `ca(du 01/01/2026 au 31/03/2026) > 0`},
		"average":    {`panier_moyen >= 50`, `panier_moyen(365j) < 30`},
		"first":      {`première_commande > il y a 90j`, `première_commande(canal = magasin) existe`},
		"last":       {`client et dernière_commande < il y a 180j`, `last_order(category = "cuisine") > 200d ago`},
		"channel":    {`commandes(90j, canal = "web") >= 1`, `commandes(canal = magasin) = 0`},
		"category":   {`ca(catégorie = "jardin") > 0`, `orders(365d, category = "cuisine", channel = "web") >= 1`},
		"received":   {`a_reçu("points-doubles")`, `a_reçu(une, 90j)`, `non a_reçu(une, depuis le 01/09/2026)`, `received("votre-avis", to 2026-11-22)`},
		"clicked":    {`a_cliqué("points-doubles")`, `a_cliqué(une, 20j)`, `a_reçu("points-doubles") et non a_cliqué("points-doubles")`},
		"bounced":    {`a_rebondi(une)`, `a_rebondi("points-doubles")`, `a_reçu(une) et non a_rebondi(une, 365j)`},
		"witnesses":  {`zone_blanche("points-doubles")`},
		"coupons":    {`a_utilisé("NOEL15")`, `a_utilisé(un, 90j)`, `ca(code = "noel15") > 20`},
		"loyalty":    {`points >= 100`, `palier = or`, `palier dans [argent, or]`, `carte existe`},
		"dates":      {`anniversaire dans 7j`, `anniversaire(créé_le) dans 90j`, `anniversaire(créé_le) dans 200j`, `créé_le > il y a 200j`},
		"tags":       {`étiquettes = jardin`, `étiquettes contient "cui" et non étiquettes = jardin`},
		"free":       {`depenses_2025 >= 100`, `Membre`, `"Adhésion" < il y a 300j`, `taille dans [M, L]`, `non attr.taille existe`, `anniversaire(attr.adhesion) dans 10j`},
		"rfm":        {`rfm = champions`, `rfm_récence >= 4 et rfm_fréquence <= 2`, `rfm dans ["à réveiller", perdus]`},
		"a snapshot": {`dans_instantané("clients-2026-11-22")`},
	} {
		for _, rule := range rules {
			if asked(t, desk, rule) == 0 {
				t.Errorf("%s: nobody", what)
			}
		}
	}
	if n := asked(t, desk, `a_cliqué(une, 20j)`); n >= asked(t, desk, `a_cliqué(une)`) {
		t.Errorf("%d clicked of late, which is no fewer than ever", n)
	}
}

// examples are the rules of the last part of the page of the manual.
func examples(t *testing.T, lang string) (page string, rules []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "ui", "manual", lang, "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	page = string(raw)
	last := page[strings.LastIndex(page, "\n## "):]
	for _, m := range regexp.MustCompile("(?s)```\n(.*?)\n```").FindAllStringSubmatch(last, -1) {
		rules = append(rules, m[1])
	}
	return page, rules
}

func TestTheManualShowsTenAudiencesThatCount(t *testing.T) {
	t.Parallel()
	desk := deskOf(t)
	_, fr := examples(t, "fr")
	_, en := examples(t, "en")
	if len(fr) != 10 || len(en) != 10 {
		t.Fatalf("%d examples in French, %d in English", len(fr), len(en))
	}
	for i := range fr {
		asked(t, desk, fr[i])
		a, errA := desk.ReadRule(context.Background(), fr[i])
		b, errB := desk.ReadRule(context.Background(), en[i])
		if errA != nil || errB != nil || a.String() != b.String() {
			t.Errorf("%s, and in English %s: %v %v", fr[i], en[i], errA, errB)
			continue
		}
		if model.RuleWordsOf("fr").Rule(a) != fr[i] || b.String() != en[i] {
			t.Errorf("the screen writes %s and %s", model.RuleWordsOf("fr").Rule(a), b)
		}
	}
}

func TestTheManualNamesEveryWordOfTheRules(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		page, _ := examples(t, lang)
		w := model.RuleWordsOf(lang)
		for _, name := range audience.Fields() {
			if word := w.Field(name); !strings.Contains(page, "`"+word+"`") && !regexp.MustCompile(`_\d+d$`).MatchString(name) {
				t.Errorf("%s: no word of %s", lang, word)
			}
		}
		for op := model.OpEqual; op <= model.OpContains; op++ {
			if !strings.Contains(page, "`"+w.Op(op)) {
				t.Errorf("%s: no word of %s", lang, w.Op(op))
			}
		}
		for _, e := range model.RuleEvents() {
			if !strings.Contains(page, "`"+w.Event(e)+"(") {
				t.Errorf("%s: no word of %s", lang, w.Event(e))
			}
		}
		for _, m := range regexp.MustCompile("`((?:a_|zone|dans_inst|used|held|received|clicked|bounced|in_snap|anniv|birth|last_order <|derni)[^`]*[)j0-9da])`").FindAllStringSubmatch(page, -1) {
			if _, err := audience.Parse(m[1]); err != nil && strings.ContainsAny(m[1], "(<") {
				t.Errorf("%s: %s does not read: %v", lang, m[1], err)
			}
		}
	}
}
