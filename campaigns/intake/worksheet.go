package intake

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"blanche/campaigns/intake/workbook"
	"blanche/model"
)

// A workbook comes in as the CSV that a spreadsheet would have saved of one of
// its sheets, with what CSV loses: dates stay dates whatever their format, and a
// row keeps its number. Rejected rows are a CSV, too.
const (
	sheetEncoding = "xlsx" // of the report
	sheetMark     = "\ufeff"
	sheetBreak    = "\u2028" // a line end in a cell, which clean turns back
	sheetWrong    = "\x00"   // after what is no value: the row is refused
)

// openWorkbook makes the table of one sheet: the one asked for by name or by
// number, else the first on show that has cells.
func openWorkbook(ctx context.Context, o *Options, z *zip.Reader, src *source) (*table, error) {
	room := min(unpackFloor+unpackRatio*src.size, unpackMost)
	book, err := workbook.Open(z, workbook.Limits{Room: &room})
	if err != nil {
		return nil, bookError(o, err)
	}
	spool, err := o.spool()
	if err != nil {
		return nil, model.Failed(err, "import.spool", "file", o.Name).Hint("import.spool_hint")
	}
	t := &table{o: *o}
	sheet, err := writeSheet(ctx, o, book, spool)
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err == nil {
		t.o.Source, t.o.Sum, t.o.Encoding, t.o.Delimiter = spool, nil, encUTF8, ";"
		t.src, err = openSource(ctx, &t.o)
	}
	if err != nil {
		_ = spool.Close()
		return nil, err
	}
	t.src.close, t.src.sheet, t.src.sheets = spool.Close, sheet, sheetNames(book)
	if t.p, err = newPlan(&t.o, t.src); err != nil {
		_ = t.src.close()
		return nil, err
	}
	return t, nil
}

// bookError says what a person can do about a workbook.
func bookError(o *Options, err error) error {
	var known *model.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, workbook.ErrLarge):
		return model.Invalid("import.sheet_large", "file", o.Name).Because(err).Hint("import.spreadsheet_hint")
	}
	return model.Invalid("import.sheet_broken", "file", o.Name).Because(err).Hint("import.sheet_broken_hint")
}

func sheetNames(book *workbook.Book) []string {
	var names []string
	for _, s := range book.Sheets {
		if !s.Hidden {
			names = append(names, s.Name)
		}
	}
	return names
}

// writeSheet writes the rows of the sheet, and tells which it is.
func writeSheet(ctx context.Context, o *Options, book *workbook.Book, to io.Writer) (string, error) {
	wanted, err := chosen(o, book)
	if err != nil {
		return "", err
	}
	for i, sheet := range wanted {
		w := sheetWriter{w: bufio.NewWriterSize(to, 256<<10), o: o}
		_, _ = w.w.WriteString(sheetMark)
		err := book.Rows(ctx, sheet, func(r workbook.Row) error { return w.row(ctx, r) })
		if err == nil && w.rows == 0 && i < len(wanted)-1 {
			continue // nothing of it was written
		}
		if err == nil {
			err = w.w.Flush()
		}
		if err != nil {
			return "", bookError(o, err)
		}
		return sheet.Name, nil
	}
	return "", nil
}

// chosen are the sheets to try, in order.
func chosen(o *Options, book *workbook.Book) ([]*workbook.Sheet, error) {
	var all, shown []*workbook.Sheet
	for i := range book.Sheets {
		s := &book.Sheets[i]
		if all = append(all, s); !s.Hidden {
			shown = append(shown, s)
		}
	}
	if o.Sheet == "" && len(shown) > 0 {
		return shown, nil
	}
	if o.Sheet == "" {
		return all, nil
	}
	for _, s := range all {
		if strings.EqualFold(s.Name, o.Sheet) {
			return []*workbook.Sheet{s}, nil
		}
	}
	if n, err := strconv.Atoi(o.Sheet); err == nil && n >= 1 && n <= len(all) {
		return []*workbook.Sheet{all[n-1]}, nil
	}
	return nil, model.Invalid("import.no_sheet", "file", o.Name, "sheet", o.Sheet).Hint("import.no_sheet_hint", "sheets", titles(sheetNames(book)))
}

// sheetWriter writes rows on the lines of their numbers.
type sheetWriter struct {
	w    *bufio.Writer
	o    *Options
	line int
	rows int
}

func (s *sheetWriter) row(ctx context.Context, r workbook.Row) error {
	for s.line++; s.line < r.Number; s.line++ {
		_ = s.w.WriteByte('\n')
	}
	if s.rows++; s.rows%checkRows == 0 {
		s.o.yield(ctx)
	}
	column := 0
	for _, c := range r.Cells {
		for ; column < c.Column; column++ {
			_ = s.w.WriteByte(';')
		}
		s.cell(c)
	}
	return s.w.WriteByte('\n')
}

var sheetBreaks = strings.NewReplacer("\r\n", sheetBreak, "\r", sheetBreak, "\n", sheetBreak, sheetWrong, "")

func (s *sheetWriter) cell(c workbook.Cell) {
	text := sheetBreaks.Replace(c.Text)
	switch c.Kind {
	case workbook.Wrong:
		text += sheetWrong
	case workbook.Number:
		// Three digits after a point may be thousands, four never are.
		if at := strings.IndexByte(text, '.'); at >= 0 && len(text)-at == 4 {
			text += "0"
		}
	}
	if !strings.ContainsAny(text, ";\" ") {
		_, _ = s.w.WriteString(text)
		return
	}
	_ = s.w.WriteByte('"')
	_, _ = s.w.WriteString(strings.ReplaceAll(text, `"`, `""`))
	_ = s.w.WriteByte('"')
}
