package cli

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/demo"
	"blanche/campaigns/measure"
	"blanche/model"
	"blanche/store/open"
	"blanche/ui/i18n"

	"github.com/charmbracelet/x/ansi"
	"gonum.org/v1/gonum/stat/distuv"
)

// demoShop is the desk of the demonstration on 22 November 2026, at ten.
func demoShop(t *testing.T) campaigns.Desk {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip("no time zones: ", err)
	}
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, zone) }
	st, err := open.Open(t.Context(), open.Options{Dir: filepath.Join(t.TempDir(), "data"), Rand: rand.Reader, Now: now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := demo.Start(t.Context(), demo.Options{Store: st, Contacts: 3000, Now: now, Zone: zone, Lang: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := firstOf(d.Close(context.Background()), st.Close()); err != nil {
			t.Error(err)
		}
	})
	return d.Desk()
}

// Finance computes net, ROI and their ranges again from the JSON alone.
func TestFinanceRecomputesAStatementFromItsJSONAlone(t *testing.T) {
	t.Parallel()
	desk := demoShop(t)
	methods := map[string]bool{}
	for _, name := range []string{"points-doubles", "bienvenue-cadeau", "livraison-offerte", "vous-nous-manquez", "votre-avis", "ventes-privees"} {
		code, out, errs := run(t, with(desk), "roi", name, "--json")
		if code != exitOK {
			t.Fatalf("%s: %s", name, errs)
		}
		methods[recompute(t, name, []byte(out))] = true
	}
	even := measure.Conclude(measure.Terms{
		Campaign: "moitié", Window: model.StatementWindow{Days: 14, Closed: true}, Margin: 0.4, Fixed: 20000, PerMessage: 3,
	}, measure.Summary{Customers: 1000, Buyers: 333, Revenue: 987654, Variance: 310.25}, measure.Summary{Customers: 900, Buyers: 225, Revenue: 612345, Variance: 205.5})
	raw, err := json.Marshal(even)
	if err != nil {
		t.Fatal(err)
	}
	methods[recompute(t, "moitié", raw)] = true
	if len(methods) != 3 {
		t.Errorf("not every method was tried: %v", methods)
	}
	t.Run("months too", func(t *testing.T) {
		_, out, _ := run(t, with(desk), "report", "month", "2026-11", "--json")
		var m struct {
			Campaigns []struct{ Statement json.RawMessage }
		}
		if err := json.Unmarshal([]byte(out), &m); err != nil || len(m.Campaigns) == 0 {
			t.Fatalf("%v, %d campaigns", err, len(m.Campaigns))
		}
		for _, c := range m.Campaigns {
			recompute(t, "month", c.Statement)
		}
	})
}

// recounted is what the recalculation reads, and nothing else.
type recounted struct {
	Window struct{ Closed bool }
	Alpha  float64
	Arms   []struct {
		Customers      int
		Revenue        float64 `json:"revenue_cents"`
		Mean, Variance float64
	}
	Spend struct {
		Diff, SE float64
		CI       [2]float64
		Method   string
	}
	Money struct {
		Margin     float64
		Cost       float64     `json:"cost_cents"`
		Fixed      float64     `json:"cost_fixed_cents"`
		Each       float64     `json:"cost_per_message_cents"`
		Net        float64     `json:"net_cents"`
		NetCI      [2]float64  `json:"net_ci_cents"`
		ROI        *float64    `json:"roi"`
		ROICI      *[2]float64 `json:"roi_ci"`
		BreakEven  float64     `json:"break_even_delta"`
		PPositive  *float64    `json:"p_roi_positive"`
		HoldoutNet float64     `json:"holdout_cost_cents"`
	}
	Guards []struct {
		Guard  string
		Values map[string]float64
	}
}

// recompute does the calculation of a statement again, by the formulas that its
// page prints, and returns its method.
func recompute(t *testing.T, name string, raw []byte) string {
	t.Helper()
	var f recounted
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want, within float64) {
		t.Helper()
		if !(math.Abs(got-want) <= within*max(1, math.Abs(want))) {
			t.Errorf("%s: %s is %v, recomputed %v", name, what, got, want)
		}
	}
	a, b := f.Arms[0], f.Arms[1]
	n1, n0 := float64(a.Customers), float64(b.Customers)
	near("mean", a.Mean, a.Revenue/100/n1, 1e-9)
	near("mean of the zone blanche", b.Mean, b.Revenue/100/n0, 1e-9)
	pooled := ((n1-1)*a.Variance + (n0-1)*b.Variance) / (n1 + n0 - 2)
	se, q := math.Sqrt(a.Variance/n1+math.Max(b.Variance, pooled)/n0), distuv.UnitNormal.Quantile(1-f.Alpha/2)
	switch f.Spend.Method {
	case model.SpendWelch:
		v1, v0 := a.Variance/n1, b.Variance/n0
		se = math.Sqrt(v1 + v0)
		q = distuv.StudentsT{Sigma: 1, Nu: (v1 + v0) * (v1 + v0) / (v1*v1/(n1-1) + v0*v0/(n0-1))}.Quantile(1 - f.Alpha/2)
	case model.SpendSequence:
		drawn := n1 + n0
		for _, g := range f.Guards {
			if g.Guard == "srm" {
				drawn = g.Values["expected_target"] + g.Values["expected_holdout"]
			}
		}
		l := -2 * math.Log(f.Alpha)
		k := (n1 + n0) * (l + math.Log(l+1)) / drawn
		q = math.Sqrt(2 * (k + 1) / k * math.Log(math.Sqrt(k+1)/f.Alpha))
	}
	diff := a.Mean - b.Mean
	low, high := diff-q*se, diff+q*se
	near("difference", f.Spend.Diff, diff, 1e-9)
	near("error", f.Spend.SE, se, 1e-9)
	near("low end", f.Spend.CI[0], low, 1e-8)
	near("high end", f.Spend.CI[1], high, 1e-8)

	m := f.Money
	cost := m.Fixed + m.Each*n1
	near("cost", m.Cost, cost, 0)
	net := func(d float64) float64 { return math.Round(m.Margin*n1*100*d - cost) }
	near("net", m.Net, net(diff), 0)
	near("low net", m.NetCI[0], net(low), 1e-8)
	near("high net", m.NetCI[1], net(high), 1e-8)
	near("break-even", m.BreakEven, cost/100/(m.Margin*n1), 1e-9)
	near("price of the zone blanche", m.HoldoutNet, math.Round(n0*(100*m.Margin*diff-m.Each)), 0)
	if m.ROI == nil || m.ROICI == nil {
		t.Fatalf("%s has no ROI", name)
	}
	roi := func(d float64) float64 { return (m.Margin*n1*100*d - cost) / cost }
	near("ROI", *m.ROI, roi(diff), 1e-9)
	near("low ROI", m.ROICI[0], roi(low), 1e-8)
	near("high ROI", m.ROICI[1], roi(high), 1e-8)
	if m.PPositive != nil {
		near("chance", *m.PPositive, distuv.UnitNormal.CDF((diff-m.BreakEven)/se), 1e-9)
	}
	return f.Spend.Method
}

