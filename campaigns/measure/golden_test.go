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

	Quantile   *float64 `json:"quantile"`
	Covariate  string   `json:"covariate"`
	Covariates []string `json:"covariates"`
	Strata     any      `json:"strata"` // a list; a word in the case of the draw
	Segment    string   `json:"segment"`

	Expected map[string]any
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
	methods := []string{"prop2", "welch", "prudent", "two_part", "roi", "winsor_welch", "cuped", "cuped_min_var", "lin_ols_hc2", "post_strat", "heterogeneity", "bootstrap"}
	tried := map[string]int{}
	for _, c := range cases(t, "hillstrom", methods...) {
		if strings.HasSuffix(c.ID, "-thin") {
			continue
		}
		tried[c.Method]++
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			got := measureFile(t, "hillstrom/hillstrom.csv.gz", c.question()).Get(c.Method)
			switch got := got.(type) {
			case measure.Prudent: // has fields of the thin cases alone
				c.Expected["n_holdout"], c.Expected["welch_ci_t"] = got.NHoldout, got.WelchCIt
			case measure.Bootstrap:
				sameBootstrap(t, got, c.Expected)
				return
			}
			sameFigures(t, got, asJSON(t, c.Expected))
		})
	}
	for _, m := range methods {
		if tried[m] == 0 {
			t.Errorf("no case of %s", m)
		}
	}
}

// question is what a case asks of the file of Hillstrom.
func (c *referenceCase) question() measure.FileSpec {
	spec := measure.FileSpec{
		Arm: "segment", Treatment: []string{c.Treatment}, Control: c.Control, Outcome: c.Metric, Binary: c.Orders,
		Margin: c.Margin, CostFixed: c.Fixed, CostPerContact: c.Contact, Winsor: c.Quantile,
		Covariates: c.Covariates,
	}
	if strata, ok := c.Strata.([]any); ok {
		for _, column := range strata {
			spec.Strata = append(spec.Strata, column.(string))
		}
	}
	if c.Method == "bootstrap" {
		first := uint64(1)
		spec.Seed = &first
	}
	if c.Alpha > 0 { // the split has none
		spec.Alpha = &c.Alpha
	}
	if c.Covariate != "" {
		spec.Covariates = []string{c.Covariate}
	}
	if c.Segment != "" {
		spec.Segments = []string{c.Segment}
	}
	if c.Method == "prop2" || c.Metric == "conversion" {
		spec.Outcome, spec.Binary = "", c.Metric
	}
	return spec
}

// sameBootstrap compares a bootstrap with the reference: what chance does not
// touch at 1e-9, each bound within the tolerance of the case.
func sameBootstrap(t *testing.T, got measure.Bootstrap, want map[string]any) {
	t.Helper()
	exact := map[string]float64{"diff": float64(got.Diff), "acceleration_a": float64(got.Acceleration), "B_per_seed": float64(got.Draws), "seeds": float64(got.Seeds)}
	for field, v := range exact {
		sameValue(t, field, v, want[field])
	}
	if tol := want["tol_bca"].(float64); math.Abs(float64(got.SE)-want["se_boot"].(float64)) > tol/6 {
		t.Errorf("error %v, want %v", got.SE, want["se_boot"])
	}
	for field, b := range map[string]struct {
		got measure.Bounds
		tol string
	}{
		"ci_percentile":          {got.CIPercentile, "tol_percentile"},
		"ci_bca":                 {got.CIBCa, "tol_bca"},
		"ci_rel_lift_percentile": {got.CILift, "tol_rel_lift"},
	} {
		for side, bound := range want[field].([]any) {
			if math.Abs(float64(b.got[side])-bound.(float64)) > want[b.tol].(float64) {
				t.Errorf("%s %v, want %v within %v", field, b.got, want[field], want[b.tol])
			}
		}
	}
}

func TestReachedCustomersGiveTheReferenceEffect(t *testing.T) {
	t.Parallel()
	rows := readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend")
	for _, c := range cases(t, "hillstrom", "cace") {
		var file strings.Builder
		file.WriteString("arm,spend,reached\n")
		for i, row := range rows {
			reached := bucket("reached", i+1) < 0.97
			if row["segment"] == c.Control {
				reached = bucket("leak", i+1) < 0.04
			}
			fmt.Fprintf(&file, "%s,%s,%v\n", row["segment"], row["spend"], reached)
		}
		doc, err := measure.MeasureFile(strings.NewReader(file.String()), measure.FileSpec{
			Arm: "arm", Treatment: []string{c.Treatment}, Control: c.Control, Outcome: "spend", Exposure: "reached", Alpha: &c.Alpha,
		})
		if err != nil {
			t.Fatal(err)
		}
		sameFigures(t, doc.Get("cace"), c.Expected)
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
	for _, c := range cases(t, "cookie-cats", "prop2", "welch", "winsor_welch", "srm") {
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
	for _, c := range cases(t, "online-retail", "welch", "cuped", "cuped_min_var") {
		var y, x [2][]float64
		for _, id := range slices.Sorted(maps.Keys(pre)) {
			v := post[id]
			if c.ID == "aa-did-30d" {
				v -= pre[id] / 3
			}
			side := 1
			if bucket("aa-2010-09", id) < 0.20 {
				side = 0
			}
			if side == 1 && c.ID == "injected-5-pounds-cuped" {
				v += 5
			}
			y[side], x[side] = append(y[side], v), append(x[side], pre[id])
		}
		j1, j0 := measure.NewJoint(y[1], x[1]), measure.NewJoint(y[0], x[0])
		var got any
		switch c.Method {
		case "welch":
			got = measure.CompareMeans(j1.Y, j0.Y, c.Alpha)
		case "cuped":
			got = measure.AdjustUsual(j1, j0, c.Alpha)
		case "cuped_min_var":
			got = measure.AdjustLeastVariance(j1, j0, c.Alpha)
		}
		sameFigures(t, got, c.Expected)
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
