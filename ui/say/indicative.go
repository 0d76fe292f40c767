package say

import (
	"blanche/model"
	"blanche/ui/i18n"
)

// indicative words a campaign that left nobody alone: what like customers or last
// year suggest, how little it takes to explain it away, and never a verdict.
func indicative(p *i18n.Printer, st *model.Statement) string {
	if st.Spend.CI == nil {
		return p.T("roi.sentence.not_proven_unknown")
	}
	values := []any{
		"diff", i18n.Raw(signedEuros(p, st.Spend.Diff)), "diff_range", i18n.Raw(euroRange(p, st.Spend.CI)),
		"net", i18n.Raw(cents(p, st.Money.Net)), "net_range", i18n.Raw(moneyRange(p, st.Money.NetCI)),
	}
	m := st.Match
	switch {
	case st.Method == model.MethodBefore:
		return p.T("roi.sentence.seasons", append(values, "change", i18n.Raw(percent(p, m.Change)))...)
	case m.Gamma == nil:
		return p.N("roi.sentence.twins_chance", m.Compared, values...)
	}
	return p.N("roi.sentence.twins", m.Compared, append(values, "gamma", i18n.Raw(p.Decimal(*m.Gamma, 1)))...)
}

// noHoldout words a campaign that nobody can be compared with; what attribution
// is worth is said where like campaigns have shown it.
func noHoldout(p *i18n.Printer, st *model.Statement) string {
	revenue := i18n.Raw(p.MoneyShort(st.Money.NaiveRevenue))
	if n := st.Naive; n != nil && n.TrueShare != nil && n.TrueShareCI != nil {
		return p.T("roi.sentence.no_holdout_due", "revenue", revenue, "share", i18n.Raw(p.Percent(*n.TrueShare, 0)),
			"share_range", i18n.Raw(between(p, p.Percent(n.TrueShareCI.Low(), 0), p.Percent(n.TrueShareCI.High(), 0))))
	}
	return p.T("roi.sentence.no_holdout", "revenue", revenue)
}
