package vtable

import (
	"blanche/ui/i18n"
	"blanche/ui/tui/theme"
)

// Source gives rows by position in the order shown.
type Source interface {
	// Len is how many rows there are; exact is false while they are counted.
	Len() (n int, exact bool)
	// Rows gives up to n rows from position from on; fewer means the end.
	Rows(from, n int) []Row
}

// Ranker is a Source that knows the position of a key.
type Ranker interface {
	Rank(key string) (position int, ok bool)
}

// Row is one row: a key that does not change, and the text of each column, in
// the order of the columns given to New.
type Row struct {
	Key   string
	Cells []string
	Tone  theme.Style   // of the whole row
	Tones []theme.Style // of single cells, by column; shorter is fine
}

// Column says how a column is drawn.
type Column struct {
	ID       string
	Title    string
	Min, Max int  // width in cells; Max 0 is no limit
	Weight   int  // share of what is left over; 0 keeps Min
	Priority int  // the highest is dropped first; 0 never
	Right    bool // numbers
	Tone     theme.Style
}

// Table is the widget. It is not safe for several goroutines.
type Table struct {
	th      *theme.Theme
	p       *i18n.Printer
	columns []Column
	source  Source

	cursor int    // position
	key    string // key at the cursor, "" while unknown
	top    int    // position of the first visible row
	g      bool   // a first g was typed

	sortColumn string
	sortDown   bool

	marks map[string]bool
	all   bool // every row is marked, but those of marks
	from  int  // position where a range of marks began, -1 for none

	view view
}

// New is a table with its cursor on the first row.
func New(th *theme.Theme, p *i18n.Printer, columns []Column, source Source) *Table {
	return &Table{th: th, p: p, columns: columns, source: source, marks: map[string]bool{}, from: -1}
}

// SetTheme redraws with another theme.
func (t *Table) SetTheme(th *theme.Theme) { t.th = th; t.view.reset() }

// SetPrinter redraws in another language; titles come with the columns.
func (t *Table) SetPrinter(p *i18n.Printer, columns []Column) {
	t.p, t.columns = p, columns
	t.view.reset()
}

// SetSource shows other rows (another filter or order). The cursor stays on
// its key when the source can rank it, and goes to the top otherwise.
func (t *Table) SetSource(s Source) {
	t.source, t.from = s, -1
	t.view.reset()
	if r, ok := s.(Ranker); ok && t.key != "" {
		if i, found := r.Rank(t.key); found {
			t.cursor = i
			return
		}
	}
	t.cursor, t.top, t.key = 0, 0, ""
}

// Refresh reads the visible rows again, after the data changed. The cursor
// follows its key; when the row is gone it stays at its place.
func (t *Table) Refresh() {
	t.view.reset()
	if t.key == "" {
		return
	}
	if r, ok := t.source.(Ranker); ok {
		if i, found := r.Rank(t.key); found {
			t.top += i - t.cursor
			t.cursor = i
		} else {
			t.key = ""
		}
		t.clamp()
		return
	}
	h := max(t.view.height, 1)
	from := max(t.cursor-h, 0)
	found := false
	for i, row := range t.source.Rows(from, 2*h+1) {
		if row.Key == t.key {
			t.top += from + i - t.cursor
			t.cursor = from + i
			found = true
			break
		}
	}
	if !found {
		t.key = ""
	}
	t.clamp()
}

// SetSort shows the mark of the order in a header.
func (t *Table) SetSort(column string, descending bool) {
	t.sortColumn, t.sortDown = column, descending
	t.view.reset()
}

// Sort is the column of the order and its direction.
func (t *Table) Sort() (column string, descending bool) { return t.sortColumn, t.sortDown }

// Shown are the columns that had room when the table was last drawn; all before.
func (t *Table) Shown() []Column {
	if len(t.view.widths) != len(t.columns) {
		return t.columns
	}
	var shown []Column
	for i, c := range t.columns {
		if t.view.widths[i] > 0 {
			shown = append(shown, c)
		}
	}
	return shown
}

// Cursor is the key of the row under the cursor; false on an empty table.
func (t *Table) Cursor() (key string, ok bool) {
	t.learnKey()
	return t.key, t.key != ""
}

// Select puts the cursor on a key, when the source can rank it or shows it.
func (t *Table) Select(key string) bool {
	if r, ok := t.source.(Ranker); ok {
		i, found := r.Rank(key)
		if found {
			t.moveTo(i)
		}
		return found
	}
	for i, row := range t.source.Rows(t.top, max(t.view.height, 1)) {
		if row.Key == key {
			t.moveTo(t.top + i)
			return true
		}
	}
	return false
}

// Rank is the position of the cursor from 1, and how many rows there are;
// exact is false while they are counted. 0 of 0 on an empty table.
func (t *Table) Rank() (position, n int, exact bool) {
	n, exact = t.source.Len()
	if n == 0 {
		return 0, 0, exact
	}
	return min(t.cursor+1, n), n, exact
}

// learnKey reads the key at the cursor when it is not known.
func (t *Table) learnKey() {
	if t.key != "" {
		return
	}
	if row, ok := t.view.row(t.cursor); ok {
		t.key = row.Key
		return
	}
	if rows := t.source.Rows(t.cursor, 1); len(rows) > 0 {
		t.key = rows[0].Key
	}
}

func (t *Table) clamp() {
	n, _ := t.source.Len()
	t.cursor = max(min(t.cursor, n-1), 0)
	t.top = max(min(t.top, t.cursor), 0)
}
