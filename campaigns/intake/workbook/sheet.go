package workbook

import (
	"context"
	"fmt"
	"strconv"
)

// The extent of a sheet (ECMA-376 has none; every spreadsheet keeps to it).
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// Kind is what a cell holds.
type Kind uint8

// The kinds of cells.
const (
	Text Kind = iota
	Number
	Date
	Bool
	Wrong // an error, such as #N/A
)

// Cell is a cell that holds something. A number has a point and no exponent, a
// date is 2026-11-22, 2026-11-22 14:05:00 or 14:05:00, a truth true or false.
type Cell struct {
	Column int // from 0
	Kind   Kind
	Text   string
}

// Row is a row with its cells from left to right.
type Row struct {
	Number int // from 1, as the sheet shows it
	Cells  []Cell
}

// Rows visits the rows of a sheet that hold something, from the top; a row is
// valid during its visit. An error of visit ends the reading and is returned.
func (b *Book) Rows(ctx context.Context, sheet *Sheet, visit func(Row) error) error {
	r := &rowReader{b: b}
	err := b.each(sheet.file, func(t *tokens, e element) error {
		switch e.name {
		case "worksheet":
			r.sheet = true
		case "sheetData":
			r.data = true
		case "row":
			row, err := r.row(t, e)
			if err != nil {
				return err
			}
			if row.Number%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if len(row.Cells) > 0 {
				return visit(row)
			}
		}
		return nil
	})
	if err == nil && !(r.sheet && r.data) {
		err = fmt.Errorf("%w: no cells", ErrBroken)
	}
	return err
}

type rowReader struct {
	b           *Book
	sheet, data bool
	last        int
	cells       []Cell
}

// row reads the cells of a row up to its end.
func (r *rowReader) row(t *tokens, e element) (Row, error) {
	n := r.last + 1
	if given := e.attr("r"); given != "" {
		var err error
		if n, err = strconv.Atoi(given); err != nil || n <= r.last {
			return Row{}, fmt.Errorf("%w: row %q after row %d", ErrBroken, given, r.last)
		}
	}
	if n > maxRows {
		return Row{}, ErrLarge
	}
	r.last, r.cells = n, r.cells[:0]
	column := 0
	for depth := len(t.open); ; {
		e, err := t.next()
		if err != nil {
			return Row{}, err
		}
		if !e.opens && len(t.open) < depth {
			return Row{Number: n, Cells: r.cells}, nil
		}
		if !e.opens || e.name != "c" {
			continue
		}
		if ref := e.attr("r"); ref != "" {
			at, ok := columnOf(ref)
			if !ok || at < column {
				return Row{}, fmt.Errorf("%w: cell %q", ErrBroken, ref)
			}
			column = at
		}
		if column >= maxColumns {
			return Row{}, ErrLarge
		}
		kind, text, err := r.cell(t, e)
		if err != nil {
			return Row{}, err
		}
		if text != "" {
			r.cells = append(r.cells, Cell{Column: column, Kind: kind, Text: text})
		}
		column++
	}
}

// columnOf is the column of a reference such as AB12, from 0.
func columnOf(ref string) (int, bool) {
	n, letters := 0, 0
	for letters < len(ref) && letters < 4 {
		c := ref[letters] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
		letters++
	}
	return n - 1, letters > 0 && n <= maxColumns
}

// cell reads a cell up to its end.
func (r *rowReader) cell(t *tokens, e element) (Kind, string, error) {
	sort := e.attr("t")
	styled := e.attr("s")
	text, err := t.cellText()
	if err != nil || text == "" {
		return Text, "", err
	}
	switch sort {
	case "s":
		i, err := strconv.Atoi(text)
		shared, ok := r.b.shared.at(i)
		if err != nil || !ok {
			return Text, "", fmt.Errorf("%w: no string %q", ErrBroken, text)
		}
		return Text, shared, nil
	case "str", "inlineStr":
		return Text, text, nil
	case "b":
		return Bool, strconv.FormatBool(truth(text)), nil
	case "e":
		return Wrong, text, nil
	case "d":
		return Date, isoDate(text), nil
	}
	var st style
	if i, err := strconv.Atoi(styled); err == nil && i >= 0 && i < len(r.b.styles) {
		st = r.b.styles[i]
	}
	kind, text := number(text, st, r.b.y1904)
	return kind, text, nil
}

// cellText is the value of a cell that has just opened, up to its end; the
// formula it came from is passed over.
func (t *tokens) cellText() (string, error) {
	out := ""
	for depth := len(t.open); ; {
		e, err := t.next()
		if err != nil {
			return "", err
		}
		if !e.opens && len(t.open) < depth {
			return out, nil
		}
		if e.opens && (e.name == "v" || e.name == "is") {
			if out, err = t.text(e); err != nil {
				return "", err
			}
		}
	}
}
