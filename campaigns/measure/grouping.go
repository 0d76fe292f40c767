package measure

import (
	"slices"
	"strings"
)

// grouping puts the customers of a file into groups by one column or several.
// A nil grouping, when none was asked for, does nothing.
type grouping struct {
	columns []int
	number  func(string) (float64, bool)

	cells [][]string       // of each group, one for each column
	index map[string]int32 // of the cells run together
	key   []byte
	now   int32 // group of the current row, -1 when a cell is empty
	rows  []int32
}

func newGrouping(t *table, names []string) (*grouping, error) {
	if len(names) == 0 {
		return nil, nil
	}
	g := &grouping{number: t.parse, index: map[string]int32{}}
	for _, name := range names {
		at, err := t.column(name)
		if err != nil {
			return nil, err
		}
		g.columns = append(g.columns, at)
	}
	return g, nil
}

// see finds the group of the current row; a group begins with its first row,
// whatever the arm, since the type of a column is that of the whole file.
func (g *grouping) see(t *table) {
	if g == nil {
		return
	}
	g.key = g.key[:0]
	for _, at := range g.columns {
		cell := strings.TrimSpace(t.row[at])
		if cell == "" {
			g.now = -1
			return
		}
		g.key = append(append(g.key, cell...), 0)
	}
	now, ok := g.index[string(g.key)]
	if !ok {
		now = int32(len(g.cells))
		cells := make([]string, len(g.columns))
		for i, at := range g.columns {
			cells[i] = strings.Clone(strings.TrimSpace(t.text(at)))
		}
		g.cells = append(g.cells, cells)
		g.index[string(g.key)] = now
	}
	g.now = now
}

// add puts the current row into its group.
func (g *grouping) add() {
	if g != nil {
		g.rows = append(g.rows, g.now)
	}
}

// only leaves the rows kept.
func (g *grouping) only(kept []bool) {
	if g != nil {
		g.rows = only(g.rows, kept)
	}
}

// name gives each group its label, in their order; cells that mean the same
// number (1, 1.0) are one group.
func (g *grouping) name() []Label {
	all := make([]Label, len(g.cells))
	for i := range g.columns {
		column := make([]string, len(g.cells))
		for k, cells := range g.cells {
			column[k] = cells[i]
		}
		kind := kindOf(column, g.number)
		for k, cell := range column {
			all[k] = append(all[k], valueOf(cell, kind, g.number))
		}
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return all[a].compare(all[b]) })
	var labels []Label
	place := make([]int32, len(all))
	for _, k := range order {
		if n := len(labels); n == 0 || labels[n-1].compare(all[k]) != 0 {
			labels = append(labels, all[k])
		}
		place[k] = int32(len(labels) - 1)
	}
	for i, row := range g.rows {
		if row >= 0 {
			g.rows[i] = place[row]
		}
	}
	return labels
}

// groups are the moments of a column by group and arm, groups without anybody
// left out, and how many customers have no group. It is asked once.
func (d *dataset) groups(g *grouping, column []float64) (out []Group, without int) {
	labels := g.name()
	rows1, rows0 := sides(d, g.rows)
	y1, y0 := sides(d, column)
	m1, m0 := GroupMoments(y1, rows1, len(labels)), GroupMoments(y0, rows0, len(labels))
	for k, label := range labels {
		if m1[k].N+m0[k].N > 0 {
			out = append(out, Group{Label: label, Arm1: m1[k], Arm0: m0[k]})
		}
	}
	for _, row := range g.rows {
		if row < 0 {
			without++
		}
	}
	return out, without
}
