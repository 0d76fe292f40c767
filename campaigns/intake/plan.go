package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"blanche/model"
)

// plan is everything about a file that reading its rows needs.
type plan struct {
	set     charset
	delim   byte
	sep     bool // the first line only says "sep=;"
	header  []byte
	newline string
	decimal byte
	dates   calendar
	cols    []column
	at      map[field]int
	profile string  // the name to report
	tool    profile // the zero one is any file
	missing error   // what the file lacks, of one that is only looked at
	doubted error   // a new attribute that may be a mistyped field, likewise
	fixed   map[string]string
	mapping string // the saved mapping that it is read by
	list    list   // which list of the tool the file is

	codes codes // the forms of the postcodes

	rows     int
	repeated map[uint64]int32 // keys that several rows have, with how many
	hashes   hashes           // while the survey runs
}

// cell is the value of a field in a row, "" without such a column.
func (p *plan) cell(cells []string, f field) string {
	if i, ok := p.at[f]; ok && i < len(cells) {
		return cells[i]
	}
	return ""
}

// lineOnly tells a row that only has a line item: the order that it belongs to
// stands above it, and nothing of it is repeated.
func (p *plan) lineOnly(cells []string) bool {
	return p.cell(cells, fID)+p.cell(cells, fDate)+p.cell(cells, fTotal)+p.cell(cells, fEmail)+p.cell(cells, fExternal) == ""
}

// value is a free cell in the form in which it is kept.
func (p *plan) value(i int, v string) string {
	switch p.cols[i].sort() {
	case sortNumber:
		if plainDigits(v) {
			return v
		}
		if n, ok := number(v, p.decimal); ok {
			return n
		}
	case sortDate:
		if day, at, ok := p.dates.read(v, false); ok && at.IsZero() {
			return day.In(time.UTC).Format(time.DateOnly)
		} else if ok {
			return at.Format(time.RFC3339)
		}
	case sortBool:
		if a, _ := answers.of(v); a == yes {
			return "true"
		} else if a == no {
			return "false"
		}
	}
	return v
}

func plainDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// open returns a reader at the first row after the header.
func (p *plan) open(src *source) (*reader, error) {
	from, err := src.rewind(len(p.set.mark))
	if err != nil {
		return nil, err
	}
	r := newReader(from, p.set, p.delim)
	for range 1 + btoi(p.sep) {
		if _, err := r.next(); err != nil {
			return nil, err
		}
	}
	r.width = len(p.cols)
	return r, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// newPlan decides the encoding, the delimiter and what each column means.
func newPlan(o *Options, src *source) (*plan, error) {
	set, err := sniffCharset(src, o.Encoding, o.Name)
	if err != nil {
		return nil, err
	}
	if o.DateOrder != "" && o.DateOrder != "auto" && o.DateOrder != dmy && o.DateOrder != mdy {
		return nil, model.Invalid("import.date_order_unknown", "order", o.DateOrder).Hint("import.date_order_hint")
	}
	set.sheet = src.sheet
	p := &plan{set: set, decimal: '.', dates: calendar{order: dmy, now: o.Now, zone: o.zone()}}
	head, err := io.ReadAll(set.reader(bytes.NewReader(src.head[len(set.mark):])))
	if err != nil {
		return nil, model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
	}
	if p.delim, err = sniffDelimiter(head, o.Delimiter); err != nil {
		return nil, err
	}
	if d, n := sepLine(head); n > 0 {
		p.sep = true
		if wanted := delimiterNames[o.Delimiter]; wanted == 0 {
			p.delim = d
		}
	}
	headers, err := p.readHeader(o, src)
	if err != nil {
		return nil, err
	}
	p.mapping, p.fixed = o.recall(headers), o.Correct
	if err := p.name(o, headers); err != nil {
		return nil, err
	}
	p.missing = p.require(o, headers)
	if p.missing != nil && !o.lenient {
		return nil, p.missing
	}
	return p, nil
}

func (p *plan) readHeader(o *Options, src *source) ([]string, error) {
	from, err := src.rewind(len(p.set.mark))
	if err != nil {
		return nil, model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
	}
	r := newReader(from, p.set, p.delim)
	head, err := r.next()
	if err == nil && p.sep {
		head, err = r.next()
	}
	switch {
	case errors.Is(err, io.EOF):
		return nil, model.Invalid("import.empty", "file", o.Name).Hint("import.empty_hint")
	case err != nil:
		return nil, model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
	case head.bad:
		return nil, model.Invalid("import.header", "file", o.Name, "line", head.line).Hint("import.header_hint")
	}
	p.header, p.newline = bytes.Clone(head.raw), r.newline
	return slices.Clone(head.cells), nil
}

// name resolves the profile and the columns.
func (p *plan) name(o *Options, headers []string) error {
	var err error
	if p.tool, err = profileOf(o, headers); err != nil {
		return err
	}
	names := o.Kind.names()
	targets := names.sure
	if p.tool.names != nil {
		names = p.tool.names()
	}
	p.profile, p.list = p.tool.name, p.tool.listOf(o.Name, headers)
	if p.profile == "" && o.Kind == Orders {
		p.profile = profileGeneric
	}
	if p.cols, p.doubted, err = columnsOf(o, headers, names, targets); err != nil {
		return err
	}
	if p.doubted != nil && !o.lenient {
		return p.doubted
	}
	if o.Kind == Contacts {
		unsum(p.cols)
	}
	p.at = map[field]int{}
	for i := range p.cols {
		if f := p.cols[i].field; f != fNone && f != fIgnored && f != fReason {
			p.at[f] = i
		}
		if o.Kind != Contacts {
			p.cols[i].attr = ""
		}
	}
	if i, ok := p.at[fPaidAt]; ok && o.Kind == Orders {
		if _, dated := p.at[fDate]; !dated {
			p.at[fDate] = i
		}
	}
	return nil
}

// require refuses a file without the columns that rows cannot do without.
func (p *plan) require(o *Options, headers []string) error {
	has := func(fields ...field) bool {
		return slices.ContainsFunc(fields, func(f field) bool { _, ok := p.at[f]; return ok })
	}
	missing := fNone
	if o.Kind != Merges && slices.Contains(headers, string(fGoneEmail)) && slices.Contains(headers, string(fGoneCard)) {
		return model.Invalid("import.is_merges", "file", o.Name).Hint("import.is_merges_hint", "file", o.Name)
	}
	switch {
	case o.Kind == Merges && !has(nameFields[1][:]...):
		missing = fGoneEmail
	case o.Kind == Merges && !has(nameFields[0][:]...):
		missing = fEmail
	case o.Kind == Merges:
	case o.Kind == Contacts && !has(fEmail):
		missing = fEmail
	case o.Kind == Contacts:
	case !has(fID):
		missing = fID
	case !has(fDate):
		missing = fDate
	case !has(fTotal):
		missing = fTotal
	case !has(fEmail, fExternal, fCard):
		missing = fEmail
	}
	if missing == fNone {
		return nil
	}
	if p.profile == profilePrestaShop && missing == fEmail {
		return model.Invalid("import.prestashop_email", "file", o.Name).Hint("import.prestashop_email_hint")
	}
	if slices.ContainsFunc(headers, model.ValidEmail) {
		return model.Invalid("import.no_header", "file", o.Name).Hint("import.no_header_hint")
	}
	switch other := o.Kind.mistaken(headers); {
	case other == Orders:
		return model.Invalid("import.are_orders", "file", o.Name).Hint("import.are_orders_hint", "file", o.Name)
	case other == Contacts && !has(fTotal): // else orders that lack a column
		return model.Invalid("import.are_contacts", "file", o.Name).Hint("import.are_contacts_hint", "file", o.Name)
	}
	return model.Invalid("import.no_column", "file", o.Name, "field", string(missing), "columns", titles(headers)).
		Hint("import.no_column_hint", "field", string(missing))
}

// mistaken is the kind that a file without the columns of another one has all those
// of, by its titles; "" where it is none.
func (k Kind) mistaken(headers []string) Kind {
	other := map[Kind]Kind{Contacts: Orders, Orders: Contacts}[k]
	want := map[Kind][]field{Orders: {fID, fDate, fTotal}, Contacts: {fEmail}}[other]
	has, names := map[field]bool{}, other.names()
	for _, h := range headers {
		for _, known := range []words[field]{names.sure, names.maybe} {
			if f, is := known.of(h); is {
				has[f] = true
			}
		}
	}
	if len(want) == 0 || slices.ContainsFunc(want, func(f field) bool { return !has[f] }) {
		return ""
	}
	return other
}

// survey reads every row once for what only the whole file can tell.
func (p *plan) survey(ctx context.Context, o *Options, src *source, key func([]string) string, tick func(read int64)) error {
	r, err := p.open(src)
	if err != nil {
		return model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
	}
	rows := readAhead(r)
	defer rows.stop()
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return model.Failed(err, "import.read", "file", o.Name).Hint("import.read_hint")
		}
		p.rows++
		if p.rows%checkRows == 0 {
			if o.yield(ctx); ctx.Err() != nil {
				return ctx.Err()
			}
		}
		if p.rows%tickRows == 0 {
			tick(row.read)
		}
		if row.bad {
			continue
		}
		p.look(row.cells)
		if k := key(row.cells); k != "" {
			p.hashes.add(hash64(k))
		}
	}
	p.repeat()
	p.conclude(o)
	return nil
}

// repeat keeps the keys that come more than once.
func (p *plan) repeat() { p.repeated, p.hashes = p.hashes.repeated(), hashes{} }
