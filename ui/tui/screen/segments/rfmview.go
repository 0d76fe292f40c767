package segments

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
)

// rowLabel is the width of the names of the rows.
const rowLabel = 9

// view draws the grid, each cell with its people and what they are worth, then
// what each class is worth.
func (g *grid) view(w, h int) []string {
	p, th := g.x.s.P, g.x.s.Th
	head := []string{frame.Title(th, w, p.T("segment.rfm.title"), p.N("segment.rfm.customers", g.is.Customers), p.MoneyShort(g.is.Revenue))}
	switch {
	case g.err != nil:
		return frame.Stack(w, h, []string{frame.Title(th, w, p.T("segment.rfm.title"))}, problem(g.x.s, g.err, w))
	case !g.ready:
		return frame.Stack(w, h, []string{frame.Title(th, w, p.T("segment.rfm.title"))}, []string{th.Muted.Render(frame.Fit("  "+p.T("segment.counting"), w))})
	case g.is.Customers == 0:
		return empty.Lines(th, p, w, h, p.T("segment.rfm.empty"), action.New("segment.close", "esc"))
	}
	cw := max((w-rowLabel)/scores, 8)
	tall := 2
	if h >= 30 {
		tall = 4
	}
	lines := append(head, g.columnTitles(w, cw))
	for r := scores; r > 0; r-- {
		lines = append(lines, g.rowLines(r, w, cw, tall)...)
	}
	lines = append(lines, g.classLines(w, h-len(lines)-1)...)
	return frame.Stack(w, h, frame.Block(lines, w, h-1), []string{g.footer(w)})
}

func (g *grid) columnTitles(w, cw int) string {
	p, th := g.x.s.P, g.x.s.Th
	line := frame.Fit(" "+p.T("segment.rfm.axes"), rowLabel)
	for f := 1; f <= scores; f++ {
		line += " " + frame.Fit(p.T("segment.rfm.f", "n", f), cw-1)
	}
	return th.Header.Render(frame.Fit(line, w))
}

// rowLines is one row of cells: the people with a column as high as their
// number, what they are worth, their class.
func (g *grid) rowLines(r, w, cw, tall int) []string {
	p, th := g.x.s.P, g.x.s.Th
	var out []string
	for line := range tall {
		label := ""
		switch {
		case line == 0:
			label = " " + p.T("segment.rfm.r", "n", r)
		case line == 1 && r == scores:
			label = " " + p.T("segment.rfm.recent")
		case line == 1 && r == 1:
			label = " " + p.T("segment.rfm.old")
		}
		text := th.Header.Render(frame.Fit(label, rowLabel))
		for f := 1; f <= scores; f++ {
			text += g.cellLine(g.cell(r, f), line, cw, tall)
		}
		out = append(out, frame.Fit(text, w))
	}
	return out
}

// cellLine is one line of a cell. The sign and the words say what the shade
// says: nothing is told by colour alone.
//
//i18n:keys segment.class.*
func (g *grid) cellLine(c campaigns.RFMCell, line, cw, tall int) string {
	p, th := g.x.s.P, g.x.s.Th
	tone := classTone(th, c.Class)
	mark := " "
	if g.chosen[c.R][c.F] {
		mark = th.G.Mark
	}
	under := c.R == g.r && c.F == g.f
	if under && line == 0 {
		mark = th.G.Cursor
	} else if line > 0 && !g.chosen[c.R][c.F] {
		mark = " "
	}
	text := ""
	switch {
	case line == 0:
		text = p.Int(c.Customers)
		if tall == 2 && c.Customers > 0 {
			text += "  " + p.MoneyShort(c.Average)
		}
	case tall == 2, line == 3:
		text = p.T("segment.class." + c.Class)
		if cw >= 16 {
			text = " " + text
		}
		text = g.level(c.Customers) + text
	case c.Customers == 0:
	case line == 1:
		text = p.MoneyShort(c.Revenue)
	case line == 2:
		text = p.T("segment.rfm.average", "amount", p.MoneyShort(c.Average))
	}
	body := frame.Fit(mark+text, cw-1)
	switch {
	case under:
		return " " + th.Selection.Over(tone.Render(body))
	case g.chosen[c.R][c.F]:
		return " " + th.Mark.Render(body)
	case c.Customers == 0:
		return " " + th.Muted.Render(body)
	}
	return " " + tone.Render(body)
}

// level is a column as high as a share of the fullest cell.
func (g *grid) level(n int) string {
	top := 1
	for _, c := range g.is.Cells {
		top = max(top, c.Customers)
	}
	if n == 0 {
		return " "
	}
	return g.x.s.Th.G.Levels[min(n*8/(top+1), 7)]
}

// classTone is the tone of a class; its words stand beside it.
func classTone(th *theme.Theme, class string) theme.Style {
	switch class {
	case "champions":
		return th.Good
	case "loyal":
		return th.Accent
	case "promising":
		return th.Blanche
	case "to_wake":
		return th.Warn
	case "lost":
		return th.Danger
	}
	return th.Muted
}

// classLines are what each class is worth, over the whole grid.
//
//i18n:keys segment.class.*
func (g *grid) classLines(w, room int) []string {
	p, th := g.x.s.P, g.x.s.Th
	if room < 2 {
		return nil
	}
	cell := func(c campaigns.RFMClass) string {
		return classTone(th, c.Class).Render(frame.Fit("  "+p.T("segment.class."+c.Class), 16)) +
			frame.FitRight(p.Int(c.Customers), 7) + " " + th.Muted.Render(th.G.Bullet) + frame.FitRight(p.MoneyShort(c.Revenue), 12)
	}
	lines := []string{frame.Title(th, w, p.T("segment.rfm.classes"))}
	across := max(min(w/38, 2), 1)
	for i := 0; i < len(g.is.Classes); i += across {
		text := ""
		for _, c := range g.is.Classes[i:min(i+across, len(g.is.Classes))] {
			text += frame.Fit(cell(c), w/across)
		}
		lines = append(lines, frame.Fit(text, w))
	}
	return lines[:min(len(lines), room)]
}

// footer says what is chosen, or what is under the cursor.
//
//i18n:keys segment.class.*
func (g *grid) footer(w int) string {
	p, th := g.x.s.P, g.x.s.Th
	cells := g.cells()
	if len(cells) == 0 {
		c := g.cell(g.r, g.f)
		return frame.Fit(" "+p.T("segment.rfm.under", "r", c.R, "f", c.F, "n", c.Customers, "revenue", p.Money(c.Revenue), "class", p.T("segment.class."+c.Class)), w)
	}
	n, revenue := 0, model.Cents(0)
	for _, c := range cells {
		n += c.Customers
		revenue += c.Revenue
	}
	return th.Title.Render(frame.Fit(" "+p.N("segment.rfm.chosen", len(cells), "people", n, "revenue", p.MoneyShort(revenue))+"  "+campaigns.RFMRule(cells), w))
}
