package campaigns

import (
	"reflect"
	"strconv"
	"time"

	"blanche/model"
)

// What a campaign is judged by may be decided again after the launch (a margin
// that accounting corrected, a cost that came late), but never in silence: each
// change stays with the campaign, and marks its statement.

// changesOf lists the terms of the measure that differ between two readings of a
// campaign file, as the statement tells them: money in units of the currency.
func changesOf(old, next *model.CampaignSpec, at time.Time, by string) []model.StatementChange {
	var all []model.StatementChange
	note := func(field, from, to string) {
		if from != to {
			all = append(all, model.StatementChange{Field: field, From: from, To: to, At: at, By: by})
		}
	}
	money := func(c model.Cents) string { return strconv.FormatFloat(c.Euros(), 'f', 2, 64) }
	note("window", strconv.Itoa(old.WindowDays), strconv.Itoa(next.WindowDays))
	note("margin", strconv.FormatFloat(old.Margin, 'g', -1, 64), strconv.FormatFloat(next.Margin, 'g', -1, 64))
	note("cost", money(old.FixedCents), money(next.FixedCents))
	note("cost_per_message", money(old.PerMessageCents), money(next.PerMessageCents))
	return all
}

// onlyTerms reports whether the terms of the measure differ, and nothing else: what
// a campaign that is over may still have changed.
func onlyTerms(old, next *model.CampaignSpec) bool {
	same := *old
	same.WindowDays, same.Margin = next.WindowDays, next.Margin
	same.FixedCents, same.PerMessageCents, same.Code = next.FixedCents, next.PerMessageCents, next.Code
	return reflect.DeepEqual(same, *next) && !reflect.DeepEqual(*old, *next)
}
