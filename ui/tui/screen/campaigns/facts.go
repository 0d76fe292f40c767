package campaigns

import (
	"strings"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/meter"
)

// nextLines is the sentence that says what comes next, on one or two lines.
func (x *Screen) nextLines(w int, st *model.Status) []string {
	var out []string
	if why := say.Paused(x.s.P, st.PausedWhy); why != "" && st.State == model.Paused {
		out = append(out, x.s.Th.Danger.Render(frame.Fit("  "+x.s.Th.G.Alert+" "+why, w)))
	}
	for _, l := range frame.Wrap(x.next(st), max(w-4, 1)) {
		out = append(out, "  "+x.s.Th.Accent.Render(l)+"  ")
	}
	return append(out, frame.Blank(w))
}

// next is what can be done now, as a sentence.
func (x *Screen) next(st *model.Status) string {
	p, pg := x.s.P, x.page
	if st.LeavesAt != nil {
		return p.T("campaign.next.leaving")
	}
	switch st.State {
	case model.Draft:
		switch {
		case pg.checking:
			return p.T("campaign.next.checking")
		case pg.check != nil && pg.check.Blocked():
			return p.N("campaign.next.blocked", blocking(pg.check))
		}
		return p.T("campaign.next.draft")
	case model.Checked:
		if limit := x.s.Desk.Settings().Approval; limit > 0 && (pg.check == nil || pg.check.Planned > limit) {
			return p.T("campaign.next.approve", "above", limit)
		}
		return p.T("campaign.next.checked")
	case model.Approved:
		return p.T("campaign.next.approved")
	case model.Scheduled:
		return p.T("campaign.next.scheduled", "at", x.local(pg.detail.Campaign.Spec.Start))
	case model.Running:
		if !st.Sending {
			return p.T("campaign.next.stopped")
		}
		return p.T("campaign.next.running")
	case model.Paused:
		return p.T("campaign.next.paused")
	case model.Cancelled:
		return p.T("campaign.next.cancelled")
	case model.Late:
		return p.T("campaign.next.late", "at", x.local(pg.detail.Campaign.Spec.Start))
	}
	return p.T("campaign.next.done")
}

// facts are what the page knows of the campaign, the essential first, as many
// lines as there are; h is how many will be seen.
func (x *Screen) facts(w, h int, st *model.Status) []string {
	p, c := x.s.P, &x.page.detail.Campaign
	f := &factList{x: x, w: w}
	f.people(st)
	f.add(p.T("campaign.screen.subject"), safe.Text(c.Spec.Subject))
	f.add(p.T("campaign.screen.audience"), safe.Text(say.Rule(p, c.Spec.Audience)))
	f.add(p.T("campaign.screen.blanche"), x.blancheFact(c))
	f.add(p.T("campaign.screen.measure"), p.T("campaign.screen.measure_is", "days", c.Spec.WindowDays, "margin", x.percent(c.Spec.Margin)))
	f.add(p.T("campaign.screen.costs"), p.T("campaign.screen.costs_are", "fixed", c.Spec.FixedCents, "each", c.Spec.PerMessageCents))
	f.add(p.T("campaign.screen.leaves"), x.startFact(c))
	f.plans(c, st)
	f.add(p.T("campaign.screen.from"), safe.Text(x.from(c)))
	f.add(p.T("campaign.screen.kind"), say.Kind(p, c.Spec.Kind)+"   "+c.Name)
	if l, ok := x.selected(); ok && l.Verdict != "" {
		f.add(p.T("campaign.screen.result"), screen.VerdictTone(x.s.Th, model.Verdict(l.Verdict)).Render(x.verdict(l)))
	}
	f.versions(c, st, h)
	return f.lines
}

func (x *Screen) blancheFact(c *model.Campaign) string {
	p := x.s.P
	share := x.s.Th.Blanche.Render(x.percent(c.Spec.Share))
	switch {
	case c.Spec.ShareAuto:
		share = p.T("campaign.screen.share_auto")
	case c.Spec.Share == 0:
		return p.T("campaign.screen.share_none")
	}
	if len(c.Spec.Strata) == 0 {
		return share
	}
	return share + "   " + p.T("campaign.screen.strata", "fields", strings.Join(c.Spec.Strata, ", "))
}

