package chart_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/ui/i18n"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/internal/cells"
)

// fortnight is a target that earns 10 cents a day more than a zone blanche.
func fortnight(days int) chart.CurveData {
	p := i18n.New("fr")
	d := chart.CurveData{
		Days:   14,
		YLabel: func(v float64) string { return p.Euros(v, 1) },
		XLabel: func(i int) string { return p.Int(i + 1) },
	}
	for i := range days {
		m := 0.1 * float64(i+1)
		d.Target = append(d.Target, chart.Point{Low: m * 0.8, Mid: m, High: m * 1.2})
		d.Blanche = append(d.Blanche, m*0.45)
	}
	return d
}

func TestTheCurveShowsTargetBandAndZoneBlanche(t *testing.T) {
	t.Parallel()
	want := `      │                                                ▒▒
1,5 € ┤                                        ▒▒▒▒▒▒▒▒▒●
      │                                ▒▒▒▒▒▒▒╭─────────╯
1,0 € ┤                        ▒▒▒▒▒▒╭────────╯▒▒▒▒▒▒▒▒▒▒
      │                ▒▒▒▒╭─────────╯▒▒▒▒▒▒▒           ○
0,5 € ┤         ▒▒╭────────╯▒▒▒▒▒  ○○○○○○○○○○○○○○○○○○○○○
      │ ╭─────────╯○○○○○○○○○○○○○○○○
0,0 € ┼─╯○○○○○
       1   2   3  4   5   6   7  8   9   10  11 12  13 14
`
	if d := cmp.Diff(want, cells.Text(chart.Curve(cells.Plain(), 57, 9, fortnight(14)))); d != "" {
		t.Error(d)
	}
	half := cells.Text(chart.Curve(cells.Plain(), 57, 9, fortnight(7)))
	for _, l := range strings.Split(half, "\n")[:8] {
		if n := len([]rune(l)); n > 33 {
			t.Errorf("an open window draws beyond its day: %q", l)
		}
	}
}

func TestWithColoursTheCurveIsDrawnInBraille(t *testing.T) {
	t.Parallel()
	lines := chart.Curve(cells.Themes()[0], 57, 9, fortnight(14))
	want := `      │
1,5 € ┤                                                 ●
      │                                       ⢀⣀⣠⣤⣤⠶⠶⠞⠛⠛⠉
`
	if d := cmp.Diff(want, cells.Text(lines[:3])); d != "" {
		t.Error(d)
	}
	if strings.Contains(cells.Text(lines), "▒") {
		t.Error("the band is no background")
	}
}

func TestTheZoneBlancheIsWhiteAndTheTargetIsNot(t *testing.T) {
	t.Parallel()
	th := cells.Themes()[0]
	all := strings.Join(chart.Curve(th, 57, 9, fortnight(14)), "\n")
	ring, dot := th.Blanche.Render("○")[:10], th.Accent.Render("●")[:10]
	if !strings.Contains(all, ring) || !strings.Contains(all, dot) {
		t.Error("the two are not in their tokens")
	}
}

func TestAxisLabelsStandOnTheirValue(t *testing.T) {
	t.Parallel()
	p := i18n.New("fr")
	d := chart.CurveData{Target: []chart.Point{{-40, -40, -40}, {110, 110, 110}}, YLabel: func(v float64) string { return p.Decimal(v, 0) }}
	got := cells.Text(chart.Curve(cells.Plain(), 30, 9, d))
	if !strings.Contains(got, "0 ┤") || !strings.Contains(got, "−50") {
		t.Errorf("no zero, no −50:\n%s", got)
	}
}

