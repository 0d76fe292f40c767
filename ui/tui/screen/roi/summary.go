package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// besideW is the width from which two panes stand side by side.
const besideW = 100

// summaryPart is the answer: the sentence, both groups, the money, the range
// with the break-even, and where there is room the curve and the guards.
func (x *Screen) summaryPart(w, h int, st *model.Statement) []string {
	lines := x.sentence(w, st)
	if w < besideW {
		lines = append(lines, x.arms(w, st)...)
		lines = append(lines, frame.Blank(w))
		lines = append(lines, x.plot(w, st)...)
		lines = append(lines, frame.Blank(w))
		return append(lines, x.moneyTable(w, st)...)
	}
	left := armsW
	right := w - left - 2
	lines = append(lines, frame.Blank(w))
	lines = append(lines, frame.Beside(x.arms(left, st), left, x.plot(right, st), right, "  ")...)
	lines = append(lines, frame.Blank(w))
	lines = append(lines, x.moneyBeside(w, st)...)
	if rest := h - len(lines) - 1; rest >= 8 {
		curveW := w * 3 / 5
		guardsW := w - curveW - 2
		guards := append([]string{frame.Title(x.s.Th, guardsW, x.s.P.T("roi.screen.guards"))}, x.guards(guardsW, st, false)...)
		if len(guards) > rest {
			guards = append(guards[:rest-1], x.s.Th.Muted.Render("   "+x.s.P.T("roi.screen.more_guards", "n", len(guards)-rest+1)))
		}
		lines = append(lines, frame.Blank(w))
		lines = append(lines, frame.Beside(x.curve(curveW, rest, st), curveW, frame.Block(guards, guardsW, rest), guardsW, "  ")...)
	}
	return lines
}

// sentence is the verdict and what it means, in the words of a decision.
func (x *Screen) sentence(w int, st *model.Statement) []string {
	word := x.verdict(st)
	lines := frame.Wrap(word+". "+safe.Text(st.Sentence), w-4)
	for i, l := range lines {
		if i == 0 && len(l) >= len(word) && l[:len(word)] == word {
			l = x.tone(st).Render(word) + l[len(word):]
		}
		lines[i] = "  " + l
	}
	return lines
}

// arms is the table of both groups, and their difference with its range.
func (x *Screen) arms(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	row := func(style theme.Style, cells ...string) string {
		line := "  " + frame.Fit(cells[0], 15)
		for j, c := range cells[1:] {
			if w >= armsW || j >= 2 { // in a narrow place the ranges stay, the counts go
				line += frame.FitRight(c, armColumns[j])
			}
		}
		return style.Render(frame.Fit(line, w))
	}
	lines := []string{row(th.Header, "", p.T("roi.screen.customers"), p.T("roi.screen.buyers"), p.T("roi.screen.rate"), p.T("roi.screen.spend"))}
	for _, a := range st.Arms {
		style, name := th.Accent, p.T("roi.screen.target")
		if a.Arm == model.ArmHoldout {
			style, name = x.against(st)
		}
		lines = append(lines, row(style, name, p.Int(a.Customers), p.Int(a.Buyers), x.percent(a.Rate, 2), x.euros(a.Mean)))
	}
	more := ""
	if st.Money.IncrementalBuyers != nil {
		more = p.SignedDecimal(math.Round(*st.Money.IncrementalBuyers), 0)
	}
	lines = append(lines, row(th.Text, p.T("roi.screen.diff"), "", more, x.points(st.Buyers.Diff), x.signedEuros(st.Spend.Diff)))
	return append(lines, row(th.Muted, x.confidence(st), "", "", x.pointsRange(st.Buyers.CI), x.eurosRange(st.Spend.CI)))
}

// against is how those are drawn and named whom the target is compared with.
func (x *Screen) against(st *model.Statement) (theme.Style, string) {
	if st.Match != nil {
		return x.s.Th.Text, x.s.P.T("roi.screen.alike")
	}
	return x.s.Th.Blanche, x.s.P.T("roi.screen.holdout")
}

// confidence names the range: « à 95 % », or that it holds at every look.
func (x *Screen) confidence(st *model.Statement) string {
	if st.Spend.Method == model.SpendSequence {
		return x.s.P.T("roi.screen.at_each_look", "level", x.s.P.Percent(1-st.Alpha, 0))
	}
	return x.s.P.T("roi.screen.at", "level", x.s.P.Percent(1-st.Alpha, 0))
}

