package say

import (
	"math"
	"strconv"

	"blanche/model"
	"blanche/ui/i18n"
)

// Verdict is the short name of a verdict: « VEND, PROFIT NON PROUVÉ ».
//
//i18n:keys roi.verdict.*
func Verdict(p *i18n.Printer, v model.Verdict) string { return p.T("roi.verdict." + string(v)) }

// Statement fills in the sentence and the messages of the guards.
func Statement(p *i18n.Printer, st *model.Statement) {
	st.Sentence = Sentence(p, st)
	for i := range st.Guards {
		st.Guards[i].Message = Guard(p, st.Guards[i])
	}
}

// SinceClose is what late orders and refunds have moved since the close; empty
// when they moved nothing.
func SinceClose(p *i18n.Printer, st *model.Statement) string {
	since := st.SinceClose
	if since == nil {
		return ""
	}
	net := Unknown
	if since.Net != nil {
		net = p.SignedMoneyShort(*since.Net)
	}
	return p.T("roi.since_close", "date", i18n.Raw(p.Date(since.Close.At)), "target", i18n.Raw(p.SignedMoneyShort(since.Target)),
		"holdout", i18n.Raw(p.SignedMoneyShort(since.Holdout)), "net", i18n.Raw(net))
}

// Change is a term of the measure that was decided again after the send: what,
// from what to what, when and by whom.
//
//i18n:keys roi.change.*
func Change(p *i18n.Printer, c model.StatementChange) string {
	key := "roi.change." + c.Field
	if !p.Has(key) {
		key = "roi.change.other"
	}
	word := func(text string) any {
		x, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil:
			return text
		case c.Field == "margin":
			return i18n.Raw(p.Percent(x, digitsOf(x*100)))
		case c.Field == "cost" || c.Field == "cost_per_message":
			return i18n.Raw(p.Euros(x, 2))
		}
		return text
	}
	what := p.T(key, "field", c.Field, "from", word(c.From), "to", word(c.To))
	return p.T("roi.changed_by", "date", i18n.Raw(p.DateTime(c.At)), "by", c.By, "what", i18n.Raw(what))
}

// digitsOf is how many digits a figure needs behind its decimal sign, two at
// most.
func digitsOf(x float64) int {
	for digits := range 2 {
		if scaled := x * math.Pow10(digits); math.Abs(scaled-math.Round(scaled)) < 1e-9 {
			return digits
		}
	}
	return 2
}

// Sentence is the conclusion of a statement: one of six, always with its
// range, money before percentages.
func Sentence(p *i18n.Printer, st *model.Statement) string {
	switch st.Verdict {
	case model.VerdictPays, model.VerdictLoses:
		return profit(p, st)
	case model.VerdictWorksProfitUnknown:
		return worksOnly(p, st)
	case model.VerdictNotProven:
		return notProven(p, st)
	case model.VerdictTooEarly:
		return tooEarly(p, st)
	}
	return blocked(p, st)
}

// profit words a campaign whose whole range is on one side of zero.
func profit(p *i18n.Printer, st *model.Statement) string {
	m := &st.Money
	values := []any{
		"campaign", titled(st), "customers", treated(st), "cost", i18n.Raw(p.MoneyShort(m.Cost)),
		"margin", i18n.Raw(cents(p, m.IncrementalMargin)), "margin_range", i18n.Raw(moneyRange(p, m.IncrementalMarginCI)),
		"net", i18n.Raw(cents(p, m.Net)), "net_range", i18n.Raw(moneyRange(p, m.NetCI)),
		"roi", i18n.Raw(percent(p, m.ROI)), "roi_range", i18n.Raw(percentRange(p, m.ROICI)),
		"naive", i18n.Raw(percent(p, m.NaiveROI)), "even", i18n.Raw(euros(p, floored(m.BreakEvenPerMessage, 3), 3)),
	}
	if st.Verdict == model.VerdictPays {
		if m.ROI == nil {
			return p.T("roi.sentence.pays_free", values...)
		}
		return p.T("roi.sentence.pays", values...)
	}
	if m.ROI == nil {
		return p.T("roi.sentence.loses_free", values...)
	}
	if m.BreakEvenPerMessage == nil || *m.BreakEvenPerMessage <= 0 {
		return p.T("roi.sentence.loses", values...)
	}
	if more, base, ok := sold(st); ok {
		lost := -*m.ROI
		return p.T("roi.sentence.loses_sells", append(values, "rate", i18n.Raw(p.Percent(more, 2)), "base", i18n.Raw(p.Percent(base, 2)), "lost", i18n.Raw(euros(p, &lost, 2)))...)
	}
	return p.T("roi.sentence.loses_even", values...)
}

