// Package duplicates is the screen of records that may be one person: the pairs
// that the desk proposes, the surest first, two people side by side, and the choice
// of what is kept.
//
// It promises that nothing is united without a person who has seen both, that
// what was united can be taken back with one key, and that a pair that somebody
// called two people does not come back.
//
// It refuses to choose a legal ground: where the two differ, somebody chooses one.
//
// Read next: duplicates.go, compare.go, view.go.
package duplicates
