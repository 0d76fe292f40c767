package roi

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// year is the programme of one year, on its way or there.
type year struct {
	of     int
	req    uint64
	loaded bool
	data   campaigns.Programme
	drawn  drawn
}

// openYear shows the programme of this year.
func (x *Screen) openYear() tea.Cmd {
	x.open, x.formula = "", false
	return x.askYear(x.s.Desk.Now().Year())
}

// turnYear shows the programme of another year, none after this one.
func (x *Screen) turnYear(step int) tea.Cmd {
	if x.year == nil || x.year.of+step > x.s.Desk.Now().Year() {
		return nil
	}
	return x.askYear(x.year.of + step)
}

func (x *Screen) askYear(of int) tea.Cmd {
	x.scroll = 0
	x.year = &year{of: of, req: x.s.Number()}
	return screen.Ask(x.s, screen.ROI, x.year.req, func(ctx context.Context) (campaigns.Programme, error) { return x.s.Desk.Programme(ctx, of) })
}

func (x *Screen) takeYear(msg screen.Reply[campaigns.Programme]) tea.Cmd {
	if x.year == nil || msg.Req != x.year.req {
		return nil
	}
	if msg.Err != nil {
		x.year = nil
		return screen.Fail(msg.Err)
	}
	x.year.loaded, x.year.data = true, msg.Value
	return nil
}

// viewYear draws the programme, scrolled.
func (x *Screen) viewYear(w, h int) []string {
	p, th, y := x.s.P, x.s.Th, x.year
	if !y.loaded {
		return frame.Block([]string{frame.Title(th, w, p.T("roi.programme.title", "year", p.Value(yearText(y.of)))), "", th.Muted.Render("  " + p.T("roi.screen.measuring"))}, w, h)
	}
	key := drawnKey{req: y.req, formula: x.formula, w: w, lang: p.Lang(), th: th}
	if y.drawn.key != key {
		lines := x.programme(w, &y.data)
		if x.formula {
			lines = x.writeFormulas(w, x.programmeFormulas(&y.data))
		}
		for i := range lines {
			lines[i] = frame.Fit(lines[i], w)
		}
		y.drawn = drawn{key, lines}
	}
	room := h - 1
	x.scroll = max(min(x.scroll, len(y.drawn.lines)-room), 0)
	below := ""
	if rest := len(y.drawn.lines) - room - x.scroll; rest > 0 {
		below = th.G.Down + " " + p.Int(rest)
	}
	title := frame.Title(th, w, p.T("roi.programme.title", "year", yearText(y.of)), p.N("roi.programme.counted", y.data.Counted), below)
	return frame.Block(append([]string{title}, y.drawn.lines[x.scroll:]...), w, h)
}

// yearText is a year as it is written: without a space in it.
func yearText(of int) string {
	digits := []byte("0000")
	for i := 3; i >= 0; i-- {
		digits[i] += byte(of % 10)
		of /= 10
	}
	return string(digits)
}

// programme is the whole page: what all of them brought, each kind, the
// universal zone blanche, and who is left out.
func (x *Screen) programme(w int, y *campaigns.Programme) []string {
	p, th := x.s.P, x.s.Th
	lines := x.paragraph(w, th.Text, x.yearSentence(y))
	for i := range y.Kinds {
		if y.Kinds[i].Pooled != nil {
			lines = append(lines, "")
			lines = append(lines, x.kind(w, &y.Kinds[i])...)
		}
	}
	lines = append(lines, x.single(w, y)...)
	if len(y.Universal) == 0 {
		lines = append(lines, "")
		lines = append(lines, x.paragraph(w, th.Muted, p.T("roi.programme.no_universal"))...)
	}
	for i := range y.Universal {
		lines = append(lines, "")
		lines = append(lines, x.universal(w, &y.Universal[i])...)
	}
	if len(y.LeftOut) > 0 {
		lines = append(lines, "", frame.Title(th, w, p.T("roi.programme.left_out")))
		for _, l := range y.LeftOut {
			lines = append(lines, x.item(w, p.T("cli.pool.out."+l.Why, "campaign", safe.Text(x.titleOf(l.Campaign))))...) //i18n:keys cli.pool.out.*
		}
	}
	return lines
}

// yearSentence is what the campaigns of a year brought, euros first.
func (x *Screen) yearSentence(y *campaigns.Programme) string {
	p, m := x.s.P, y.Money
	if m == nil || m.Margin == nil || m.Net == nil {
		return p.T("roi.programme.nothing", "year", yearText(y.Year))
	}
	values := []any{
		"year", yearText(y.Year), "margin", x.cents(m.Margin), "margin_range", x.centsBetween(m.MarginCI), "cost", p.MoneyShort(m.Cost),
		"net", x.cents(m.Net), "net_range", x.centsBetween(m.NetCI),
	}
	if m.ROI == nil {
		return p.N("roi.programme.sentence_free", y.Counted, values...)
	}
	return p.N("roi.programme.sentence", y.Counted, append(values, "roi", x.signedPercent(m.ROI), "roi_range", x.percentBetween(m.ROICI))...)
}

// single are the campaigns alone of their kind, on one axis.
func (x *Screen) single(w int, y *campaigns.Programme) []string {
	p := x.s.P
	f := forest{marks: []float64{0}, head: []string{p.T("roi.screen.roi_range"), ""}}
	for i := range y.Kinds {
		if st := y.Kinds[i].Alone; st != nil {
			f.rows = append(f.rows, forestRow{
				name: x.titleOf(st.Campaign), diff: st.Spend.Diff, ci: st.Spend.CI, style: x.sided(st.Spend.CI),
				more: []string{x.percentRange(st.Money.ROICI), say.Kind(p, y.Kinds[i].Kind)},
			})
		}
	}
	if len(f.rows) == 0 {
		return nil
	}
	return append([]string{"", frame.Title(x.s.Th, w, p.T("roi.programme.single"))}, x.table(w, f, []int{rangeW, 14})...)
}

