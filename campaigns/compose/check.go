package compose

import (
	"slices"
	"strings"

	"github.com/osteele/liquid"
	"github.com/osteele/liquid/expressions"
)

// scope is what a template may name.
type scope struct {
	contact  []string // known fields of contact
	campaign []string
	sender   []string
}

func newScope() scope {
	return scope{
		contact:  fieldNames(),
		campaign: []string{"name", "title", "kind"},
		sender:   []string{"name", "address", "from"},
	}
}

// all are the whole paths, for the nearest one of a mistake.
func (s scope) all() []string {
	out := append([]string{"unsubscribe_url"}, placeNames...)
	for _, f := range s.contact {
		out = append(out, "contact."+f)
	}
	for _, f := range s.campaign {
		out = append(out, "campaign."+f)
	}
	for _, f := range s.sender {
		out = append(out, "sender."+f)
	}
	return out
}

// allowedTags are the tags of the language, with what closes the blocks.
// include is not there: a message reads no file.
var allowedTags = map[string]string{
	"if": "endif", "unless": "endunless", "case": "endcase", "for": "endfor", "capture": "endcapture",
	"assign": "", "break": "", "continue": "", "cycle": "", "else": "", "elsif": "", "when": "",
	"endif": "", "endunless": "", "endcase": "", "endfor": "", "endcapture": "",
}

// reserved are names that a template may not give to its own variables.
var reserved = []string{"contact", "attr", "campaign", "sender", "unsubscribe_url", "preferences_url", "browser_url", "answer_url", "forloop", budgetName}

// checker reads the tokens of one template and collects its mistakes.
type checker struct {
	place    string
	scope    scope
	filters  []string
	locals   []string
	engine   *liquid.Engine
	problems Problems
}

// check reads every expression: holes are filled in, mistakes reported.
func (c *checker) check(tokens []token) {
	c.findLocals(tokens)
	for i := range tokens {
		t := &tokens[i]
		switch t.kind {
		case object:
			c.object(t)
		case tag:
			c.tag(t)
		}
	}
	if len(c.problems) > 0 {
		return
	}
	c.blocks(tokens)
}

// findLocals collects the names that the template itself makes.
func (c *checker) findLocals(tokens []token) {
	for i := range tokens {
		t := &tokens[i]
		if t.kind != tag || t.name != "assign" && t.name != "capture" && t.name != "for" {
			continue
		}
		ws := words(t.text)
		if len(ws) == 0 || ws[0].kind != 'i' || slices.Contains(reserved, ws[0].text) {
			c.problem(t, "template_syntax", "detail", t.name+" "+clip(t.text))
			continue
		}
		c.locals = append(c.locals, ws[0].text)
	}
}

func (c *checker) object(t *token) {
	t.hole = readHole(t.text)
	if _, err := expressions.Parse(t.hole.expr); err != nil || t.hole.expr == "" {
		c.problem(t, "template_syntax", "detail", "{{ "+clip(t.text)+" }}")
		return
	}
	if strings.Contains(withoutStrings(t.text), "..") {
		c.problem(t, "template_syntax", "detail", "{{ "+clip(t.text)+" }}")
		return
	}
	c.uses(t, t.text, true)
}

func (c *checker) tag(t *token) {
	if _, ok := allowedTags[t.name]; !ok {
		names := make([]string, 0, len(allowedTags))
		for n := range allowedTags {
			names = append(names, n)
		}
		slices.Sort(names)
		c.problem(t, "tag_refused", "name", t.name, "nearest", nearestOrSome(t.name, names))
		return
	}
	expr := t.text
	switch t.name {
	case "assign":
		_, expr, _ = strings.Cut(expr, "=")
	case "for":
		_, expr, _ = strings.Cut(expr, " in ")
	case "capture", "cycle":
		expr = ""
	}
	if plain := withoutStrings(expr); strings.Contains(plain, "..") && (t.name != "for" || strings.Contains(plain, "|")) {
		c.problem(t, "template_syntax", "detail", "{% "+clip(t.name+" "+t.text)+" %}")
		return
	}
	c.uses(t, expr, false)
}

// withoutStrings is an expression whose texts are emptied.
func withoutStrings(expr string) string {
	var b strings.Builder
	for _, w := range words(expr) {
		if w.kind != 's' {
			b.WriteString(w.text)
		}
	}
	return b.String()
}