// A month can be read in a terminal of 80 columns, in both languages.
func TestAMonthFitsATerminalOfEightyColumns(t *testing.T) {
	t.Parallel()
	desk := demoShop(t)
	for _, lang := range i18n.Languages() {
		for _, month := range []string{"2026-11", "2026-06", "2025-07", "2020-01"} {
			code, out, errs := run(t, with(desk), "report", "month", month, "--lang", lang)
			if code != exitOK {
				t.Fatalf("%s: %s", month, errs)
			}
			for line := range strings.Lines(out) {
				if w := ansi.StringWidth(strings.TrimRight(line, "\n")); w > 80 || strings.Contains(line, "report.") || strings.Contains(line, "NaN") {
					t.Errorf("%s %s: %d cells: %s", lang, month, w, line)
				}
			}
		}
	}
}

// The tables open right in French Excel: byte order mark, semicolons, decimal
// commas, lines that end as there, and no formula.
func TestATableOpensInFrenchExcel(t *testing.T) {
	t.Parallel()
	desk := demoShop(t)
	for _, args := range [][]string{{"roi", "points-doubles", "--csv"}, {"report", "month", "2026-11", "--csv"}, {"report", "month", "2026-11", "--csv", "-"}} {
		code, out, errs := run(t, with(&formulaTitled{desk}), append(args, "--lang", "en")...)
		if code != exitOK {
			t.Fatalf("%q: %s", args, errs)
		}
		body, bom := strings.CutPrefix(out, "\ufeff")
		if !bom || strings.Count(out, "\n") != strings.Count(out, "\r\n") {
			t.Errorf("%q: no mark, or lines that end otherwise: %.80q", args, out)
		}
		r := csv.NewReader(strings.NewReader(body))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		decimals, guarded := 0, false
		for _, row := range rows[1:] {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") {
					t.Errorf("%q: a formula: %q", args, cell)
				}
				guarded = guarded || strings.HasPrefix(cell, "'=")
				if _, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64); err == nil && strings.Contains(cell, ",") {
					decimals++
				} else if _, err := strconv.ParseFloat(cell, 64); err == nil && strings.Contains(cell, ".") {
					t.Errorf("%q: a decimal point: %q", args, row)
				}
			}
		}
		if decimals < 10 || args[0] == "report" && !guarded {
			t.Errorf("%q: %d decimals, the formula guarded: %v", args, decimals, guarded)
		}
	}
}

// formulaTitled is a desk whose campaigns have a formula for a title.
type formulaTitled struct{ campaigns.Desk }

func (d *formulaTitled) Month(ctx context.Context, month string) (campaigns.Month, error) {
	m, err := d.Desk.Month(ctx, month)
	for i := range m.Campaigns {
		m.Campaigns[i].Title = "=HYPERLINK(1)"
	}
	return m, err
}

func TestWhatIsNoMonthIsSaidExactly(t *testing.T) {
	t.Parallel()
	desk := demoShop(t)
	spaces := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	for _, c := range []struct{ want, args string }{
		{"« 2026-13 » n’est pas un mois", "2026-13"},
		{"« novembre » n’est pas un mois", "novembre"},
		{"2026-12 n’a pas commencé : nous sommes le 2026-11-22", "2026-12"},
		{"« trop » est de trop après « blanche report month »", "2026-11 trop"},
		{"il manque MOIS après « blanche report month »", ""},
	} {
		code, out, errs := run(t, with(desk), append(append([]string{"report", "month"}, strings.Fields(c.args)...), "--lang", "fr")...)
		if first, _, _ := strings.Cut(spaces.Replace(errs), "\n"); code != exitUsage || out != "" || first != "error: "+c.want {
			t.Errorf("report month %s: exit code %d: %s", c.args, code, errs)
		}
	}
}

func TestPagesComeOnStandardOutputToo(t *testing.T) {
	t.Parallel()
	desk := demoShop(t)
	for _, args := range [][]string{{"roi", "points-doubles", "--html", "-"}, {"report", "month", "2026-11", "--html", "-"}} {
		code, out, errs := run(t, with(desk), args...)
		if code != exitOK || !strings.HasPrefix(out, "<!doctype html>") || !strings.Contains(out, "</html>") {
			t.Errorf("%q: exit code %d: %.200s %s", args, code, out, errs)
		}
	}
}
