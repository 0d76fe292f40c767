package contacts

import (
	tea "charm.land/bubbletea/v2"

	"blanche/ui/safe"
	"blanche/ui/tui/widget/frame"
)

// The addresses that look mistyped are shown one by one. Nothing is corrected
// but what a person ticks.

func (b *bring) typoKey(k tea.KeyPressMsg) tea.Cmd {
	last := len(b.report.Typos) - 1
	switch k.String() {
	case "up", "k":
		b.typo = max(b.typo-1, 0)
	case "down", "j":
		b.typo = min(b.typo+1, last)
	case "space", "right", "left":
		t := b.report.Typos[b.typo]
		if _, ticked := b.correct[t.Email]; ticked {
			delete(b.correct, t.Email)
		} else {
			b.correct[t.Email] = t.Suggestion
		}
	}
	return nil
}

// typoLines are the addresses, each with what was perhaps meant.
func (b *bring) typoLines(w, h int) []string {
	p, th, r := b.x.s.P, b.x.s.Th, &b.report
	lines := []string{frame.Blank(w), frame.Fit("  "+p.N("import.typo.found", r.TyposFound), w), th.Muted.Render(frame.Fit("  "+p.T("import.typo.help"), w)), frame.Blank(w)}
	room := max(h-len(lines)-1, 1)
	from := max(min(b.typo-room/2, len(r.Typos)-room), 0)
	each := max((w-26)/2, 8)
	for i := from; i < min(from+room, len(r.Typos)); i++ {
		t := r.Typos[i]
		box, cursor := "[ ]", "  "
		style := th.Text
		if _, ticked := b.correct[t.Email]; ticked {
			box, style = "[x]", th.Good
		}
		if i == b.typo {
			cursor = th.G.Cursor + " "
		}
		lines = append(lines, style.Render(frame.Fit(cursor+box+" "+frame.Fit(p.T("import.page.line", "n", t.Line), 14)+frame.Fit(b.x.s.Mask.Address(safe.Text(t.Email)), each)+" → "+b.x.s.Mask.Address(safe.Text(t.Suggestion)), w)))
	}
	return lines
}
