package feedback

import (
	"encoding/json"

	"blanche/model"
)

// vendorWords are the reasons that vendors give in words of their own, in lower
// case, each with the enhanced code that means the same (RFC 3463): where a
// receiving server said nothing, the one table of model.ClassifyRefusal reads the
// code. A vendor that does not write to an address any more, because it came back
// before, is 5.2.1. Sources: the vendors' documentation of their hooks, 2025.
var vendorWords = map[string]string{
	"ses permanent/general":                  "5.2.1", // no reason given; "remove the address at once"
	"ses permanent/noemail":                  "5.1.1",
	"ses permanent/suppressed":               "5.2.1",
	"ses permanent/onaccountsuppressionlist": "5.2.1",
	"ses transient/mailboxfull":              "5.2.2",
	"ses transient/messagetoolarge":          "5.3.4",
	"ses transient/contentrejected":          "5.6.0",
	"ses transient/attachmentrejected":       "5.6.1",
	"ses transient/customtimeoutexceeded":    "5.4.7",

	"sendgrid invalid address":                   "5.1.1",
	"sendgrid technical":                         "5.4.0",
	"sendgrid content":                           "5.6.0",
	"sendgrid reputation":                        "5.7.1",
	"sendgrid frequency/volume":                  "5.7.1",
	"sendgrid frequency or volume too high":      "5.7.1",
	"sendgrid bounced address":                   "5.2.1",
	"sendgrid invalid":                           "5.1.3",
	"sendgrid spam content":                      "5.6.0",
	"sendgrid recipient list over package quota": "5.7.1",

	"mailgun suppress-bounce": "5.2.1",
	"mailgun espblock":        "5.7.1",
	"mailgun blacklisted":     "5.7.1",
	"mailgun old":             "5.4.7",

	"postmark hardbounce":          "5.1.1",
	"postmark bademailaddress":     "5.1.3",
	"postmark manuallydeactivated": "5.2.1",
	"postmark dnserror":            "5.4.4",
	"postmark blocked":             "5.7.1",
	"postmark dmarcpolicy":         "5.7.1",
	"postmark spamnotification":    "5.6.0",
	"postmark virusnotification":   "5.6.0",

	"brevo hardbounce":   "5.1.1",
	"brevo invalidemail": "5.1.3",
	"brevo invalid":      "5.1.3",
	"brevo blocked":      "5.2.1",
}

// vendorLeaves are the reasons of a vendor not to send that are a person's no, said
// to the vendor: through its own link, or its own button of complaints.
var vendorLeaves = map[string]bool{
	"ses permanent/unsubscribedrecipient": true,
	"sendgrid unsubscribed address":       true,
	"sendgrid spam reporting address":     true,
	"mailgun suppress-unsubscribe":        true,
	"mailgun suppress-complaint":          true,
	"postmark unsubscribe":                true,
}

// kindOfRefusal is a bounce, or an opposition that a vendor knew before us.
func kindOfRefusal(v Vendor, word string) model.ResponseKind {
	if vendorLeaves[string(v)+" "+word] {
		return model.ResponseUnsubscribe
	}
	return model.ResponseBounce
}

// loose is a text or a number of JSON, and empty for everything else: what a vendor
// changes in one field costs that field, not the events beside it.
type loose string

// UnmarshalJSON never fails.
func (l *loose) UnmarshalJSON(raw []byte) error {
	*l = ""
	if len(raw) == 0 {
		return nil
	}
	switch c := raw[0]; {
	case c == '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			*l = loose(s)
		}
	case c == '-' || c >= '0' && c <= '9':
		*l = loose(raw)
	}
	return nil
}

// batch reads a list of objects, or one object alone; an object that is not of the
// form is left out, and counted as an event that changes nothing.
func batch[T any](body []byte) ([]T, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		raw = []json.RawMessage{body}
	}
	if len(raw) > MaxEvents {
		return nil, ErrVendor
	}
	out := make([]T, len(raw))
	for i := range raw {
		if err := json.Unmarshal(raw[i], &out[i]); err != nil {
			if len(raw) == 1 {
				return nil, ErrVendor
			}
			out[i] = *new(T)
		}
	}
	return out, nil
}
