package intake

import "strings"

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
	}
	return value
}
