package lawful

import (
	"errors"
	"testing"
	"time"

	"blanche/model"
)

func TestARuleIsTheNewestOneInForce(t *testing.T) {
	t.Parallel()
	own := `
[[rule]]
code = "prospect_retention"
value = 24
unit = "months"
since = 2027-01-01
source = "notre politique"
[[rule]]
code = "tracking_consent"
value = 1
unit = "required"
since = 2018-05-25
source = "notre choix"
`
	all, err := Read(own)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code string
		day  model.Date
		want float64
		own  bool
	}{
		{ProspectRetention, model.NewDate(2026, 12, 31), 36, false},
		{ProspectRetention, model.NewDate(2027, 1, 1), 24, true},
		{CustomerRetention, model.NewDate(2030, 1, 1), 36, false},
		{TrackingConsent, model.NewDate(2020, 1, 1), 1, true}, // replaced, same date
		{TrackingConsent, model.NewDate(2026, 4, 14), 1, false},
	} {
		if got, found := all.At(c.code, c.day); !found || got.Value != c.want || got.Own != c.own {
			t.Errorf("%s on %v: %+v, %v", c.code, c.day, got, found)
		}
	}
	if _, found := all.At(ProspectRetention, model.NewDate(2010, 1, 1)); found {
		t.Error("a rule before its time")
	}
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	if limit, ok := all.Before(ProspectRetention, at); !ok || !limit.Equal(at.AddDate(-3, 0, 0)) {
		t.Errorf("limit %v, %v", limit, ok)
	}
}

func TestEveryRuleSaysWhereItStandsAndWhenItWasLookedAt(t *testing.T) {
	t.Parallel()
	all, err := Read("")
	if err != nil || len(all) < 10 {
		t.Fatalf("%d rules, %v", len(all), err)
	}
	for _, r := range all {
		if r.Source == "" || r.Reviewed == 0 || r.Unit == "" || r.Own {
			t.Errorf("%+v", r)
		}
	}
	if all.Requires(TrackingConsent, model.NewDate(2026, 4, 13)) || !all.Requires(TrackingConsent, model.NewDate(2026, 4, 14)) {
		t.Error("the date of the recommendation")
	}
}

func TestALineThatNobodyCanCheckIsRefused(t *testing.T) {
	t.Parallel()
	for _, own := range []string{
		"[[rule]]\ncode = \"a\"\nvalue = 1\nsince = 2026-01-01\n",
		"[[rule]]\ncode = \"a\"\nvalue = 1\nsource = \"x\"\n",
		"[[rule]]\ncode = \"a\"\nsource = \"x\"\nsince = 2026-01-01\nvalue = -1\n",
		"[[rule]]\ncode = \"a\"\nsource = \"x\"\nsince = 2026-01-01\nvalu = 1\n",
		"nonsense",
	} {
		var e *model.Error
		if _, err := Read(own); !errors.As(err, &e) || e.Kind != model.KindInvalid {
			t.Errorf("%q: %v", own, err)
		}
	}
}
