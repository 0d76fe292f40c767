package vtable_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/ui/i18n"
	"blanche/ui/tui/widget/internal/cells"
	"blanche/ui/tui/widget/vtable"
)

// people is a source over a slice; it counts the rows that were asked for.
type people struct {
	rows []vtable.Row
	read int
}

func (p *people) Len() (int, bool) { return len(p.rows), true }

func (p *people) Rows(from, n int) []vtable.Row {
	if from >= len(p.rows) || n <= 0 {
		return nil
	}
	rows := p.rows[max(from, 0):min(from+n, len(p.rows))]
	p.read += len(rows)
	return rows
}

// ranked is people that know the position of a key.
type ranked struct{ *people }

func (p ranked) Rank(key string) (int, bool) {
	i := slices.IndexFunc(p.rows, func(r vtable.Row) bool { return r.Key == key })
	return i, i >= 0
}

func numbered(n int) *people {
	p := &people{}
	for i := range n {
		p.rows = append(p.rows, vtable.Row{Key: fmt.Sprint(i), Cells: []string{fmt.Sprintf("Client %d", i), fmt.Sprintf("c%d@shop.example", i), fmt.Sprint(i * 10)}})
	}
	return p
}

func columns() []vtable.Column {
	return []vtable.Column{
		{ID: "name", Title: "Nom", Min: 12, Weight: 2},
		{ID: "email", Title: "E-mail", Min: 16, Weight: 3, Max: 40, Priority: 1},
		{ID: "revenue", Title: "CA", Min: 6, Right: true},
	}
}

func table(s vtable.Source) *vtable.Table {
	return vtable.New(cells.Plain(), i18n.New("fr"), columns(), s)
}

func cursor(t *vtable.Table) string {
	key, _ := t.Cursor()
	return key
}

func TestTheTableDrawsItsColumns(t *testing.T) {
	t.Parallel()
	tb := table(&people{rows: []vtable.Row{
		{Key: "1", Cells: []string{"Évrard, Hélène", "h.evrard@shop.example", "412,50 €"}},
		{Key: "2", Cells: []string{"日本\x1b[31m", "x", "–"}},
	}})
	tb.SetSort("revenue", true)
	tb.Key("space")
	want := "" +
		"   Nom           E-mail                CA ↓\n" +
		"  ✓Évrard, Hélè… h.evrard@shop.exam… 412,5…\n" +
		" ▸ 日本          x                        –\n\n"
	if d := cmp.Diff(want, cells.Text(tb.Lines(43, 4))); d != "" {
		t.Error(d)
	}
	want = "" +
		"   Nom              CA ↓\n" +
		"  ✓Évrard, Hélène 412,5…\n"
	if d := cmp.Diff(want, cells.Text(tb.Lines(24, 3)[:2])); d != "" {
		t.Errorf("narrow: %s", d)
	}
}

func TestEveryTableIsExactlyItsSize(t *testing.T) {
	t.Parallel()
	p := &people{}
	for i, name := range cells.Names {
		p.rows = append(p.rows, vtable.Row{Key: fmt.Sprint(i), Cells: []string{name, name, name}})
	}
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			for _, src := range []vtable.Source{p, &people{}, ranked{numbered(1000)}} {
				tb := vtable.New(th, i18n.New("fr"), columns(), src)
				for _, key := range []string{"", "G", "k", "space", "v", "pgup", "a", "g", "g", "ctrl+d"} {
					tb.Key(key)
					cells.Exact(t, tb.Lines(size.W, size.H), size.W, size.H)
				}
			}
		}
	}
}

