package campaigns

import (
	"testing"

	"blanche/model"
)

func TestANoteIsReadOnTheScaleThatItsMessageAskedFor(t *testing.T) {
	t.Parallel()
	asks := func(body string) *model.Campaign { return &model.Campaign{Spec: model.CampaignSpec{Body: body}} }
	five, ten := asks("[5]({{ answer_url }}?of=5&note=5)"), asks("[9]({{ answer_url }}?note=9)")
	for name, c := range map[string]struct {
		of      *model.Campaign
		answers map[int16]int
		scale   int
	}{
		"of five":                 {five, map[int16]int{5: 3, 4: 1}, 5},
		"of ten":                  {ten, map[int16]int{5: 3, 4: 1}, 10},
		"a nine where five asked": {five, map[int16]int{9: 1}, 10},
	} {
		got := satisfaction(c.of, c.answers)
		if got.Scale != c.scale || (got.Score != nil) != (c.scale == 10) || (got.Satisfied != nil) != (c.scale == 5) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// The message was changed while people answered: each note stays what it was.
	mixed := map[int16]int{model.NoteOf(4, 5): 6, model.NoteOf(5, 5): 2, model.NoteOf(4, 10): 3, 5: 1}
	for name, c := range map[string]*model.Campaign{"asks of five now": five, "asks of ten now": ten} {
		got := satisfaction(c, mixed)
		if got.Scale != 5 || got.Answers+got.Others != 12 || got.Satisfied.N < 8 || got.Others < 3 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := satisfaction(five, map[int16]int{model.NoteOf(9, 10): 1, model.NoteOf(3, 10): 1}); got.Scale != 10 || got.Answers != 2 || *got.Score != 0 {
		t.Errorf("notes of ten, though the message asks of five now: %+v", got)
	}
	if satisfaction(ten, nil) != nil {
		t.Error("no answer is something")
	}
}
