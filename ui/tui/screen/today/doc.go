// Package today is the first screen: what runs, what is late, what awaits the
// person, three numbers with their trend, and the latest results.
//
// It promises one look of at most ten seconds: the figures that moved, the one
// thing to do next, and the campaign on its way. It refuses to be a menu.
//
// Read next: today.go.
package today
