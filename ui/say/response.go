package say

import (
	"strings"

	"blanche/model"
	"blanche/ui/i18n"
)

// BounceClass is why messages came back, in words.
//
//i18n:keys response.class.*
func BounceClass(p *i18n.Printer, code string) string { return known(p, "response.class.", code) }

// Agent is what clicked, when it was no person.
//
//i18n:keys response.agent.*
func Agent(p *i18n.Printer, code string) string { return known(p, "response.agent.", code) }

// response is the rest of a line of the history about something that came back:
// where a link leads, why a message came back, the note that was given.
func response(p *i18n.Printer, l *model.HistoryLine) string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	switch {
	case l.Kind == "answer":
		add(p.T("response.note", "n", l.Ref))
	case l.Kind == "bounce" && l.Code != "":
		add(BounceClass(p, l.Code))
	default:
		add(p.Value(l.Ref))
		if l.Code != "" {
			add(Agent(p, l.Code))
		}
	}
	add(p.Value(l.Detail))
	return strings.Join(parts, " · ")
}

// Proof is by what a fact of the history is found again outside: the number of an
// order, the Message-ID of a message, the number of a record; empty where the fact
// says it all itself, or nothing proves it.
func Proof(p *i18n.Printer, l model.HistoryLine) string {
	switch {
	case l.Ref == "":
		return ""
	case l.Kind == "order":
		return p.T("contact.proof.order", "id", l.Ref)
	case l.Kind == "message":
		return p.Value(l.Ref)
	case l.Kind == "created":
		return p.T("contact.proof.record", "id", l.Ref)
	}
	return ""
}
