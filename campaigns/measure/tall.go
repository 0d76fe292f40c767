package measure

import "slices"

// tall keeps the greatest amounts of an arm in order, as many as a question
// about its top needs, so that one more order does not sort everybody again.
// It holds exactly the amounts of at least its floor.
type tall struct {
	floor int64 // above zero
	steps []step
	count int
	full  bool // it holds every amount above zero
	known bool
}

// step is an amount, and how many customers are worth it.
type step struct {
	amount int64
	people int
}

// move takes one amount out and puts another in; zero and less never are in.
func (t *tall) move(from, to int64) {
	if !t.known || from == to {
		return
	}
	if from >= t.floor {
		t.change(from, -1)
	}
	if to >= t.floor {
		t.change(to, 1)
	}
}

func (t *tall) change(amount int64, by int) {
	i, found := slices.BinarySearchFunc(t.steps, amount, func(s step, a int64) int {
		switch {
		case s.amount < a:
			return -1
		case s.amount > a:
			return 1
		}
		return 0
	})
	switch {
	case !found:
		t.steps = slices.Insert(t.steps, i, step{amount, by})
	case t.steps[i].people+by == 0:
		t.steps = slices.Delete(t.steps, i, i+1)
	default:
		t.steps[i].people += by
	}
	t.count += by
}

// serves reports whether the n greatest amounts above zero are known.
func (t *tall) serves(n int) bool { return t.known && (t.full || t.count >= n) }

// fill takes the greatest of all the amounts above zero of an arm, about four
// times as many as are needed: that many may go before it must be filled again.
func (t *tall) fill(amounts []int64, need int) {
	slices.Sort(amounts)
	keep := 4*need + 64
	*t = tall{known: true, full: len(amounts) <= keep, floor: 1}
	if !t.full {
		t.floor = amounts[len(amounts)-keep]
		first, _ := slices.BinarySearch(amounts, t.floor)
		amounts = amounts[first:]
	}
	for _, a := range amounts {
		if n := len(t.steps); n > 0 && t.steps[n-1].amount == a {
			t.steps[n-1].people++
		} else {
			t.steps = append(t.steps, step{a, 1})
		}
	}
	t.count = len(amounts)
}

// greatest is the best amount, 0 without any.
func (t *tall) greatest() int64 {
	if len(t.steps) == 0 {
		return 0
	}
	return t.steps[len(t.steps)-1].amount
}
