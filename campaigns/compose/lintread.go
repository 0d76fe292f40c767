package compose

import (
	"context"
	"iter"
	"slices"
	"strings"

	"blanche/model"
)

// reading is what the people of the audience would read, counted.
type reading struct {
	writer       *writer
	person       Person
	inSubject    func(hole int) // a value of the subject is empty
	inBody       func(hole int)
	unseen       []string // free attributes that nobody had yet
	people       int
	emptySubject int
	failed       int
	failure      error
	empty        map[string]*emptyValue // by the variable, as written
	seen         map[string]bool        // free attributes that somebody has
}

// begin makes a reading ready for the first person.
func (r *reading) begin(ctx context.Context, l *linter) {
	m := l.message
	r.writer.m, r.writer.budget.ctx = m, ctx
	for _, a := range l.attrs {
		if !slices.Contains(r.unseen, a.name) {
			r.unseen = append(r.unseen, a.name)
		}
	}
	r.inSubject = func(hole int) { l.empty(&m.heads[hole], "subject") }
	r.inBody = func(hole int) {
		if hole < m.bodyLen {
			l.empty(&m.tokens[hole], "body")
		}
	}
}

// emptyValue counts the people for whom a variable prints nothing.
type emptyValue struct {
	problem Problem
	count   int
	last    int // the person counted last, so that each counts once
}

// readAll renders every wording for everybody, in one pass over the people.
func readAll(ctx context.Context, people iter.Seq[*model.Contact], all []*linter) {
	all = slices.DeleteFunc(slices.Clone(all), func(l *linter) bool { return l.message == nil })
	for _, l := range all {
		l.attrs = l.message.attributes()
		l.reading = reading{writer: newWriter(), empty: map[string]*emptyValue{}, seen: map[string]bool{}}
		l.reading.begin(ctx, l)
	}
	if people == nil || len(all) == 0 {
		return
	}
	n := 0
	for c := range people {
		if n++; n%256 == 0 && ctx.Err() != nil {
			return
		}
		for _, l := range all {
			l.read(c)
		}
	}
}

// read reads the subject and the HTML part as one person would.
func (l *linter) read(c *model.Contact) {
	r, m := &l.reading, l.message
	r.people++
	r.unseen = slices.DeleteFunc(r.unseen, func(name string) bool {
		_, has := c.Attr(name)
		r.seen[name] = r.seen[name] || has
		return has
	})
	w := r.writer
	r.person.Contact = c
	w.forPerson(&r.person)
	w.budget.empty = r.inSubject
	empty, err := w.emptySubject()
	if empty {
		r.emptySubject++
	}
	if err == nil {
		w.budget.empty = r.inBody
		w.vars, w.size = nil, 0
		err = w.measure(m.html.segments)
		l.largest = max(l.largest, w.size)
	}
	if err != nil {
		r.failed++
		r.failure = err
	}
}

// emptySubject reports whether the subject would be empty.
func (w *writer) emptySubject() (bool, error) {
	var err error
	if w.line, err = w.run(w.line[:0], w.m.subject); err != nil {
		return false, failedIn("subject", err)
	}
	if slices.ContainsFunc(w.line, func(c byte) bool { return c > ' ' && c < 0x7f }) {
		return false, nil
	}
	return oneLine(string(w.line)) == "", nil
}

// measure writes every value and counts the bytes, without the literals.
func (w *writer) measure(segments []segment) error {
	for i := range segments {
		s := &segments[i]
		var err error
		switch {
		case s.isLiteral():
			w.size += len(s.literal)
			continue
		case s.arms != nil:
			err = w.measure(w.chosen(s))
		default:
			w.value, err = w.segment(w.value[:0], s)
			w.size += len(w.value)
		}
		if err != nil {
			return err
		}
		if w.size > maxOutput {
			return errOutput
		}
	}
	return nil
}

// judge reports what the people read would miss.
func (l *linter) judge() {
	if l.message == nil {
		return
	}
	r := &l.reading
	unknown := l.unknownAttributes(r, l.attrs)
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

// empty counts the person being read under the variable of a hole.
func (l *linter) empty(t *token, place string) {
	if t.hole == nil || t.hole.name == "" {
		return
	}
	r := &l.reading
	v := r.empty[t.hole.name]
	if v == nil {
		v = &emptyValue{problem: l.place(Problem{Place: place, Line: t.line, Column: t.column, Args: []any{"name", t.hole.name}})}
		r.empty[t.hole.name] = v
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