// armColumns are the widths of the figures of the table of both groups, armsW
// that of the table.
var armColumns = [...]int{10, 10, 16, 18}

const armsW = 71

// moneyTable is one line for each amount, each with its range.
func (x *Screen) moneyTable(w int, st *model.Statement) []string { return amounts(w, x.money(st)) }

// moneyBeside is the same in two columns.
func (x *Screen) moneyBeside(w int, st *model.Statement) []string {
	rows, half := x.money(st), w/2
	n := (len(rows) + 1) / 2
	return frame.Beside(amounts(half, rows[:n]), half, amounts(w-half, rows[n:]), w-half, "")
}

// money are the amounts of a statement, the sum first.
func (x *Screen) money(st *model.Statement) []amount {
	p, th, m := x.s.P, x.s.Th, &st.Money
	row := func(style theme.Style, name, value, between string) amount {
		return amount{style, name, value, between}
	}
	rows := []amount{
		row(th.Text, p.T("roi.money.revenue"), x.cents(m.IncrementalRevenue), x.scaled(st)),
		row(th.Text, p.T("roi.money.margin", "margin", p.Percent(m.Margin, 0)), x.cents(m.IncrementalMargin), x.centsRange(m.IncrementalMarginCI)),
		row(th.Text, p.T("roi.money.cost"), p.MoneyShort(m.Cost), ""),
		row(x.tone(st), p.T("roi.money.net"), x.cents(m.Net), x.centsRange(m.NetCI)),
	}
	if m.ROI != nil {
		rows = append(rows, row(x.tone(st), p.T("roi.money.roi"), x.signedPercent(m.ROI), x.rangeOf(st)))
	}
	if m.PROIPositive != nil {
		rows = append(rows, row(th.Text, p.T("roi.money.chance"), x.chance(*m.PROIPositive), ""))
	}
	if m.BreakEvenDelta != nil {
		rows = append(rows, row(th.Text, p.T("roi.money.even"), x.euros(m.BreakEvenDelta), p.T("roi.money.per_customer")))
	}
	if m.CostPerBuyer != nil {
		between := p.T("roi.money.no_bound")
		if m.CostPerBuyerCI != nil {
			between = p.Interval(p.Decimal(m.CostPerBuyerCI.Low(), 2), p.Decimal(m.CostPerBuyerCI.High(), 2))
		}
		rows = append(rows, row(th.Text, p.T("roi.money.per_buyer"), x.euros(m.CostPerBuyer), between))
	}
	if m.HoldoutCost != nil && st.Match == nil {
		rows = append(rows, row(th.Blanche, p.T("roi.money.holdout"), x.cents(m.HoldoutCost), x.centsRange(m.HoldoutCostCI)))
	}
	return append(rows, row(th.Muted, p.T("roi.money.naive"), p.MoneyShort(m.NaiveRevenue), x.naiveROI(st)))
}

// amount is one line of money: its name, the figure, its range.
type amount struct {
	style                theme.Style
	name, value, between string
}

// amounts sets amounts under each other, the figures and the ranges as wide as
// they need, the names what is left.
func amounts(w int, rows []amount) []string {
	value, between := 0, 0
	for _, r := range rows {
		value, between = max(value, frame.Width(r.value)), max(between, frame.Width(r.between))
	}
	name := min(max(w-2-value-between-3, 8), 44)
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = r.style.Render(frame.Fit("  "+frame.Fit(r.name, name)+" "+frame.FitRight(r.value, value)+"  "+frame.FitRight(r.between, between), w))
	}
	return lines
}

// scaled is the range of the revenue: that of the difference, for everybody.
func (x *Screen) scaled(st *model.Statement) string {
	if st.Spend.CI == nil || len(st.Arms) == 0 {
		return ""
	}
	n := float64(st.Arms[0].Customers)
	return x.centsRange(&[2]model.Cents{model.Cents(math.Round(100 * n * st.Spend.CI.Low())), model.Cents(math.Round(100 * n * st.Spend.CI.High()))})
}

func (x *Screen) naiveROI(st *model.Statement) string {
	if st.Money.NaiveROI == nil {
		return ""
	}
	return x.s.P.T("roi.money.naive_roi", "roi", x.s.P.SignedPercent(*st.Money.NaiveROI, 0))
}
