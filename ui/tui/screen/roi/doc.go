// Package roi is the screen that says what campaigns brought: those sent, each
// with its range on one axis; one of them in five parts (the sentence with its
// money, the curve by day, the segments, the other looks at the same customers,
// the guards), each with its formulas and the campaign's own numbers in them;
// and the programme of a year.
//
// It promises euros before percentages, a range beside every figure that has
// one, a sentence before a table; campaigns compared with nothing drawn stand
// in a table of their own; the zone blanche is white everywhere; nothing is
// said by colour alone. It refuses to say a figure without its range.
//
// Read next: roi.go (what is loaded), do.go (keys), list.go, sheet.go,
// formula.go, programme.go.
package roi
