// Package vtable is a table over any number of rows: it asks its Source for
// the visible ones only, and keeps the cursor by key, so that rows that come
// and go above it do not move it.
//
//	t := vtable.New(th, p, []vtable.Column{
//		{ID: "name", Title: p.T("contact.name"), Min: 16, Weight: 2},
//		{ID: "revenue", Title: p.T("contact.revenue"), Min: 10, Max: 14, Right: true, Priority: 2},
//	}, source)
//	if t.Key(key) { return nil }         // j k ↑ ↓ gg G ^d ^u PgUp PgDn Home End, space v a
//	lines := t.Lines(w, h)               // header and rows, exactly w by h
//	t.Refresh()                          // after the data changed: rows read again
//	t.Cursor(); t.Marked(); t.Rank()     // key under the cursor, marks, "row 445 of 1 000 000"
//
// Columns with the highest Priority number are dropped first when it is
// narrow; 0 is never dropped. Cells are sanitized here: a source gives raw
// text, and the tone of a cell in Row.Tones, never a styled string.
//
// A Source must answer in less than 5 ms: page a cursor, do not scan. A source
// that also has Rank(key) lets Refresh find a cursor that left the window.
package vtable
