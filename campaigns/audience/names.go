package audience

import (
	"slices"
	"strconv"
	"strings"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// field is a field as a rule names it.
type field struct {
	name string // canonical
	typ  Type
	at   token
}

// field reads the name of a field. A built-in one wins over a free column of
// the same name, which attr. reaches; among the columns of a file there are no
// built-in ones. A column whose name has spaces may be written with them.
func (p *parser) field() (field, error) {
	if f, ok := p.longName(); ok {
		return f, nil
	}
	t := p.take()
	if t.kind != tokenWord && (t.kind != tokenText || p.types == nil) {
		return field{}, unexpected(t)
	}
	if name, typ, ok := builtinField(t.folded); ok && !p.file {
		return field{name, typ, t}, nil
	}
	name, prefixed := strings.CutPrefix(t.folded, attrPrefix)
	for _, name := range []string{naming.Column(t.text), naming.Column(name)} {
		if typ, ok := p.types[name]; ok {
			return field{attrPrefix + name, typ, t}, nil
		}
	}
	if prefixed && p.types == nil && attrName(name) {
		return field{attrPrefix + name, TypeAny, t}, nil
	}
	if free := naming.Column(name); p.loose && t.kind == tokenWord && free != "" {
		return field{attrPrefix + free, TypeAny, t}, nil
	}
	return field{}, p.unknownField(t)
}

// longName takes the words of a known column whose name has several, the
// longest that fits.
func (p *parser) longName() (field, bool) {
	const most = 8
	best, found := 0, field{at: p.peek()}
	name := found.at.text
	if p.peek().kind != tokenWord {
		return found, false
	}
	for n := 1; n < most && p.at+n < len(p.tokens); n++ {
		t := p.tokens[p.at+n]
		if t.kind == tokenEnd || t.kind == tokenSign || t.kind == tokenText || reserved[t.folded] {
			break
		}
		name += " " + t.text
		if typ, ok := p.types[naming.Column(name)]; ok {
			best, found.name, found.typ = n, attrPrefix+naming.Column(name), typ
		}
	}
	if best > 0 {
		p.at += best + 1
		found.at.raw = strings.TrimPrefix(found.name, attrPrefix)
	}
	return found, best > 0
}

// words are those that may stand where a field is expected.
func (p *parser) words() []string {
	if !p.file {
		return knownWords(p.types)
	}
	words := make([]string, 0, len(p.types))
	for name := range p.types {
		words = append(words, name)
	}
	slices.Sort(words)
	return words
}

// orderOfTexts refuses to put a free column of texts in order against a number
// or a date: "9" would come after "1000". A quoted value is a text.
func (p *parser) orderOfTexts(f field, op model.RuleOp) error {
	if f.typ != TypeText || !strings.HasPrefix(f.name, attrPrefix) || !orders(op) {
		return nil
	}
	t := p.peek()
	switch {
	case t.kind == tokenNumber:
		return p.notOrdered(f, t, TypeNumber)
	case t.kind == tokenDate, t.kind == tokenDays, t.kind == tokenWord && (t.folded == "today" || t.folded == "aujourd'hui"):
		return p.notOrdered(f, t, TypeDate)
	}
	return nil
}

var notOrdered = map[Type]string{TypeNumber: "rule.text_not_number", TypeDate: "rule.text_not_date"}

func (p *parser) notOrdered(f field, t token, typ Type) error {
	var odd, all int
	var example string
	if p.odd != nil {
		odd, all, example = p.odd(strings.TrimPrefix(f.name, attrPrefix), typ)
	}
	return model.Invalid(notOrdered[typ], "column", t.column, "field", f.at.raw, "word", t.raw, "odd", odd, "all", all, "example", example)
}

// orders reports whether a comparison asks which comes first.
func orders(op model.RuleOp) bool { return op >= model.OpLess && op <= model.OpMoreEqual }

func attrName(s string) bool {
	for _, r := range s {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return s != ""
}

// columnNames are the names of the columns of a file: one without letters is
// column_N, and a name that came before gets a number.
func columnNames(header []string) []string {
	names := make([]string, len(header))
	for i, h := range header {
		base := naming.Column(h)
		if base == "" {
			base = "column_" + strconv.Itoa(i+1)
		}
		names[i] = base
		for n := 2; slices.Contains(names[:i], names[i]); n++ {
			names[i] = base + "_" + strconv.Itoa(n)
		}
	}
	return names
}
