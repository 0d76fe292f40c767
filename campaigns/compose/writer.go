package compose

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"
)

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
	date   time.Time      // the last one written
	dated  []byte         // and its header
}

// writers are those at rest, with their memory.
var writers sync.Pool

func newWriter() *writer { return &writer{budget: budget{ctx: context.Background()}} }

// forPerson makes a writer ready for the next person.
func (w *writer) forPerson(p *Person) {
	w.person, w.base, w.vars = p, nil, nil
	if p != nil {
		p.shown = ""
	}
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
		case s.quoted != nil && w.shared(s):
			buf = append(buf, s.quoted...)
			w.size += len(s.literal)
		case s.arms != nil:
			if buf, err = w.quoted(buf, w.chosen(s), last); err != nil {
				return buf, err
			}
		default:
			if buf, err = w.quotedValue(buf, s, last); err != nil {
				return buf, err
			}
		}
		if w.size > maxOutput {
			return buf, errOutput
		}
	}
	return buf, nil
}

// quotedValue appends a value, or what a block writes, in quoted-printable;
// last: it ends the part.
func (w *writer) quotedValue(buf []byte, s *segment, last bool) ([]byte, error) {
	if s.get != nil && !last {
		v, err := w.valueOf(s)
		if err != nil {
			return buf, err
		}
		if standsAsItIs(v, s.slot) {
			w.size += len(v)
			return appendAsItIs(buf, v), nil
		}
		w.value = escapers[s.slot].escape(w.value[:0], v)
	} else {
		var err error
		if w.value, err = w.segment(w.value[:0], s); err != nil {
			return buf, err
		}
	}
	w.size += len(w.value)
	if buf = appendQuoted(buf, w.value); !last {
		buf = softBreak(buf)
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
		v, err := w.valueOf(s)
		if err != nil {
			return buf, err
		}
		return escapers[s.slot].escape(buf, v), nil
	case s.arms != nil:
		return w.segments(buf, w.chosen(s))
	case s.block != nil:
		return w.liquid(buf, s)
	}
	return append(buf, s.literal...), nil
}

// valueOf is the value of a segment, through its filters, as it is before its
// slot escapes it.
func (w *writer) valueOf(s *segment) (string, error) {
	v := s.get(w.m, w.person)
	for _, f := range s.steps {
		var err error
		if v, err = f(v); err != nil {
			return "", fmt.Errorf("line %d: %w", s.line, err)
		}
	}
	if w.budget.empty != nil && !s.safe && strings.TrimSpace(v) == "" {
		w.budget.empty(s.index)
	}
	if len(v) > maxValue {
		return "", errValue
	}
	return v, nil
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
