// Package roi is the screen that says what a campaign brought: a list of the
// campaigns sent, each with its range on one axis, and for one of them the
// sentence, both arms, the money, the curve by day and the guards.
//
// It promises euros before percentages, a range before a point, a sentence
// before a table; the zone blanche is white everywhere. It refuses to show a
// figure without its range.
//
// Read next: roi.go (what is loaded), list.go, statement.go.
package roi