// uses checks the filters and variables of an expression. printed: the value
// goes into the message, so that a whole record makes no sense.
func (c *checker) uses(t *token, expr string, printed bool) {
	u := usesOf(expr)
	for i, f := range u.filters {
		if f.text == "raw" && (!printed || i < len(u.filters)-1) {
			c.problem(t, "raw_not_last")
			continue
		}
		if !slices.Contains(c.filters, f.text) {
			c.problem(t, "unknown_filter", "name", f.text, "nearest", nearestOrSome(f.text, c.filters))
		}
	}
	for _, p := range u.paths {
		if !c.known(p, printed) {
			c.problem(t, "unknown_variable", "name", p.String(), "nearest", c.nearestPath(p))
		}
	}
}

// known reports whether a path leads to something. Any name after contact. or
// attr. may be a free attribute: the preflight knows whether anybody has it.
func (c *checker) known(p path, printed bool) bool {
	switch p.parts[0] {
	case "contact":
		return len(p.parts) == 2 || len(p.parts) == 3 && p.parts[1] == "tags"
	case "attr":
		return len(p.parts) == 2
	case "campaign":
		return len(p.parts) == 2 && slices.Contains(c.scope.campaign, p.parts[1])
	case "sender":
		return len(p.parts) == 2 && slices.Contains(c.scope.sender, p.parts[1])
	case "unsubscribe_url", "preferences_url", "browser_url", "answer_url":
		return len(p.parts) == 1
	case "forloop":
		return len(p.parts) == 2 || !printed
	}
	return slices.Contains(c.locals, p.parts[0])
}

func (c *checker) nearestPath(p path) string {
	name := p.String()
	if len(p.parts) == 1 && slices.Contains(c.scope.contact, name) {
		return "contact." + name
	}
	return nearestOrSome(name, append(c.scope.all(), c.locals...))
}

// blocks lets Liquid read the tags, which finds what is not balanced.
func (c *checker) blocks(tokens []token) {
	var b strings.Builder
	for i := range tokens {
		t := &tokens[i]
		switch t.kind {
		case literal:
			b.WriteString(strings.Repeat("\n", strings.Count(t.text, "\n")))
		case object:
			b.WriteString("{{ true }}")
		case tag:
			for strings.Count(b.String(), "\n") < t.line-1 {
				b.WriteByte('\n')
			}
			b.WriteString(t.liquid())
		}
	}
	if _, err := c.engine.ParseTemplateLocation([]byte(b.String()), "", 1); err != nil {
		line := max(1, err.LineNumber())
		c.problems = append(c.problems, Problem{
			Code: "template_syntax", Place: c.place, Line: line, Column: columnOf(tokens, line),
			Args: []any{"detail", liquidDetail(err)},
		})
	}
}

// columnOf is the column of the first tag of a line.
func columnOf(tokens []token, line int) int {
	for i := range tokens {
		if tokens[i].kind == tag && tokens[i].line == line {
			return tokens[i].column
		}
	}
	return 1
}

// liquidDetail is what Liquid says, without its own idea of the place.
func liquidDetail(err error) string {
	s := strings.TrimPrefix(err.Error(), "Liquid error")
	if i := strings.Index(s, ": "); i >= 0 {
		s = s[i+2:]
	}
	if i := strings.LastIndex(s, " in {%"); i >= 0 {
		s = s[:i]
	}
	return clip(s)
}

// liquid is a tag as Liquid reads it. A comparison with an empty text is one
// with nil: a missing value is nil, so that {% if contact.city %} and
// {% if contact.city != ” %} mean the same.
func (t *token) liquid() string {
	args := t.text
	if t.name == "if" || t.name == "elsif" || t.name == "unless" {
		args = emptyAsNil(args)
	}
	s := "{% " + t.name
	if args != "" {
		s += " " + args
	}
	return s + " %}"
}

func emptyAsNil(expr string) string {
	ws := words(expr)
	for i := len(ws) - 1; i >= 2; i-- {
		w := ws[i]
		empty := w.kind == 's' && w.text == "" || w.kind == 'i' && (w.text == "blank" || w.text == "empty")
		if !empty || ws[i-1].kind != '=' || ws[i-2].kind != '=' && ws[i-2].kind != '!' {
			continue
		}
		end := w.at + len(w.text)
		if w.kind == 's' {
			end += 2
		}
		expr = expr[:w.at] + "nil" + expr[end:]
	}
	return expr
}

func (c *checker) problem(t *token, code string, args ...any) {
	c.problems = append(c.problems, Problem{Code: code, Place: c.place, Line: t.line, Column: t.column, Args: args})
}
