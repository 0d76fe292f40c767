package model_test

import (
	"testing"
	"time"

	"blanche/model"
)

// The hours of a campaign in the two nights of Paris whose clock jumps: on 28
// March 2027 the hour from 2 to 3 does not exist, on 25 October 2026 it comes
// twice.
func TestTheNextOpeningIsTheFirstOpenMinute(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	sundays := [7]bool{time.Sunday: true}
	for name, x := range map[string]struct {
		hours model.Hours
		at    string
		want  string
	}{
		"open already":                      {model.Hours{From: 540, To: 1140}, "2026-11-24T10:00:30+01:00", "2026-11-24T10:00:30+01:00"},
		"tomorrow":                          {model.Hours{From: 540, To: 1140}, "2026-11-24T19:00:00+01:00", "2026-11-25T09:00:00+01:00"},
		"later today":                       {model.Hours{From: 540, To: 1140}, "2026-11-24T08:59:59+01:00", "2026-11-24T09:00:00+01:00"},
		"a week on":                         {model.Hours{Days: sundays, From: 540, To: 600}, "2026-11-22T10:00:00+01:00", "2026-11-29T09:00:00+01:00"},
		"begins in the hour skipped":        {model.Hours{From: 150, To: 240}, "2027-03-28T01:30:00+01:00", "2027-03-28T03:00:00+02:00"},
		"ends soon after the hour skipped":  {model.Hours{From: 150, To: 195}, "2027-03-28T01:30:00+01:00", "2027-03-28T03:00:00+02:00"},
		"is the hour skipped":               {model.Hours{From: 120, To: 180}, "2027-03-28T01:30:00+01:00", "2027-03-29T02:00:00+02:00"},
		"is the hour skipped, on that day":  {model.Hours{Days: sundays, From: 120, To: 180}, "2027-03-28T01:30:00+01:00", "2027-04-04T02:00:00+02:00"},
		"the first of two":                  {model.Hours{From: 150, To: 170}, "2026-10-25T02:10:00+02:00", "2026-10-25T02:30:00+02:00"},
		"the second of two":                 {model.Hours{From: 150, To: 170}, "2026-10-25T02:55:00+02:00", "2026-10-25T02:30:00+01:00"},
		"the second of two, from the clock": {model.Hours{From: 150, To: 240}, "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"},
	} {
		at, err := time.Parse(time.RFC3339, x.at)
		if err != nil {
			t.Fatal(err)
		}
		got := x.hours.Next(at.In(paris))
		if got.Format(time.RFC3339) != x.want || !x.hours.Open(got) {
			t.Errorf("%s: after %s comes %s, want %s", name, x.at, got.Format(time.RFC3339), x.want)
		}
	}
}
