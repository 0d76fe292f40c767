package meter

import (
	"slices"
	"strings"

	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Parts are the people of a campaign. Done counts those who need nothing more
// (accepted, refused, excluded); Planned includes Done; Holdout is apart.
type Parts struct {
	Done, Planned, Holdout int
}

// Bar is a bar of exactly w cells. The target takes the accent; the zone
// blanche, when there is one and room for it, stands behind a gap in white, as
// wide as its share of everybody (two cells at least).
func Bar(th *theme.Theme, w int, p Parts) string {
	if w <= 0 {
		return ""
	}
	white, target := shares(w, p)
	var b strings.Builder
	fill(&b, th, target, ratio(p.Done, p.Planned))
	if white > 0 {
		b.WriteByte(' ')
		th.Muted.Append(&b, th.G.Gap)
		b.WriteByte(' ')
		th.Blanche.Append(&b, strings.Repeat(blancheGlyph(th), white))
	}
	return b.String()
}

// Thin is Bar as a line: for lists, where the bars of neighbours would grow
// together.
func Thin(th *theme.Theme, w int, p Parts) string {
	if w <= 0 {
		return ""
	}
	white, target := shares(w, p)
	done := int(min(max(ratio(p.Done, p.Planned), 0), 1) * float64(target))
	if p.Done > 0 {
		done = min(max(done, 1), target)
	}
	var b strings.Builder
	if done > 0 {
		th.Accent.Append(&b, strings.Repeat(th.G.Heavy, done))
	}
	if done < target {
		th.Rule.Append(&b, strings.Repeat(th.G.Rule, target-done))
	}
	if white == 0 {
		return b.String()
	}
	glyph := th.G.Heavy
	if th.Colorless() {
		glyph = th.G.Dense
	}
	b.WriteByte(' ')
	th.Muted.Append(&b, th.G.Gap)
	b.WriteByte(' ')
	th.Blanche.Append(&b, strings.Repeat(glyph, white))
	return b.String()
}

// shares are the cells of the zone blanche and of the target in w.
func shares(w int, p Parts) (white, target int) {
	if p.Holdout <= 0 || w < 12 {
		return 0, w
	}
	white = max(int(float64(w)*float64(p.Holdout)/float64(max(p.Planned+p.Holdout, 1))+0.5), 2)
	white = min(white, w/2)
	return white, w - white - 3
}

// Gauge is a plain bar of w cells for a ratio from 0 to 1.
func Gauge(th *theme.Theme, w int, share float64) string {
	var b strings.Builder
	fill(&b, th, max(w, 0), share)
	return b.String()
}

// blancheGlyph is full white where there is colour, a shade otherwise.
func blancheGlyph(th *theme.Theme) string {
	if th.Colorless() {
		return th.G.Dense
	}
	return th.G.Full
}

func fill(b *strings.Builder, th *theme.Theme, w int, share float64) {
	share = min(max(share, 0), 1)
	eighths := int(share * float64(w) * 8)
	if share > 0 && eighths == 0 {
		eighths = 1
	}
	full, part := eighths/8, eighths%8
	bar := strings.Repeat(th.G.Full, full)
	used := full
	if part > 0 && used < w {
		bar += th.G.Eighths[part]
		used++
	}
	if bar != "" {
		th.AccentOnTrough.Append(b, bar)
	}
	if used < w {
		th.Trough.Append(b, strings.Repeat(th.TroughGlyph, w-used))
	}
}

func ratio(a, b int) float64 {
	if b <= 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Term is one state of the balance: a count and its word, already written.
// Short is the word where there is no room.
type Term struct {
	Count, Word, Short string
}

// Balance is the line "7 381 acceptés + 61 refusés + … = 10 800 ✓" in exactly w
// cells, with the short words when the long ones do not fit, and then without
// the terms that are 0. When it does not hold it is drawn as an error, with a
// cross.
func Balance(th *theme.Theme, w int, terms []Term, total string, holds bool) string {
	end, style := " = "+total+" "+th.G.Check, th.Good
	if !holds {
		end, style = " = "+total+" "+th.G.Fail, th.Danger
	}
	line := join(terms, false)
	for _, shorter := range []func() string{
		func() string { return join(terms, true) },
		func() string { return join(withoutZeros(terms), true) },
	} {
		if frame.Width(line)+frame.Width(end) > w {
			line = shorter()
		}
	}
	return frame.Spread(frame.Clip(line, min(frame.Width(line), max(w-frame.Width(end), 0)))+style.Render(end), "", w)
}

// withoutZeros are the terms that add something; the last one when none does.
func withoutZeros(terms []Term) []Term {
	some := slices.DeleteFunc(slices.Clone(terms), func(t Term) bool { return t.Count == "0" })
	if len(some) == 0 && len(terms) > 0 {
		return terms[len(terms)-1:]
	}
	return some
}

func join(terms []Term, short bool) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		word := t.Word
		if short && t.Short != "" {
			word = t.Short
		}
		parts[i] = t.Count + " " + word
	}
	return strings.Join(parts, " + ")
}