func TestKeysMoveTheCursor(t *testing.T) {
	t.Parallel()
	tb := table(numbered(100))
	tb.Lines(80, 11) // ten rows
	for _, step := range []struct {
		key, at string
	}{
		{"j", "1"},
		{"down", "2"},
		{"k", "1"},
		{"up", "0"},
		{"up", "0"},
		{"ctrl+d", "5"},
		{"ctrl+u", "0"},
		{"pgdown", "10"},
		{"pgup", "0"},
		{"G", "99"},
		{"j", "99"},
		{"g", "99"},
		{"g", "0"},
		{"end", "99"},
		{"home", "0"},
		{"G", "99"},
		{"gg", "0"},
		{"g", "0"},
		{"j", "1"},
		{"g", "1"},
	} {
		if !tb.Key(step.key) {
			t.Errorf("%s is not the table's", step.key)
		}
		tb.Lines(80, 11)
		if got := cursor(tb); got != step.at {
			t.Errorf("%s goes to %s, not %s", step.key, got, step.at)
		}
	}
	if tb.Key("p") || tb.Key("esc") {
		t.Error("the table takes keys that are not its own")
	}
}

func TestMovingInsideTheWindowReadsNothing(t *testing.T) {
	t.Parallel()
	src := numbered(1_000)
	tb := table(src)
	tb.Lines(80, 21)
	src.read = 0
	for range 19 {
		tb.Key("j")
		tb.Lines(80, 21)
	}
	if src.read != 0 {
		t.Errorf("%d rows were read", src.read)
	}
	tb.Key("G")
	tb.Lines(80, 21)
	if src.read > 20 {
		t.Errorf("%d rows were read to go to the end", src.read)
	}
}

func TestTheCursorStaysOnItsPersonWhenRowsComeAndGo(t *testing.T) {
	t.Parallel()
	for _, withRank := range []bool{true, false} {
		p := numbered(100)
		var src vtable.Source = p
		if withRank {
			src = ranked{p}
		}
		tb := table(src)
		tb.Lines(80, 11)
		for range 5 {
			tb.Key("j")
		}
		p.rows = slices.Concat([]vtable.Row{{Key: "new1"}, {Key: "new2"}}, p.rows)
		tb.Refresh()
		tb.Lines(80, 11)
		if got := cursor(tb); got != "5" {
			t.Errorf("rank %v: after two came above, the cursor is on %s", withRank, got)
		}
		p.rows = slices.DeleteFunc(p.rows, func(r vtable.Row) bool { return r.Key == "5" })
		tb.Refresh()
		tb.Lines(80, 11)
		if got := cursor(tb); got != "6" {
			t.Errorf("rank %v: after its row went, the cursor is on %s", withRank, got)
		}
		p.rows = nil
		tb.Refresh()
		tb.Lines(80, 11)
		if _, ok := tb.Cursor(); ok {
			t.Error("an empty table has a cursor")
		}
		if at, n, _ := tb.Rank(); at != 0 || n != 0 {
			t.Errorf("rank %d of %d", at, n)
		}
	}
}

func TestMarksCount(t *testing.T) {
	t.Parallel()
	tb := table(numbered(10))
	tb.Lines(80, 11)
	tb.Key("space")
	tb.Key("space")
	if keys, all := tb.Marked(); len(keys) != 2 || all || tb.MarkCount() != 2 || cursor(tb) != "2" {
		t.Errorf("%v, %v, cursor on %s", keys, all, cursor(tb))
	}
	tb.Key("v")
	tb.Key("j")
	tb.Key("j")
	if n := tb.MarkCount(); n != 5 {
		t.Errorf("a range of three after two marks is %d", n)
	}
	tb.Key("a")
	tb.Key("space")
	if keys, all := tb.Marked(); !all || len(keys) != 1 || tb.MarkCount() != 9 {
		t.Errorf("all but one: %v, %v, %d", keys, all, tb.MarkCount())
	}
	if !tb.Key("esc") || tb.MarkCount() != 0 || tb.Key("esc") {
		t.Error("esc does not clear the marks once")
	}
}

func BenchmarkCursorDown(b *testing.B) {
	tb := vtable.New(cells.Themes()[0], i18n.New("fr"), columns(), numbered(1_000_000))
	tb.Lines(160, 48)
	for b.Loop() {
		tb.Key("j")
		tb.Lines(160, 48)
	}
}
