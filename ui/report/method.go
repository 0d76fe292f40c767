package report

import "blanche/model"

// method says in words how the comparison was made.
func (w pen) method(st *model.Statement) []string {
	key := "report.method." + string(st.Method)
	text := w.T(key)
	if st.Method == model.MethodHoldout {
		text += " " + w.T("report.method."+st.Spend.Method, "level", w.Percent(1-st.Alpha, 0))
	}
	all := []string{text}
	if m := st.Match; m != nil {
		line := w.T("report.method.compared", "compared", m.Compared, "planned", m.Planned, "untouched", m.Untouched)
		if m.Gamma != nil {
			line += " " + w.T("report.method.gamma", "gamma", w.Decimal(*m.Gamma, 2))
		}
		all = append(all, line)
	}
	return append(all, w.T("report.method.signs"))
}
