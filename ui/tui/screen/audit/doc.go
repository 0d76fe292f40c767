// Package audit is the screen of who did what: the lines of the audit, newest
// first, one line in full with each field before and after, and the proof that
// the chain holds.
//
// It promises that a long chain costs nothing until it is read (lines are asked
// for a page at a time, and ahead of the cursor), that the line under the
// cursor stays there while others come in, and that what an erasure took away
// is said, not shown as empty.
//
// Read next: audit.go, then query.go, line.go, proof.go.
package audit
