package store

import (
	"context"
	"time"

	"blanche/model"
)

// Consents is the ledger of what people said: lines are added and never change,
// and only an erasure takes them away. Whatever write changes the ground of a
// contact, what proves it, its date, or the choice about being followed adds
// the act in the same step (Contacts.Merge, Contacts.Edit, Record); so does an
// opposition or a complaint, and the end of one, with what proves it.
//
// Somebody whose record had a ground before there was a ledger has it as a first
// act, marked Known.
type Consents interface {
	// Of returns the acts of a contact, those about their address included, in
	// the order in which they were recorded. ErrNotFound.
	Of(ctx context.Context, id model.ContactID) ([]model.ConsentAct, error)
	// OfAddress returns the acts about an address, which are kept under its
	// hash: whoever has it, or nobody.
	OfAddress(ctx context.Context, email string) ([]model.ConsentAct, error)
	// Record adds an act, and changes the record as it says (ConsentAct.Apply), in
	// one step. Contact, Recorded and Operator are filled in; without At the
	// act is of now. It is not an opposition: see Suppressions. ErrNotFound.
	Record(ctx context.Context, id model.ContactID, act model.ConsentAct, now time.Time) (model.Contact, error)
}

type evidence struct{}

// Evidenced is a context whose writes have this to prove them.
func Evidenced(ctx context.Context, e model.Evidence) context.Context {
	return context.WithValue(ctx, evidence{}, e)
}

// EvidenceOf is the evidence of a context; empty without any.
func EvidenceOf(ctx context.Context) model.Evidence {
	e, _ := ctx.Value(evidence{}).(model.Evidence)
	return e
}

type actElsewhere struct{}

// ActElsewhere is a context whose suppressions add no act of their own: the
// caller writes it down with the record of the person.
func ActElsewhere(ctx context.Context) context.Context {
	return context.WithValue(ctx, actElsewhere{}, true)
}

// IsActElsewhere reports whether somebody else writes the act of a suppression.
func IsActElsewhere(ctx context.Context) bool { return ctx.Value(actElsewhere{}) != nil }
