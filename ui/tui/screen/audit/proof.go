package audit

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// verify reads the whole chain.
func (x *Screen) verify() tea.Cmd {
	x.asking = true
	return screen.Ask(x.s, screen.Audit, x.s.Number(), func(ctx context.Context) (model.AuditProof, error) {
		return x.s.Desk.VerifyAudit(ctx)
	})
}

// proven says in a sentence whether the chain holds, and shows where it does
// not.
func (x *Screen) proven(msg screen.Reply[model.AuditProof]) tea.Cmd {
	x.asking = false
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	x.proof = &msg.Value
	x.flaws, x.from = len(x.proof.Flaws) > 0, 0
	if x.flaws {
		return screen.Fail(model.Failed(nil, "journal.broken", "n", len(x.proof.Flaws), "first", x.proof.Flaws[0].Seq))
	}
	return screen.Say(x.s.P.N("journal.intact", int(x.proof.Lines))) //nolint:gosec // a count of lines
}

// verdict is the result of the last reading of the chain, for the title.
func (x *Screen) verdict() string {
	p, th := x.s.P, x.s.Th
	switch {
	case x.asking:
		return p.T("journal.verifying")
	case x.proof == nil:
		return ""
	case len(x.proof.Flaws) > 0:
		return th.Danger.Render(th.G.Fail + " " + p.N("journal.flaws", len(x.proof.Flaws)))
	}
	text := th.G.Check + " " + p.N("journal.intact", int(x.proof.Lines)) //nolint:gosec // a count of lines
	if x.proof.Erased > 0 {
		text += ", " + p.N("journal.erased_lines", x.proof.Erased)
	}
	return th.Good.Render(text)
}

// flawLines is where the chain does not hold, line by line.
//
//i18n:keys audit.flaw.*
func (x *Screen) flawLines(w, h int) []string {
	p, th := x.s.P, x.s.Th
	var lines []string
	for _, f := range x.proof.Flaws {
		what := f.What
		if key := "audit.flaw." + f.What; p.Has(key) {
			what = p.T(key)
		}
		number := frame.Fit(p.T("journal.line_number", "n", p.Int(int(f.Seq))), 16) //nolint:gosec // a number of a line
		for i, l := range frame.Wrap(what, max(w-20, 1)) {
			if i > 0 {
				number = frame.Blank(16)
			}
			lines = append(lines, frame.Fit("  "+th.Danger.Render(number)+" "+l, w))
		}
	}
	x.from = max(min(x.from, len(lines)-(h-3)), 0)
	head := []string{frame.Title(th, w, p.T("app.tab.audit"), x.verdict()), frame.Fit("  "+p.T("journal.flaws_say"), w), frame.Blank(w)}
	return frame.Stack(w, h, head, lines[x.from:])
}
