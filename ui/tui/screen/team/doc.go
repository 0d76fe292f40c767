// Package team is the screen of the people who may come in over the network:
// who they are, which keys prove it, what each role may do.
//
// It promises that nothing is removed by a slip (a name is typed back), that a
// key that cannot be taken is said beside its field, and that what each role
// may do is read from the one table of rights.
//
// Read next: team.go, then form.go, keys.go, matrix.go, rules.go.
package team
