package campaigns

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// advised are the fields beside which the advisor of the zone blanche speaks.
var advised = []string{"share", "window_days", "margin", "fixed_cents", "per_message_cents"}

// liveAdvice follows the terms while they are typed: one question at a time, the
// last terms win.
type liveAdvice struct {
	req    uint64
	asking bool
	key    string // the terms asked about, or answered
	known  bool
	plan   campaigns.HoldoutPlan
	err    error
}

// request is what the advisor is asked for the terms of the form.
func (x *Screen) request(e *editor) campaigns.HoldoutRequest {
	s := x.spec(e)
	return campaigns.HoldoutRequest{Rule: s.Audience, Margin: s.Margin, Fixed: s.FixedCents, PerMessage: s.PerMessageCents, WindowDays: s.WindowDays}
}

// readvise asks the advisor again when the cursor is where it speaks, and the
// terms have changed.
func (x *Screen) readvise() tea.Cmd {
	e := x.edit
	if e == nil || !e.advises() {
		return nil
	}
	r, a := x.request(e), &e.advice
	key := fmt.Sprint(r.Rule, r.Margin, r.Fixed, r.PerMessage, r.WindowDays)
	if a.asking || key == a.key {
		return nil
	}
	a.key, a.known, a.err, a.asking, a.req = key, false, nil, true, x.s.Number()
	return screen.Ask(x.s, screen.Campaigns, a.req, func(ctx context.Context) (campaigns.HoldoutPlan, error) {
		return x.s.Desk.PlanHoldout(ctx, r)
	})
}

func (x *Screen) takeAdvice(msg screen.Reply[campaigns.HoldoutPlan]) tea.Cmd {
	e := x.edit
	if e == nil || e.advice.req != msg.Req {
		return nil
	}
	a := &e.advice
	a.asking, a.known, a.plan, a.err = false, msg.Err == nil, msg.Value, msg.Err
	return x.readvise()
}

// advises reports that the cursor is on a term of the measure, under a rule that
// can be read.
func (e *editor) advises() bool {
	return !e.raw && !e.frozen && e.count.known && slices.Contains(advised, e.form.Focused())
}

// advisorLines is how many lines the advisor takes at most, besideForm how many it
// leaves the form.
const (
	advisorLines = 10
	besideForm   = 8
)

// advisor draws the sizes of a zone blanche with what each can see, in money, in
// at most advisorLines lines; nothing where there is no room beside the form.
func (e *editor) advisor(x *Screen, w, h int) []string {
	a := &e.advice
	if !e.advises() || h < besideForm+advisorLines {
		return nil
	}
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("campaign.advice.title"), x.even(a), x.hope(a))}
	switch {
	case a.err != nil:
		message, _ := say.Err(p, a.err)
		return append(lines, frame.Fit("  "+th.Danger.Render(message), w))
	case !a.known:
		return append(lines, frame.Fit("  "+th.Muted.Render(p.T("campaign.advice.asking")), w))
	}
	lines = append(lines, x.adviceHead(w))
	for i := range a.plan.Rows {
		lines = append(lines, x.adviceRow(&a.plan.Rows[i], w))
	}
	for _, line := range frame.Wrap(x.recommend(&a.plan), w-2) {
		lines = append(lines, frame.Fit("  "+line, w))
	}
	return lines[:min(len(lines), advisorLines)]
}

// hope is the effect that the sizes are compared with.
func (x *Screen) hope(a *liveAdvice) string {
	if !a.known {
		return ""
	}
	if a.plan.Expected == nil {
		return x.s.P.T("campaign.advice.no_past")
	}
	return x.s.P.N("campaign.advice.past", a.plan.Past, "euros", x.s.P.Euros(*a.plan.Expected, 2))
}

// even is the break-even that the differences are set beside; none without a
// cost.
func (x *Screen) even(a *liveAdvice) string {
	if !a.known || len(a.plan.Rows) == 0 || !(a.plan.Rows[0].BreakEven > 0) {
		return ""
	}
	return x.s.P.T("campaign.advice.even", "euros", x.s.P.Euros(a.plan.Rows[0].BreakEven, 2))
}

// The widths of the columns of the advisor.
var adviceWidths = [...]int{6, 9, 10, 12, 13, 12}

func (x *Screen) adviceCells(cells []string, last string, w int) string {
	text := "  "
	for i, c := range cells {
		text += frame.FitRight(c, adviceWidths[i])
	}
	return frame.Fit(text+"  "+last, w)
}

func (x *Screen) adviceHead(w int) string {
	p := x.s.P
	return x.s.Th.Muted.Render(x.adviceCells([]string{
		"", p.T("campaign.advice.held_out"), p.T("campaign.advice.buyers"), p.T("campaign.advice.gap"), p.T("campaign.advice.profit"), p.T("campaign.advice.cost"),
	}, "", w))
}

func (x *Screen) adviceRow(r *campaigns.HoldoutPlanRow, w int) string {
	p, th := x.s.P, x.s.Th
	cost := "–"
	if r.HoldoutCost != nil {
		cost = p.Money(*r.HoldoutCost)
	}
	word := ""
	switch {
	case r.LowPower:
		word = th.Danger.Render(th.G.Fail + " " + p.T("campaign.advice.blind"))
	case r.Advised:
		word = th.Good.Render(th.G.Check + " " + p.T("campaign.advice.advised"))
	case !r.Sufficient:
		word = th.Warn.Render(p.T("campaign.advice.few"))
	}
	return x.adviceCells([]string{
		th.Blanche.Render(p.Percent(r.Share, 0)), p.Int(r.HeldOut), p.Decimal(r.Buyers, 0), p.Euros(r.MDESpend, 2), p.Money(r.MDEProfit), cost,
	}, word, w)
}

// recommend is the size to take, and how many campaigns like this one it asks for.
func (x *Screen) recommend(plan *campaigns.HoldoutPlan) string {
	p, th := x.s.P, x.s.Th
	share := p.Percent(plan.Advised, 0)
	text := p.T("campaign.advice.unknown", "share", share)
	switch {
	case plan.Campaigns == nil && plan.Expected != nil:
		text = p.T("campaign.advice.never")
	case plan.Campaigns != nil && *plan.Campaigns > 1:
		text = p.N("campaign.advice.group", *plan.Campaigns-1, "share", share, "all", *plan.Campaigns)
	case plan.Campaigns != nil:
		text = p.T("campaign.advice.alone", "share", share)
	}
	if plan.LowPower || plan.Campaigns == nil && plan.Expected != nil {
		return th.Danger.Render(th.G.Fail + " " + text)
	}
	return text
}
