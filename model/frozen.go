package model

import "time"

// Frozen is who was in a segment at one moment, kept under a name: the audience
// of a legal question, or of a comparison years later. Its people are kept
// beside it; whoever is erased is in none of them any more.
type Frozen struct {
	Name    string    `json:"name"`
	Segment string    `json:"segment"` // saved segment it was taken from, "" for a rule typed
	Rule    string    `json:"rule"`    // canonical text of the rule as it was
	At      time.Time `json:"at"`
	By      string    `json:"by"` // who took it
	// Matched and Sendable are the counts of that moment: an erasure does not
	// change them.
	Matched  int `json:"matched"`
	Sendable int `json:"sendable"`
}

// SegmentWeek is how many people a segment had in a week, counted then.
type SegmentWeek struct {
	Week     Date `json:"week"` // its Monday
	Matched  int  `json:"matched"`
	Sendable int  `json:"sendable"`
}

// Monday is the first day of the week of a day.
func Monday(d Date) Date {
	const thursday = 4 // 1 January 1970
	return d - ((d+thursday-1)%7+7)%7
}
