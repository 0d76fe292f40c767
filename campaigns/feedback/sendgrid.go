package feedback

import (
	"strings"

	"blanche/model"
)

// sendGridEvent is one event of the signed event webhook of Twilio SendGrid; blanche
// is the argument of our header X-SMTPAPI.
type sendGridEvent struct {
	Event          loose `json:"event"`
	Email          loose `json:"email"`
	At             loose `json:"timestamp"`
	SMTPID         loose `json:"smtp-id"`
	ID             loose `json:"sg_event_id"`
	Reason         loose `json:"reason"`
	Response       loose `json:"response"`
	Status         loose `json:"status"`
	Classification loose `json:"bounce_classification"`
	Mark           loose `json:"blanche"`
}

func readSendGrid(body []byte, _ *Options) ([]vendorEvent, error) {
	all, err := batch[sendGridEvent](body)
	if err != nil {
		return nil, err
	}
	events := make([]vendorEvent, len(all))
	for i := range all {
		in := &all[i]
		e := vendorEvent{
			at: seconds(string(in.At)), id: string(in.ID), token: string(in.Mark), messageID: string(in.SMTPID), recipient: string(in.Email),
			code: string(in.Status), said: string(in.Reason), word: strings.ToLower(string(in.Classification)),
		}
		if e.said == "" {
			e.said = string(in.Response)
		}
		switch in.Event {
		case "bounce": // of type bounce, or blocked: what was said tells
			e.kind = model.ResponseBounce
		case "dropped": // not sent at all: the reason is SendGrid's
			e.word, _, _ = strings.Cut(strings.ToLower(e.said), " (")
			e.kind = kindOfRefusal(SendGrid, e.word)
		case "spamreport":
			e.kind, e.said = model.ResponseComplaint, "abuse SendGrid"
		case "unsubscribe", "group_unsubscribe":
			e.kind, e.said = model.ResponseUnsubscribe, "SendGrid"
		}
		events[i] = e
	}
	return events, nil
}
