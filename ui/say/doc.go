// Package say words the findings of the desk: what a campaign brought, what a
// guard stopped on, a line of the preflight, an event, the reply of a relay. Commands, screens and
// the report say the same thing because they ask here.
//
// It promises that no result is said without its range, that euros come first,
// and that what is unknown is said to be unknown. It computes nothing: every
// figure comes from the document it is given, and every sentence from the
// catalogue.
//
// Read next: statement.go, reply.go.
package say
