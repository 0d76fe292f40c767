package model

import (
	"errors"
	"fmt"
	"strings"
)

// ErrorKind says what sort of thing went wrong; it decides the exit code of a
// command (cli contract) and how a screen reacts.
type ErrorKind uint8

// The kinds of errors, with the exit code of a command that ends on one.
const (
	KindFailure  ErrorKind = iota // 1: something broke
	KindInvalid                   // 2: what was asked cannot be read or does not exist as a command
	KindPartial                   // 3: done in part
	KindBusy                      // 4: held by another process, or out of reach
	KindRefused                   // 5: a guard, a rule or a role says no
	KindNotFound                  // 1: no such contact, campaign, segment
	KindConflict                  // 1: changed by somebody else meanwhile
)

// Error is an error that a person reads: a key of the catalogue with named
// values, so that the door can say it in French or in English, and a hint, the
// key of a sentence that tells how to repair it. Below the ui nobody words
// sentences; Error() gives the key and values, for logs and tests.
type Error struct {
	Kind     ErrorKind
	Key      string
	Args     []any // name, value, name, value…
	HintKey  string
	HintArgs []any
	Cause    error
}

// Failed is a broken operation: what was being done, and the technical cause.
func Failed(cause error, key string, args ...any) *Error {
	return &Error{Kind: KindFailure, Key: key, Args: args, Cause: cause}
}

// Invalid is an input that cannot be read.
func Invalid(key string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Key: key, Args: args}
}

// Refused is a request that a guard or a rule forbids.
func Refused(key string, args ...any) *Error {
	return &Error{Kind: KindRefused, Key: key, Args: args}
}

// Busy is a resource that another process holds or that does not answer.
func Busy(key string, args ...any) *Error {
	return &Error{Kind: KindBusy, Key: key, Args: args}
}

// NotFound is a thing that does not exist.
func NotFound(key string, args ...any) *Error {
	return &Error{Kind: KindNotFound, Key: key, Args: args}
}

// Conflict is a write based on a version that is no longer the current one.
func Conflict(key string, args ...any) *Error {
	return &Error{Kind: KindConflict, Key: key, Args: args}
}

// Hint adds the sentence that tells how to repair it, and returns the error.
func (e *Error) Hint(key string, args ...any) *Error {
	e.HintKey, e.HintArgs = key, args
	return e
}

// Because adds the technical cause, and returns the error.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// Error is the key with its values: stable, English, for logs and tests.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	for i := 0; i+1 < len(e.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Args[i], e.Args[i+1])
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the technical cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, model.NotFound(key)) true for the same kind and key.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Kind == e.Kind && t.Key == e.Key
}

// KindOf is the kind of the first Error in the chain, KindFailure without one.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindFailure
}
