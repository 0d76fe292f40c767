package cli

import (
	"bufio"
	"bytes"
	"strconv"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// sheet is a table for a spreadsheet: its cells are texts, counts, real
// numbers, amounts, days and instants, which each form writes its own way. A
// nil cell is unknown, and empty.
type sheet struct {
	head []string
	rows [][]any
}

func (t *sheet) add(cells ...any) { t.rows = append(t.rows, cells) }

// writeExcel writes a sheet as French Excel opens it: byte order mark,
// semicolons, decimal commas, lines that end as there. "-" is standard output.
func (s *session) writeExcel(desk campaigns.Desk, file string, t *sheet) error {
	x := s.export(desk, true, t.head...)
	var content bytes.Buffer
	if file != toStandardOutput {
		x.out = bufio.NewWriter(&content)
	}
	for _, row := range t.rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = x.cell(c)
		}
		if err := x.row(cells...); err != nil {
			return err
		}
	}
	if err := x.out.Flush(); err != nil || file == toStandardOutput {
		return err
	}
	if err := s.writeFile(file, content.Bytes()); err != nil {
		return err
	}
	s.note(s.p.T("cli.report.table", "file", file))
	return nil
}

// cell is one value as a spreadsheet reads it.
func (x *export) cell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return number(v)
	case bool:
		return boolean(v)
	case model.Cents:
		return strconv.FormatInt(int64(v), 10)
	case *model.Cents:
		if v != nil {
			return x.cell(*v)
		}
	case float64:
		return x.number(decimal(v))
	case *float64:
		if v != nil {
			return x.number(decimal(*v))
		}
	case model.Date:
		return x.day(v)
	case time.Time:
		return x.instant(v)
	}
	return ""
}
