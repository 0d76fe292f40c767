package model

import (
	"slices"
	"strings"
)

// The free columns that keep what people chose on the page of preferences.
const (
	AttrSubjects  = "subjects"  // those wanted, with a bar between, or NoSubject
	AttrFrequency = "frequency" // a code of Frequencies
)

// IsWish reports whether a free column is one of those: what stands in it was
// chosen by the person, and a file that somebody else wrote does not say it.
func IsWish(name string) bool { return name == AttrSubjects || name == AttrFrequency }

// NoSubject is what is kept of somebody who left every subject out: a column
// without a value is one that nobody chose.
const NoSubject = "-"

// The codes of how often somebody wants to be written to.
const (
	FrequencyAll     = "all"
	FrequencyWeekly  = "weekly"
	FrequencyMonthly = "monthly"
)

// Frequencies are the codes, the most often first.
func Frequencies() []string { return []string{FrequencyAll, FrequencyWeekly, FrequencyMonthly} }

// everyDays are the days in which one message is the most, by code.
var everyDays = map[string]int{FrequencyWeekly: 7, FrequencyMonthly: 30}

// Wish is what a person chose of what they get: how often, and about what.
type Wish struct {
	Every    int      // days: one message in so many at most; 0: as the shop writes
	Chose    bool     // among the subjects
	Subjects []string // those wanted
}

// WishOf is the wish of a contact; the zero Wish of whoever chose nothing.
func WishOf(c *Contact) (w Wish) {
	if len(c.Attrs) == 0 {
		return w
	}
	if code, ok := c.Attr(AttrFrequency); ok {
		w.Every = everyDays[code]
	}
	var text string
	if text, w.Chose = c.Attr(AttrSubjects); w.Chose && text != NoSubject {
		w.Subjects = strings.Split(text, "|")
	}
	return w
}

// Any reports whether the wish keeps anything from the person.
func (w *Wish) Any() bool { return w.Every > 0 || w.Chose }

// LeavesOut reports whether a campaign about a topic ("": about none that it
// names) is not wanted. Whoever left every subject out wants no campaign; whoever
// chose some gets those that name no topic too.
func (w *Wish) LeavesOut(topic string) bool {
	switch {
	case !w.Chose:
		return false
	case len(w.Subjects) == 0:
		return true
	}
	return topic != "" && !slices.ContainsFunc(w.Subjects, func(s string) bool { return strings.EqualFold(s, topic) })
}
