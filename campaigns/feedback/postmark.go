package feedback

import (
	"encoding/json"
	"strings"

	"blanche/model"
)

// postmarkHook is a webhook of Postmark, which tells one event; Blanche is of our
// header X-PM-Metadata-blanche. MessageID is a number of Postmark's own.
type postmarkHook struct {
	Record    loose `json:"RecordType"`
	ID        loose `json:"ID"`
	Type      loose `json:"Type"`
	MessageID loose `json:"MessageID"`
	Email     loose `json:"Email"`
	Details   loose `json:"Details"`
	At        loose `json:"BouncedAt"`
	Metadata  struct {
		Mark loose `json:"blanche"`
	} `json:"Metadata"`

	Recipient  loose `json:"Recipient"` // of a change of subscription
	ChangedAt  loose `json:"ChangedAt"`
	Suppresses bool  `json:"SuppressSending"`
	Why        loose `json:"SuppressionReason"`
}

// postmarkQuiet are the types of "bounces" that say nothing of an address.
var postmarkQuiet = map[string]bool{
	"transient": true, "autoresponder": true, "addresschange": true, "challengeverification": true, "subscribe": true,
	"openrelaytest": true, "smtpapierror": true, "inbounderror": true, "templaterenderingfailed": true,
}

func readPostmark(body []byte, _ *Options) ([]vendorEvent, error) {
	var h postmarkHook
	if err := json.Unmarshal(body, &h); err != nil || h.Record+h.Type == "" {
		return nil, ErrVendor
	}
	e := vendorEvent{
		at: instant(string(h.At)), id: string(h.ID), token: string(h.Metadata.Mark), recipient: string(h.Email),
		word: strings.ToLower(string(h.Type)), said: string(h.Details),
	}
	switch {
	case h.Record == "SpamComplaint" || e.word == "spamcomplaint":
		e.kind, e.said = model.ResponseComplaint, "abuse Postmark"
	case h.Record == "SubscriptionChange":
		e.at, e.recipient, e.id = instant(string(h.ChangedAt)), string(h.Recipient), string(h.MessageID+" "+h.Recipient+" "+h.ChangedAt)
		if h.Suppresses && h.Why == "ManualSuppression" { // the others are told as what they are; nobody comes back by a hook
			e.kind, e.said = model.ResponseUnsubscribe, "Postmark"
		}
	case (h.Record == "Bounce" || h.Record == "") && !postmarkQuiet[e.word]:
		e.kind = kindOfRefusal(Postmark, e.word)
	}
	return []vendorEvent{e}, nil
}
