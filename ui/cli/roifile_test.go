package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// reference is one case of the reference answers.
type reference struct {
	ID, Method, Metric, Orders, Treatment, Control string
	Alpha                                          float64
	Margin                                         *float64
	CostFixed                                      float64 `json:"cost_fixed"`
	CostPerContact                                 float64 `json:"cost_per_contact"`
	Note                                           string
	Quantile                                       float64
	Covariate, Segment                             string
	Covariates                                     []string
	Strata                                         any // a list; a word in the case of the draw
	Expected                                       map[string]any
}

// references are the reference answers about a real campaign, and its file.
func references(t *testing.T) ([]reference, string) {
	t.Helper()
	folder := "../../../shared/data/hillstrom"
	raw, err := os.ReadFile(filepath.Join(folder, "golden-open.json"))
	if err != nil {
		t.Skip("no reference data beside the project: ", err)
	}
	var doc struct{ Cases []reference }
	if err := json.Unmarshal(raw, &doc); err != nil || len(doc.Cases) == 0 {
		if err := json.Unmarshal(raw, &doc.Cases); err != nil {
			t.Fatal(err)
		}
	}
	return doc.Cases, filepath.Join(folder, "hillstrom.csv.gz")
}

// The command answers the reference cases of a real campaign, figure by
// figure, to 1e-9.
func TestROICSVAnswersTheReferenceCases(t *testing.T) {
	t.Parallel()
	cases, file := references(t)
	tried := 0
	for _, c := range cases {
		args := []string{"roi", "csv", file, "--json", "--arm", "segment", "--treatment", c.Treatment, "--control", c.Control}
		switch c.Method {
		case "prop2":
			args = append(args, "--binary", c.Metric)
		case "welch", "prudent", "two_part":
			args = append(args, "--outcome", c.Metric)
		case "winsor_welch":
			args = append(args, "--outcome", c.Metric, "--winsor", fmt.Sprint(c.Quantile))
		case "cuped", "cuped_min_var":
			args = append(args, "--outcome", c.Metric, "--covariate", c.Covariate)
		case "lin_ols_hc2":
			args = append(args, "--outcome", c.Metric, "--covariate", strings.Join(c.Covariates, ","))
		case "post_strat":
			args = append(args, "--outcome", c.Metric, "--strata", fmt.Sprint(c.Strata.([]any)[0]))
		case "heterogeneity":
			args = append(args, "--binary", c.Metric, "--segment", c.Segment)
			if c.Metric == "spend" {
				args[len(args)-4] = "--outcome"
			}
		case "roi":
			args = append(args, "--outcome", c.Metric, "--binary", c.Orders, "--margin", fmt.Sprint(*c.Margin), "--cost-fixed", fmt.Sprint(c.CostFixed), "--cost-per-message", fmt.Sprint(c.CostPerContact))
		default:
			continue
		}
		if c.Note != "" || c.Treatment == "" {
			continue
		}
		tried++
		if raceDetector && tried%8 != 1 {
			continue // all of them in a run without the detector, see .ci/run
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			code, out, errs := run(t, App{}, args...)
			if code != exitOK {
				t.Fatalf("exit code %d: %s", code, errs)
			}
			var got map[string]any
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			same(t, c.Method, got[c.Method], c.Expected)
		})
	}
	if tried < 30 {
		t.Errorf("only %d cases were tried", tried)
	}
}

// Other arms, subsets, risks, caps, covariates, strata and segments of the same
// file, computed by other libraries (numpy 1.24, scipy 1.10, statsmodels 0.13,
// pandas 1.5), from one command each.
func TestROICSVIsRightOnOtherQuestionsToo(t *testing.T) {
	t.Parallel()
	_, file := references(t)
	raw, err := os.ReadFile("testdata/roi-figures.json")
	if err != nil {
		t.Fatal(err)
	}
	var questions []struct {
		Args     []string
		Expected map[string]any
	}
	if err := json.Unmarshal(raw, &questions); err != nil {
		t.Fatal(err)
	}
	for i, q := range questions {
		if raceDetector && i%8 != 0 {
			continue // all of them in a run without the detector, see .ci/run
		}
		t.Run(strings.Join(q.Args, " "), func(t *testing.T) {
			t.Parallel()
			code, out, errs := run(t, App{}, append([]string{"roi", "csv", file, "--json"}, q.Args...)...)
			if code != exitOK {
				t.Fatalf("exit code %d: %s", code, errs)
			}
			var got map[string]any
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			for method, want := range q.Expected {
				same(t, method, got[method], want)
			}
		})
	}
}

// same compares every expected figure.
func same(t *testing.T, path string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		fields, _ := got.(map[string]any)
		for name, x := range want {
			same(t, path+"."+name, fields[name], x)
		}
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			t.Errorf("%s has %d values, want %d", path, len(list), len(want))
			return
		}
		for i, x := range want {
			same(t, fmt.Sprintf("%s.%d", path, i), list[i], x)
		}
	case float64:
		x, ok := got.(float64)
		if !ok || math.Abs(x-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
}

func TestROISRMTestsCountsByHand(t *testing.T) {
	t.Parallel()
	_, out, _ := run(t, App{}, "roi", "srm", "--counts", "21307,20387,21306", "--weights", "1,1,1", "--json")
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	same(t, "p", got["p"], 1.48464728367389e-06)
	if code, _, _ := run(t, App{}, "roi", "srm", "--counts", "12"); code != exitUsage {
		t.Errorf("one count: exit code %d", code)
	}
}

