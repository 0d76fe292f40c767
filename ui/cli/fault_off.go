//go:build !faults

package cli

// faultAt is told each step around which a process may die; nil in the program
// that people run.
var faultAt func(point string)
