package compose

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"

	"github.com/osteele/liquid"
)

// piece is a token in its place: a literal, a value to print in a slot, or a
// tag. Index is the number of the token in its source, for the preflight.
type piece struct {
	*token
	slot  slot
	index int
}

// program is a template cut into segments, run one after the other: literal
// runs and simple values directly, and only what is inside a tag by Liquid.
type program struct {
	segments []segment
	blocks   bool // some of it is Liquid
}

// segment is one step of a program.
type segment struct {
	literal string
	quoted  []byte // the literal, in quoted-printable, ended by a soft break
	get     getter // a value printed without Liquid
	steps   []step // the filters it goes through
	slot    slot
	index   int
	safe    bool // an empty value is foreseen
	block   *liquid.Template
	line    int
}

// newProgram cuts pieces into segments. A template that makes variables of its
// own is one block from the first of them on, since they live until its end.
func newProgram(pieces []piece, engine *liquid.Engine, lang string) (*program, error) {
	p := &program{}
	for i := 0; i < len(pieces); {
		one := pieces[i]
		end := i + 1
		switch {
		case one.kind == literal:
			p.literal(one.text)
			i = end
			continue
		case one.kind == object:
			if s, ok := one.value(lang); ok {
				p.segments = append(p.segments, s)
				i = end
				continue
			}
		case one.kind == tag:
			end = blockEnd(pieces, i)
		}
		block, err := newBlock(pieces[i:end], engine)
		if err != nil {
			return nil, err
		}
		p.segments = append(p.segments, segment{block: block, line: one.line})
		p.blocks = true
		i = end
	}
	p.quote()
	return p, nil
}

// literal adds a literal run, joined to the one before it.
func (p *program) literal(text string) {
	if n := len(p.segments); n > 0 && p.segments[n-1].get == nil && p.segments[n-1].block == nil {
		p.segments[n-1].literal += text
		return
	}
	p.segments = append(p.segments, segment{literal: text})
}

// value is an object as a segment of its own: a variable of a person, the
// campaign or the sender, through filters that need no Liquid.
func (p piece) value(lang string) (segment, bool) {
	if !p.hole.bare {
		return segment{}, false
	}
	get := getterOf(p.hole.path)
	steps, ok := chainOf(p.hole.filters, lang)
	return segment{get: get, steps: steps, slot: p.target(), index: p.index, safe: p.hole.safe, line: p.line}, ok && get != nil
}

// target is the slot of a value, with | raw counted where HTML is allowed.
func (p piece) target() slot {
	if p.hole.raw && p.slot == inHTML {
		return inRaw
	}
	return p.slot
}

// blockEnd is the index after the tag that closes the one at i.
func blockEnd(pieces []piece, i int) int {
	depth := 0
	for j := i; j < len(pieces); j++ {
		if pieces[j].kind != tag {
			continue
		}
		name := pieces[j].name
		if name == "assign" || name == "capture" {
			return len(pieces)
		}
		if allowedTags[name] != "" {
			depth++
		} else if strings.HasPrefix(name, "end") {
			depth--
		}
		if depth <= 0 {
			return j + 1
		}
	}
	return len(pieces)
}

