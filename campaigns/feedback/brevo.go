package feedback

import (
	"strings"

	"blanche/model"
)

// brevoEvent is one event of a webhook of Brevo, which tells one, or a list of them
// when asked to. It has no number of its own; X-Mailin-custom is our header.
type brevoEvent struct {
	Event     loose `json:"event"`
	Email     loose `json:"email"`
	At        loose `json:"ts_event"`
	MessageID loose `json:"message-id"`
	Reason    loose `json:"reason"`
	Mark      loose `json:"X-Mailin-custom"`
}

func readBrevo(body []byte, _ *Options) ([]vendorEvent, error) {
	all, err := batch[brevoEvent](body)
	if err != nil {
		return nil, err
	}
	if len(all) == 1 && all[0].Event == "" {
		return nil, ErrVendor
	}
	events := make([]vendorEvent, len(all))
	for i := range all {
		in := &all[i]
		word := strings.ReplaceAll(strings.ToLower(string(in.Event)), "_", "") // hard_bounce, hardBounce
		e := vendorEvent{
			at: seconds(string(in.At)), id: string(in.Event + " " + in.MessageID + " " + in.Email + " " + in.At), token: string(in.Mark),
			messageID: string(in.MessageID), recipient: string(in.Email), word: word, said: string(in.Reason),
		}
		switch word {
		case "hardbounce", "softbounce", "error":
			e.kind = model.ResponseBounce
		case "blocked", "invalidemail", "invalid": // not sent at all: the words are Brevo's
			e.kind, e.said = model.ResponseBounce, ""
		case "spam", "complaint":
			e.kind, e.said = model.ResponseComplaint, "abuse Brevo"
		case "unsubscribed", "unsubscribe":
			e.kind, e.said = model.ResponseUnsubscribe, "Brevo"
		}
		events[i] = e
	}
	return events, nil
}
