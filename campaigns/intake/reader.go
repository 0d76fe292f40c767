package intake

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// row is one row of a file. raw and cells are valid until the next one.
type row struct {
	line  int    // where it starts; the first line of the file is 1
	raw   []byte // its bytes, without the line end, before decoding
	cells []string
	bad   bool // it could not be cut into cells
	blunt bool // bad because of a quote: cut at every delimiter to show it
}

// reader cuts a stream into rows. Quoted cells may hold delimiters, doubled
// quotes and line ends (\n, \r\n or \r, mixed as they come). A quote inside an
// unquoted cell is an ordinary character. A quoted cell that is never closed,
// goes on after its closing quote, or swallows lines that look like rows, is a
// mistake: then the row is the one physical line it starts on, marked bad, and
// reading goes on with the next line.
type reader struct {
	src   io.Reader
	set   charset
	delim byte
	width int // columns of the header, 0 before it is known

	buf      []byte
	pos, end int
	eof      bool
	line     int   // of buf[pos]
	read     int64 // bytes taken from buf
	newline  string

	spans []span
	cells []string
}

// span is where a cell stands in its row.
type span struct {
	from, to int
	doubled  bool // holds "" for "
}

func newReader(src io.Reader, set charset, delim byte) *reader {
	return &reader{src: set.reader(src), set: set, delim: delim, line: 1, buf: make([]byte, 256<<10), newline: "\n"}
}

// next returns the next row that is not blank, or io.EOF.
func (r *reader) next() (row, error) {
	for {
		b := r.buf[r.pos:r.end]
		if len(b) == 0 && r.eof {
			return row{}, io.EOF
		}
		c, done := r.cut(b)
		if !done {
			if err := r.fill(); err != nil {
				return row{}, err
			}
			continue
		}
		out := row{line: r.line, raw: b[:c.content], bad: c.broken, blunt: c.broken}
		r.pos += c.next
		r.read += int64(c.next)
		r.line += c.lines
		if c.cut {
			out.raw = bytes.Clone(out.raw) // skipLine moves the buffer
			if err := r.skipLine(); err != nil {
				return row{}, err
			}
			return out, nil
		}
		if r.blank(out.raw) {
			continue
		}
		return r.finish(out), nil
	}
}

// finish decodes the cells of a row.
func (r *reader) finish(out row) row {
	if !out.bad && (bytes.IndexByte(out.raw, 0) >= 0 || r.set.check && !utf8.Valid(out.raw)) {
		out.bad = true
	}
	if out.bad {
		return out
	}
	r.cells = r.cells[:0]
	plain := r.set.table == nil || ascii(out.raw)
	var whole string
	if plain {
		whole = string(out.raw)
	}
	for _, s := range r.spans {
		cell := ""
		if plain {
			cell = whole[s.from:s.to]
		} else {
			cell = r.set.text(out.raw[s.from:s.to])
		}
		if s.doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		r.cells = append(r.cells, clean(cell))
	}
	out.cells = r.cells
	out.bad = r.width > 0 && r.overflow(out.cells)
	return out
}

// overflow reports more filled cells than the header has names. Fewer are
// fine: Excel leaves out trailing empty cells.
func (r *reader) overflow(cells []string) bool {
	for i := r.width; i < len(cells); i++ {
		if cells[i] != "" {
			return true
		}
	}
	return false
}

// blank rows are empty lines and those of a spreadsheet that only have
// delimiters: they say nothing and are not counted.
func (r *reader) blank(raw []byte) bool {
	for _, x := range raw {
		if x != ' ' && x != '\t' && x != r.delim {
			return false
		}
	}
	return true
}

// piece is the extent of a row at the head of the buffer.
type piece struct {
	content int // bytes of the row
	next    int // bytes up to the next row
	lines   int // line ends passed
	broken  bool
	cut     bool // longer than maxRow: the rest of the line is to be dropped
}

// cut finds the row at the head of b; false asks for more bytes.
func (r *reader) cut(b []byte) (piece, bool) {
	p, st := r.scan(b)
	switch st {
	case scanRow:
		return p, true
	case scanMore:
		if len(b) < maxRow {
			return piece{}, false
		}
		return piece{content: maxRow, next: maxRow, broken: true, cut: true}, true
	}
	n := bytes.IndexAny(b, "\r\n")
	if n < 0 && !r.eof {
		if len(b) < maxRow {
			return piece{}, false
		}
		return piece{content: maxRow, next: maxRow, broken: true, cut: true}, true
	}
	if n < 0 {
		return piece{content: len(b), next: len(b), broken: true}, true
	}
	after, ok := r.lineEnd(b, n)
	return piece{content: n, next: after, lines: 1, broken: true}, ok
}

type scanState uint8

const (
	scanRow scanState = iota
	scanMore
	scanBroken
)

