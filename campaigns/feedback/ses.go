package feedback

import (
	"encoding/json"
	"net/textproto"
	"strings"

	"blanche/model"
)

// sesNotice is what Amazon SES publishes, as a notification (notificationType) or
// as an event (eventType).
type sesNotice struct {
	Notification loose `json:"notificationType"`
	Event        loose `json:"eventType"`
	Bounce       struct {
		Type       loose `json:"bounceType"`
		SubType    loose `json:"bounceSubType"`
		Recipients []struct {
			Email      loose `json:"emailAddress"`
			Status     loose `json:"status"`
			Diagnostic loose `json:"diagnosticCode"`
		} `json:"bouncedRecipients"`
		At loose `json:"timestamp"`
		ID loose `json:"feedbackId"`
	} `json:"bounce"`
	Complaint struct {
		Recipients []struct {
			Email loose `json:"emailAddress"`
		} `json:"complainedRecipients"`
		Type  loose `json:"complaintFeedbackType"`
		Agent loose `json:"userAgent"`
		At    loose `json:"timestamp"`
		ID    loose `json:"feedbackId"`
	} `json:"complaint"`
	Mail struct {
		Source  loose `json:"source"`
		Headers []struct {
			Name  loose `json:"name"`
			Value loose `json:"value"`
		} `json:"headers"`
		Common struct {
			MessageID loose `json:"messageId"`
		} `json:"commonHeaders"`
	} `json:"mail"`
}

// readSES reads the message of an envelope of SNS. The envelope sender of our
// message comes back as mail.source, with our token.
func readSES(body []byte, o *Options) ([]vendorEvent, error) {
	var n sesNotice
	if err := json.Unmarshal(body, &n); err != nil || n.Notification+n.Event == "" {
		return nil, ErrVendor
	}
	about := n.about(o)
	var events []vendorEvent
	switch strings.ToLower(string(n.Notification + n.Event)) {
	case "bounce":
		for _, r := range n.Bounce.Recipients {
			e := about
			e.at, e.id, e.recipient = instant(string(n.Bounce.At)), string(n.Bounce.ID+" "+r.Email), string(r.Email)
			_, e.said, _ = strings.Cut(string(r.Diagnostic), ";")
			if e.said == "" {
				e.said = string(r.Diagnostic)
			}
			e.code = string(r.Status)
			e.word = strings.ToLower(string(n.Bounce.Type + "/" + n.Bounce.SubType))
			e.kind = kindOfRefusal(SES, e.word)
			if e.word == "transient/general" && e.said == "" {
				e.kind = 0 // the answer of a machine on holiday comes back so
			}
			events = append(events, e)
		}
	case "complaint":
		for _, r := range n.Complaint.Recipients {
			e := about
			e.at, e.id, e.recipient = instant(string(n.Complaint.At)), string(n.Complaint.ID+" "+r.Email), string(r.Email)
			e.said = strings.TrimSpace(string(n.Complaint.Type + " " + n.Complaint.Agent))
			if e.kind = model.ResponseComplaint; n.Complaint.Type == "not-spam" || n.Complaint.Type == "auth-failure" {
				e.kind = 0
			}
			events = append(events, e)
		}
	default:
		events = append(events, vendorEvent{})
	}
	return events, nil
}

// about is which message of ours a notice speaks of.
func (n *sesNotice) about(o *Options) (e vendorEvent) {
	e.messageID = string(n.Mail.Common.MessageID)
	senders := []string{string(n.Mail.Source)}
	for _, h := range n.Mail.Headers {
		switch textproto.CanonicalMIMEHeaderKey(string(h.Name)) {
		case "Return-Path":
			senders = append(senders, string(h.Value))
		case "Message-Id":
			if e.messageID == "" {
				e.messageID = string(h.Value)
			}
		}
	}
	for _, s := range senders {
		if o.Token != nil && e.token == "" {
			e.token = o.Token(address(s))
		}
	}
	return e
}
