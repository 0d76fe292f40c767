package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// referenceOf is one reference case of a data set, by its id.
func referenceOf(t *testing.T, set, id string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../../shared/data", set, "golden-open.json"))
	if err != nil {
		t.Skip("no reference data beside the project: ", err)
	}
	var doc struct{ Cases []reference }
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(doc.Cases, func(c reference) bool { return c.ID == id })
	if at < 0 {
		t.Fatalf("no case %s of %s", id, set)
	}
	return doc.Cases[at].Expected
}

// Every command of ROI that reads no campaign answers its reference case,
// figure by figure, to 1e-9.
func TestROICommandsAnswerTheirReferenceCases(t *testing.T) {
	t.Parallel()
	const data = "../../../shared/data/"
	hillstrom, journey := data+"hillstrom/hillstrom.csv.gz", data+"complete-journey/"
	adjust := referenceOf(t, "hillstrom", "multiple-arms-adjust")
	var names, p []string
	for i, name := range adjust["names"].([]any) {
		names = append(names, name.(string))
		p = append(p, strconv.FormatFloat(adjust["p"].([]any)[i].(float64), 'g', -1, 64))
	}
	anytime := func(arm string) []string {
		return []string{
			"roi", "anytime", hillstrom, "--arm", "segment", "--treatment", arm, "--control", "No E-Mail", "--outcome", "spend",
			"--alpha", "0.05", "--looks", "1000,2000,5000,10000,20000,40000,64000", "--optimised-for", "10000", "--tau", "0.5",
		}
	}
	for _, c := range []struct {
		set, id string
		args    []string
	}{
		{"hillstrom", "mens-spend-anytime", anytime("Mens E-Mail")},
		{"hillstrom", "womens-spend-anytime", anytime("Womens E-Mail")},
		{"hillstrom", "multiple-arms-adjust", []string{"roi", "adjust", "--names", strings.Join(names, ","), "--p", strings.Join(p, ",")}},
		{"hillstrom", "srm-three-arms", []string{"roi", "srm", hillstrom, "--arm", "segment", "--arms", "Mens E-Mail,Womens E-Mail,No E-Mail", "--weights", "1,1,1"}},
		{"hillstrom", "srm-bad-split", []string{"roi", "srm", "--counts", "21307,20387,21306", "--weights", "1,1,1"}},
		{"cookie-cats", "srm", []string{"roi", "srm", data + "cookie-cats/cookie_cats.csv.gz", "--arm", "version", "--arms", "gate_40,gate_30", "--weights", "1,1"}},
		{"starbucks-promo", "training-srm", []string{"roi", "srm", data + "starbucks-promo/training.csv.gz", "--arm", "Promotion", "--arms", "Yes,No", "--weights", "1,1"}},
		{"complete-journey", "coupon-leak", []string{"roi", "coupons", journey + "coupon_redemptions.csv", "--targets", journey + "campaigns.csv", "--campaign", "campaign_id", "--customer", "household_id"}},
	} {
		t.Run(c.set+" "+c.id, func(t *testing.T) {
			t.Parallel()
			want := referenceOf(t, c.set, c.id)
			same(t, c.id, answerOf(t, c.args...), want)
		})
	}
}

