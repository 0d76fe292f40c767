package contacts

import (
	"strings"

	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/meter"
)

// view draws the step: the file, how it will be read, what it would do, how far
// it is, what it did.
func (b *bring) view(w, h int) []string {
	p, th := b.x.s.P, b.x.s.Th
	title := []string{p.T("import.page.title")}
	if b.step != askFile {
		name := safe.Text(b.path)
		if over := []rune(name); len(over) > w-20 && w > 24 { // the end of a path says more
			name = "…" + string(over[len(over)-(w-21):])
		}
		title = append(title, name)
	}
	head := []string{frame.Title(th, w, title...)}
	switch b.step {
	case askFile:
		return frame.Stack(w, h, head, b.form.Lines(w, min(5, h-2)), b.names(w, h), b.refused(w))
	case looking:
		head = append(head, frame.Fit("  "+p.T("import.page.looking"), w))
	case askHow:
		return frame.Block(append(head, b.howLines(w, h-1)...), w, h)
	case askTypos:
		return frame.Block(append(head, b.typoLines(w, h-1)...), w, h)
	case trying, running:
		head = append(head, b.moving(w)...)
	default:
		head = append(head, b.result(w)...)
	}
	return head
}

// names are the files that begin as what is typed.
func (b *bring) names(w, h int) []string {
	var lines []string
	for _, name := range b.choices[:min(len(b.choices), max(h-7, 0))] {
		lines = append(lines, b.x.s.Th.Muted.Render(frame.Fit("    "+safe.Text(name), w)))
	}
	return lines
}

// refused is why the file cannot be read, and how to repair that.
func (b *bring) refused(w int) []string {
	if b.wrong == nil {
		return nil
	}
	th := b.x.s.Th
	why, hint := b.x.s.P.Err(b.wrong)
	lines := []string{frame.Blank(w)}
	for i, text := range []string{why, hint} {
		style, lead := th.Danger, th.G.Fail+" "
		if i > 0 {
			style, lead = th.Text, "  "
		}
		for _, line := range frame.Wrap(text, max(w-6, 1)) {
			lines = append(lines, frame.Fit("  "+style.Render(lead+line), w))
			lead = "  "
		}
	}
	return lines
}

// moving is how far the reading is, and how to stop it.
func (b *bring) moving(w int) []string {
	p, th := b.x.s.P, b.x.s.Th
	what := p.T("import.page.running")
	if b.step == trying {
		what = p.T("import.page.trying")
	}
	share, rows := 0.0, 0
	if at := b.progress.Load(); at != nil {
		rows = at.Rows
		if at.Size > 0 {
			share = min(float64(at.Bytes)/float64(at.Size), 1)
		}
	}
	tail := "  " + p.Percent(share, 0)
	if rows > 0 { // at first the columns are read, and nothing is settled
		tail += "  " + p.N("import.page.rows", rows)
	}
	bar := max(min(w-frame.Width(tail)-4, 60), 4)
	return []string{
		frame.Blank(w), frame.Fit("  "+what, w), frame.Blank(w),
		frame.Fit("  "+meter.Gauge(th, bar, share)+tail, w), frame.Blank(w), frame.Fit("  "+b.pace(), w), frame.Blank(w),
		th.Muted.Render(frame.Fit("  "+p.T("import.page.stop"), w)),
	}
}

// pace is the rate, and the time that the rest will take; "" before they are known.
func (b *bring) pace() string {
	at, p := b.progress.Load(), b.x.s.P
	if at == nil {
		return ""
	}
	var said []string
	if at.RowsPerSecond >= 1 {
		said = append(said, p.T("import.page.rate", "n", int(at.RowsPerSecond)))
	}
	if at.Left > 0 {
		said = append(said, p.T("import.page.left", "time", p.Duration(at.Left)))
	}
	return strings.Join(said, " · ")
}

// result is what the import would do, or did, and the first rows refused.
func (b *bring) result(w int) []string {
	p, th, r := b.x.s.P, b.x.s.Th, &b.report
	verdict := th.Good.Render(th.G.Check + " " + p.T("import.page.done"))
	switch {
	case b.step == tried:
		verdict = th.Accent.Render(th.G.Dot + " " + p.T("import.page.would"))
	case r.Interrupted:
		verdict = th.Warn.Render(th.G.Alert + " " + p.T("import.page.stopped"))
	}
	lines := []string{frame.Blank(w), frame.Fit("  "+verdict, w), frame.Blank(w)}
	count := func(label string, n int, style theme.Style) {
		lines = append(lines, frame.Fit("  "+frame.Fit(label, 24)+style.Render(frame.FitRight(p.Int(n), 12)), w))
	}
	count(p.T("import.page.of_rows"), r.Rows, th.Text)
	if b.kind == "merges" {
		count(p.T("cli.import.merged"), r.Created, th.Text)
		count(p.T("cli.import.merged_already"), r.Unchanged, th.Text)
	} else {
		count(p.T("import.page.created"), r.Created, th.Text)
		count(p.T("import.page.updated"), r.Updated, th.Text)
		count(p.T("import.page.unchanged"), r.Unchanged, th.Text)
	}
	for _, line := range []struct {
		label string
		n     int
	}{
		{p.T("import.page.opposed"), r.OpposedKept},
		{p.T("import.page.new_opposed"), r.Opposed},
		{p.T("import.page.bounced"), r.Bounced},
		{p.T("import.page.erased_kept"), r.ErasedKept},
		{p.T("import.page.undated"), r.Undated},
		{p.T("import.page.taken"), r.Taken},
		{p.T("import.page.unmatched"), r.Unmatched},
		{p.T("import.page.other_currency"), r.Foreign},
		{p.T("import.page.typos"), r.TyposFound},
	} {
		if line.n > 0 {
			count(line.label, line.n, th.Warn)
		}
	}
	if n := len(b.correct); n > 0 {
		count(p.T("import.page.corrected"), n, th.Good)
	}
	rejected := th.Text
	if r.Rejected > 0 {
		rejected = th.Danger
	}
	count(p.T("import.page.rejected"), r.Rejected, rejected)
	for _, c := range r.KeptApart {
		lines = append(lines, frame.Fit("  "+th.Warn.Render(p.T("import.page.kept_apart", "title", safe.Text(c.Column), "name", c.Attribute)), w))
	}
	if b.step == tried {
		lines = append(lines, frame.Blank(w), frame.Fit("  "+th.Title.Render(p.T("import.page.go")), w))
	} else if r.RejectsFile != "" {
		lines = append(lines, frame.Blank(w), frame.Fit("  "+p.T("import.page.file", "file", r.RejectsFile), w))
	}
	return append(lines, b.rejects(w)...)
}

// rejects are the first rows that were refused, with the reason in words.
//
//i18n:keys cli.reject.*
func (b *bring) rejects(w int) []string {
	p, th, r := b.x.s.P, b.x.s.Th, &b.report
	if r.Rejected == 0 {
		return nil
	}
	lines := []string{frame.Blank(w), frame.Title(th, w, p.T("import.page.refused"))}
	for _, x := range r.Rejects[:min(len(r.Rejects), 10)] {
		lines = append(lines, frame.Fit("  "+frame.Fit(p.T("import.page.line", "n", x.Line), 14)+frame.Fit(p.T("cli.reject."+x.Reason), 22)+safe.Text(x.Column)+" "+b.x.s.Mask.Value(safe.Text(x.Value)), w))
	}
	return lines
}

// visible writes a separator so that it can be seen.
func visible(delimiter string) string {
	if delimiter == "\t" {
		return "TAB"
	}
	return delimiter
}
