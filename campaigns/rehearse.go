package campaigns

import (
	"context"
	"errors"
)

type rehearsing struct{}

// Rehearse is a context under which the methods that change something refuse
// what they would refuse, and change nothing. What depends on the change itself
// (the number of a new campaign, the answer of a recipient's server) is not
// tried.
func Rehearse(ctx context.Context) context.Context {
	return context.WithValue(ctx, rehearsing{}, true)
}

func rehearsed(ctx context.Context) bool { return ctx.Value(rehearsing{}) != nil }

// errRehearsed ends a change of the store before it is written.
var errRehearsed = errors.New("rehearsed")

// unlessRehearsed ends a change that was found good, under Rehearse.
func unlessRehearsed(ctx context.Context) error {
	if rehearsed(ctx) {
		return errRehearsed
	}
	return nil
}
