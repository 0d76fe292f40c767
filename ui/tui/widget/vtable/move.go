package vtable

// Key handles a key of movement or of marking, as bubbletea names it; false
// when the key is not the table's. Both "g" twice and "gg" at once go to the
// top.
func (t *Table) Key(key string) bool {
	first := t.g
	t.g = false
	n, _ := t.source.Len()
	page := max(t.view.height, 1)
	switch key {
	case "j", "down":
		t.moveTo(t.cursor + 1)
	case "k", "up":
		t.moveTo(t.cursor - 1)
	case "ctrl+d":
		t.moveTo(t.cursor + max(page/2, 1))
	case "ctrl+u":
		t.moveTo(t.cursor - max(page/2, 1))
	case "pgdown", "ctrl+f":
		t.moveTo(t.cursor + page)
	case "pgup", "ctrl+b":
		t.moveTo(t.cursor - page)
	case "gg", "home":
		t.moveTo(0)
	case "g":
		if t.g = !first; first {
			t.moveTo(0)
		}
	case "G", "end":
		t.moveTo(n - 1)
	default:
		return t.markKey(key)
	}
	return true
}

// moveTo puts the cursor at a position and scrolls so that it is seen.
func (t *Table) moveTo(i int) {
	n, _ := t.source.Len()
	i = max(min(i, n-1), 0)
	if i == t.cursor && t.key != "" {
		return
	}
	t.cursor, t.key = i, ""
	if row, ok := t.view.row(i); ok {
		t.key = row.Key
	}
	t.extend()
}

// Click puts the cursor on the row drawn at line y of the last Lines (0 is the
// header); false when there is none.
func (t *Table) Click(y int) bool {
	i := t.top + y - 1
	if _, ok := t.view.row(i); y < 1 || !ok {
		return false
	}
	t.moveTo(i)
	return true
}
