package cli

import (
	"context"
	"errors"
	"fmt"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
)

// The exit codes of the contract.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitPartial     = 3
	exitBusy        = 4
	exitRefused     = 5
	exitInterrupted = 130
)

// ended is how a command that has said everything itself ends: a code, and no
// further word.
type ended int

func (e ended) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exit says an error, if it was not said yet, and gives the exit code.
func (s *session) exit(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	var done ended
	if errors.As(err, &done) {
		return int(done)
	}
	if why := toldWhy(ctx); why != nil && errors.Is(err, context.Canceled) {
		err = why
	} else if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		s.sayInterrupted()
		return exitInterrupted
	}
	s.sayError(err)
	return codeOf(err)
}

// toldWhy is the reason that a context was ended with, where it can be said.
func toldWhy(ctx context.Context) error {
	var why *model.Error
	if errors.As(context.Cause(ctx), &why) {
		return why
	}
	return nil
}

// codeOf is the exit code of an error.
func codeOf(err error) int {
	switch model.KindOf(err) {
	case model.KindInvalid:
		return exitUsage
	case model.KindPartial:
		return exitPartial
	case model.KindBusy:
		return exitBusy
	case model.KindRefused:
		return exitRefused
	}
	return exitFailure
}

// anError is the form of an error with --json.
type anError struct {
	Code    string `json:"code"` // the key of the sentence: stable, in English
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Planned *int   `json:"planned,omitempty"` // people a start would reach
}

// sayError writes an error on standard error: one line, and how to repair it.
func (s *session) sayError(err error) {
	message, hint := say.Err(s.p, err)
	if !s.global.json {
		s.note("error: " + message)
		if hint != "" {
			s.note("hint: " + hint)
		}
		return
	}
	out := anError{Code: "unexpected", Message: message, Hint: hint}
	var known *model.Error
	if errors.As(err, &known) {
		out.Code = known.Key
	}
	var confirm *campaigns.ConfirmError
	if errors.As(err, &confirm) {
		out.Planned = &confirm.Planned
	}
	_ = newEncoder(s.Err).Encode(map[string]anError{"error": out})
}

// sayInterrupted says that a person ended the command.
func (s *session) sayInterrupted() {
	if !s.global.json {
		s.note(s.p.T("cli.interrupted"))
		return
	}
	_ = newEncoder(s.Err).Encode(map[string]anError{"error": {Code: "interrupted", Message: s.p.T("cli.interrupted")}})
}

// note writes a line on standard error: messages go there, data never.
func (s *session) note(line string) { _, _ = fmt.Fprintln(s.Err, line) }
