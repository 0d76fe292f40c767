// Package segments is the screen of rules with a name: what they count, who is
// in two of them, how they grew, who was there on a day, and the grid of recency
// and frequency.
//
// It promises that a rule is one tree, whichever way it is written: the line of
// text and the form beside it are always the same one (builder.go), and a text
// that cannot be read is kept as it is, with the place of the mistake. Counts
// follow what is typed; one question is on its way at a time, none of them in
// Update, and an older answer is not shown. Nothing is deleted by a slip.
//
// Read next: segments.go for the list, builder.go and tree.go for the rule,
// cond.go for one condition, rfm.go for the grid.
package segments
