package vtable

// Marker is a Source that keeps the marks itself: they stay when it shows other
// rows, and cost little for very many.
type Marker interface {
	// Marked tells whether the row of a key is marked.
	Marked(key string) bool
	// Marks is how many rows are marked, shown or not.
	Marks() int
	// Mark turns the mark of a row over.
	Mark(key string)
	// MarkRange marks the rows from a position up to before another, and takes
	// back what the range marked before; begin starts a new range.
	MarkRange(from, to int, begin bool)
	// MarkAll marks every row shown, or none of them when all are.
	MarkAll()
	// Unmark takes all marks away.
	Unmark()
}

// markKey handles space (mark and go down), v (a range from here on), a and
// ctrl+a (all, or none when all are), esc (no marks; only when there are some).
func (t *Table) markKey(key string) bool {
	switch key {
	case "space", " ":
		if k, ok := t.Cursor(); ok {
			t.toggle(k)
			t.moveTo(t.cursor + 1)
		}
	case "v":
		if t.from >= 0 {
			t.from = -1
			break
		}
		t.from = t.cursor
		if m, ok := t.source.(Marker); ok {
			m.MarkRange(t.from, t.from+1, true)
		}
		t.extend()
	case "a", "ctrl+a":
		t.markAll()
	case "esc":
		if t.MarkCount() == 0 && !t.all && t.from < 0 {
			return false
		}
		t.ClearMarks()
	default:
		return false
	}
	t.view.redraw()
	return true
}

func (t *Table) markAll() {
	t.from = -1
	if m, ok := t.source.(Marker); ok {
		m.MarkAll()
		return
	}
	t.all = !t.all
	clear(t.marks)
}

func (t *Table) toggle(key string) {
	if m, ok := t.source.(Marker); ok {
		m.Mark(key)
		return
	}
	if t.marks[key] {
		delete(t.marks, key)
		return
	}
	t.marks[key] = true
}

// extend marks the rows between the beginning of the range and the cursor.
func (t *Table) extend() {
	if t.from < 0 {
		return
	}
	t.view.redraw()
	lo, hi := min(t.from, t.cursor), max(t.from, t.cursor)
	if m, ok := t.source.(Marker); ok {
		m.MarkRange(lo, hi+1, false)
		return
	}
	for _, row := range t.source.Rows(lo, hi-lo+1) {
		t.marks[row.Key] = !t.all
		if t.all {
			delete(t.marks, row.Key)
		}
	}
}

// ClearMarks takes all marks away.
func (t *Table) ClearMarks() {
	t.all, t.from = false, -1
	clear(t.marks)
	if m, ok := t.source.(Marker); ok {
		m.Unmark()
	}
	t.view.redraw()
}

// Marked are the marked keys, or, when all is true, the keys that are not
// marked among all of them. Empty and false without marks, and of a Marker.
func (t *Table) Marked() (keys []string, all bool) {
	for k := range t.marks {
		keys = append(keys, k)
	}
	return keys, t.all
}

// MarkCount is how many rows are marked.
func (t *Table) MarkCount() int {
	if m, ok := t.source.(Marker); ok {
		return m.Marks()
	}
	if !t.all {
		return len(t.marks)
	}
	n, _ := t.source.Len()
	return max(n-len(t.marks), 0)
}

// isMarked reports whether the row of a key is marked.
func (t *Table) isMarked(key string) bool {
	if m, ok := t.source.(Marker); ok {
		return m.Marked(key)
	}
	return t.marks[key] != t.all
}
