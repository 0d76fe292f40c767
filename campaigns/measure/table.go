package measure

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"blanche/model"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// table reads a CSV row by row, without keeping any.
type table struct {
	names []string
	csv   *csv.Reader
	row   []string
	comma byte // decimal sign that the file most likely uses
}

// openTable reads the header of a CSV, plain or gzip, in UTF-8, Windows-1252, or
// UTF-16 behind its mark, as Excel writes "Unicode text".
func openTable(r io.Reader) (*table, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, model.Invalid("roi.bad_gzip").Hint("roi.gzip_hint").Because(err)
		}
		in = bufio.NewReaderSize(unpacked, 64<<10)
	}
	mark, _ := in.Peek(3)
	switch {
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}), bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		wide := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		in = bufio.NewReaderSize(transform.NewReader(in, wide), 64<<10)
	}
	head, err := in.Peek(32 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	t := &table{csv: csv.NewReader(in), comma: '.'}
	t.csv.ReuseRecord = true
	t.csv.Comma = delimiter(head)
	if t.csv.Comma != ',' {
		t.comma = ','
	}
	ok, err := t.next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, model.Invalid("roi.empty_file").Hint("roi.empty_file_hint")
	}
	for i := range t.row {
		t.names = append(t.names, strings.TrimSpace(t.text(i)))
	}
	return t, nil
}

// delimiter is the candidate that comes most often in the first line, outside
// quotes; a comma when there is none.
func delimiter(head []byte) rune {
	counts := map[byte]int{}
	quoted := false
	for _, c := range head {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t', '|'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return rune(best)
}

// next moves to the next row; false at the end.
func (t *table) next() (bool, error) {
	row, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return false, badRow(bad, len(row), t.csv.FieldsPerRecord)
	}
	if err != nil {
		return false, unreadable(err)
	}
	t.row = row
	return true, nil
}

// badRow says what is wrong with a row: its cells, else its quotes.
func badRow(bad *csv.ParseError, cells, wanted int) error {
	if errors.Is(bad.Err, csv.ErrFieldCount) {
		return model.Invalid("roi.row_cells", "line", bad.StartLine, "cells", cells, "wanted", wanted).Hint("roi.row_cells_hint").Because(bad.Err)
	}
	return model.Invalid("roi.bad_row", "line", bad.StartLine).Hint("roi.row_hint").Because(bad.Err)
}

// unreadable tells a gzip that was cut or damaged from a stream that broke.
func unreadable(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return model.Invalid("roi.bad_gzip").Hint("roi.gzip_hint").Because(err)
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) {
		return model.Invalid("roi.bad_gzip").Hint("roi.gzip_hint").Because(err)
	}
	return model.Invalid("roi.unreadable").Hint("roi.unreadable_hint").Because(err)
}

// line is where the current row starts, the header being 1.
func (t *table) line() int {
	line, _ := t.csv.FieldPos(0)
	return line
}

// column is the position of a column by name, upper or lower case. A name that
// two columns bear is refused: which one was meant cannot be known.
func (t *table) column(name string) (int, error) {
	found, exact := -1, -1
	for i, n := range t.names {
		if n == name {
			if exact >= 0 {
				return 0, model.Invalid("roi.two_columns", "column", name, "a", exact+1, "b", i+1).Hint("roi.two_columns_hint")
			}
			exact = i
		}
		if found < 0 && strings.EqualFold(n, strings.TrimSpace(name)) {
			found = i
		}
	}
	if exact >= 0 {
		return exact, nil
	}
	if found < 0 {
		return 0, model.Invalid("roi.no_column", "column", name, "columns", strings.Join(t.names, ", ")).Hint("roi.columns_hint")
	}
	return found, nil
}

// text is a cell as text; one that is not UTF-8 is read as Windows-1252.
func (t *table) text(i int) string {
	s := t.row[i]
	if utf8.ValidString(s) {
		return s
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return decoded
}

// parse reads a number as the file writes them.
func (t *table) parse(s string) (float64, bool) { return parseNumber(s, t.comma) }

// number is a cell as a number.
func (t *table) number(i int) (float64, error) {
	v, ok := t.parse(t.row[i])
	if !ok && !utf8.ValidString(t.row[i]) {
		v, ok = t.parse(t.text(i))
	}
	if !ok && strings.TrimSpace(t.row[i]) == "" {
		return 0, t.blank(i)
	}
	if !ok {
		return 0, model.Invalid("roi.not_number", "line", t.line(), "column", t.names[i], "value", t.text(i)).Hint("roi.number_hint")
	}
	return v, nil
}

// blank is the error of a cell where a figure is due and nothing stands: nobody
// knows whether it means zero.
func (t *table) blank(i int) error {
	return model.Invalid("roi.empty_cell", "line", t.line(), "column", t.names[i]).Hint("roi.blank_hint")
}

// yes is a cell as yes or no.
func (t *table) yes(i int) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(t.text(i))) {
	case "1", "true", "t", "yes", "y", "oui", "vrai", "1.0", "1,0":
		return true, nil
	case "0", "false", "f", "no", "n", "non", "faux", "0.0", "0,0":
		return false, nil
	case "":
		return false, t.blank(i)
	}
	return false, model.Invalid("roi.not_yes_no", "line", t.line(), "column", t.names[i], "value", t.text(i)).Hint("roi.yes_no_hint")
}

// truth is a cell that says yes or no, as 1 or 0.
func (t *table) truth(i int) (float64, error) {
	yes, err := t.yes(i)
	if yes {
		return 1, err
	}
	return 0, err
}