// kind is the campaigns of one kind under each other, and what they say
// together.
func (x *Screen) kind(w int, k *campaigns.ProgrammeKind) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, say.Kind(p, k.Kind), p.N("roi.programme.campaigns", k.Campaigns))}
	f := forest{marks: []float64{0}, head: []string{p.T("roi.segment.shrunk"), p.T("roi.programme.shrunk_roi"), p.T("roi.screen.customers")}}
	for i, r := range k.Pooled.Ranked {
		c := k.Pooled.Campaigns[i]
		ci := r.CI.Ptr()
		f.rows = append(f.rows, forestRow{
			name: x.titleOf(r.Name), diff: r.Diff.Ptr(), ci: ci, style: x.sided(ci),
			more: []string{x.signedEuros(r.Shrunk.Ptr()), x.signedPercent(c.ShrunkROI), p.Int(c.Customers)},
		})
	}
	all := k.Pooled.RandomCI.Ptr()
	f.rows = append(f.rows, forestRow{name: p.T("roi.programme.together"), diff: k.Pooled.Random.Ptr(), ci: all, style: x.sided(all), bold: true})
	lines = append(lines, x.table(w, f, []int{10, 16, 10})...)
	text := p.T("roi.programme.alike", "p", x.small(k.Pooled.P.Ptr()))
	if v := k.Pooled.P.Ptr(); v != nil && *v < 0.05 {
		text = p.T("roi.programme.unlike", "p", x.small(v))
	}
	if next := k.Pooled.Next.Ptr(); next != nil {
		text += " " + p.T("roi.programme.next", "range", x.eurosRange(next))
	}
	return append(lines, x.paragraph(w, th.Muted, text)...)
}

// titleOf is what people call a campaign of the list.
func (x *Screen) titleOf(name string) string {
	for i := range x.all {
		if x.all[i].line.Name == name {
			return x.all[i].title()
		}
	}
	return name
}

// universal is everybody against those whom no campaign wrote to.
func (x *Screen) universal(w int, u *campaigns.UniversalComparison) []string {
	p, th := x.s.P, x.s.Th
	st := u.Statement
	st.Title = p.T("roi.programme.everything")
	say.Statement(p, &st)
	period := safe.Text(u.Period)
	lines := []string{frame.Title(th, w, p.T("roi.programme.universal", "period", period, "share", p.Percent(u.Share, 1)), x.label(&st), p.N("roi.programme.campaigns", u.Campaigns))}
	if st.Method != model.MethodHoldout {
		return append(lines, x.paragraph(w, th.Muted, p.T("roi.programme.universal_nobody"))...)
	}
	lines = append(lines, x.sentence(w, &st)...)
	lines = append(lines, x.arms(min(w, 74), &st)...)
	lines = append(lines, x.plot(w, &st)...)
	lines = append(lines, x.moneyTable(min(w, 76), &st)...)
	return append(lines, x.paragraph(w, th.Muted, p.T("roi.programme.universal_note"))...)
}

// programmeFormulas are those of the programme, with its numbers put in.
func (x *Screen) programmeFormulas(y *campaigns.Programme) []say.Formula {
	p := x.s.P
	var all []say.Formula
	if m := y.Money; m != nil && m.Margin != nil && m.MarginCI != nil {
		all = append(all, formula(p.T("roi.formula.sum"), "M = Σ mᵢ·nᵢ·Δᵢ ± z·√(Σ (mᵢ·nᵢ·seᵢ)²)",
			say.Fill("# ; #", x.fig(m.Margin.Euros()), p.Interval(x.fig(m.MarginCI[0].Euros()), x.fig(m.MarginCI[1].Euros()))), say.Neyman))
		if m.ROI != nil {
			all = append(all, formula(p.T("roi.formula.roi"), "(M − C)/C", say.Fill("(# − #)/# = # ; #", x.fig(m.Margin.Euros()), x.fig(m.Cost.Euros()), x.fig(m.Cost.Euros()), x.signedPercent(m.ROI), x.percentRange(m.ROICI)), ""))
		}
	}
	for i := range y.Kinds {
		k := y.Kinds[i].Pooled
		if k == nil {
			continue
		}
		name := say.Kind(p, y.Kinds[i].Kind)
		all = append(all,
			formula(p.T("roi.formula.pooled", "kind", name), "μ = Σ wᵢ·Δᵢ/Σ wᵢ, wᵢ = 1/(seᵢ² + τ²)", say.Fill("τ² = # ; μ = # ; #", x.figOf(k.Tau2.Ptr()), x.figOf(k.Random.Ptr()), x.figRange(k.RandomCI.Ptr())), dersimonian),
			formula(p.T("roi.formula.cochran"), "Q = Σ (Δᵢ − μ)²/seᵢ² ; p = P(χ²ₖ₋₁ > Q)", say.Fill("Q = # ; p = #", x.figOf(k.Q.Ptr()), x.small(k.P.Ptr())), cochran))
		if next := k.Next.Ptr(); next != nil {
			all = append(all, formula(p.T("roi.formula.next"), "μ ± tₖ₋₂·√(τ² + se²)", x.figRange(next), higgins))
		}
	}
	for i := range y.Universal {
		st := &y.Universal[i].Statement
		if _, _, ok := twoArms(st); ok && st.Spend.Diff != nil {
			diff := say.Difference(p, st)
			diff.Title = p.T("roi.formula.universal", "period", safe.Text(y.Universal[i].Period))
			all = append(all, diff, say.ErrorFormula(p, st), say.RangeFormula(p, st))
		}
	}
	return all
}
