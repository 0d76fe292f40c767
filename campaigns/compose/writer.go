package compose

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
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
