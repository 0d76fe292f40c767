package say

import (
	"strconv"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
)

// Moment is an instant that is near: the hour on the same day, else the day and
// the hour. Both are in the zone in which they are said.
func Moment(p *i18n.Printer, at, now time.Time) string {
	if y, m, d := at.Date(); now.Year() == y && now.Month() == m && now.Day() == d {
		return p.Clock(at)
	}
	return p.ShortDate(at) + " " + p.Clock(at)
}

// LaunchedIn is how long it took from the request for a campaign to the first
// message that the relay took, empty where either is not known.
func LaunchedIn(p *i18n.Printer, st *model.Status) string {
	if st.RequestedAt == nil || st.FirstAcceptedAt == nil || st.FirstAcceptedAt.Before(*st.RequestedAt) {
		return ""
	}
	took := st.FirstAcceptedAt.Sub(*st.RequestedAt)
	if took >= 10*time.Minute {
		took = took.Round(time.Minute)
	}
	return p.T("live.launched_in", "span", i18n.Raw(p.Duration(took)))
}

// Elapsed is a span as a clock shows it: 00:12:40.
func Elapsed(d time.Duration) string {
	s := max(int(d/time.Second), 0)
	two := func(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }
	hours := two(s / 3600)
	if s >= 100*3600 {
		hours = two(s/360000) + hours
	}
	return hours + ":" + two(s/60%60) + ":" + two(s%60)
}

// Hours are when a campaign may leave: the days, then the hours; empty for
// always.
//
//i18n:keys campaign.day.*
func Hours(p *i18n.Printer, h model.Hours) string {
	var days []string
	week := [...]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	for i := 0; i < len(week) && h.Days != [7]bool{}; i++ {
		if !h.Days[week[i]] {
			continue
		}
		last := i
		for last+1 < len(week) && h.Days[week[last+1]] {
			last++
		}
		text := p.T("campaign.day." + strconv.Itoa(int(week[i])))
		if last > i {
			text += "–" + p.T("campaign.day."+strconv.Itoa(int(week[last])))
		}
		days = append(days, text)
		i = last
	}
	span := ""
	if h.From != 0 || h.To != 0 {
		clock := func(minute int) string {
			return strconv.Itoa(minute/60) + ":" + Elapsed(time.Duration(minute%60) * time.Second)[6:]
		}
		span = clock(h.From) + "–" + clock(h.To)
	}
	return strings.TrimSpace(strings.Join(days, ", ") + " " + span)
}
