package compose

import (
	"strings"
	"unicode/utf8"
)

// tokenKind says what a piece of a template is.
type tokenKind uint8

const (
	literal tokenKind = iota // text of the author
	object                   // {{ … }}
	tag                      // {% … %}
	link                     // an address that may lead through the public part
)

// token is a piece of a template. Comments are dropped, {% raw %} becomes
// literal and the trimming dashes are applied, so that what follows meets
// plain pieces only.
type token struct {
	kind   tokenKind
	text   string // literal: the text; object: the expression; tag: its arguments; link: its address, tagged
	name   string // of a tag; of a link: the address as the author wrote it
	number int    // of a link, from 1
	line   int    // from 1
	column int    // in characters, from 1
	hole   *hole  // of an object that was read
}

// lexer cuts a source; the position follows the reading.
type lexer struct {
	src      string
	place    string
	at       int
	line     int
	column   int
	out      []token
	trimNext bool
	problems Problems
}

// lex cuts a template into tokens and reports what is not closed.
func lex(src, place string) ([]token, Problems) {
	l := &lexer{src: src, place: place, line: 1, column: 1}
	for l.at < len(src) {
		next := l.opening()
		l.literal(next)
		if next < len(src) && !l.construct() {
			break
		}
	}
	return l.out, l.problems
}

// opening is the offset of the next {{ or {%, or the end.
func (l *lexer) opening() int {
	for i := l.at; i+1 < len(l.src); i++ {
		if l.src[i] == '{' && (l.src[i+1] == '{' || l.src[i+1] == '%') {
			return i
		}
	}
	return len(l.src)
}

func (l *lexer) literal(end int) {
	text := l.src[l.at:end]
	line, column := l.line, l.column
	l.advance(end)
	if l.trimNext {
		text = strings.TrimLeft(text, " \t\r\n")
		l.trimNext = false
	}
	if text != "" {
		l.out = append(l.out, token{kind: literal, text: text, line: line, column: column})
	}
}

// advance moves to an offset, counting lines and characters.
func (l *lexer) advance(to int) {
	passed := l.src[l.at:to]
	if n := strings.Count(passed, "\n"); n > 0 {
		l.line += n
		l.column = 1
		passed = passed[strings.LastIndexByte(passed, '\n')+1:]
	}
	l.column += utf8.RuneCountInString(passed)
	l.at = to
}

// construct reads one {{ … }} or {% … %}; false stops the reading.
func (l *lexer) construct() bool {
	line, column := l.line, l.column
	isTag := l.src[l.at+1] == '%'
	end := l.closing(l.at+2, isTag)
	if end < 0 {
		l.problem("template_open", line, column, "name", clip(l.src[l.at:]))
		return false
	}
	inner := l.src[l.at+2 : end]
	l.advance(end + 2)
	if rest, ok := strings.CutPrefix(inner, "-"); ok {
		inner = rest
		l.trimLast()
	}
	if rest, ok := strings.CutSuffix(inner, "-"); ok {
		inner, l.trimNext = rest, true
	}
	inner = strings.TrimSpace(strings.NewReplacer("\r", " ", "\n", " ", "\t", " ").Replace(inner))
	if !isTag {
		l.out = append(l.out, token{kind: object, text: inner, line: line, column: column})
		return true
	}
	name, args, _ := strings.Cut(inner, " ")
	switch name {
	case "comment":
		return l.skipTo("endcomment", false, line, column)
	case "raw":
		return l.skipTo("endraw", true, line, column)
	}
	l.out = append(l.out, token{kind: tag, name: name, text: strings.TrimSpace(args), line: line, column: column})
	return true
}

// closing is the offset of the }} or %} that ends a construct, quotes aside;
// when a quote is not closed, the first one there is.
func (l *lexer) closing(from int, isTag bool) int {
	mark := "}}"
	if isTag {
		mark = "%}"
	}
	quote := byte(0)
	for i := from; i+1 < len(l.src); i++ {
		switch c := l.src[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case l.src[i:i+2] == mark:
			return i
		}
	}
	if i := strings.Index(l.src[from:], mark); i >= 0 {
		return from + i
	}
	return -1
}

// skipTo passes over a {% comment %} or keeps a {% raw %} as it is written.
func (l *lexer) skipTo(endTag string, keep bool, line, column int) bool {
	for i := l.at; ; {
		j := strings.Index(l.src[i:], "{%")
		if j < 0 {
			l.problem("template_open", line, column, "name", endTag)
			return false
		}
		start := i + j
		k := strings.Index(l.src[start+2:], "%}")
		if k < 0 {
			l.problem("template_open", line, column, "name", endTag)
			return false
		}
		if strings.Trim(l.src[start+2:start+2+k], " -\t\r\n") == endTag {
			if keep {
				l.literal(start)
			}
			l.advance(start + k + 4)
			return true
		}
		i = start + 2
	}
}

func (l *lexer) trimLast() {
	if n := len(l.out); n > 0 && l.out[n-1].kind == literal {
		l.out[n-1].text = strings.TrimRight(l.out[n-1].text, " \t\r\n")
	}
}

func (l *lexer) problem(code string, line, column int, args ...any) {
	l.problems = append(l.problems, Problem{Code: code, Place: l.place, Line: line, Column: column, Args: args})
}

// clip is the beginning of a text, for a sentence.
func clip(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
