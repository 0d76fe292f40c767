package store

import (
	"context"

	"blanche/model"
)

// Points is the ledger of what changed the points of people: lines are added and
// never change, and only an erasure takes them away. Whatever write changes the
// points of a contact adds the line in the same step (Contacts.Merge,
// Contacts.Edit, Unions.Unite, Unions.Divide), so that the total of the last line
// is the one of the record.
//
// Somebody who comes in with points has no line: their first one, PointsOpening,
// is drawn when it is asked for, so that a file of new people costs nothing.
type Points interface {
	// Of returns the lines of a contact, and those of the numbers that were united
	// into it, in the order in which they were recorded. ErrNotFound.
	Of(ctx context.Context, id model.ContactID) ([]model.PointsMove, error)
	// Scan visits every contact who has points or had some, in the order of their
	// numbers, with what Of says. An error of f ends it and is returned; contact
	// and lines are overwritten by the next ones.
	Scan(ctx context.Context, f func(c *model.Contact, moves []model.PointsMove) error) error
}

// PointsFrom says, of the writes of a context, by which way points come.
type PointsFrom struct {
	Why model.PointsWhy
	// Source proves the points of a row of Contacts.Merge, by its position; nil
	// where nothing does. It is asked only of rows that change points.
	Source func(row int) string
}

type pointsFrom struct{}

// PointsComing is a context whose writes of points come by this way.
func PointsComing(ctx context.Context, from PointsFrom) context.Context {
	return context.WithValue(ctx, pointsFrom{}, from)
}

// PointsOrigin is the way of a context, or the one that a write has by itself.
func PointsOrigin(ctx context.Context, by model.PointsWhy) PointsFrom {
	if from, ok := ctx.Value(pointsFrom{}).(PointsFrom); ok {
		return from
	}
	return PointsFrom{Why: by}
}
