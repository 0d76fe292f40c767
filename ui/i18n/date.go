package i18n

import (
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// Times are written in their own zone: the caller has put them in the
// operator's. A zero time is a dash.
const noDate = "–"

// Date is a day: 22/11/2026, 22 Nov 2026.
func (p *Printer) Date(t time.Time) string {
	if t.IsZero() {
		return noDate
	}
	if p.fr {
		return t.Format("02/01/2006")
	}
	return t.Format("2 Jan 2006")
}

// Day is Date for a calendar day.
func (p *Printer) Day(d model.Date) string {
	if d.IsZero() {
		return noDate
	}
	return p.Date(d.In(time.UTC))
}

// ShortDate is a day of this year: 22/11, 22 Nov.
func (p *Printer) ShortDate(t time.Time) string {
	if t.IsZero() {
		return noDate
	}
	if p.fr {
		return t.Format("02/01")
	}
	return t.Format("2 Jan")
}

// Clock is the time of day to the minute: 14:05.
func (p *Printer) Clock(t time.Time) string { return formatOrDash(t, "15:04") }

// Time is the time of day to the second: 14:05:09.
func (p *Printer) Time(t time.Time) string { return formatOrDash(t, "15:04:05") }

// DateTime is a day and its time to the minute: 22/11/2026 14:05.
func (p *Printer) DateTime(t time.Time) string {
	if t.IsZero() {
		return noDate
	}
	return p.Date(t) + " " + p.Clock(t)
}

// HeaderTime is the clock of the title line: dim. 22/11 14:05, Sun 22 Nov 14:05.
func (p *Printer) HeaderTime(t time.Time) string {
	if t.IsZero() {
		return noDate
	}
	day := t.Format("Mon")
	if p.fr {
		day = frenchDays[t.Weekday()][:3] + "."
	}
	return day + " " + p.ShortDate(t) + " " + p.Clock(t)
}

// LongDate is a day in full: dimanche 22 novembre 2026, Sunday 22 November 2026.
func (p *Printer) LongDate(t time.Time) string {
	if t.IsZero() {
		return noDate
	}
	if !p.fr {
		return t.Format("Monday 2 January 2006")
	}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return frenchDays[t.Weekday()] + " " + day + " " + frenchMonths[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// Duration is a span in at most two units: 45 s, 3 min 20 s, 2 h 05, 3 j 4 h.
// Under a second it is in milliseconds.
func (p *Printer) Duration(d time.Duration) string {
	if d < 0 {
		return minus + p.Duration(-d)
	}
	if d > 0 && d < time.Second {
		return p.Int(int(d.Milliseconds())) + nbsp + "ms"
	}
	s := int(d.Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return strconv.Itoa(s) + nbsp + "s"
	case s < 3600 && s%60 == 0:
		return strconv.Itoa(s/60) + nbsp + "min"
	case s < 3600:
		return strconv.Itoa(s/60) + nbsp + "min " + strconv.Itoa(s%60) + nbsp + "s"
	case s < 86400:
		return strconv.Itoa(s/3600) + nbsp + "h" + nbsp + two(s%3600/60)
	}
	day := "d"
	if p.fr {
		day = "j"
	}
	out := p.Int(s/86400) + nbsp + day
	if h := s % 86400 / 3600; h > 0 {
		out += " " + strconv.Itoa(h) + nbsp + "h"
	}
	return out
}

// ParseDate reads a day as a person types it: 22/11/2026, 22/11/26, 22.11.2026
// or ISO 2026-11-22 in both languages, 22 Nov 2026 in English too.
func (p *Printer) ParseDate(s string) (model.Date, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006-01-02", "2/1/2006", "2/1/06", "2.1.2006", "2 Jan 2006", "2 January 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return model.NewDate(t.Date()), true
		}
	}
	return 0, false
}

func formatOrDash(t time.Time, layout string) string {
	if t.IsZero() {
		return noDate
	}
	return t.Format(layout)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

var (
	frenchDays   = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	frenchMonths = [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
		"août", "septembre", "octobre", "novembre", "décembre",
	}
)
