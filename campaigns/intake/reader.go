package intake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// row is one row of a file. raw and cells are valid until the next one.
type row struct {
	line  int    // where it starts; the first line of the file is 1
	raw   []byte // its bytes, without the line end, before decoding
	cells []string
	read  int64 // of the file, with it: known of rows read ahead
	bad   bool  // it could not be cut into cells
	blunt bool  // bad because of a quote: cut at every delimiter to show it

	at  int    // of a bad row: the cell that is wrong, -1 for the row itself
	why string // of a bad row: what is wrong, fit to be shown
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
	text  []byte
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
		out := row{line: r.line, raw: b[:c.content], bad: c.broken, blunt: c.broken, at: -1}
		r.pos += c.next
		r.read += int64(c.next)
		r.line += c.lines
		if c.cut {
			out.raw = bytes.Clone(out.raw) // skipLine moves the buffer
			out.why = r.glimpse(out.raw, -1)
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
	if !out.bad && r.spoilt(out.raw) {
		out.bad = true
		out.at = slices.IndexFunc(r.spans, func(s span) bool { return r.spoilt(out.raw[s.from:s.to]) })
	}
	if out.bad {
		out.why = r.glimpse(out.raw, out.at)
		return out
	}
	whole, nfc := r.decode(out.raw)
	r.cells = r.cells[:0]
	for _, s := range r.spans {
		cell := whole[s.from:s.to]
		if s.doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		r.cells = append(r.cells, clean(cell, nfc))
	}
	out.cells = r.cells
	if out.at = r.overflow(out.cells); out.at >= 0 {
		out.bad, out.why = true, short(out.cells[out.at])
	}
	return out
}

// spoilt reports bytes that no text of the file's encoding has.
func (r *reader) spoilt(raw []byte) bool {
	return bytes.IndexByte(raw, 0) >= 0 || r.set.check && !utf8.Valid(raw) || r.set.wide != nil && bytes.Contains(raw, []byte("\ufffd"))
}

// glimpse is the beginning of a bad cell, or of a bad row, as it may be shown.
func (r *reader) glimpse(raw []byte, at int) string {
	if at >= 0 {
		raw = raw[r.spans[at].from:r.spans[at].to]
	}
	text := r.set.text(raw[:min(len(raw), maxReported+utf8.UTFMax)])
	if r.set.sheet != "" {
		text = strings.ReplaceAll(text, sheetWrong, "")
	}
	return short(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "␀"), "\ufffd"))
}

// decode is the text of a row, once for all its cells, whose spans then are
// offsets in it. nfc tells that it needs no normalising: ASCII, and encodings
// of one byte, which have whole letters only.
func (r *reader) decode(raw []byte) (whole string, nfc bool) {
	if ascii(raw) {
		return string(raw), true
	}
	if r.set.table == nil {
		return string(raw), composed(raw)
	}
	r.text = r.text[:0]
	for i := range r.spans {
		s := &r.spans[i]
		from := len(r.text)
		for _, x := range raw[s.from:s.to] {
			r.text = utf8.AppendRune(r.text, r.set.table[x])
		}
		s.from, s.to = from, len(r.text)
	}
	return string(r.text), true
}

// composed reports text of UTF-8 without any rune from U+0300 on, where what is
// not in NFC begins: the letters of French are all below.
func composed(raw []byte) bool {
	for len(raw) > 0 {
		for len(raw) >= 8 && binary.NativeEndian.Uint64(raw)&0x8080808080808080 == 0 {
			raw = raw[8:]
		}
		for n := min(8, len(raw)); n > 0; n-- {
			if raw[0] >= 0xcc {
				return false
			}
			raw = raw[1:]
		}
	}
	return true
}

// overflow is the first filled cell beyond the names that the header has, -1
// for none. Fewer cells are fine: Excel leaves out trailing empty ones.
func (r *reader) overflow(cells []string) int {
	for i := r.width; r.width > 0 && i < len(cells); i++ {
		if cells[i] != "" {
			return i
		}
	}
	return -1
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
