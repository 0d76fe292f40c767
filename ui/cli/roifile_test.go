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
	for _, q := range questions {
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
