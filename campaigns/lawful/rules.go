package lawful

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	toml "github.com/pelletier/go-toml/v2"

	"blanche/model"
)

// The codes of the rules that are applied here.
const (
	ProspectRetention   = "prospect_retention"
	CustomerRetention   = "customer_retention"
	OppositionRetention = "opposition_retention"
	AccessDelay         = "access_delay"
	TrackingConsent     = "tracking_consent"
	TrackingTransition  = "tracking_transition"
)

//go:embed rules.toml
var builtin string

// Rule is one line: from a day on, until another line of its code.
type Rule struct {
	Code     string
	Value    float64
	Unit     string // months, days, hours, percent, messages, required
	Since    model.Date
	Source   string
	Reviewed model.Date
	Own      bool // of the shop, not of the program
}

// Rules are lines by code, then date.
type Rules []Rule

// line is a rule as a file writes it.
type line struct {
	Code, Unit, Source string
	Value              float64
	Since, Reviewed    toml.LocalDate
}

// Read gives the rules of the program with those of a file of the shop over
// them. Errors: model.KindInvalid, with the code of the line.
func Read(own string) (Rules, error) {
	all, err := parse(builtin, false)
	if err != nil {
		return nil, err
	}
	theirs, err := parse(own, true)
	if err != nil {
		return nil, err
	}
	for _, r := range theirs {
		all = all.With(r)
	}
	return all, nil
}

// With replaces the line of the same code and date, or adds one.
func (r Rules) With(one Rule) Rules {
	out := slices.DeleteFunc(slices.Clone(r), func(x Rule) bool { return x.Code == one.Code && x.Since == one.Since })
	out = append(out, one)
	slices.SortStableFunc(out, func(a, b Rule) int {
		if c := strings.Compare(a.Code, b.Code); c != 0 {
			return c
		}
		return int(a.Since) - int(b.Since)
	})
	return out
}

func parse(text string, own bool) (Rules, error) {
	var file struct{ Rule []line }
	if err := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields().Decode(&file); err != nil {
		return nil, model.Invalid("rules.unreadable").Because(err)
	}
	var out Rules
	for _, l := range file.Rule {
		if l.Code == "" || l.Source == "" || l.Since == (toml.LocalDate{}) || l.Value < 0 {
			return nil, model.Invalid("rules.incomplete", "code", l.Code)
		}
		out = out.With(Rule{
			Code: l.Code, Value: l.Value, Unit: l.Unit, Source: l.Source, Own: own,
			Since: dateOf(l.Since), Reviewed: dateOf(l.Reviewed),
		})
	}
	return out, nil
}

func dateOf(d toml.LocalDate) model.Date {
	if d == (toml.LocalDate{}) {
		return 0
	}
	return model.NewDate(d.Year, time.Month(d.Month), d.Day)
}

// At is the line of a code that holds on a day; false before the first.
func (r Rules) At(code string, day model.Date) (now Rule, found bool) {
	for _, one := range r {
		if one.Code == code && one.Since <= day {
			now, found = one, true
		}
	}
	return now, found
}

// Requires reports whether a rule that is a yes or a no holds on a day.
func (r Rules) Requires(code string, day model.Date) bool {
	one, found := r.At(code, day)
	return found && one.Value != 0
}

// Before is the instant that lies as far back as a rule of months says; false
// without such a rule.
func (r Rules) Before(code string, now time.Time) (time.Time, bool) {
	one, found := r.At(code, model.DateOf(now, now.Location()))
	if !found || one.Unit != "months" || one.Value <= 0 {
		return time.Time{}, false
	}
	return now.AddDate(0, -int(one.Value), 0), true
}
