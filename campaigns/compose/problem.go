package compose

import (
	"fmt"
	"strconv"

	"blanche/model"
)

// Problem is a mistake in the writing of a message, at its place. Line and
// Column count from 1 inside the subject or the body.
type Problem struct {
	Code   string // of the preflight: check.CODE says it, check.CODE_hint repairs it
	Place  string // "subject" or "body", as the campaign file calls them
	Line   int
	Column int
	Args   []any // further names and values of the sentence
}

// Problems is the error of Compile: every mistake found, in reading order.
type Problems []Problem

// Error is stable, in English, for logs and tests.
func (p Problems) Error() string {
	s := ""
	for i, one := range p {
		if i > 0 {
			s += "; "
		}
		s += one.Place + ":" + strconv.Itoa(one.Line) + ":" + strconv.Itoa(one.Column) + ": " + one.Code
		for j := 1; j < len(one.Args); j += 2 {
			s += fmt.Sprint(" ", one.Args[j])
		}
	}
	return s
}

// args are the values of the sentence, place first.
func (p Problem) args() []any {
	return append([]any{"place", p.Place, "line", p.Line, "column", p.Column}, p.Args...)
}

// err is what Compile returns: the first mistake as a sentence, with all of
// them as its cause.
//
//i18n:keys check.*
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	first := p[0]
	return model.Invalid("check."+first.Code, first.args()...).Hint("check."+first.Code+"_hint", first.args()...).Because(p)
}