// answerOf is the JSON that a command answers.
func answerOf(t *testing.T, args ...string) (got any) {
	t.Helper()
	code, out, errs := run(t, App{}, append(args, "--json")...)
	if code != exitOK {
		t.Fatalf("%q: exit code %d: %s", args, code, errs)
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// The draw of other shares and strata, by figures computed elsewhere: several
// of these quotas fall on equal remainders.
func TestROIDrawBreaksTiesAsElsewhere(t *testing.T) {
	t.Parallel()
	_, file := references(t)
	for _, c := range []struct {
		salt, share, strata      string
		simple, simpleIDs, exact float64
		exactIDs                 float64
		quotas                   map[string]any
	}{
		{
			"camp-2008-03-20", "0.4", "history_segment", 25658, 816152705, 25600, 813950400,
			map[string]any{"1) $0 - $100": 9188.0, "2) $100 - $200": 5702.0, "3) $200 - $350": 4916.0, "4) $350 - $500": 2563.0, "5) $500 - $750": 1964.0, "6) $750 - $1,000": 744.0, "7) $1,000 +": 523.0},
		},
		{"noel", "0.6", "zip_code", 38441, 1227762879, 38400, 1226442278, map[string]any{"Rural": 5738.0, "Surburban": 17265.0, "Urban": 15397.0}},
		{"été", "0.05", "channel", 3241, 104155745, 3200, 102776765, map[string]any{"Multichannel": 388.0, "Phone": 1401.0, "Web": 1411.0}},
	} {
		same(t, c.salt, answerOf(t, "roi", "draw", file, "--salt", c.salt, "--share", c.share, "--strata", c.strata), map[string]any{
			"simple_count": c.simple, "simple_sum_ids": c.simpleIDs, "stratified_count": c.exact, "stratified_sum_ids": c.exactIDs, "stratified_quota": c.quotas,
		})
	}
}

// What cannot be answered is refused with code 2 and a sentence of its own.
func TestROICommandsRefuseWhatHasNoAnswer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	arms, effects := write("arms.csv", "g,y\nt,1\nc,deux\n"), write("effects.csv", "diff,se\n1,0\n2,1\n")
	for want, args := range map[string][]string{
		"ligne 3, colonne y : « deux » n’est pas un nombre":                  {"anytime", arms, "--arm", "g", "--treatment", "t", "--control", "c", "--outcome", "y"},
		"aucune colonne z ; le fichier a : g, y":                             {"anytime", arms, "--arm", "g", "--treatment", "t", "--control", "c", "--outcome", "z"},
		"« 1e3 » ne convient pas à --looks":                                  {"anytime", arms, "--arm", "g", "--treatment", "t", "--control", "c", "--outcome", "y", "--looks", "1e3"},
		"il faut autant de noms que de valeurs p : il y en a 2 et 1":         {"adjust", "--names", "a,b", "--p", "0.5"},
		"la valeur p de « b », 1,5, n’est pas entre 0 et 1":                  {"adjust", "--names", "a,b", "--p", "0.5,1.5"},
		"ligne 2, colonne se : l’erreur « 0 » n’est pas au-dessus de zéro":   {"pool", effects},
		"aucune colonne c ; le fichier a : g, y":                             {"coupons", arms, "--targets", arms, "--campaign", "c", "--customer", "y"},
		"il manque l’option --targets":                                       {"coupons", arms, "--campaign", "g", "--customer", "y"},
		"les deux taux sont 0,1 : il n’y a rien à distinguer":                {"power", "--p0", "0.1", "--p1", "0.1", "--ratio", "1"},
		"le taux 1,2 (--p1) n’est pas entre 0 et 1":                          {"power", "--p0", "0.1", "--p1", "1.2", "--ratio", "1"},
		"la puissance 2 n’est pas entre 0 et 1":                              {"power", "--p0", "0.1", "--p1", "0.2", "--ratio", "1", "--power", "2"},
		"-3 (--ratio) ne convient pas : il faut un nombre au-dessus de zéro": {"power", "--p0", "0.1", "--p1", "0.2", "--ratio", "-3"},
		"une part de 0,001 de 100 personnes laisse un groupe vide":           {"power", "--population", "100", "--share", "0.001", "--base-rate", "0.1", "--sd", "1"},
		"« 100,200 » ne convient pas à --population":                         {"power", "--population", "100,200", "--delta", "1", "--sd", "1"},
		"personne n’a « z » dans la colonne g":                               {"srm", arms, "--arm", "g", "--arms", "t,z"},
		"il faut 2 parts positives":                                          {"srm", "--counts", "1,2", "--weights", "1,2,3"},
	} {
		code, _, errs := run(t, App{}, append(append([]string{"roi"}, args...), "--lang", "fr")...)
		spaces := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
		if first, _, _ := strings.Cut(spaces.Replace(errs), "\n"); code != exitUsage || first != "error: "+want {
			t.Errorf("roi %q: exit code %d: %s", args, code, errs)
		}
	}
}
