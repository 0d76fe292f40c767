package campaigns

import (
	"time"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// requested is the clock of an express launch: how long ago the campaign was
// asked for; "" when nobody knows.
func (x *Screen) requested(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return x.s.Th.Accent.Render(x.s.P.T("campaign.screen.requested", "ago", say.Elapsed(x.s.Desk.Now().Sub(at))))
}

// launchClock is the clock while it runs, then how long the launch took; ""
// when nobody knows when the campaign was asked for.
func (x *Screen) launchClock(st *model.Status) string {
	if took := say.LaunchedIn(x.s.P, st); took != "" {
		return took
	}
	if st.RequestedAt == nil || over(st.State) || st.FirstAcceptedAt != nil {
		return ""
	}
	return x.requested(*st.RequestedAt)
}

// plans are the facts that only the file of a campaign sets: its hours, and the
// wordings that it tests.
func (f *factList) plans(c *model.Campaign, st *model.Status) {
	p := f.x.s.P
	if h := c.Spec.Hours; !h.Always() {
		text := say.Hours(p, h)
		if st.RestsUntil != nil {
			text += "   " + p.T("campaign.screen.rests", "at", say.Moment(p, f.x.local(*st.RestsUntil), f.x.s.Desk.Now()))
		}
		f.add(p.T("campaign.screen.hours"), text)
	}
	if len(c.Spec.AB.Variants) == 0 {
		return
	}
	ab := c.Spec.AB
	f.add(p.T("campaign.screen.test_of"), p.T("campaign.screen.test_is",
		"share", f.x.percent(ab.Share), "metric", p.T("live.metric."+ab.Metric), "delay", p.Duration(ab.Delay))) //i18n:keys live.metric.*
	for i, v := range ab.Variants {
		f.add("", f.variant(st, i, v))
	}
}

// variant is one wording of a test: its subject, and how many have it.
func (f *factList) variant(st *model.Status, i int, v model.Variant) string {
	p, th := f.x.s.P, f.x.s.Th
	text := safe.Text(v.Name) + "   " + safe.Text(v.Subject)
	if st.AB == nil || i >= len(st.AB.Variants) {
		return text
	}
	if n := st.AB.Variants[i]; n.Planned > 0 {
		text += "   " + p.N("campaign.screen.served", n.Accepted)
	}
	if st.AB.Winner == v.Name {
		text += " " + th.Good.Render(th.G.Check)
	}
	return frame.Clip(text, max(f.w-labelCells-2, 1))
}
