package compose

import (
	"context"
	"iter"
	"regexp"
	"slices"
	"strings"

	"blanche/model"
)

// clipSize is the size of HTML from which Gmail hides the end of a message.
const clipSize = 102 << 10

// LintInput is what the preflight of a message looks at.
type LintInput struct {
	Spec     model.CampaignSpec
	Sender   Sender
	People   iter.Seq[*model.Contact] // those it would go to; nil for nobody
	BodyLine int                      // see BodyLine: added to places in the body; 0 counts as 1
}

// Lint is the part of the preflight that concerns the message: its wording,
// its links, who speaks, and what each person would read. It renders the
// message for everybody once. Lines come in reading order, stops and warnings
// only, then one LevelOK line when nothing stops.
//
// The values of a line fill both sentences, check.CODE and check.CODE_hint.
// A cancelled context ends it early, with the lines found so far.
func Lint(ctx context.Context, in LintInput) []model.CheckLine {
	l := &linter{in: in}
	m, problems := compile(in.Spec, in.Sender)
	for _, p := range problems {
		l.stop(p.Code, l.place(p).args()...)
	}
	l.identity()
	if m == nil {
		return l.lines
	}
	l.message = m
	l.subject()
	l.links()
	if m.textEmpty() {
		l.stop("empty_text")
	}
	l.people(ctx)
	if l.in.Spec.Kind == "coupon" {
		l.add("coupon_terms", model.LevelInfo)
	}
	if !slices.ContainsFunc(l.lines, func(c model.CheckLine) bool { return c.Level == model.LevelStop }) {
		l.add("message_ok", model.LevelOK, "kilobytes", (l.largest+512)/1024)
	}
	return l.lines
}

type linter struct {
	in      LintInput
	message *Message
	lines   []model.CheckLine
	largest int // bytes of HTML
}

func (l *linter) add(code string, level model.Level, args ...any) {
	l.lines = append(l.lines, model.CheckLine{Code: code, Level: level, Args: args})
}

func (l *linter) stop(code string, args ...any) { l.add(code, model.LevelStop, args...) }

// place moves a problem of the body to its line in the file.
func (l *linter) place(p Problem) Problem {
	if p.Place == "body" && l.in.BodyLine > 1 {
		p.Line += l.in.BodyLine - 1
	}
	return p
}

// identity checks who speaks and how to leave.
func (l *linter) identity() {
	s := l.in.Sender
	for _, must := range []struct {
		key string
		ok  bool
	}{
		{"name", strings.TrimSpace(s.Name) != ""},
		{"address", strings.TrimSpace(s.Address) != ""},
		{"from", validFrom(firstOf(l.in.Spec.From, s.From))},
	} {
		if !must.ok {
			l.stop("no_sender", "key", must.key)
		}
	}
	if !model.ValidEmail(s.UnsubscribeMailto) || !printableASCII(s.UnsubscribeMailto) {
		l.stop("no_unsubscribe")
	}
}

