package today

import (
	"slices"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/meter"
)

// View draws the numbers, what awaits, what runs and what was found.
func (x *Screen) View(w, h int) []string {
	if !x.loaded {
		return frame.Block(nil, w, h)
	}
	x.height, x.at = h, max(0, min(x.at, len(x.items(h))-1))
	t := &x.today
	if t.Contacts == 0 && len(t.Running)+len(t.Waiting)+len(t.Results)+len(t.Late) == 0 && x.live.Public.Why == nil {
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("today.empty"), x.Actions()[1], x.Actions()[0])
	}
	gap := []string{}
	if h >= 24 {
		gap = append(gap, frame.Blank(w))
	}
	blocks := [][]string{gap, x.numbers(w), {frame.Blank(w)}, x.awaiting(w, h), gap, x.running(w, h), gap}
	used := 0
	for _, b := range blocks {
		used += len(b)
	}
	return frame.Stack(w, h, append(blocks, x.results(w, h-used))...)
}

// numbers are the three figures, each with its curve over twelve months.
func (x *Screen) numbers(w int) []string {
	p, t := x.s.P, &x.today
	columns := []struct {
		title, value, note string
		trend              []float64
	}{
		{p.T("today.customers"), p.Int(t.Customers), p.T("today.new", "n", p.SignedInt(t.NewCustomers)), t.CustomersBy},
		{p.T("today.revenue"), p.Euros(t.Revenue12, 2), p.T("today.over12"), t.RevenueTrend},
		{p.T("today.sales30"), p.MoneyShort(t.Spend30), p.N("today.orders", t.Orders30), t.SpendBy},
	}
	lines := make([]string, 3)
	cell := w / len(columns)
	for i, c := range columns {
		width := cell
		if i == len(columns)-1 {
			width = w - cell*i
		}
		spark := min(12, max(width-frame.Width(c.value)-4, 0))
		lines[0] += x.s.Th.Muted.Render(frame.Fit("  "+c.title, width))
		lines[1] += frame.Fit("  "+x.s.Th.Title.Render(c.value)+"  "+x.trend(spark, c.trend), width)
		lines[2] += x.s.Th.Muted.Render(frame.Fit("  "+c.note, width))
	}
	return lines
}

// trend is a small curve, nothing where there is nothing to tell.
func (x *Screen) trend(w int, values []float64) string {
	if !slices.ContainsFunc(values, func(v float64) bool { return v != 0 }) {
		return ""
	}
	return chart.Spark(x.s.Th, x.s.Th.Accent, w, values)
}

// running is a bar and a balance for each campaign on its way.
func (x *Screen) running(w, h int) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("today.now"))}
	shown, above := x.moving(h), len(x.waiting())
	for i := range shown {
		st := &shown[i]
		name := frame.Fit(x.mark(above+i == x.at)+safe.Text(screen.Titled(st.Title, st.Name)), min(24, w/3))
		tail := p.Percent(st.Done(), 1)
		if st.Sending {
			tail += "   " + p.Rate(st.RatePerSecond)
			if st.ETA != nil {
				tail += "   " + p.T("today.eta", "at", p.Clock(*st.ETA))
			}
		} else {
			tail += "   " + p.T("campaign.state."+st.State.String())
		}
		if st.Balanced {
			tail += "   " + th.Good.Render(th.G.Check)
		} else {
			tail += "   " + th.Danger.Render(th.G.Fail)
		}
		bar := max(w-frame.Width(name)-frame.Width(tail)-4, 4)
		lines = append(lines, frame.Fit(name+" "+meter.Bar(th, bar, meter.Parts{Done: st.Planned - st.Waiting - st.Deferred, Planned: st.Planned, Holdout: st.HeldOut})+"  "+tail, w))
	}
	if len(shown) == 0 {
		lines = append(lines, th.Muted.Render(frame.Fit("  "+p.T("today.nothing_running"), w)))
	}
	return lines
}

// moving are the campaigns on their way, from the live picture where it has
// them, as many as leave room for the rest.
func (x *Screen) moving(h int) []model.Status {
	out := make([]model.Status, 0, 4)
	for _, st := range x.today.Running {
		out = append(out, *x.fresh(&st))
	}
	return out[:min(len(out), max(1, h/6))]
}

// results are the campaigns measured, each with its range on a common axis.
func (x *Screen) results(w, h int) []string {
	p, th := x.s.P, x.s.Th
	if h < 2 {
		return nil
	}
	lines := []string{frame.Title(th, w, p.T("today.results"), x.launchClock(x.today.Launch))}
	if len(x.today.Results) == 0 {
		return append(lines, th.Muted.Render(frame.Fit("  "+p.T("today.no_results"), w)))
	}
	scale := resultScale(x.today.Results, max(w-96, 0))
	for _, l := range x.today.Results[:min(len(x.today.Results), h-1)] {
		lines = append(lines, x.result(w, l, scale))
	}
	return lines
}

func resultScale(results []campaigns.CampaignLine, w int) chart.Scale {
	var ends []float64
	for _, l := range results {
		if l.ROILow != nil {
			ends = append(ends, max(*l.ROILow, -2), min(*l.ROIHigh, 12))
		}
	}
	return chart.FitScale(w, append(ends, 0)...)
}

func (x *Screen) result(w int, l campaigns.CampaignLine, scale chart.Scale) string {
	p, th := x.s.P, x.s.Th
	name := "  " + frame.Fit(safe.Text(screen.Titled(l.Title, l.Name)), min(max(w-50, 10), 32)) + " "
	if l.Verdict == "" {
		return frame.Fit(name+th.Muted.Render(p.T("today.not_measured")), w)
	}
	style := screen.VerdictTone(th, model.Verdict(l.Verdict))
	text := name + style.Render(frame.Fit(p.T("roi.verdict."+l.Verdict), 24)) + " " //i18n:keys roi.verdict.*
	if l.ROI == nil || l.ROILow == nil {
		return frame.Fit(text, w)
	}
	span := p.Interval(p.SignedPercent(*l.ROILow, 0), p.SignedPercent(*l.ROIHigh, 0))
	if scale.W <= 8 {
		return frame.Fit(text+span, w)
	}
	text += frame.Fit(p.T("today.roi", "roi", p.SignedPercent(*l.ROI, 0), "range", span), 36)
	return frame.Fit(text+chart.Whisker(th, style, scale, chart.Point{Low: *l.ROILow, Mid: *l.ROI, High: *l.ROIHigh}, 0), w)
}
