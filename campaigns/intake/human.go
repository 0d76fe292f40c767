package intake

import (
	"strings"
	"time"

	"blanche/model"
)

// Normal is the one form in which a field of a contact is kept, whoever writes
// it: a file, a form, a command. country is that of the person. Fields without a
// form of their own stay as they are typed.
func Normal(name, value, country string) string {
	switch field(name) {
	case fPhone:
		return e164(value, country)
	case fPostcode:
		return postcode(value, country, false)
	case fCard:
		return card(value)
	case fExternal:
		return strings.TrimSpace(value)
	case fLang:
		if lang, ok := langOf(value); ok {
			return lang
		}
	}
	return value
}

// FieldNamed is the field that a title means in a file of contacts.
func FieldNamed(title string) (string, bool) {
	f, ok := contactNames().sure.of(title)
	return string(f), ok
}

// Birth reads a date of birth as a file would, the day before the month: ""
// takes it away. One that is still to come is none.
func Birth(value string, now time.Time) (model.Date, bool) {
	if value == "" {
		return 0, true
	}
	c := calendar{order: dmy, now: now, zone: now.Location()}
	day, _, ok := c.read(value, true)
	return day, ok && day <= model.DateOf(now, now.Location())
}
