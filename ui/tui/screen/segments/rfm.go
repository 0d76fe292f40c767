package segments

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// scores is how many there are each way.
const scores = 5

// grid is the page of recency and frequency: 25 cells, chosen one by one or a
// class at a time, that make a rule.
type grid struct {
	x      *Screen
	req    uint64
	ready  bool
	err    error
	is     campaigns.RFMGrid
	r, f   int // cell under the cursor, from 1 to 5
	chosen [scores + 1][scores + 1]bool
}

func newGrid(x *Screen) *grid { return &grid{x: x, r: scores, f: scores} }

func (g *grid) init() tea.Cmd {
	s := g.x.s
	g.req = s.Number()
	return screen.Ask(s, screen.Segments, g.req, func(ctx context.Context) (campaigns.RFMGrid, error) { return s.Desk.RFMGrid(ctx) })
}

func (g *grid) update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(screen.Reply[campaigns.RFMGrid]); ok && msg.Req == g.req {
		g.ready, g.err, g.is = true, msg.Err, msg.Value
	}
	return nil
}

func (g *grid) actions() []action.Action {
	return []action.Action{
		action.New("segment.cell", "space").Off(g.unready),
		action.New("segment.class", "c").Off(g.unready),
		action.New("segment.of_cells", "enter", "n").Off(g.unready),
		action.New("segment.clear", "x").Off(g.unchosen),
		action.New("segment.close", "esc"),
	}
}

func (g *grid) unready() string {
	if !g.ready || g.err != nil {
		return g.x.s.P.T("segment.counting")
	}
	if g.is.Customers == 0 {
		return g.x.s.P.T("segment.rfm.nobody")
	}
	return ""
}

func (g *grid) unchosen() string {
	if len(g.cells()) == 0 {
		return g.x.s.P.T("segment.rfm.none_chosen")
	}
	return ""
}

// cell is the one of two scores.
func (g *grid) cell(r, f int) campaigns.RFMCell {
	for _, c := range g.is.Cells {
		if c.R == r && c.F == f {
			return c
		}
	}
	return campaigns.RFMCell{R: r, F: f}
}

// cells are those chosen.
func (g *grid) cells() []campaigns.RFMCell {
	var out []campaigns.RFMCell
	for _, c := range g.is.Cells {
		if g.chosen[c.R][c.F] {
			out = append(out, c)
		}
	}
	return out
}

func (g *grid) do(id string) tea.Cmd {
	switch id {
	case "segment.cell":
		g.chosen[g.r][g.f] = !g.chosen[g.r][g.f]
	case "segment.class":
		g.class(g.cell(g.r, g.f).Class)
	case "segment.clear":
		g.chosen = [scores + 1][scores + 1]bool{}
	case "segment.close":
		g.x.page = nil
	case "segment.of_cells":
		cells := g.cells()
		if len(cells) == 0 {
			cells = []campaigns.RFMCell{g.cell(g.r, g.f)}
		}
		return g.x.open(newBuilder(g.x, "", campaigns.RFMRule(cells)))
	}
	return nil
}

// class chooses the cells of a class, or lets them go where all are chosen.
func (g *grid) class(name string) {
	all := true
	for _, c := range g.is.Cells {
		all = all && (c.Class != name || g.chosen[c.R][c.F])
	}
	for _, c := range g.is.Cells {
		if c.Class == name {
			g.chosen[c.R][c.F] = !all
		}
	}
}

func (g *grid) key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	switch k.String() {
	case "up", "k":
		g.r = min(g.r+1, scores)
	case "down", "j":
		g.r = max(g.r-1, 1)
	case "left", "h":
		g.f = max(g.f-1, 1)
	case "right", "l":
		g.f = min(g.f+1, scores)
	default:
		return nil, false
	}
	return nil, true
}

func (g *grid) paste(string) tea.Cmd { return nil }
func (g *grid) captures() bool       { return false }
func (g *grid) back() bool           { return false }
func (g *grid) restyle()             {}
