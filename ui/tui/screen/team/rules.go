package team

import (
	"blanche/campaigns"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// ruleLines are the rules of the law and of the mailbox providers, those in
// force apart from those of before and of later; the one under the cursor says
// below where it stands, and when somebody last looked.
func (x *Screen) ruleLines(w, h int) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("rules.title"), p.T("privacy.help_only"))}
	if len(x.law) == 0 {
		return frame.Block(lines, w, h)
	}
	x.at = max(min(x.at, len(x.law)-1), 0)
	foot := x.ruleFoot(&x.law[x.at], w)
	room := max(h-1-len(foot), 1)
	top := max(min(x.at-room+1, len(x.law)-room), 0)
	value := min(max(w/5, 12), 18)
	name := max(w-value-16, 1)
	for i := top; i < min(top+room, len(x.law)); i++ {
		r := &x.law[i]
		text := frame.Fit(x.s.Text(say.RuleName(p, r.Code)), name-4) + " " + frame.Fit(say.RuleValue(p, r.Value, r.Unit), value) + " " + frame.Fit(p.Day(r.Since), 12)
		switch {
		case i == x.at:
			lines = append(lines, th.Selection.Over(frame.Fit(" "+th.Key.Render(th.G.Cursor)+" "+text, w)))
		case r.InForce:
			lines = append(lines, frame.Fit("   "+text, w))
		default:
			lines = append(lines, th.Muted.Render(frame.Fit("   "+text, w)))
		}
	}
	return frame.Block(append(frame.Block(lines, w, max(h-len(foot), 1)), foot...), w, h)
}

// ruleFoot is where a rule stands.
func (x *Screen) ruleFoot(r *campaigns.LegalRule, w int) []string {
	p := x.s.P
	state := p.T("rules.not_in_force")
	if r.InForce {
		state = p.T("rules.in_force")
	}
	if r.Own {
		state += " · " + p.T("rules.own")
	}
	lines := []string{frame.Title(x.s.Th, w, x.s.Text(say.RuleName(p, r.Code)), state)}
	for _, l := range frame.Wrap(x.s.Text(r.Source), max(w-3, 1)) {
		lines = append(lines, frame.Fit("   "+l, w))
	}
	return append(lines, frame.Fit("   "+p.T("rules.reviewed", "date", p.Day(r.Reviewed)), w))
}
