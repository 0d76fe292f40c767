package compose

import (
	"slices"
	"strconv"
	"strings"
)

// test is a condition that needs no Liquid.
type test func(m *Message, p *Person) bool

// operand is a variable in a condition, with what Liquid makes of it.
type operand struct {
	get    getter
	absent test                  // nil in Liquid: without a value
	number func(p *Person) int64 // nil unless it is a number
}

// operandOf is the variable of a path; false when only Liquid can follow it.
func operandOf(p path) (operand, bool) {
	get := getterOf(p)
	if get == nil {
		return operand{}, false
	}
	o := operand{get: get, absent: func(m *Message, p *Person) bool { return get(m, p) == "" }}
	if len(p.parts) < 2 {
		return o, true
	}
	name := p.parts[1]
	switch {
	case p.parts[0] == "campaign":
		o.absent = func(*Message, *Person) bool { return false }
	case p.parts[0] == "attr", p.parts[0] == "contact" && !slices.Contains(fieldNames(), name):
		o.absent = func(_ *Message, p *Person) bool { _, ok := p.Contact.Attr(name); return !ok } // "" is a value
	case p.parts[0] == "contact" && name == "points":
		o.number = func(p *Person) int64 { return p.Contact.Points }
	case p.parts[0] == "contact" && name == "orders":
		o.number = func(p *Person) int64 { return int64(p.Contact.Orders) }
	}
	return o, true
}

// readTest reads the condition of an {% if %}: comparisons of a variable with a
// text or a whole number, joined by "and" or by "or". False for any other, which
// Liquid reads: what a test says, Liquid says.
func readTest(expr string) (test, bool) {
	ws := words(expr)
	var tests []test
	joint := ""
	for from := 0; ; {
		end := from
		for end < len(ws) && (ws[end].kind != 'i' || ws[end].text != "and" && ws[end].text != "or") {
			end++
		}
		one, ok := readComparison(ws[from:end])
		if !ok {
			return nil, false
		}
		tests = append(tests, one)
		if end == len(ws) {
			return joined(tests, joint == "or"), true
		}
		if joint != "" && joint != ws[end].text {
			return nil, false // the order of the two is Liquid's affair
		}
		joint, from = ws[end].text, end+1
	}
}

// joined is true when all of the tests are, or one of them.
func joined(tests []test, one bool) test {
	if len(tests) == 1 {
		return tests[0]
	}
	return func(m *Message, p *Person) bool {
		for _, t := range tests {
			if t(m, p) == one {
				return one
			}
		}
		return !one
	}
}

// readComparison reads a variable, alone or compared with a value.
func readComparison(ws []word) (test, bool) {
	if len(ws) == 0 || ws[0].kind != 'i' || slices.Contains(plainWords, ws[0].text) {
		return nil, false
	}
	p, last := readPath(ws, 0)
	rest := ws[last+1:]
	if len(rest) == 2 && rest[0].text == "contains" && rest[1].kind == 's' && p.String() == "contact.tags" {
		return func(_ *Message, p *Person) bool { return slices.Contains(p.Contact.Tags, rest[1].text) }, true
	}
	o, ok := operandOf(p)
	if !ok {
		return nil, false
	}
	if len(rest) == 0 {
		if o.number != nil {
			return func(*Message, *Person) bool { return true }, true // 0 is a value
		}
		return not(o.absent), true
	}
	value := rest[len(rest)-1]
	sign := ""
	for i, w := range rest[:len(rest)-1] {
		if w.kind != '=' && w.kind != '!' && w.kind != '<' && w.kind != '>' || i > 0 && w.at != rest[i-1].at+1 {
			return nil, false
		}
		sign += w.text
	}
	return o.compare(sign, value)
}

// compare makes the test of a variable against a text, nil or a number.
func (o operand) compare(sign string, value word) (test, bool) {
	isNil := value.kind == 'i' && (value.text == "nil" || value.text == "blank" || value.text == "empty") || value.kind == 's' && value.text == ""
	var equal test
	switch {
	case isNil && o.number == nil:
		equal = o.absent
	case value.kind == 's' && value.text != "" && o.number == nil:
		equal = func(m *Message, p *Person) bool { return o.get(m, p) == value.text }
	case value.kind == 'n' && o.number != nil:
		return o.compareNumber(sign, value.text)
	default:
		return nil, false
	}
	switch sign {
	case "==":
		return equal, true
	case "!=":
		return not(equal), true
	}
	return nil, false
}

func (o operand) compareNumber(sign, text string) (test, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strings.Contains(text, ".") {
		return nil, false
	}
	holds, ok := map[string]func(a int64) bool{
		"==": func(a int64) bool { return a == n }, "!=": func(a int64) bool { return a != n },
		"<": func(a int64) bool { return a < n }, ">": func(a int64) bool { return a > n },
		"<=": func(a int64) bool { return a <= n }, ">=": func(a int64) bool { return a >= n },
	}[sign]
	return func(_ *Message, p *Person) bool { return holds(o.number(p)) }, ok
}

func not(t test) test { return func(m *Message, p *Person) bool { return !t(m, p) } }

// arm is one way of an {% if %}: what is written when its test is the first that
// holds. Without a test it is the {% else %}.
type arm struct {
	test     test
	segments []segment
}

// branch reads pieces that begin with {% if %} or {% unless %} and end with what
// closes it. False when Liquid must write it.
func (c *cutter) branch(pieces []piece) ([]arm, bool) {
	last := len(pieces) - 1
	if pieces[0].name != "if" && pieces[0].name != "unless" || pieces[last].kind != tag || pieces[last].name != "end"+pieces[0].name {
		return nil, false
	}
	var arms []arm
	from, depth := 0, 0
	for i, p := range pieces {
		if p.kind != tag {
			continue
		}
		switch {
		case p.name == "assign" || p.name == "capture" || p.name == "break" || p.name == "continue" || p.name == "cycle":
			return nil, false
		case allowedTags[p.name] != "":
			depth++
		case strings.HasPrefix(p.name, "end"):
			depth--
		}
		if i > 0 && (depth == 1 && (p.name == "else" || p.name == "elsif") || depth == 0) {
			one, ok := c.arm(&pieces[from], pieces[from+1:i])
			if !ok || len(arms) > 0 && arms[len(arms)-1].test == nil {
				return nil, false
			}
			arms, from = append(arms, one), i
		}
	}
	return arms, from == last
}

// arm reads one way: the tag that opens it, and what it writes.
func (c *cutter) arm(head *piece, pieces []piece) (arm, bool) {
	a := arm{}
	if head.name != "else" {
		t, ok := readTest(head.token.text)
		if !ok {
			return a, false
		}
		if head.name == "unless" {
			t = not(t)
		}
		a.test = t
	}
	var err error
	a.segments, err = c.cut(pieces)
	return a, err == nil
}
