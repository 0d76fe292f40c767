package model

import "strconv"

// The scales of a question: one to five, nothing to ten.
const (
	ScaleFive = 5
	ScaleTen  = 10
)

// scaleAbove is where the scale of a note stands in the value of a response: a
// value below it is a note alone, as all were once.
const scaleAbove = 100

// NoteOf is the value of a response that gives a note on a scale, 0 of which
// nothing is known: a 4 of five and a 4 of ten are two answers.
func NoteOf(note, scale int) int16 { return int16(note + scaleAbove*scale) }

// Note is the note that the value of a response gives, and its scale; 0: not
// known.
func Note(value int16) (note, scale int) {
	note, scale = int(value)%scaleAbove, int(value)/scaleAbove
	if (scale == ScaleFive || scale == ScaleTen) && note >= 0 && note <= scale {
		return note, scale
	}
	return int(value), 0
}

// NoteText is the note that the value of a response gives, as 4/5; 4 where the
// scale is not known.
func NoteText(value int16) string {
	note, scale := Note(value)
	if scale == 0 {
		return strconv.Itoa(note)
	}
	return strconv.Itoa(note) + "/" + strconv.Itoa(scale)
}