func TestWhiskersStandOnACommonAxis(t *testing.T) {
	t.Parallel()
	th := cells.Plain()
	s := chart.Scale{Low: -1, High: 6, W: 50}
	nan := math.NaN()
	got := []string{
		chart.Axis(th, s, []chart.Mark{{0, "0"}, {-1, "−100 %"}, {2, "+200 %"}, {4, "+400 %"}, {6, "+600 %"}, {5.9, "caché"}}),
		chart.Whisker(th, th.Good, s, chart.Point{Low: 1.91, Mid: 3.62, High: 5.33}, 0, -1),
		chart.Whisker(th, th.Good, s, chart.Point{Low: -3, Mid: 1, High: 9}, 0, -1),
		chart.Whisker(th, th.Good, s, chart.Point{Low: 0.5, Mid: 0.5, High: 0.5}, 0),
		chart.Whisker(th, th.Good, s, chart.Point{Low: 8, Mid: 9, High: 10}, 0),
		chart.Whisker(th, th.Good, s, chart.Point{Low: nan, Mid: nan, High: nan}, 0),
		chart.Dot(th, th.Muted, s, 4, "+754 %", 0),
		chart.Dot(th, th.Muted, s, 7.54, "+754 %", 0),
	}
	want := []string{
		"−100 % 0          +200 %        +400 %      +600 %",
		"┊      ┊            ├───────────●───────────┤     ",
		"←──────┼──────●──────────────────────────────────→",
		"       ┊   ●                                      ",
		"       ┊                                         →",
		"       ┊                                          ",
		"       ┊                           ◇ +754 %       ",
		"       ┊                                  +754 % →",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestSparklinesShowASlowTrend(t *testing.T) {
	t.Parallel()
	th := cells.Plain()
	got := []string{
		chart.Spark(th, th.Text, 8, []float64{8400, 8402, 8405, 8407, 8410, 8412, 8415, 8421}),
		chart.Spark(th, th.Text, 4, []float64{1, 2, 3, 4, 5, 6, 7, 8}),
		chart.Spark(th, th.Text, 6, []float64{3, 3, math.NaN()}),
		chart.Spark(th, th.Text, 3, nil),
		chart.Spark(cells.Themes()[3], th.Text, 8, []float64{1, 2, 3, 4, 5, 6, 7, 8}),
	}
	if d := cmp.Diff([]string{"▁▂▃▃▄▅▆█", "▁▃▆█", "    ▄▄", "   ", "__..--=#"}, got); d != "" {
		t.Error(d)
	}
}

func TestChartsAreExactlyTheirSize(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	datas := []chart.CurveData{
		{},
		fortnight(1), fortnight(7), fortnight(14),
		{Target: []chart.Point{{nan, nan, nan}, {1, 2, inf}}, Blanche: []float64{nan, -inf, 3}},
		{Target: []chart.Point{{-1e12, 5, 1e15}}, YLabel: func(v float64) string { return fmt.Sprint(v) }, XLabel: func(int) string { return "日本" }},
		{Blanche: []float64{0, 0, 0}, Days: 400, XLabel: func(i int) string { return fmt.Sprint("jour ", i) }},
	}
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			for _, d := range datas {
				cells.Exact(t, chart.Curve(th, size.W, size.H, d), size.W, size.H)
			}
			for _, s := range []chart.Scale{chart.FitScale(size.W), chart.FitScale(size.W, 1, 1), chart.FitScale(size.W, -1, inf, nan, 6), {W: size.W}} {
				checkScale(t, th, s)
			}
			cells.Line(t, chart.Spark(th, th.Good, size.W, []float64{1, 5, 2, nan, inf}), size.W)
		}
	}
}

func checkScale(t *testing.T, th *theme.Theme, s chart.Scale) {
	t.Helper()
	for _, v := range []float64{-10, -1, 0, 0.5, 1, 6, 100, math.NaN(), math.Inf(1), math.Inf(-1)} {
		cells.Line(t, chart.Whisker(th, th.Good, s, chart.Point{Low: v - 1, Mid: v, High: v + 1}, 0, v), s.W)
		cells.Line(t, chart.Dot(th, th.Good, s, v, "+754 %", 0, v), s.W)
		cells.Line(t, chart.Axis(th, s, []chart.Mark{{0, "0"}, {v, "日本"}}), s.W)
	}
	if t.Failed() {
		t.Fatalf("at %+v", s)
	}
}

func BenchmarkCurve(b *testing.B) {
	th := cells.Themes()[0]
	d := fortnight(14)
	for b.Loop() {
		_ = chart.Curve(th, 100, 16, d)
	}
}