// newBlock writes pieces as Liquid source and lets Liquid read it: every value
// ends in the filter of its slot, every loop counts its
// turns and what it writes.
func newBlock(pieces []piece, engine *liquid.Engine) (*liquid.Template, error) {
	var b strings.Builder
	loops := 0
	for _, p := range pieces {
		switch p.kind {
		case literal:
			b.WriteString(strings.ReplaceAll(p.text, "{", `{{ "{" }}`)) // a brace of the author is no Liquid
			if loops > 0 && len(p.text) > 64 {
				b.WriteString("{% blanche_step " + strconv.Itoa(len(p.text)) + " %}")
			}
		case object:
			b.WriteString("{{ " + p.hole.expr + " | " + escapers[p.target()].filter + ": " + budgetName + ", " + strconv.Itoa(p.index) + " }}")
		case tag:
			b.WriteString(p.liquid())
			switch p.name {
			case "for":
				loops++
				b.WriteString("{% blanche_step 64 %}")
			case "endfor":
				loops--
			}
		}
	}
	t, err := engine.ParseTemplateLocation([]byte(b.String()), "", 1)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// quote writes the literals in quoted-printable once for all. Every segment
// begins a line and ends one softly, so that no column is carried over; the
// last one ends the part as it is.
func (p *program) quote() {
	for i := range p.segments {
		if s := &p.segments[i]; s.get == nil && s.block == nil {
			s.quoted = appendQuoted(nil, []byte(s.literal))
			if i < len(p.segments)-1 {
				s.quoted = softBreak(s.quoted)
			}
		}
	}
}

// size is about what a program writes in quoted-printable.
func (p *program) size() int {
	n := 0
	for i := range p.segments {
		n += 64 + len(p.segments[i].quoted)
	}
	return n
}

// writer runs programs for one person after the other; one goroutine at a time.
type writer struct {
	m      *Message
	person *Person
	own    Person // the person of AppendTo
	budget budget
	base   map[string]any // the variables of Liquid, made when the first block needs them
	vars   map[string]any // the same and those that the part being written makes
	value  []byte         // memory for one value
	line   []byte         // memory for one header
}

// writers are those at rest, with their memory.
var writers sync.Pool

func newWriter() *writer { return &writer{budget: budget{ctx: context.Background()}} }

// forPerson makes a writer ready for the next person.
func (w *writer) forPerson(p *Person) {
	w.person, w.base, w.vars = p, nil, nil
	w.budget.steps, w.budget.work = 0, 0
}

// rest forgets the person and keeps the memory, unless there is much of it.
func (w *writer) rest() {
	if cap(w.value) > maxValue {
		w.value = nil
	}
	w.m, w.own = nil, Person{}
	w.forPerson(nil)
	writers.Put(w)
}

// run appends the text of a program.
func (w *writer) run(buf []byte, p *program) ([]byte, error) {
	w.vars = nil
	start := len(buf)
	for i := range p.segments {
		var err error
		if buf, err = w.segment(buf, &p.segments[i]); err != nil {
			return buf, err
		}
		if len(buf)-start > maxOutput {
			return buf, errOutput
		}
	}
	return buf, nil
}

// runQuoted appends what run writes, in quoted-printable.
func (w *writer) runQuoted(buf []byte, p *program) ([]byte, error) {
	w.vars = nil
	size := 0
	for i := range p.segments {
		s := &p.segments[i]
		if s.quoted != nil {
			buf = append(buf, s.quoted...)
			size += len(s.literal)
			continue
		}
		var err error
		if w.value, err = w.segment(w.value[:0], s); err != nil {
			return buf, err
		}
		if size += len(w.value); size > maxOutput {
			return buf, errOutput
		}
		if buf = appendQuoted(buf, w.value); i < len(p.segments)-1 {
			buf = softBreak(buf)
		}
	}
	return buf, nil
}

// segment appends the text of one segment.
func (w *writer) segment(buf []byte, s *segment) ([]byte, error) {
	switch {
	case s.get != nil:
		v := s.get(w.m, w.person)
		for _, f := range s.steps {
			var err error
			if v, err = f(v); err != nil {
				return buf, fmt.Errorf("line %d: %w", s.line, err)
			}
		}
		if w.budget.empty != nil && !s.safe && strings.TrimSpace(v) == "" {
			w.budget.empty(s.index)
		}
		if len(v) > maxValue {
			return buf, errValue
		}
		return escapers[s.slot].escape(buf, v), nil
	case s.block != nil:
		return w.liquid(buf, s)
	}
	return append(buf, s.literal...), nil
}

// liquid appends what a block writes.
func (w *writer) liquid(buf []byte, s *segment) ([]byte, error) {
	if w.base == nil {
		w.base = w.m.bindings(w.person)
		w.base[budgetName] = &w.budget
	}
	if w.vars == nil {
		w.vars = maps.Clone(w.base)
	}
	if err := runLiquid(s.block, boundedWriter{&buf, len(buf)}, w.vars); err != nil {
		return buf, fmt.Errorf("line %d: %w", s.line, err)
	}
	return buf, nil
}
