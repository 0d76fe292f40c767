package audience

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"blanche/model"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenText   // quoted
	tokenNumber // digits, with a point
	tokenDate
	tokenDays // 30d, 30j
	tokenSign // ( ) [ ] , and comparisons
)

// token is one word of a rule. Text is what it means: the content of a quoted
// text, the sign in its canonical spelling, the word as written.
type token struct {
	kind   tokenKind
	text   string
	folded string // of a word
	raw    string // as written, for messages
	days   int    // of tokenDays; of tokenDate the day
	column int    // of its first character, from 1
}

var (
	isoDate    = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})`)
	frenchDate = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})`)
	days       = regexp.MustCompile(`^(\d{1,6})\s?(d|j|days?|jours?|w|weeks?|sem|semaines?)$`)
	number     = regexp.MustCompile(`^\d+([.,]\d+)?`)
	runOfWord  = regexp.MustCompile(`^[\p{L}\p{M}\p{N}_.]+(?:['’]\p{L}[\p{L}\p{M}\p{N}_.]*)*`)
)

var signs = []struct{ written, means string }{
	{"<=", "<="},
	{">=", ">="},
	{"!=", "!="},
	{"<>", "!="},
	{"==", "="},
	{"≤", "<="},
	{"≥", ">="},
	{"≠", "!="},
	{"=", "="},
	{"<", "<"},
	{">", ">"},
	{"(", "("},
	{")", ")"},
	{"[", "["},
	{"]", "]"},
	{",", ","},
	{";", ","},
}

// closing is the mark that ends a text, by the one that starts it.
var closing = map[rune]rune{'"': '"', '«': '»', '“': '”', '\'': '\''}

// lexer cuts a rule into tokens. Inside [ ] a comma always separates values.
type lexer struct {
	text  string
	at    int
	lists int
}

// tokens cuts the whole text; the last token is tokenEnd.
func tokens(text string) ([]token, error) {
	l := lexer{text: strings.ToValidUTF8(text, "\ufffd")}
	var all []token
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if t.kind == tokenEnd {
			return all, nil
		}
	}
}

func (l *lexer) column() int { return utf8.RuneCountInString(l.text[:l.at]) + 1 }

func (l *lexer) next() (token, error) {
	l.at = len(l.text) - len(strings.TrimLeftFunc(l.text[l.at:], unicode.IsSpace))
	t := token{column: l.column()}
	rest := l.text[l.at:]
	if rest == "" {
		return t, nil
	}
	r, _ := utf8.DecodeRuneInString(rest)
	if end, ok := closing[r]; ok {
		return l.quoted(t, r, end)
	}
	if r == '-' || r == '−' {
		if n := number.FindString(rest[utf8.RuneLen(r):]); n != "" {
			l.at += utf8.RuneLen(r) + len(n)
			t.kind, t.text, t.raw = tokenNumber, "-"+strings.Replace(n, ",", ".", 1), rest[:utf8.RuneLen(r)+len(n)]
			return t, nil
		}
	}
	if r >= '0' && r <= '9' {
		return l.digits(t, rest)
	}
	if run := runOfWord.FindString(rest); run != "" {
		return l.word(t, run), nil
	}
	return l.sign(t, rest, r)
}

func (l *lexer) word(t token, run string) token {
	l.at += len(run)
	t.kind, t.text, t.raw, t.folded = tokenWord, run, run, Fold(run)
	return t
}

func (l *lexer) sign(t token, rest string, r rune) (token, error) {
	for _, s := range signs {
		if strings.HasPrefix(rest, s.written) {
			l.at += len(s.written)
			switch s.means {
			case "[":
				l.lists++
			case "]":
				l.lists--
			}
			t.kind, t.text, t.raw = tokenSign, s.means, s.written
			return t, nil
		}
	}
	return t, model.Invalid("rule.unexpected", "column", t.column, "word", string(r))
}

// digits reads what starts with a digit: a day, a number of days, a number, or
// the name of a free column.
func (l *lexer) digits(t token, rest string) (token, error) {
	if m := isoDate.FindStringSubmatch(rest); m != nil {
		return l.date(t, m[0], m[1], m[2], m[3])
	}
	if m := frenchDate.FindStringSubmatch(rest); m != nil {
		return l.date(t, m[0], m[3], m[2], m[1])
	}
	run := runOfWord.FindString(rest)
	n := number.FindString(rest)
	if l.lists > 0 {
		n, _, _ = strings.Cut(n, ",")
	}
	if len(n) >= len(run) {
		l.at += len(n)
		t.kind, t.text, t.raw = tokenNumber, strings.Replace(n, ",", ".", 1), n
		return t, nil
	}
	if d, ok := daysOf(run); ok {
		l.at += len(run)
		t.kind, t.days, t.raw, t.text = tokenDays, d, run, run
		return t, nil
	}
	return l.word(t, run), nil
}

func (l *lexer) date(t token, raw, y, m, d string) (token, error) {
	day, ok := civil(y, m, d)
	if !ok {
		return t, model.Invalid("rule.bad_date", "column", t.column, "word", raw)
	}
	l.at += len(raw)
	t.kind, t.days, t.raw, t.text = tokenDate, int(day), raw, raw
	return t, nil
}

// quoted reads a text between quotation marks. Between straight ones a
// backslash keeps the next character; spaces beside « and » do not count.
func (l *lexer) quoted(t token, open, end rune) (token, error) {
	start := l.at
	var b strings.Builder
	escaped := false
	for i, r := range l.text[start+utf8.RuneLen(open):] {
		switch {
		case escaped:
			b.WriteRune(unescape(r))
			escaped = false
		case r == '\\' && (open == '"' || open == '\''):
			escaped = true
		case r == end:
			l.at = start + utf8.RuneLen(open) + i + utf8.RuneLen(end)
			t.kind, t.text, t.raw = tokenText, b.String(), l.text[start:l.at]
			if open == '«' {
				t.text = strings.TrimSpace(t.text)
			}
			return t, nil
		default:
			b.WriteRune(r)
		}
	}
	return t, model.Invalid("rule.unfinished_text", "column", t.column, "word", string(open))
}

func unescape(r rune) rune {
	switch r {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return r
}
