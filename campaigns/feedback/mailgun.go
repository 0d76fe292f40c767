package feedback

import (
	"encoding/json"
	"strings"

	"blanche/model"
)

// mailgunHook is a webhook of Mailgun: a signature, of no more than its own moment
// and token, beside one event. blanche is of our header X-Mailgun-Variables.
type mailgunHook struct {
	Signature mailgunSignature `json:"signature"`
	Event     struct {
		Event     loose `json:"event"`
		ID        loose `json:"id"`
		At        loose `json:"timestamp"`
		Severity  loose `json:"severity"`
		Reason    loose `json:"reason"`
		Recipient loose `json:"recipient"`
		Status    struct {
			Code        loose `json:"code"`
			Enhanced    loose `json:"enhanced-code"`
			Message     loose `json:"message"`
			Description loose `json:"description"`
		} `json:"delivery-status"`
		Message struct {
			Headers struct {
				ID loose `json:"message-id"`
			} `json:"headers"`
		} `json:"message"`
		Variables struct {
			Mark loose `json:"blanche"`
		} `json:"user-variables"`
	} `json:"event-data"`
}

type mailgunSignature struct {
	Timestamp loose `json:"timestamp"`
	Token     loose `json:"token"`
	Signature loose `json:"signature"`
}

func readMailgun(body []byte, _ *Options) ([]vendorEvent, error) {
	var h mailgunHook
	if err := json.Unmarshal(body, &h); err != nil || h.Event.Event == "" {
		return nil, ErrVendor
	}
	in := &h.Event
	e := vendorEvent{
		at: seconds(string(in.At)), id: string(in.ID), token: string(in.Variables.Mark), messageID: string(in.Message.Headers.ID), recipient: string(in.Recipient),
		word: strings.ToLower(string(in.Reason)), said: string(in.Status.Message),
	}
	if e.said == "" {
		e.said = string(in.Status.Description)
	}
	if c := string(in.Status.Code); len(c) == 3 && (c[0] == '4' || c[0] == '5') { // 6xx are Mailgun's own
		e.code = c
	}
	e.code = strings.TrimSpace(e.code + " " + string(in.Status.Enhanced))
	switch in.Event {
	case "failed":
		if in.Severity != "temporary" {
			e.kind = kindOfRefusal(Mailgun, e.word)
		}
	case "complained":
		e.kind, e.said = model.ResponseComplaint, "abuse Mailgun"
	case "unsubscribed":
		e.kind, e.said = model.ResponseUnsubscribe, "Mailgun"
	}
	return []vendorEvent{e}, nil
}
