package vtable

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
		t.extend()
	case "a", "ctrl+a":
		t.all = !t.all
		clear(t.marks)
		t.from = -1
	case "esc":
		if !t.all && len(t.marks) == 0 && t.from < 0 {
			return false
		}
		t.ClearMarks()
	default:
		return false
	}
	t.view.redraw()
	return true
}

func (t *Table) toggle(key string) {
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
	lo, hi := min(t.from, t.cursor), max(t.from, t.cursor)
	for _, row := range t.source.Rows(lo, hi-lo+1) {
		t.marks[row.Key] = !t.all
		if t.all {
			delete(t.marks, row.Key)
		}
	}
	t.view.redraw()
}

// ClearMarks takes all marks away.
func (t *Table) ClearMarks() {
	t.all, t.from = false, -1
	clear(t.marks)
	t.view.redraw()
}

// Marked are the marked keys, or, when all is true, the keys that are not
// marked among all of them. Empty and false without marks.
func (t *Table) Marked() (keys []string, all bool) {
	for k := range t.marks {
		keys = append(keys, k)
	}
	return keys, t.all
}

// MarkCount is how many rows are marked.
func (t *Table) MarkCount() int {
	if !t.all {
		return len(t.marks)
	}
	n, _ := t.source.Len()
	return max(n-len(t.marks), 0)
}

// isMarked reports whether the row of a key is marked.
func (t *Table) isMarked(key string) bool { return t.marks[key] != t.all }
