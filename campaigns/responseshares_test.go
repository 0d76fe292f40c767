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
	if satisfaction(ten, nil) != nil {
		t.Error("no answer is something")
	}
}
