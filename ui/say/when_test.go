package say_test

import (
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

func TestAFactWhoseHourNobodyKnowsIsToldByItsDay(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		line   model.HistoryLine
		fr, en string
	}{
		{model.HistoryLine{At: at, DayOnly: true}, "12/03/2026", "12 Mar 2026"},
		{model.HistoryLine{At: at}, "12/03/2026 00:00", "12 Mar 2026 00:00"},
	} {
		if fr, en := say.When(i18n.New("fr"), c.line), say.When(i18n.New("en"), c.line); fr != c.fr || en != c.en {
			t.Errorf("%q, %q", fr, en)
		}
	}
}
