package measure_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"blanche/campaigns/measure"
)

// referenceCase is one answer computed elsewhere, by other libraries.
type referenceCase struct {
	ID        string   `json:"id"`
	Method    string   `json:"method"`
	Metric    string   `json:"metric"`
	Orders    string   `json:"orders"`
	Treatment string   `json:"treatment"`
	Control   string   `json:"control"`
	Alpha     float64  `json:"alpha"`
	Margin    *float64 `json:"margin"`
	Fixed     float64  `json:"cost_fixed"`
	Contact   float64  `json:"cost_per_contact"`
	Expected  map[string]any
}

// cases reads the reference answers of a data set that use a method.
func cases(t *testing.T, set string, methods ...string) []referenceCase {
	t.Helper()
	raw, err := os.ReadFile(dataFile(t, set+"/golden-open.json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Cases []referenceCase }
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(doc.Cases, func(c referenceCase) bool { return !slices.Contains(methods, c.Method) })
}

// sameFigures compares a result with the fields of a reference answer at 1e-9,
// relative or absolute. A field the answer does not have must be null.
func sameFigures(t *testing.T, got any, want map[string]any) {
	t.Helper()
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	for key, v := range fields {
		if _, ok := want[key]; !ok && v != nil {
			t.Errorf("%s = %v, not a field of the reference", key, v)
		}
	}
	for key, v := range want {
		sameValue(t, key, fields[key], v)
	}
}

func sameValue(t *testing.T, path string, got, want any) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s = %v, want an object", path, got)
			return
		}
		for k, v := range w {
			sameValue(t, path+"."+k, g[k], v)
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			t.Errorf("%s = %v, want %v", path, got, want)
			return
		}
		for i := range w {
			sameValue(t, fmt.Sprintf("%s[%d]", path, i), g[i], w[i])
		}
	case float64:
		if g, ok := got.(float64); !ok || !near(g, w) {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
}

// near is 1e-9 relative, or absolute for figures near zero that are not tails.
func near(got, want float64) bool {
	d := math.Abs(got - want)
	return d <= 1e-9*math.Abs(want) || (math.Abs(want) > 1e-6 && d <= 1e-9)
}

// measureFile runs a question on a file of the reference data.
func measureFile(t *testing.T, name string, spec measure.FileSpec) measure.Document {
	t.Helper()
	f, err := os.Open(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := measure.MeasureFile(f, spec)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestHillstromFileGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "hillstrom", "prop2", "welch", "prudent", "two_part", "roi") {
		if strings.HasSuffix(c.ID, "-thin") {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			spec := measure.FileSpec{
				Arm: "segment", Treatment: []string{c.Treatment}, Control: c.Control, Outcome: c.Metric, Binary: c.Orders,
				Margin: c.Margin, CostFixed: c.Fixed, CostPerContact: c.Contact, Alpha: &c.Alpha,
			}
			if c.Method == "two_part" { // has none
				spec.Alpha = nil
			}
			if c.Method == "prop2" {
				spec.Outcome, spec.Binary = "", c.Metric
			}
			got := measureFile(t, "hillstrom/hillstrom.csv.gz", spec).Get(c.Method)
			if p, ok := got.(measure.Prudent); ok { // fields of the thin cases alone
				c.Expected["n_holdout"], c.Expected["welch_ci_t"] = p.NHoldout, p.WelchCIt
				sameFigures(t, got, asJSON(t, c.Expected))
				return
			}
			sameFigures(t, got, c.Expected)
		})
	}
}

// asJSON is a value as it comes back from JSON.
func asJSON(t *testing.T, v map[string]any) (back map[string]any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func TestThinHoldoutGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	rows := readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend")
	for _, c := range cases(t, "hillstrom", "prudent") {
		if !strings.HasSuffix(c.ID, "-thin") {
			continue
		}
		var y1, y0 []float64
		for i, row := range rows {
			switch row["segment"] {
			case c.Treatment:
				y1 = append(y1, number(t, row["spend"]))
			case c.Control:
				if bucket("zb-5pct", i+1) < 0.05 {
					y0 = append(y0, number(t, row["spend"]))
				}
			}
		}
		s1, s0 := measure.NewSample(y1), measure.NewSample(y0)
		sameFigures(t, measure.ComparePrudently(s1.Moments(), s0.Moments(), s0.Buyers(), c.Alpha), c.Expected)
	}
}

func TestStarbucksFileGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	margin := 1.0
	spec := measure.FileSpec{
		Arm: "Promotion", Treatment: []string{"Yes"}, Control: "No", Outcome: "revenue", Binary: "purchase",
		Margin: &margin, CostPerContact: 0.15,
	}
	doc, err := measure.MeasureFile(starbucksWithRevenue(t), spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases(t, "starbucks-promo", "prop2", "roi", "srm") {
		sameFigures(t, doc.Get(c.Method), c.Expected)
	}
}

func TestCookieCatsFileGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	spec := measure.FileSpec{Arm: "version", Treatment: []string{"gate_40"}, Control: "gate_30", Outcome: "sum_gamerounds", Binary: "retention_7"}
	doc := measureFile(t, "cookie-cats/cookie_cats.csv.gz", spec)
	for _, c := range cases(t, "cookie-cats", "prop2", "welch", "srm") {
		sameFigures(t, doc.Get(c.Method), c.Expected)
	}
}

func TestRatioOfThreeArmsGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	spec := measure.FileSpec{Arm: "segment", Treatment: []string{"Mens E-Mail", "Womens E-Mail"}, Control: "No E-Mail"}
	doc := measureFile(t, "hillstrom/hillstrom.csv.gz", spec)
	for _, c := range cases(t, "hillstrom", "srm") {
		got := doc.Get("srm")
		if c.ID == "srm-bad-split" {
			got = measure.CheckRatio([]int{21307, 20387, 21306}, []float64{1, 1, 1})
		}
		sameFigures(t, got, c.Expected)
	}
}

func TestSequenceGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	rows := readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend")
	for _, c := range cases(t, "hillstrom", "anytime") {
		rho := measure.Rho(c.Alpha, 10000)
		sameValue(t, "rho", rho, c.Expected["rho"])
		for _, look := range c.Expected["looks"].([]any) {
			want := maps.Clone(look.(map[string]any))
			var y [2][]float64
			for _, row := range rows[:int(want["rows"].(float64))] {
				switch row["segment"] {
				case c.Treatment:
					y[1] = append(y[1], number(t, row["spend"]))
				case c.Control:
					y[0] = append(y[0], number(t, row["spend"]))
				}
			}
			for _, later := range []string{"rows", "msprt_lambda", "msprt_ci", "msprt_p_always_valid"} {
				delete(want, later)
			}
			sameFigures(t, measure.Follow(measure.NewSample(y[1]).Moments(), measure.NewSample(y[0]).Moments(), rho, c.Alpha), want)
		}
	}
}

func TestOnlineRetailGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	pre, post := retailPanel(t)
	for _, c := range cases(t, "online-retail", "welch") {
		var y [2][]float64
		for _, id := range slices.Sorted(maps.Keys(pre)) {
			v := post[id]
			if c.ID == "aa-did-30d" {
				v -= pre[id] / 3
			}
			side := 1
			if bucket("aa-2010-09", id) < 0.20 {
				side = 0
			}
			y[side] = append(y[side], v)
		}
		sameFigures(t, measure.CompareMeans(measure.NewSample(y[1]).Moments(), measure.NewSample(y[0]).Moments(), c.Alpha), c.Expected)
	}
}

// retailPanel sums the sales of each customer before and after 1 September
// 2010, by the filter that the cases state.
func retailPanel(t *testing.T) (pre, post map[string]float64) {
	t.Helper()
	pre, post = map[string]float64{}, map[string]float64{}
	eachRow(t, "online-retail/or2_2009_2010.csv.gz", func(cell func(string) string) {
		id, day := cell("customer_id"), cell("invoice_date")
		if id == "" || day < "2010-06-03" || day >= "2010-10-01" || strings.HasPrefix(cell("invoice"), "C") {
			return
		}
		q, p := number(t, cell("quantity")), number(t, cell("unit_price"))
		if q <= 0 || p <= 0 {
			return
		}
		if day < "2010-09-01" {
			pre[id] += q * p
		} else {
			post[id] += q * p
		}
	})
	return pre, post
}