// The questions of size answer the reference cases too.
func TestROIPowerAnswersTheReferenceCases(t *testing.T) {
	t.Parallel()
	cases, _ := references(t)
	const rate, sd = "0.00572608654839013", "11.5881996812715"
	questions := map[string][]string{
		"power":            {"--base-rate", rate, "--sd", sd, "--population", "64000", "--share", "0.05,0.1,0.2,0.5", "--delta-rate", "0.002", "--delta-mean", "0.3"},
		"n_control_prop":   {"--p0", rate, "--p1", "0.00744391251290716", "--ratio", "1,4,9,19"},
		"holdout_for_mean": {"--population", "64000", "--sd", sd, "--delta", "0.2,0.3,0.5,0.8"},
	}
	for _, c := range cases {
		question, ok := questions[c.Method]
		if !ok {
			continue
		}
		delete(questions, c.Method)
		code, out, errs := run(t, App{}, append([]string{"roi", "power", "--json"}, question...)...)
		if code != exitOK {
			t.Fatalf("%s: exit code %d: %s", c.ID, code, errs)
		}
		var got any
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		same(t, c.Method, got, c.Expected)
	}
	if len(questions) > 0 {
		t.Errorf("no reference case for %v", questions)
	}
}

func TestROIDrawReplaysTheReferenceDraw(t *testing.T) {
	t.Parallel()
	cases, file := references(t)
	for _, c := range cases {
		if c.Method != "draw" {
			continue
		}
		code, out, errs := run(t, App{}, "roi", "draw", file, "--salt", "camp-2008-03-20", "--share", "0.1", "--strata", "history_segment", "--json")
		if code != exitOK {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		var got any
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		same(t, c.Method, got, c.Expected)
		return
	}
	t.Error("no reference draw")
}

// What a person reads: each way to compare, which one to keep, the money, the
// segments, in both languages.
func TestROICSVIsReadableInBothLanguages(t *testing.T) {
	t.Parallel()
	_, file := references(t)
	args := []string{
		"roi", "csv", file, "--arm", "segment", "--treatment", "Mens E-Mail", "--control", "No E-Mail", "--outcome", "spend", "--binary", "conversion",
		"--covariate", "history", "--segment", "channel", "--margin", "0.3", "--cost-per-message", "0.05", "--alpha", "0.005",
	}
	for lang, lines := range map[string][]string{
		"fr": {
			"acheteurs (Newcombe)", "99,5 %", "+0,68 pt", "Retenir Welch : la zone blanche fait au moins 40 % du tout et a 100 acheteurs ou plus.",
			"De cet écart, +0,776 vient de plus d’acheteurs et −0,006 de plus gros paniers.", "+362 %", "Multichannel", "la prochaine fois", "un seul effet pour tous",
		},
		"en": {
			"buyers (Newcombe)", "99.5%", "+0.68 pt", "Keep Welch: the zone blanche is at least 40% of all and has 100 buyers or more.",
			"Of this difference, +0.776 comes from more buyers and −0.006 from bigger baskets.", "+362%", "Multichannel", "next time", "one effect for all",
		},
	} {
		code, out, errs := run(t, App{}, append(args, "--lang", lang)...)
		if code != exitOK {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		plain := strings.ReplaceAll(out, " ", " ")
		for _, line := range lines {
			if !strings.Contains(plain, strings.ReplaceAll(line, " ", " ")) {
				t.Errorf("%s: no %q in\n%s", lang, line, out)
			}
		}
	}
	code, out, _ := run(t, App{}, append(args, "--csv")...)
	if code != exitOK || !strings.Contains(out, "heterogeneity.ranked.0.segment,Multichannel\n") || !strings.Contains(out, "\nbootstrap.seed,1\n") {
		t.Errorf("CSV, exit code %d:\n%s", code, out)
	}
}

// A file that cannot be measured is refused with the line, the column and the
// value, from a file or from a pipe, in both languages.
func TestROICSVSaysWhatIsWrongInTheFile(t *testing.T) {
	t.Parallel()
	const good = "arm,spend,reached,age,city\nmail,12.5,1,40,Lyon\nmail,0,0,31,Nantes\nnone,3,0,52,Lyon\nnone,0,0,28,Nantes\n"
	for name, c := range map[string]struct {
		file   string
		args   []string
		fr, en string
	}{
		"no column":     {good, []string{"--covariate", "years"}, "aucune colonne years", "no column years; the file has: arm, spend, reached, age, city"},
		"no arm":        {good, []string{"--control", "nobody"}, "le fichier y porte", "the file has there: none"},
		"no number":     {strings.Replace(good, "31", "n/a", 1), []string{"--covariate", "age"}, "ligne 3, colonne age", `line 3, column age: "n/a" is no number`},
		"no exposure":   {strings.Replace(good, "3,0,52", "3,,52", 1), []string{"--exposure", "reached"}, "ligne 4, colonne reached", `line 4, column reached: empty`},
		"a cap of 99.9": {good, []string{"--winsor", "99.9"}, "le quantile", "the quantile 99.9 is not between 0 and 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "customers.csv")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			args := append([]string{"roi", "csv", path, "--arm", "arm", "--treatment", "mail", "--control", "none", "--outcome", "spend"}, c.args...)
			for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
				code, _, errs := run(t, App{}, append(args, "--lang", lang)...)
				if code != exitUsage || !strings.Contains(errs, want) {
					t.Errorf("%s, exit code %d: %s", lang, code, errs)
				}
			}
		})
	}
}