var placeholderWord = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(test|lorem|ipsum|x{3,}|todo|tbd)(?:$|[^\pL\pN])`)

// subject looks for a subject that was left empty or unfinished.
func (l *linter) subject() {
	words := ""
	for _, t := range l.message.heads {
		if t.kind == literal {
			words += t.text
		}
	}
	if m := placeholderWord.FindStringSubmatch(words); m != nil {
		l.stop("placeholder_subject", "word", m[1])
	}
}

// reading is what the people of the audience would read, counted.
type reading struct {
	people       int
	emptySubject int
	failed       int
	failure      error
	empty        map[string]*emptyValue
	seen         map[string]bool // free attributes that somebody has
}

// emptyValue counts the people for whom a variable prints nothing.
type emptyValue struct {
	problem Problem
	count   int
	last    int // the person counted last, so that each counts once
}

// people renders the message for everybody and reports what they would miss.
func (l *linter) people(ctx context.Context) {
	attrs := l.message.attributes()
	r := &reading{empty: map[string]*emptyValue{}, seen: map[string]bool{}}
	if l.in.People != nil {
		l.read(ctx, r, attrs)
	}
	unknown := l.unknownAttributes(r, attrs)
	if r.emptySubject > 0 || r.people == 0 && strings.TrimSpace(l.in.Spec.Subject) == "" {
		l.stop("empty_subject", "count", r.emptySubject)
	}
	if r.failed > 0 {
		l.stop("render_failed", "count", r.failed, "detail", clip(r.failure.Error()))
	}
	values := make([]*emptyValue, 0, len(r.empty))
	for name, v := range r.empty {
		if !slices.Contains(unknown, name) {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(a, b *emptyValue) int {
		if a.problem.Place != b.problem.Place {
			return strings.Compare(b.problem.Place, a.problem.Place) // subject first
		}
		return 1000*(a.problem.Line-b.problem.Line) + a.problem.Column - b.problem.Column
	})
	for _, v := range values {
		l.stop("empty_value", append(v.problem.args(), "count", v.count)...)
	}
	if l.largest > clipSize {
		l.add("too_large", model.LevelWarn, "kilobytes", (l.largest+512)/1024)
	}
}

// read renders the subject and the HTML part for everybody.
func (l *linter) read(ctx context.Context, r *reading, attrs []attrUse) {
	m := l.message
	var buf []byte
	for c := range l.in.People {
		r.people++
		if r.people%256 == 0 && ctx.Err() != nil {
			return
		}
		for _, a := range attrs {
			if !r.seen[a.name] {
				_, r.seen[a.name] = c.Attr(a.name)
			}
		}
		b := newBudget()
		b.ctx = ctx
		w := &writer{m: m, person: &Person{Contact: c}, budget: b}
		b.empty = func(hole int) { l.empty(r, &m.heads[hole], "subject") }
		subject, err := w.subject()
		if err == nil {
			if len(subject) == 0 {
				r.emptySubject++
			}
			b.empty = func(hole int) {
				if hole < m.bodyLen {
					l.empty(r, &m.tokens[hole], "body")
				}
			}
			buf, err = w.run(buf[:0], m.html)
			l.largest = max(l.largest, len(buf))
		}
		if err != nil {
			r.failed++
			r.failure = err
		}
	}
}

// empty counts the person being read under the variable of a hole.
func (l *linter) empty(r *reading, t *token, place string) {
	if t.hole == nil || len(t.hole.path.parts) == 0 {
		return
	}
	name := t.hole.path.String()
	v := r.empty[name]
	if v == nil {
		v = &emptyValue{problem: l.place(Problem{Place: place, Line: t.line, Column: t.column, Args: []any{"name", name}})}
		r.empty[name] = v
	}
	if v.last != r.people {
		v.last = r.people
		v.count++
	}
}

// attrUse is a free attribute that the message names.
type attrUse struct {
	name    string // of the attribute
	path    string // as written
	problem Problem
	safe    bool // with a default wherever it is printed
}

// attributes are the free attributes that the message names, each once.
func (m *Message) attributes() []attrUse {
	var out []attrUse
	collect := func(tokens []token, place string) {
		for i := range tokens {
			t := &tokens[i]
			if t.kind == literal {
				continue
			}
			for _, p := range usesOf(t.text).paths {
				name, ok := freeAttribute(p)
				if !ok {
					continue
				}
				use := attrUse{name, p.String(), Problem{Place: place, Line: t.line, Column: t.column}, t.hole != nil && t.hole.safe}
				if j := slices.IndexFunc(out, func(a attrUse) bool { return a.path == use.path }); j >= 0 {
					out[j].safe = out[j].safe && use.safe
					continue
				}
				out = append(out, use)
			}
		}
	}
	collect(m.heads, "subject")
	collect(m.tokens[:m.bodyLen], "body")
	return out
}

// freeAttribute is the name of the attribute that a path leads to.
func freeAttribute(p path) (string, bool) {
	if len(p.parts) < 2 {
		return "", false
	}
	switch p.parts[0] {
	case "attr":
		return p.parts[1], true
	case "contact":
		return p.parts[1], !slices.Contains(fieldNames(), p.parts[1])
	}
	return "", false
}

// unknownAttributes reports the attributes that nobody has, most often a slip
// of the pen, and returns their paths.
func (l *linter) unknownAttributes(r *reading, attrs []attrUse) []string {
	if r.people == 0 {
		return nil
	}
	var known []string
	for name, seen := range r.seen {
		if seen {
			known = append(known, "contact."+name, "attr."+name)
		}
	}
	slices.Sort(known)
	known = append(known, newScope().all()...)
	var unknown []string
	for _, a := range attrs {
		if r.seen[a.name] {
			continue
		}
		unknown = append(unknown, a.path)
		p := l.place(a.problem)
		p.Args = []any{"name", a.path, "nearest", nearestOrSome(a.path, known)}
		level := model.LevelStop
		if a.safe {
			level = model.LevelWarn
		}
		l.add("unknown_variable", level, p.args()...)
	}
	return unknown
}
