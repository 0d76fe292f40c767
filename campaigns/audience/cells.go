package audience

import (
	"cmp"
	"math"
	"slices"

	"blanche/model"
)

// cellsSalt sets the draw of a test apart from that of the zone blanche, which
// has the same salt: whoever fell just beside the one is anywhere in the other.
const cellsSalt = "\x1fab"

// CellSize is how many people each of k cells of a test holds when a share of
// the planned is tested: all cells have the same size, whatever is left over.
func CellSize(planned int, share float64, k int) int {
	if k < 1 || !(share > 0) {
		return 0
	}
	return int(math.Floor(min(share, 1)*float64(planned)/float64(k) + 1e-9))
}

// DrawCells puts the first CellSize people of a plan, in the order of their
// place in a keyed hash, in cell 1, the next in cell 2, up to k; the others stay
// in cell 0. The same salt and people give the same cells, whatever the order;
// nobody is added or taken away.
func DrawCells(salt string, share float64, k int, planned []model.Planned) {
	size := CellSize(len(planned), share, k)
	type ticket struct {
		place uint64
		at    int
	}
	tickets := make([]ticket, len(planned))
	for i := range planned {
		planned[i].Cell = 0
		tickets[i] = ticket{place(salt+cellsSalt, planned[i].Contact.String()), i}
	}
	compare := func(a, b ticket) int {
		if a.place != b.place {
			return cmp.Compare(a.place, b.place)
		}
		return cmp.Compare(planned[a.at].Contact, planned[b.at].Contact)
	}
	lowest(tickets, size*k, compare)
	slices.SortFunc(tickets[:size*k], compare)
	for i, t := range tickets[:size*k] {
		planned[t.at].Cell = model.Cell(1 + i/size)
	}
}