// sold are the shares of buyers of a campaign that firmly sold more, to more
// people.
func sold(st *model.Statement) (target, holdout float64, ok bool) {
	if st.Spend.CI == nil || st.Spend.CI.Low() <= 0 {
		return 0, 0, false
	}
	for _, a := range st.Arms {
		if a.Rate == nil {
			return 0, 0, false
		}
		if a.Arm == model.ArmTarget {
			target = *a.Rate
		} else {
			holdout = *a.Rate
		}
	}
	return target, holdout, target > holdout
}

// floored is a limit rounded down, so that what stays under it as it is said
// stays under it.
func floored(x *float64, digits int) *float64 {
	if x == nil {
		return nil
	}
	unit := math.Pow10(digits)
	f := math.Floor(*x*unit) / unit
	return &f
}

// roughly keeps the three digits of a number that mean something.
func roughly(n int) int {
	unit := 1
	for n/unit >= 1000 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

// worksOnly words a campaign that sold more, with a profit either side of zero.
func worksOnly(p *i18n.Printer, st *model.Statement) string {
	m := &st.Money
	values := []any{
		"campaign", titled(st),
		"net", i18n.Raw(cents(p, m.Net)), "net_range", i18n.Raw(moneyRange(p, m.NetCI)),
		"diff", i18n.Raw(signedEuros(p, st.Spend.Diff)), "diff_range", i18n.Raw(euroRange(p, st.Spend.CI)),
		"roi", i18n.Raw(percent(p, m.ROI)), "roi_range", i18n.Raw(percentRange(p, m.ROICI)),
	}
	if m.ROI == nil {
		return p.T("roi.sentence.sells_free", values...)
	}
	return p.T("roi.sentence.sells", values...)
}

func notProven(p *i18n.Printer, st *model.Statement) string {
	switch {
	case st.Method == model.MethodNone:
		return noHoldout(p, st)
	case st.Match != nil:
		return indicative(p, st)
	}
	values := []any{"diff", i18n.Raw(signedEuros(p, st.Spend.Diff)), "diff_range", i18n.Raw(euroRange(p, st.Spend.CI))}
	n := st.Needed
	switch {
	case st.Spend.CI == nil:
		return p.T("roi.sentence.not_proven_unknown")
	case n == nil:
		return p.T("roi.sentence.not_proven", values...)
	case n.Customers == nil || n.Campaigns == nil:
		return p.T("roi.sentence.nobody_bought", append(values, "wanted", n.Buyers)...)
	}
	return p.N("roi.sentence.few_buyers", holdoutBuyers(st), append(values,
		"wanted", n.Buyers, "held", roughly(*n.Customers), "campaigns", *n.Campaigns)...)
}

func tooEarly(p *i18n.Printer, st *model.Statement) string {
	values := []any{
		"day", st.Day, "days", st.Window.Days, "end", i18n.Raw(p.Date(st.Window.End)),
		"diff", i18n.Raw(signedEuros(p, st.Spend.Diff)), "diff_range", i18n.Raw(euroRange(p, st.Spend.CI)),
	}
	if st.Spend.CI == nil {
		return p.T("roi.sentence.too_early_unknown", values...)
	}
	return p.T("roi.sentence.too_early", values...)
}

// blocked says which guard stopped the comparison, and how to go on.
func blocked(p *i18n.Printer, st *model.Statement) string {
	if st.Method == model.MethodNone {
		return notProven(p, &model.Statement{Method: st.Method, Money: st.Money})
	}
	for _, g := range st.Guards {
		if g.Level == model.LevelStop {
			return p.T("roi.sentence.blocked", "why", i18n.Raw(Guard(p, g)))
		}
	}
	return p.T("roi.sentence.blocked_unknown")
}

// Guard says what a guard found. The missing customers of a ratio mismatch are
// the gap to the expected size of the arm that has too few.
//
//i18n:keys roi.guard.*
func Guard(p *i18n.Printer, g model.StatementGuard) string {
	if g.Level == model.LevelOK {
		return p.T("roi.guard." + string(g.Guard) + "_ok")
	}
	v := g.Values
	lost := math.Max(v["expected_target"]-v["target"], v["expected_holdout"]-v["holdout"])
	share := math.Max(v["target_share"], v["holdout_share"])
	if g.Guard == model.GuardContamination {
		share = v["share"]
	}
	key := "roi.guard." + string(g.Guard)
	if stop := key + "_stop"; g.Level == model.LevelStop && p.Has(stop) {
		key = stop
	}
	n := int(v["buyers"]) // what the sentence counts
	switch g.Guard {
	case model.GuardSRM:
		if n = int(math.Round(lost)); g.Where != "" {
			key = "roi.guard.srm_in"
		}
	case model.GuardContamination:
		n = int(v["reached"])
	case model.GuardOutlier:
		if share <= 0.1 && v["flips"] > 0 {
			key = "roi.guard.outlier_flips"
		}
	case model.GuardChanged:
		n = int(v["changes"])
	case model.GuardProvisional:
		n = int(v["days"])
	case model.GuardUnits:
		if n = int(math.Min(v["target"], v["holdout"])); g.Level == model.LevelInfo {
			key = "roi.guard.units_unknown"
		}
	case model.GuardPullForward:
		share = v["share"]
	}
	number := func(name string, say func(float64) string) any {
		x, known := v[name]
		if !known {
			return Unknown
		}
		return i18n.Raw(say(x))
	}
	percent := func(x float64) string { return p.Percent(x, 1) }
	deviations := func(x float64) string { return p.SignedDecimal(x, 2) }
	money := func(x float64) string { return p.Euros(x, 2) }
	return p.N(key, n,
		"p", i18n.Raw(pValue(p, g.P)), "lost", int(math.Round(lost)),
		"buyers", int(v["buyers"]), "effective", int(math.Round(v["effective_buyers"])), "floor", int(v["floor"]),
		"units", n, "share", i18n.Raw(p.Percent(share, 1)), "reached", int(v["reached"]), "customers", int(v["customers"]),
		"day", int(v["day"]), "days", int(v["days"]), "left", int(v["days"]), "where", g.Where, "segments", int(v["segments"]), "changes", int(v["changes"]),
		"target_share", number("target_share", percent), "holdout_share", number("holdout_share", percent),
		"spend", number("spend", deviations), "recency", number("recency", deviations),
		"mde", number("mde", money), "expected", number("expected", money), "winsor", number("winsor_diff", money))
}

func treated(st *model.Statement) int { return customers(st, model.ArmTarget) }

func customers(st *model.Statement, name model.ArmName) int {
	for _, a := range st.Arms {
		if a.Arm == name {
			return a.Customers
		}
	}
	return 0
}

func holdoutBuyers(st *model.Statement) int {
	for _, a := range st.Arms {
		if a.Arm == model.ArmHoldout {
			return a.Buyers
		}
	}
	return 0
}

// titled is what people call a campaign: its title, else its name.
func titled(st *model.Statement) string {
	if st.Title != "" {
		return st.Title
	}
	return st.Campaign
}
