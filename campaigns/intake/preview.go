package intake

import (
	"context"
	"errors"
	"io"
	"slices"

	"blanche/model"
)

// Preview is how a file will be read, for a person to confirm.
type Preview struct {
	Encoding  string
	Delimiter string
	Decimal   string
	DateOrder string
	Profile   string
	Mapping   string   // the saved mapping that it is read by
	Sheet     string   // of a workbook
	Sheets    []string // of a workbook, those on show
	Parts     []string // of an archive, its tables
	Part      string   // the one of several that is shown
	Together  bool     // all of them can be imported as one
	Doubted   error    // a new attribute that may be a mistyped field
	Missing   error    // why it could not be imported so: a column that is missing
	Columns   []PreviewColumn
	Lines     []PreviewRow // the first five
	Rows      int          // of the whole file
}

// PreviewColumn is a column and what it becomes: a Field of the product, or a
// free attribute under the name Attr, or neither when it is ignored.
type PreviewColumn struct {
	Header string
	Field  string
	Attr   string
	Type   string // of a free attribute: text, number, date or boolean, by all its values
}

// PreviewRow is a row as it will be read: dates as ISO 8601, numbers with a
// point, texts cleaned. Reject is why it would be refused, nil otherwise.
type PreviewRow struct {
	Line   int
	Cells  []string
	Reject *model.Reject
}

const previewRows = 5

var sortNames = map[attrSort]string{sortText: "text", sortNumber: "number", sortDate: "date", sortBool: "boolean"}

// Look reads a file as Import will, and writes nothing: the stores of the
// options may be nil.
func Look(ctx context.Context, o Options) (Preview, error) {
	o.lenient = true
	tables, err := openTables(ctx, &o)
	if err != nil {
		return Preview{}, err
	}
	defer closeTables(tables)
	last := tables[len(tables)-1] // of an archive, those who may be written to
	p, src := last.p, last.src
	none := func([]string) string { return "" }
	if err := p.survey(ctx, &o, src, none, func(int64) {}); err != nil {
		return Preview{}, err
	}
	var rep model.ImportReport
	p.dialect(&rep)
	out := Preview{
		Encoding: rep.Encoding, Delimiter: rep.Delimiter, Decimal: rep.Decimal, DateOrder: rep.DateOrder,
		Profile: rep.Profile, Mapping: rep.Mapping, Missing: p.missing, Doubted: p.doubted, Rows: p.rows, Sheet: src.sheet, Sheets: src.sheets, Parts: tables[0].names,
		Part: last.part, Together: last.together,
	}
	for i := range p.cols {
		c := PreviewColumn{Header: p.cols[i].header, Field: string(p.cols[i].field), Attr: p.cols[i].attr}
		if f := p.cols[i].field; f == fIgnored || f == fReason {
			c.Field = ""
		}
		if c.Attr != "" {
			c.Type = sortNames[p.cols[i].shown()]
		}
		out.Columns = append(out.Columns, c)
	}
	out.Lines, err = p.firstRows(&o, src)
	return out, err
}

func (p *plan) firstRows(o *Options, src *source) ([]PreviewRow, error) {
	fault := faultOf(o, p)
	r, err := p.open(src)
	if err != nil {
		return nil, model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
	}
	var out []PreviewRow
	for len(out) < previewRows {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
		}
		line := PreviewRow{Line: row.line, Cells: make([]string, len(p.cols))}
		if row.bad {
			line.Cells[0] = short(p.set.text(row.raw))
			line.Reject = &model.Reject{Line: row.line, Reason: badRow, Value: row.why}
			if row.at >= 0 && row.at < len(p.cols) {
				line.Reject.Column = p.cols[row.at].header
			}
		} else {
			line.Reject = fault(row)
			country := p.cell(row.cells, fCountry)
			for i, v := range row.cells[:min(len(row.cells), len(p.cols))] {
				line.Cells[i] = p.shown(i, v, country)
			}
		}
		out = append(out, line)
	}
	return slices.Clip(out), nil
}

func faultOf(o *Options, p *plan) func(row) *model.Reject {
	contacts := &contactReader{o: o, p: p}
	contacts.prepare()
	orders := &orderReader{o: o, p: p, source: p.profile}
	merges := &mergeReader{o: o, p: p}
	return func(r row) *model.Reject {
		var f *fault
		switch o.Kind {
		case Orders:
			_, f = orders.read(r.cells, r.line, p.tool.lines)
		case Merges:
			_, f = merges.read(r.cells, r.line, false)
		default:
			_, f = contacts.read(r.cells, r.line, false)
		}
		if f == nil {
			return nil
		}
		out := &model.Reject{Line: r.line, Reason: f.reason, Column: p.cols[f.col].header}
		if f.col < len(r.cells) {
			out.Value = short(r.cells[f.col])
		}
		return out
	}
}

// shown is a cell as it will be understood.
func (p *plan) shown(i int, v, country string) string {
	switch c := &p.cols[i]; c.field {
	case fNone:
		return short(p.value(i, v))
	case fBirth, fConsDate, fDate, fPaidAt:
		if day, at, ok := p.dates.read(v, c.field == fBirth); ok && at.IsZero() {
			return day.String()
		} else if ok {
			return at.Format("2006-01-02 15:04")
		}
	case fPhone:
		return short(e164(v, country))
	case fPostcode:
		return short(postcode(v, country, p.codes.eaten()))
	case fCard:
		return short(card(v))
	case fTotal, fRefunded, fPoints:
		if n, ok := number(v, p.decimal); ok {
			return n
		}
	}
	return short(v)
}
