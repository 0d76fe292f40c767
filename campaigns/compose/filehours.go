package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// hours reads [send] hours and days: when a campaign may leave.
func (f *campaignFile) hours(s *model.CampaignSpec, k *fileKeys) error {
	var ok bool
	if k.Send.Hours != nil {
		if s.Hours.From, s.Hours.To, ok = readHours(*k.Send.Hours); !ok {
			return f.invalid("send", "hours", "compose.bad_hours", "value", *k.Send.Hours).Hint("compose.bad_hours_hint")
		}
	}
	if k.Send.Days != nil {
		if s.Hours.Days, ok = readDays(*k.Send.Days); !ok {
			return f.invalid("send", "days", "compose.bad_days", "value", *k.Send.Days).Hint("compose.bad_days_hint")
		}
	}
	return nil
}

// readHours reads 08:30-19:30 as minutes since midnight. The end comes after
// the beginning: a night is two campaigns, or none.
func readHours(text string) (from, to int, ok bool) {
	a, b, found := strings.Cut(strings.ReplaceAll(text, "–", "-"), "-")
	from, ok = readMinute(a)
	to, ok2 := readMinute(b)
	return from, to, found && ok && ok2 && from < to
}

// readMinute reads HH:MM, 24:00 included.
func readMinute(text string) (int, bool) {
	h, m, found := strings.Cut(strings.TrimSpace(text), ":")
	hour, err := strconv.ParseUint(h, 10, 8)
	minute, err2 := strconv.ParseUint(m, 10, 8)
	at := int(60*hour + minute)
	return at, found && err == nil && err2 == nil && len(h) <= 2 && len(m) == 2 && minute < 60 && at <= 24*60
}

// The days of a week as a file names them, Monday first. A person may write
// them in French or in full: what counts are the first three letters.
var (
	weekDays       = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	weekDaysFrench = [7]string{"lun", "mar", "mer", "jeu", "ven", "sam", "dim"}
	wholeDays      = [7][2]string{
		{"monday", "lundi"},
		{"tuesday", "mardi"},
		{"wednesday", "mercredi"},
		{"thursday", "jeudi"},
		{"friday", "vendredi"},
		{"saturday", "samedi"},
		{"sunday", "dimanche"},
	}
)

// readDays reads days and ranges of days with commas between. All seven are no
// restriction: the zero value.
func readDays(text string) (days [7]bool, ok bool) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "–", "-"), ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, ok := readDay(first)
		to, ok2 := from, ok
		if isRange {
			to, ok2 = readDay(last)
		}
		if !ok || !ok2 {
			return days, false
		}
		for d := from; ; d = (d + 1) % 7 {
			days[weekday(d)] = true
			if d == to {
				break
			}
		}
	}
	if !slices.Contains(days[:], false) {
		days = [7]bool{}
	}
	return days, true
}

// readDay is the number of a day, Monday 0.
func readDay(text string) (int, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for d := range weekDays {
		if text == weekDays[d] || text == weekDaysFrench[d] || text == wholeDays[d][0] || text == wholeDays[d][1] {
			return d, true
		}
	}
	return 0, false
}

// weekday is the day of time with a number of ours.
func weekday(d int) time.Weekday { return time.Weekday((d + 1) % 7) }

// hoursText writes hours as readHours reads them, empty for the whole day.
func hoursText(h model.Hours) string {
	if h.From == 0 && h.To == 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// daysText writes days as readDays reads them, three or more in a row as a
// range; empty for every day.
func daysText(h model.Hours) string {
	var parts []string
	for d := 0; d < 7; d++ {
		if !h.Days[weekday(d)] {
			continue
		}
		end := d
		for end < 6 && h.Days[weekday(end+1)] {
			end++
		}
		if end-d >= 2 {
			parts = append(parts, weekDays[d]+"-"+weekDays[end])
			d = end
			continue
		}
		parts = append(parts, weekDays[d])
	}
	return strings.Join(parts, ",")
}
