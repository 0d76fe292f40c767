package audience

import "sync"

// mostKept bounds the sets that one column keeps: two megabytes for a million
// people.
const mostKept = 16

// keptSets are the rows that have one value of a column, by the number of the
// value: found when a question first asks for it, and followed from then on, so
// that the next question looks at those rows alone. The zero value is empty.
type keptSets struct {
	mu sync.Mutex // questions run side by side
	of map[uint32]rowset
}

// get is the set of a value, found if need be. The column does not change
// meanwhile.
func (k *keptSets) get(n uint32, find func() rowset) rowset {
	k.mu.Lock()
	defer k.mu.Unlock()
	set, ok := k.of[n]
	if ok {
		return set
	}
	if k.of == nil || len(k.of) >= mostKept {
		k.of = make(map[uint32]rowset)
	}
	set = find()
	k.of[n] = set
	return set
}

// put follows a change of one row, which nobody is asking about meanwhile.
func (k *keptSets) put(n uint32, row int, on bool) {
	if set, ok := k.of[n]; ok {
		set.put(row, on)
		k.of[n] = set
	}
}

// setOf are the rows of that many that a block matches.
func setOf(rows int, match block) rowset {
	set := make(rowset, words(rows))
	for w := range set {
		set[w] = match(w, 1<<64-1)
	}
	return set
}
