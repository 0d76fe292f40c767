package intake

import "bytes"

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