// scan walks over the cells of one row and notes their spans.
func (r *reader) scan(b []byte) (piece, scanState) {
	r.spans = r.spans[:0]
	i, lines := 0, 0
	for {
		start, quoted := i, false
		for start < len(b) && (b[start] == ' ' || start == 0 && b[start] == 0xef && bytes.HasPrefix(b, marks[0].mark)) {
			if b[start] == 0xef {
				start += 2
			}
			start++
		}
		if start < len(b) && b[start] == '"' {
			s, stop, n, st := r.quoted(b, start)
			if st != scanRow {
				return piece{}, st
			}
			r.spans, i, quoted = append(r.spans, s), stop, true
			lines += n
		}
		if !quoted {
			from := i
			for i < len(b) && b[i] != r.delim && b[i] != '\n' && b[i] != '\r' {
				i++
			}
			r.spans = append(r.spans, span{from: from, to: i})
		}
		switch {
		case i == len(b) && !r.eof:
			return piece{}, scanMore
		case i < len(b) && b[i] == r.delim:
			i++
			continue
		case lines > 0 && r.width > 0 && len(r.spans) != r.width:
			return piece{}, scanBroken
		case i == len(b):
			return piece{content: i, next: i, lines: lines}, scanRow
		}
		next, ok := r.lineEnd(b, i)
		if !ok {
			return piece{}, scanMore
		}
		return piece{content: i, next: next, lines: lines + 1}, scanRow
	}
}

// quoted finds the end of the quoted cell that opens at b[open]: its span,
// where the delimiter or line end after it stands, and the lines inside.
func (r *reader) quoted(b []byte, open int) (s span, stop, lines int, st scanState) {
	s.from = open + 1
	for j := open + 1; ; {
		k := bytes.IndexByte(b[j:], '"')
		if k < 0 {
			return s, 0, 0, r.unclosed(b[open:])
		}
		j += k + 1
		if j < len(b) && b[j] == '"' {
			s.doubled = true
			j++
			continue
		}
		if j == len(b) && !r.eof {
			return s, 0, 0, r.unclosed(b[open:])
		}
		s.to = j - 1
		for j < len(b) && b[j] == ' ' {
			j++
		}
		if j == len(b) && !r.eof {
			return s, 0, 0, scanMore
		}
		if j < len(b) && b[j] != r.delim && b[j] != '\r' && b[j] != '\n' {
			return s, 0, 0, scanBroken
		}
		lines, st = r.inside(b[s.from:s.to])
		return s, j, lines, st
	}
}

// unclosed tells a quoted cell that needs more bytes from one that will never
// end.
func (r *reader) unclosed(b []byte) scanState {
	if r.eof || len(b) > maxQuoted {
		return scanBroken
	}
	return scanMore
}

// inside counts the lines of a quoted cell, and refuses one that swallowed
// rows: inner lines with as many delimiters as the header.
func (r *reader) inside(b []byte) (lines int, st scanState) {
	if len(b) > maxQuoted {
		return 0, scanBroken
	}
	first := true
	for len(b) > 0 {
		n := bytes.IndexAny(b, "\r\n")
		if n < 0 {
			break
		}
		if !first && r.width > 2 && bytes.Count(b[:n], []byte{r.delim}) == r.width-1 {
			return 0, scanBroken
		}
		first = false
		lines++
		if b[n] == '\r' && n+1 < len(b) && b[n+1] == '\n' {
			n++
		}
		b = b[n+1:]
	}
	if lines > maxLines {
		return 0, scanBroken
	}
	return lines, scanRow
}

// lineEnd returns the offset after the line end at b[i]; false when a \r may
// be half of one.
func (r *reader) lineEnd(b []byte, i int) (int, bool) {
	if b[i] == '\n' {
		return i + 1, true
	}
	if i+1 == len(b) {
		return i + 1, r.eof
	}
	if b[i+1] == '\n' {
		r.newline = "\r\n"
		return i + 2, true
	}
	return i + 1, true
}

// fill reads more bytes behind the unfinished row.
func (r *reader) fill() error {
	if r.pos > 0 {
		r.end = copy(r.buf, r.buf[r.pos:r.end])
		r.pos = 0
	}
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		if errors.Is(err, io.EOF) {
			r.eof = true
			return nil
		}
		if err != nil || n > 0 {
			return err
		}
	}
	return io.ErrNoProgress
}

// skipLine drops the rest of a line that is too long to be a row.
func (r *reader) skipLine() error {
	for {
		b := r.buf[r.pos:r.end]
		if n := bytes.IndexAny(b, "\r\n"); n >= 0 {
			r.pos, r.read = r.pos+n, r.read+int64(n)
			return nil
		}
		r.read += int64(len(b))
		r.pos = r.end
		if r.eof {
			return nil
		}
		if err := r.fill(); err != nil {
			return err
		}
	}
}
