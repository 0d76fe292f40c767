package measure_test

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

// opened opens a file of the reference data for the length of a test.
func opened(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestPurchasesOfCDNOWGetTheReferenceScores(t *testing.T) {
	t.Parallel()
	got, err := measure.ScoreFile(opened(t, "cdnow/CDNOW_master.txt.gz"), measure.RFMSpec{
		ID: "customer_id", Date: "date", Value: "dollar_value", Reference: model.NewDate(1998, 7, 1), Quantiles: 5,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases(t, "cdnow", "rfm") {
		sameFigures(t, got, c.Expected)
	}
}

// within compares figures at a relative tolerance.
func within(t *testing.T, path string, got, want any, tol float64) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		for k, v := range w {
			g, _ := got.(map[string]any)
			within(t, path+"."+k, g[k], v, tol)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			t.Errorf("%s has %d entries, want %d", path, len(g), len(w))
			return
		}
		for i := range w {
			within(t, path, g[i], w[i], tol)
		}
	case float64:
		if g, ok := got.(float64); !ok || math.Abs(g-w) > tol*math.Abs(w) {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	default:
		t.Errorf("%s: %v", path, want)
	}
}

func asObject(t *testing.T, v any) (o map[string]any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestRepeatBuyingFollowsThePublishedModel(t *testing.T) {
	t.Parallel()
	got, err := measure.ModelFile(opened(t, "cdnow/cdnow_customers_summary.csv"), measure.BGNBDSpec{
		Frequency: "frequency", Recency: "recency", Age: "T", Horizon: 39,
		Predict: []measure.History{{X: 2, TX: 30.43, T: 38.86}, {T: 38.86}, {X: 1, TX: 1.71, T: 38.86}, {X: 7, TX: 29.43, T: 38.86}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases(t, "cdnow", "bgnbd") {
		within(t, c.ID, asObject(t, got), map[string]any(c.Expected), 1e-6) // the case allows 1e-4
	}
}

func TestSpendingFollowsThePublishedModel(t *testing.T) {
	t.Parallel()
	got, err := measure.SpendFile(opened(t, "cdnow/cdnow_customers_summary_with_transactions.csv"), "x", "zbar")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases(t, "cdnow", "gamma_gamma") {
		within(t, c.ID, asObject(t, got), map[string]any(c.Expected), 1e-5) // the case allows 1e-3
	}
}

func TestAFaultOfAFileOfPurchasesIsNamedByLineAndColumn(t *testing.T) {
	t.Parallel()
	spec := measure.RFMSpec{ID: "id", Date: "day", Value: "spent", Reference: model.NewDate(2026, 1, 1), Quantiles: 5}
	for name, x := range map[string]struct{ file, want string }{
		"no column":   {"id,day,money\n1,2025-01-01,3\n", "roi.no_column"},
		"no number":   {"id,day,spent\n1,2025-01-01,3\n2,2025-01-02,three\n", "roi.not_number line=3 column=spent value=three"},
		"no date":     {"id day spent\n\n1 20251301 3\n", "roi.not_date line=3 column=day value=20251301"},
		"short row":   {"id day spent\n1 20250101\n", "roi.row_cells line=2 cells=2 wanted=3"},
		"too late":    {"id,day,spent\n1,2026-01-01,3\n", "roi.nobody_before date=2026-01-01"},
		"empty":       {"", "roi.empty_file"},
		"broken gzip": {"\x1f\x8bxx", "roi.bad_gzip"},
	} {
		_, err := measure.ScoreFile(strings.NewReader(x.file), spec)
		var e *model.Error
		if !errors.As(err, &e) || !strings.HasPrefix(strings.Join(strings.Fields(e.Error()), " "), x.want) {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
}
