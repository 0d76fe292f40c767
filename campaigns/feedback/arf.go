package feedback

import (
	"net/mail"
	"strings"
	"time"

	"blanche/model"
)

var zeroTime time.Time

// complaint reads a report of RFC 5965, and that of Microsoft (JMRP), which is
// our message under headers of theirs. A report that says "not spam", or that
// speaks of authentication (RFC 6591), is no complaint.
func complaint(m *letter) (Reading, bool) {
	text, is := m.part("message/feedback-report")
	if !is {
		return microsoftComplaint(m)
	}
	h := fields(text)
	kind := strings.ToLower(firstWord(h.Get("Feedback-Type")))
	switch kind {
	case "not-spam", "auth-failure", "dkim", "":
		return Reading{Nature: NatureAutomatic}, true
	}
	to := ""
	for _, v := range []string{h.Get("Original-Rcpt-To"), h.Get("Removal-Recipient"), m.returned.Get("X-Original-To"), m.returned.Get("To")} {
		if to = address(v); to != "" {
			break
		}
	}
	f := Finding{Response: model.Response{Kind: model.ResponseComplaint, Detail: kind + " " + h.Get("User-Agent")}, Recipient: to}
	for _, v := range []string{h.Get("Received-Date"), h.Get("Arrival-Date")} {
		if at, err := mail.ParseDate(v); err == nil {
			f.Response.At = at
		}
	}
	return Reading{Nature: NatureComplaint, Findings: []Finding{f}}, true
}

func microsoftComplaint(m *letter) (Reading, bool) {
	to := address(m.returned.Get("X-HmXmrOriginalRecipient"))
	if to == "" {
		return Reading{}, false
	}
	f := Finding{Response: model.Response{Kind: model.ResponseComplaint, Detail: "abuse Microsoft-JMRP"}, Recipient: to}
	return Reading{Nature: NatureComplaint, Findings: []Finding{f}}, true
}
