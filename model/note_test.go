package model_test

import (
	"testing"

	"blanche/model"
)

func TestANoteKeepsItsScaleAndOneOfBeforeHasNone(t *testing.T) {
	t.Parallel()
	for _, scale := range []int{model.ScaleFive, model.ScaleTen} {
		for note := range scale + 1 {
			if n, s := model.Note(model.NoteOf(note, scale)); n != note || s != scale {
				t.Errorf("%d of %d is read as %d of %d", note, scale, n, s)
			}
		}
	}
	for _, value := range []int16{-3, 0, 4, 10, 99, 100, 450, 511, 1011, 32767, -32768} { // of before, or told by a program
		if n, s := model.Note(value); n != int(value) || s != 0 {
			t.Errorf("%d is read as %d of %d", value, n, s)
		}
	}
	for value, want := range map[int16]string{model.NoteOf(4, 5): "4/5", model.NoteOf(10, 10): "10/10", 7: "7"} {
		if got := model.NoteText(value); got != want {
			t.Errorf("%d is %s, want %s", value, got, want)
		}
	}
}
