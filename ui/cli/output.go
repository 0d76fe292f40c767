package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"blanche/ui/safe"

	"github.com/charmbracelet/x/ansi"
)

// newEncoder writes JSON, one document a line, with < and & as they are. What
// a terminal could take for an order is written as \u escapes: the document
// means the same, and may be looked at.
func newEncoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(escaper{w})
	e.SetEscapeHTML(false)
	return e
}

// escaper writes JSON; such characters stand nowhere in it but in strings.
type escaper struct{ w io.Writer }

func (e escaper) Write(b []byte) (int, error) {
	n := len(b)
	if bytes.IndexFunc(b, isOrder) >= 0 {
		var out bytes.Buffer
		for _, r := range string(b) {
			if isOrder(r) {
				fmt.Fprintf(&out, `\u%04x`, r)
				continue
			}
			out.WriteRune(r)
		}
		b = out.Bytes()
	}
	_, err := e.w.Write(b)
	return n, err
}

// isOrder reports whether a character steers a terminal or the direction of
// writing: DEL, C1, and the bidirectional controls.
func isOrder(r rune) bool {
	return r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x061c || r == 0x200e || r == 0x200f
}

// json writes one document on standard output.
func (s *session) json(v any) error { return newEncoder(s.Out).Encode(v) }

// say writes lines on standard output, for a person.
func (s *session) say(lines ...string) {
	for _, l := range lines {
		_, _ = fmt.Fprintln(s.Out, l)
	}
}

// orEmpty makes a list of nothing an empty JSON array.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// grid is a table for people and its twin for machines: the same columns, the
// cells worded in the first and plain in the second.
type grid struct {
	columns []column
	rows    [][]string
	raw     [][]string // cells for CSV; nil: the same
}

// column is a title, the name of the field in a CSV, and the side of numbers.
type column struct {
	title, name string
	right       bool
}

// left and right make columns; title is worded, name is the field of the JSON.
func left(title, name string) column  { return column{title: title, name: name} }
func right(title, name string) column { return column{title: title, name: name, right: true} }

// add appends a row: each cell as people read it.
func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// addBoth appends a row in both forms.
func (g *grid) addBoth(cells, raw []string) {
	g.rows, g.raw = append(g.rows, cells), append(g.raw, raw)
}

// show writes the grid in the form asked for: as JSON the value given, as CSV
// the plain cells, else the table.
func (s *session) show(v any, asCSV bool, g *grid) error {
	switch {
	case s.global.json:
		return s.json(v)
	case asCSV:
		return s.writeCSV(g)
	}
	return g.write(s.Out)
}

// gap stands between two columns.
const gap = "  "

// write draws the table: columns as wide as their widest cell, numbers on the
// right. Cells pass the sanitizer.
func (g *grid) write(w io.Writer) error {
	widths := make([]int, len(g.columns))
	header := make([]string, len(g.columns))
	for i, c := range g.columns {
		header[i], widths[i] = c.title, ansi.StringWidth(c.title)
	}
	for _, row := range g.rows {
		for i := range row {
			row[i] = safe.Text(row[i])
			widths[i] = max(widths[i], ansi.StringWidth(row[i]))
		}
	}
	out := bufio.NewWriter(w)
	if strings.Join(header, "") != "" {
		g.line(out, header, widths)
	}
	for _, row := range g.rows {
		g.line(out, row, widths)
	}
	return out.Flush()
}

func (g *grid) line(w io.Writer, cells []string, widths []int) {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString(gap)
		}
		fill := strings.Repeat(" ", widths[i]-ansi.StringWidth(cell))
		if g.columns[i].right {
			b.WriteString(fill + cell)
		} else {
			b.WriteString(cell + fill)
		}
	}
	_, _ = fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
}

// writeCSV writes the plain cells, made harmless when a person looks.
func (s *session) writeCSV(g *grid) error {
	if s.OutTerminal {
		for _, row := range append(g.rows, g.raw...) {
			for i := range row {
				row[i] = safe.Text(row[i])
			}
		}
	}
	return g.writeCSV(s.Out)
}

// writeCSV writes the plain cells under the names of the fields.
func (g *grid) writeCSV(w io.Writer) error {
	header := make([]string, len(g.columns))
	for i, c := range g.columns {
		header[i] = c.name
	}
	rows := g.raw
	if rows == nil {
		rows = g.rows
	}
	out := appendCells(nil, ',', header, false)
	for _, row := range rows {
		out = appendCells(out, ',', row, false)
	}
	_, err := w.Write(out)
	return err
}

// The cells of a CSV, for machines.

func number(n int) string { return strconv.Itoa(n) }

func decimal(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func boolean(b bool) string { return strconv.FormatBool(b) }
