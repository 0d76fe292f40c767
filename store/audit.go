package store

import (
	"context"

	"blanche/model"
)

// Audit is the chain of everything that was done: lines are added at its end
// and never change. A write of Contacts.Edit, Campaigns, Segments or Operators
// whose context carries a Deed (see Witnessed) adds its line, with the fields
// that changed, in the same step as the change: there is never one without the
// other. What else is to be in the chain is appended by the desk.
type Audit interface {
	// Append adds lines in one durable step.
	Append(ctx context.Context, entries ...model.AuditEntry) error
	// Head is the end of the chain; Seq 0 when it is empty.
	Head(ctx context.Context) (model.AuditHead, error)
	// Lines visits the lines from a number on, in order, in short transactions
	// as Contacts.Scan.
	Lines(ctx context.Context, from uint64, f func(*model.AuditLine) error) error
	// Back visits the lines before a number (0: from the end), the newest
	// first, until f returns false.
	Back(ctx context.Context, before uint64, f func(*model.AuditLine) bool) error
	// About visits the lines about an object, the newest first, until f returns
	// false: what it costs depends on how many f sees, not on the chain.
	About(ctx context.Context, object string, f func(*model.AuditLine) bool) error
	// Verify reads the whole chain and compares it with heads that were kept
	// outside. Without one, it finds every change but two: the end cut, or
	// everything from some line on written anew, by somebody who knows the
	// format. What was added properly at the end is no flaw.
	Verify(ctx context.Context, outside ...model.AuditHead) (model.AuditProof, error)
	// Forget takes away the changes of the lines about an object (an erasure);
	// the lines stay, marked, and the chain still holds, because a line of act
	// ActForget accounts for them. Returns how many lines lost theirs.
	Forget(ctx context.Context, object string) (int, error)
}

// Operators are the people who may come in, by name.
type Operators interface {
	// Get and ByKey (fingerprint) return ErrNotFound.
	Get(ctx context.Context, name string) (model.Operator, error)
	ByKey(ctx context.Context, fingerprint string) (model.Operator, error)
	// List returns the operators by name.
	List(ctx context.Context) ([]model.Operator, error)
	// Put creates (Version 0; ErrExists when the name is taken) or changes an
	// operator if its version still is the one given, else ErrChanged.
	// ErrExists: a key is somebody else's. Created stays that of the first
	// write; the other times are the caller's.
	Put(ctx context.Context, o model.Operator) (model.Operator, error)
	// Delete returns ErrNotFound.
	Delete(ctx context.Context, name string) error
}

// ActForget is the act of a line that accounts for the changes that an erasure
// took away. Only Forget writes it.
const ActForget = "audit.forget"

type witness struct{}

// Witnessed is a context whose writes are noted in the audit as this deed.
func Witnessed(ctx context.Context, d model.Deed) context.Context {
	return context.WithValue(ctx, witness{}, d)
}

// DeedOf is the deed of a context; false without one.
func DeedOf(ctx context.Context) (model.Deed, bool) {
	d, ok := ctx.Value(witness{}).(model.Deed)
	return d, ok
}
