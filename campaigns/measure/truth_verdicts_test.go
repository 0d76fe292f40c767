package measure_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

var update = flag.Bool("update", false, "write the statements of testdata/verdicts anew")

// The six verdicts, each of a real experiment: what was sold, what a campaign
// of that price makes of it. Their statements are kept under testdata/verdicts,
// where the sentences are worded from.
func TestRealExperimentsGetTheirVerdicts(t *testing.T) {
	t.Parallel()
	hillstrom := readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend")
	mens, none := armsOf(hillstrom, "segment", "Mens E-Mail", "No E-Mail", "spend", 100)
	womens, _ := armsOf(hillstrom, "segment", "Womens E-Mail", "No E-Mail", "spend", 100)
	promotion, without := armsOf(readRows(t, "starbucks-promo/training.csv.gz", "Promotion", "purchase"), "Promotion", "Yes", "No", "purchase", 1000)
	_, thin := armsOf(thinned(hillstrom), "segment", "Mens E-Mail", "No E-Mail", "spend", 100)
	lost := mens
	lost.Customers -= 1000
	for verdict, c := range map[model.Verdict]struct {
		title           string
		terms           measure.Terms
		target, holdout measure.Arm
	}{
		model.VerdictPays:               {"Mens E-Mail", measure.Terms{Window: closed, Margin: 0.3, PerMessage: 5}, mens, none},
		model.VerdictLoses:              {"Promotion", measure.Terms{Window: closed, Margin: 1, PerMessage: 15}, promotion, without},
		model.VerdictWorksProfitUnknown: {"Womens E-Mail", measure.Terms{Window: closed, Margin: 0.5, Fixed: 2000_00, PerMessage: 1}, womens, none},
		model.VerdictNotProven:          {"Mens E-Mail", measure.Terms{Window: closed, Margin: 0.3, PerMessage: 5}, mens, thin},
		model.VerdictTooEarly:           {"Womens E-Mail", measure.Terms{Window: open(), Day: 4, Margin: 0.3, PerMessage: 5}, womens, none},
		model.VerdictBlocked:            {"Mens E-Mail", measure.Terms{Window: closed, Margin: 0.3, PerMessage: 5, DrawnTarget: mens.Customers, DrawnHoldout: none.Customers}, lost, none},
	} {
		t.Run(string(verdict), func(t *testing.T) {
			t.Parallel()
			s := measure.Evaluate(c.terms, c.target, c.holdout)
			s.Title, s.Campaign = c.title, "campaign"
			if s.Verdict != verdict {
				t.Errorf("verdict %s", s.Verdict)
			}
			keep(t, filepath.Join("testdata", "verdicts", string(verdict)+".json"), s)
		})
	}
}

// thinned keeps one in twenty of the customers to whom nothing was sent.
func thinned(rows []map[string]string) (kept []map[string]string) {
	for i, row := range rows {
		if row["segment"] != "No E-Mail" || bucket("zb-5pct", i+1) < 0.05 {
			kept = append(kept, row)
		}
	}
	return kept
}

// keep compares a statement with the one that was kept, without what its
// sentence does not rest on.
func keep(t *testing.T, file string, s model.Statement) {
	t.Helper()
	s.Curve, s.StatementLines = []model.CurvePoint{}, model.StatementLines{}
	stop := []model.StatementGuard{}
	for _, g := range s.Guards {
		if g.Level == model.LevelStop {
			stop = append(stop, g)
		}
	}
	s.Guards = stop
	if *update {
		raw, err := json.MarshalIndent(s, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(raw, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	sameFigures(t, s, want)
}
