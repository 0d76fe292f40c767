package audience

import (
	"context"
	"slices"

	"blanche/model"
)

// GridSize is how many scores there are each way.
const GridSize = 5

// Cell is the customers of one pair of scores.
type Cell struct {
	R, F      int // from 1, the worst, to 5
	Customers int
	Days      int         // distinct days with a purchase, of all of them together
	Spend     model.Cents // net of refunds
	// Classes are how many of the customers are of each class: the amount tells
	// apart the people of one cell.
	Classes [len(cellClasses) + 1]int // by Class
}

var cellClasses = [...]Class{ClassChampions, ClassLoyal, ClassPromising, ClassToWake, ClassAsleep, ClassLost}

// Class is the class of most of the customers, the better one of two as many;
// of a cell without any, the one that a middling amount would give.
func (c *Cell) Class() Class {
	if c.Customers == 0 {
		return ClassOf(Scores{R: uint8(c.R), F: uint8(c.F), M: 3})
	}
	best := cellClasses[0]
	for _, x := range cellClasses {
		if c.Classes[x] > c.Classes[best] {
			best = x
		}
	}
	return best
}

// Grid is the customers by recency and frequency today, over their orders up to
// today (see Score): 25 cells, R 5 first, and in each R from F 1 to F 5.
func (b *Base) Grid(today model.Date) []Cell {
	if b.load(context.Background(), colSales) != nil {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	cells := make([]Cell, 0, GridSize*GridSize)
	for r := GridSize; r > 0; r-- {
		for f := range GridSize {
			cells = append(cells, Cell{R: r, F: f + 1})
		}
	}
	c := b.classes(today)
	b.visit(everyone, func(row int) bool {
		if row >= len(c.scores) || c.scores[row].R == 0 {
			return true
		}
		s := c.scores[row]
		x, _ := b.buyer(row, today)
		cell := &cells[GridSize*(GridSize-int(s.R))+int(s.F)-1]
		cell.Customers++
		cell.Days += int(x.Days)
		cell.Spend += x.Spend
		cell.Classes[c.code.at(row)]++
		return true
	})
	return cells
}

// Parts are the classes of the customers of a cell, the largest first, without
// those of nobody.
func (c *Cell) Parts() []Class {
	var out []Class
	for _, x := range cellClasses {
		if c.Classes[x] > 0 {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b Class) int { return c.Classes[b] - c.Classes[a] })
	return out
}
