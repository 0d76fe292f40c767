package compose

import (
	"slices"
	"strings"
)

// word is a lexical element of an expression.
type word struct {
	text string
	kind byte // 'i' identifier or .property, 's' string without its quotes, 'n' number, else the sign itself
	at   int  // offset in the expression
}

// words cuts an expression. It is laxer than Liquid's own reader, which has
// the last say on the syntax.
func words(expr string) []word {
	var out []word
	for i := 0; i < len(expr); {
		c := expr[i]
		j := i + 1
		switch {
		case c == ' ' || c == '\t':
		case c == '"' || c == '\'':
			end := strings.IndexByte(expr[j:], c)
			if end < 0 {
				end = len(expr) - j
			}
			out = append(out, word{expr[j : j+end], 's', i})
			j = min(j+end+1, len(expr))
		case isLetter(c):
			for j < len(expr) && (isLetter(expr[j]) || isDigit(expr[j]) || expr[j] == '-' || expr[j] == '?') {
				j++
			}
			out = append(out, word{expr[i:j], 'i', i})
		case isDigit(c):
			for j < len(expr) && (isDigit(expr[j]) || expr[j] == '.' && j+1 < len(expr) && isDigit(expr[j+1])) {
				j++
			}
			out = append(out, word{expr[i:j], 'n', i})
		default:
			out = append(out, word{expr[i:j], c, i})
		}
		i = j
	}
	return out
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// path is a variable as a template names it: contact.first_name.
type path struct {
	parts []string
	at    int
}

func (p path) String() string { return strings.Join(p.parts, ".") }

// uses are the variables and filters of an expression.
type uses struct {
	paths   []path
	filters []word
}

// plainWords are identifiers of the language itself.
var plainWords = []string{"true", "false", "nil", "null", "and", "or", "contains", "in", "reversed", "empty", "blank"}

// usesOf finds what an expression reaches.
func usesOf(expr string) uses {
	var u uses
	ws := words(expr)
	for i := 0; i < len(ws); i++ {
		w := ws[i]
		if w.kind != 'i' {
			continue
		}
		if i > 0 && ws[i-1].kind == '|' {
			u.filters = append(u.filters, w)
			continue
		}
		if i+1 < len(ws) && ws[i+1].kind == ':' && (w.text == "limit" || w.text == "offset") {
			continue
		}
		if slices.Contains(plainWords, w.text) {
			continue
		}
		var p path
		p, i = readPath(ws, i)
		u.paths = append(u.paths, p)
	}
	return u
}

// readPath reads name(.name | ["name"])* from word i, and gives the last word
// it took.
func readPath(ws []word, i int) (path, int) {
	p := path{parts: []string{ws[i].text}, at: ws[i].at}
	for {
		switch {
		case i+2 < len(ws) && ws[i+1].kind == '.' && ws[i+2].kind == 'i':
			p.parts = append(p.parts, ws[i+2].text)
			i += 2
		case i+3 < len(ws) && ws[i+1].kind == '[' && ws[i+2].kind == 's' && ws[i+3].kind == ']':
			p.parts = append(p.parts, ws[i+2].text)
			i += 3
		default:
			return p, i
		}
	}
}

// hole is the content of a {{ … }}.
type hole struct {
	expr    string // for Liquid, without a final | raw
	raw     bool
	path    path   // of its first variable, empty for a constant
	name    string // that path as written
	bare    bool   // begins with a path
	filters []word // what follows that path
	safe    bool   // has a default filter: an empty value is foreseen
}

// readHole reads the content of a {{ … }}.
func readHole(expr string) *hole {
	ws := words(expr)
	h := &hole{expr: expr}
	if n := len(ws); n >= 2 && ws[n-2].kind == '|' && ws[n-1].kind == 'i' && ws[n-1].text == "raw" {
		h.raw, h.expr = true, strings.TrimSpace(expr[:ws[n-2].at])
		ws = ws[:n-2]
	}
	u := usesOf(h.expr)
	if len(u.paths) > 0 {
		h.path = u.paths[0]
		h.name = h.path.String()
	}
	h.safe = slices.ContainsFunc(u.filters, func(w word) bool { return w.text == "default" })
	if len(ws) == 0 || ws[0].kind != 'i' || len(h.path.parts) == 0 || h.path.at != ws[0].at {
		return h
	}
	_, last := readPath(ws, 0)
	h.bare, h.filters = true, ws[last+1:]
	return h
}
