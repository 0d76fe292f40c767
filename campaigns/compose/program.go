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
	uneven   bool // some of it may print nothing at all: blocks and conditions
}

// segment is one step of a program.
type segment struct {
	literal string
	quoted  []byte // the literal, in quoted-printable, ended by a soft break
	get     getter // a value printed without Liquid
	steps   []step // the filters it goes through
	slot    slot
	index   int
	safe    bool  // an empty value is foreseen
	arms    []arm // a condition that needs no Liquid
	block   *liquid.Template
	line    int
}

// cutter cuts pieces into segments.
type cutter struct {
	engine  *liquid.Engine
	lang    string
	program *program
}

// newProgram cuts pieces into segments. A template that makes variables of its
// own is one block from the first of them on, since they live until its end.
func newProgram(pieces []piece, engine *liquid.Engine, lang string) (*program, error) {
	p := &program{}
	var err error
	if p.segments, err = (&cutter{engine, lang, p}).cut(pieces); err != nil {
		return nil, err
	}
	quote(p.segments, true)
	return p, nil
}

func (c *cutter) cut(pieces []piece) (out []segment, err error) {
	for i := 0; i < len(pieces); {
		one := pieces[i]
		end := i + 1
		switch {
		case one.kind == literal:
			out = literalAfter(out, one.text)
			i = end
			continue
		case one.kind == object:
			if s, ok := one.value(c.lang); ok {
				out = append(out, s)
				i = end
				continue
			}
		case one.kind == tag:
			end = blockEnd(pieces, i)
			c.program.uneven = true
			if arms, ok := c.branch(pieces[i:end]); ok {
				out = append(out, segment{arms: arms, line: one.line})
				i = end
				continue
			}
		}
		block, err := newBlock(pieces[i:end], c.engine)
		if err != nil {
			return nil, err
		}
		out = append(out, segment{block: block, line: one.line})
		c.program.blocks, c.program.uneven = true, true
		i = end
	}
	return out, nil
}

// literalAfter adds a literal run, joined to the one before it.
func literalAfter(out []segment, text string) []segment {
	if n := len(out); n > 0 && out[n-1].isLiteral() {
		out[n-1].literal += text
		return out
	}
	return append(out, segment{literal: text})
}

func (s *segment) isLiteral() bool { return s.get == nil && s.block == nil && s.arms == nil }

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
// last one of a part ends it as it is.
func quote(segments []segment, whole bool) {
	for i := range segments {
		s := &segments[i]
		last := whole && i == len(segments)-1
		for j := range s.arms {
			quote(s.arms[j].segments, last)
		}
		if s.isLiteral() {
			if s.quoted = appendQuoted([]byte{}, []byte(s.literal)); !last {
				s.quoted = softBreak(s.quoted)
			}
		}
	}
}

// size is about what a program writes in quoted-printable.
func (p *program) size() int { return sizeOf(p.segments) }

func sizeOf(segments []segment) int {
	n := 0
	for i := range segments {
		n += 64 + len(segments[i].quoted)
		for _, a := range segments[i].arms {
			n += sizeOf(a.segments)
		}
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
	size   int            // of the text of the part being written
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
	buf, err := w.segments(buf, p.segments)
	if err == nil && len(buf)-start > maxOutput {
		err = errOutput
	}
	return buf, err
}

func (w *writer) segments(buf []byte, segments []segment) ([]byte, error) {
	for i := range segments {
		var err error
		if buf, err = w.segment(buf, &segments[i]); err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// runQuoted appends what run writes, in quoted-printable.
func (w *writer) runQuoted(buf []byte, p *program) ([]byte, error) {
	w.vars, w.size = nil, 0
	return w.quoted(buf, p.segments, true)
}

// quoted appends segments in quoted-printable; whole: their last one ends the
// part.
func (w *writer) quoted(buf []byte, segments []segment, whole bool) ([]byte, error) {
	for i := range segments {
		s, last := &segments[i], whole && i == len(segments)-1
		var err error
		switch {
		case s.quoted != nil:
			buf = append(buf, s.quoted...)
			w.size += len(s.literal)
			continue
		case s.arms != nil:
			if buf, err = w.quoted(buf, w.chosen(s), last); err != nil {
				return buf, err
			}
			continue
		}
		if w.value, err = w.segment(w.value[:0], s); err != nil {
			return buf, err
		}
		if w.size += len(w.value); w.size > maxOutput {
			return buf, errOutput
		}
		if buf = appendQuoted(buf, w.value); !last {
			buf = softBreak(buf)
		}
	}
	return buf, nil
}

// chosen is what a condition writes for the person; nil for nothing.
func (w *writer) chosen(s *segment) []segment {
	for i := range s.arms {
		if a := &s.arms[i]; a.test == nil || a.test(w.m, w.person) {
			return a.segments
		}
	}
	return nil
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
	case s.arms != nil:
		return w.segments(buf, w.chosen(s))
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
