//go:build !faults

package cli

import "time"

// faultAt is told each step around which a process may die; nil in the program
// that people run.
var faultAt func(point string)

// quick is a clock, and how much faster than the machine's it runs.
func quick(now func() time.Time) (func() time.Time, float64) { return now, 1 }
