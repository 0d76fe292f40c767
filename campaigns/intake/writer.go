package intake

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"blanche/model"
)

// Preset is a dialect of the files that we write.
type Preset uint8

// The presets. Machine is UTF-8 with commas, points and ISO dates. ExcelFR is
// what a French Excel opens with a double click: a byte order mark,
// semicolons, decimal commas, dd/mm/yyyy.
const (
	Machine Preset = iota
	ExcelFR
)

// Cell is one typed value of a row. Only texts are guarded against formulas:
// a number may start with a minus.
type Cell struct {
	text   string
	number bool
	day    model.Date
	at     time.Time
}

// Text is a cell that somebody else may have written.
func Text(s string) Cell { return Cell{text: s} }

// Whole is an integer.
func Whole(n int64) Cell { return Cell{text: strconv.FormatInt(n, 10), number: true} }

// Real is a number; NaN and infinities are an empty cell.
func Real(f float64) Cell {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Cell{}
	}
	return Cell{text: strconv.FormatFloat(f, 'f', -1, 64), number: true}
}

// Money is an amount, with two decimals.
func Money(c model.Cents) Cell {
	sign, n := "", uint64(c)
	if c < 0 {
		sign, n = "-", uint64(-c)
	}
	dec := strconv.FormatUint(n%100+100, 10)[1:]
	return Cell{text: sign + strconv.FormatUint(n/100, 10) + "." + dec, number: true}
}

// Day is a date, empty when there is none.
func Day(d model.Date) Cell { return Cell{day: d} }

// Instant is a time, in its own zone, empty when zero.
func Instant(t time.Time) Cell { return Cell{at: t} }

// Writer writes rows for other programs. A text that a spreadsheet would
// compute gets a leading quote, which our reader takes off again.
type Writer struct {
	w      *bufio.Writer
	preset Preset
	fresh  bool
}

// NewWriter returns a Writer; call Flush at the end.
func NewWriter(w io.Writer, preset Preset) *Writer {
	return &Writer{w: bufio.NewWriter(w), preset: preset, fresh: true}
}

// Header writes the names of the columns.
func (w *Writer) Header(names ...string) error {
	cells := make([]Cell, len(names))
	for i, n := range names {
		cells[i] = Text(n)
	}
	return w.Row(cells...)
}

// Row writes one row.
func (w *Writer) Row(cells ...Cell) error {
	if w.fresh && w.preset == ExcelFR {
		_, _ = w.w.WriteString("\ufeff")
	}
	w.fresh = false
	delim, end := byte(','), "\n"
	if w.preset == ExcelFR {
		delim, end = ';', "\r\n"
	}
	for i := range cells {
		if i > 0 {
			_ = w.w.WriteByte(delim)
		}
		_, _ = w.w.WriteString(w.spell(&cells[i], delim, len(cells) == 1))
	}
	_, err := w.w.WriteString(end)
	return err
}

// Flush writes what is still in memory.
func (w *Writer) Flush() error { return w.w.Flush() }

func (w *Writer) spell(c *Cell, delim byte, alone bool) string {
	french := w.preset == ExcelFR
	switch {
	case c.number && french:
		return strings.Replace(c.text, ".", ",", 1)
	case c.number:
		return c.text
	case !c.day.IsZero() && french:
		return c.day.In(time.UTC).Format("02/01/2006")
	case !c.day.IsZero():
		return c.day.String()
	case !c.at.IsZero() && french:
		return c.at.Format("02/01/2006 15:04:05")
	case !c.at.IsZero():
		return c.at.Format(time.RFC3339)
	case c.text == "" && alone:
		return `""` // a row, not a blank line
	}
	return guard(c.text, delim)
}

// guard quotes a text for the file and shields what looks like a formula.
func guard(s string, delim byte) string {
	r, _ := utf8.DecodeRuneInString(s)
	shield := s != "" && (formula(r) || r == '\'' && shielded(s))
	if shield {
		s = "'" + s
	}
	if !shield && strings.IndexByte(s, delim) < 0 && !strings.ContainsAny(s, "\"\r\n") && s == strings.TrimSpace(s) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
