// Package logs writes what happens for the people who run blanche: to the
// journal of the system, as text, as JSON, or to a file of its own.
//
// It promises that no address of a person, no password, token or private key
// comes out, however it was given: by type first (model.Email, model.Secret),
// then by the name of the attribute, then by what the text looks like, on every
// value and once more on the finished line. One event is one line, without a
// control character. A file of ours is 0600, at most 5 × 10 MB, and may be
// written by several goroutines and processes at once.
//
// It refuses to be a store: what must be found again later (who changed what,
// who got what) is in the audit and in the ledger, never only here. It reads no
// environment: the caller says which form is wanted.
//
// Read next: redact.go (what is hidden), logs.go (the logger), file.go (the file).
package logs