// startFact is when it left, or will, and how fast.
func (x *Screen) startFact(c *model.Campaign) string {
	p := x.s.P
	text := p.T("campaign.screen.by_hand")
	switch {
	case !c.StartedAt.IsZero():
		text = p.DateTime(x.local(c.StartedAt))
	case !c.Spec.Start.IsZero():
		text = p.DateTime(x.local(c.Spec.Start))
	}
	if c.Rate > 0 {
		text += "   " + p.T("campaign.screen.at_most", "rate", p.Rate(c.Rate))
	}
	return text
}

func (x *Screen) from(c *model.Campaign) string {
	if c.Spec.From != "" {
		return c.Spec.From
	}
	return x.s.Desk.Settings().Sender.From
}

// factList is a column of labels and values.
type factList struct {
	x     *Screen
	w     int
	lines []string
}

// labelCells is the width of the labels of the facts.
const labelCells = 15

// add puts a fact, its value on two lines at most.
func (f *factList) add(label, value string) {
	if value == "" {
		value = say.Unknown
	}
	room := max(f.w-labelCells-2, 1)
	wrapped := frame.Wrap(value, room)
	if len(wrapped) > 2 {
		wrapped = append(wrapped[:1], frame.Fit(strings.TrimRight(wrapped[1], " ")+f.x.s.Th.G.Ellipsis, room))
	}
	for i, v := range wrapped {
		if i > 0 {
			label = ""
		}
		f.lines = append(f.lines, "  "+f.x.s.Th.Muted.Render(frame.Fit(label, labelCells))+v)
	}
}

// people is the bar of the target and of the zone blanche, with the balance
// once it was launched, and the counts of the preflight before.
func (f *factList) people(st *model.Status) {
	p, th := f.x.s.P, f.x.s.Th
	planned, held, matched := st.Planned, st.HeldOut, st.Matched
	done := planned - st.Waiting - st.Deferred
	if check := f.x.page.check; !st.State.Launched() && check != nil {
		planned, held, matched, done = check.Planned, check.HeldOut, check.Matched, check.Planned
	}
	label := p.T("campaign.screen.people")
	if planned+held == 0 {
		f.add(label, th.Muted.Render(p.T("campaign.screen.not_counted")))
		return
	}
	f.lines = append(f.lines, "  "+meter.Bar(th, max(f.w-4, 4), meter.Parts{Done: done, Planned: planned, Holdout: held})+"  ")
	f.add(label, p.T("campaign.screen.split", "planned", planned, "held_out", held, "matched", matched))
	if !st.State.Launched() {
		return
	}
	parts := []string{p.Percent(st.Done(), 1)}
	for _, t := range []struct {
		key string
		n   int
	}{
		{"live.term.accepted", st.Accepted},
		{"live.term.refused", st.Refused},
		{"live.term.excluded", st.Excluded},
		{"live.term.uncertain", st.Uncertain},
		{"live.term.deferred", st.Deferred},
		{"live.term.waiting", st.Waiting},
	} {
		if t.n > 0 {
			parts = append(parts, p.Int(t.n)+" "+p.N(t.key, t.n)) //i18n:keys live.term.*
		}
	}
	balance := th.Good.Render(th.G.Check)
	if !st.Balanced {
		balance = th.Danger.Render(th.G.Fail)
	}
	f.add(p.T("campaign.screen.progress"), strings.Join(parts, ", ")+" "+balance)
	if back := say.ReturnsBrief(p, st); back != "" {
		f.add(p.T("campaign.screen.back"), back)
	}
}

// versions are the wordings, newest first, as many as there is room for.
func (f *factList) versions(c *model.Campaign, st *model.Status, h int) {
	p := f.x.s.P
	label := p.T("campaign.screen.versions")
	for i := len(c.Versions) - 1; i >= 0; i-- {
		v := c.Versions[i]
		text := "v" + p.Int(int(v.Number)) + "   " + p.DateTime(f.x.local(v.At))
		for _, n := range st.Versions {
			if n.Version == int(v.Number) && n.Accepted > 0 {
				text += "   " + p.N("campaign.screen.served", n.Accepted)
			}
		}
		f.add(label, text)
		label = ""
		if len(f.lines) >= h {
			return
		}
	}
}
