package audience

import (
	"errors"
	"slices"
	"strings"

	"blanche/model"
)

// hints are what repairs a mistake, by its key.
var hints = map[string]string{
	"rule.empty":            "rule.empty_hint",
	"rule.too_long":         "rule.shorter_hint",
	"rule.too_deep":         "rule.shorter_hint",
	"rule.unexpected":       "rule.unexpected_hint",
	"rule.ends_early":       "rule.complete_hint",
	"rule.unfinished":       "rule.close_hint",
	"rule.expected":         "rule.close_hint",
	"rule.no_field":         "rule.write_hint",
	"rule.wrong_comparison": "rule.comparisons_hint",
	"rule.wants_number":     "rule.number_hint",
	"rule.not_number":       "rule.number_hint",
	"rule.wants_money":      "rule.number_hint",
	"rule.not_money":        "rule.number_hint",
	"rule.wants_date":       "rule.date_hint",
	"rule.not_date":         "rule.date_hint",
	"rule.bad_date":         "rule.date_hint",
	"rule.wants_bool":       "rule.bool_hint",
	"rule.not_bool":         "rule.bool_hint",
	"rule.unfinished_text":  "rule.text_hint",
	"rule.text_not_number":  "rule.text_column_hint",
	"rule.text_not_date":    "rule.text_column_hint",
	"rule.unknown_campaign": "rule.campaign_hint",
	"rule.wants_period":     "rule.period_hint",
	"rule.period_twice":     "rule.period_hint",
	"rule.wants_days":       "rule.days_hint",
	"rule.no_anniversary":   "rule.days_hint",
	"rule.no_person":        "rule.person_hint",
}

// hinted adds to an error of a rule what repairs it, with the values of the
// error itself; an unknown column of a file gets the list of them.
func hinted(err error, k known) error {
	var e *model.Error
	if !errors.As(err, &e) || e.HintKey != "" {
		return err
	}
	hint, ok := hints[e.Key]
	switch {
	case k.file && e.Key == "rule.unknown_field":
		names := make([]string, 0, len(k.types))
		for name := range k.types {
			names = append(names, name)
		}
		slices.Sort(names)
		_ = e.Hint("rule.columns_hint", "columns", strings.Join(names, ", "))
	case ok:
		_ = e.Hint(hint, e.Args...)
	}
	return err
}
