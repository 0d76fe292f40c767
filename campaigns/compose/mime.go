package compose

import (
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"blanche/model"
)

// Headers are the headers of one message that neither the campaign nor the
// person gives.
type Headers struct {
	// To is the address of the recipient; empty, that of the contact. A test
	// sends what somebody would receive to somebody else.
	To        string
	MessageID string    // with its angle brackets; see MessageID
	Date      time.Time // of the first attempt, so that a retry repeats itself
}

// Build writes the whole message: RFC 5322 headers and the two parts as
// multipart/alternative, quoted-printable, lines of at most 76 characters
// ending in CRLF. The same arguments give the same bytes.
//
// It refuses (model.Refused) an address or an id that could not stand in a
// header: nothing of a contact is ever written there unchecked.
func (m *Message) Build(p Person, h Headers) ([]byte, error) {
	w := &writer{m: m, person: &p, budget: newBudget()}
	subject, err := w.subject()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(h.MessageID))
	boundary := "=_" + hex.EncodeToString(sum[:12]) // "=_" is nothing quoted-printable writes

	b, err := m.appendHeaders(make([]byte, 0, m.size), &p, &h, subject, boundary)
	if err != nil {
		return nil, err
	}
	b = appendPartHead(b, boundary, "text/plain")
	if b, err = w.appendTextPart(b); err != nil {
		return nil, err
	}
	b = appendPartHead(append(b, "\r\n"...), boundary, "text/html")
	if b, err = w.runQuoted(b, m.html); err != nil {
		return nil, failedIn("body", err)
	}
	b = append(b, "\r\n--"...)
	b = append(b, boundary...)
	return append(b, "--\r\n"...), nil
}

// appendTextPart writes the text part in quoted-printable; one with blocks is
// tidied as a whole first.
func (w *writer) appendTextPart(b []byte) ([]byte, error) {
	if w.m.text.blocks {
		text, err := w.text()
		return appendQuoted(b, []byte(text)), err
	}
	b, err := w.runQuoted(b, w.m.text)
	if err != nil {
		return nil, failedIn("body", err)
	}
	return b, nil
}

// appendHeaders writes the headers of one message.
func (m *Message) appendHeaders(b []byte, p *Person, h *Headers, subject, boundary string) ([]byte, error) {
	to := mail.Address{Address: asciiAddress(firstOf(h.To, p.Contact.Email))}
	if h.To == "" || model.EmailKey(h.To) == model.EmailKey(p.Contact.Email) {
		to.Name = oneLine(p.Contact.DisplayName())
	}
	unsubscribe := m.unsubscribe(p)
	if err := m.headersOK(&to, h, unsubscribe); err != nil {
		return nil, err
	}
	b = append(b, m.fixed...)
	b = appendAddress(b, "To", to)
	b = appendText(b, "Subject", subject)
	b = appendHeader(b, "Date", h.Date.Format(time.RFC1123Z))
	b = appendHeader(b, "Message-ID", h.MessageID)
	if unsubscribe != "" {
		b = appendHeader(b, "List-Unsubscribe", "<"+unsubscribe+">")
		if strings.HasPrefix(unsubscribe, "https://") {
			b = appendHeader(b, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
		}
	}
	b = appendHeader(b, "MIME-Version", "1.0")
	b = appendHeader(b, "Content-Type", "multipart/alternative; boundary=\""+boundary+"\"")
	return append(b, "\r\n"...), nil
}

// appendPartHead begins one alternative.
func appendPartHead(b []byte, boundary, kind string) []byte {
	b = append(b, "--"...)
	b = append(b, boundary...)
	b = append(b, "\r\nContent-Type: "...)
	b = append(b, kind...)
	return append(b, "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"...)
}

// headersOK refuses what cannot stand in a header.
func (m *Message) headersOK(to *mail.Address, h *Headers, unsubscribe string) error {
	switch {
	case m.from.Address == "":
		return model.Refused("compose.no_from").Hint("compose.no_from_hint")
	case !model.ValidEmail(to.Address) || !printableASCII(to.Address):
		return model.Refused("compose.bad_recipient", "value", clip(to.Address))
	case !validMessageID(h.MessageID):
		return model.Refused("compose.bad_header", "name", "Message-ID", "value", clip(h.MessageID))
	case h.Date.IsZero():
		return model.Refused("compose.bad_header", "name", "Date", "value", "")
	case !printableASCII(unsubscribe) || strings.ContainsAny(unsubscribe, " <>") || len(unsubscribe) > 900:
		return model.Refused("compose.bad_header", "name", "List-Unsubscribe", "value", clip(unsubscribe))
	}
	return nil
}

// asciiAddress writes a domain with accents as DNS knows it (RFC 5891). An
// address that cannot be is left as it is, to be refused.
func asciiAddress(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || printableASCII(address) {
		return address
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return address
	}
	return address[:at+1] + domain
}

// validMessageID accepts <left@right> of visible ASCII.
func validMessageID(id string) bool {
	inner, ok := strings.CutPrefix(id, "<")
	inner, ok2 := strings.CutSuffix(inner, ">")
	at := strings.IndexByte(inner, '@')
	return ok && ok2 && at > 0 && at < len(inner)-1 && len(id) <= 250 &&
		printableASCII(inner) && !strings.ContainsAny(inner, " <>") && strings.Count(inner, "@") == 1
}

// printableASCII reports whether a text has only the characters 0x20 to 0x7e.
func printableASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// fixedHeaders are those that do not depend on the person.
func (m *Message) fixedHeaders() []byte {
	if m.from.Address == "" || !printableASCII(m.from.Address) {
		return nil
	}
	b := appendAddress(nil, "From", mail.Address{Name: oneLine(m.from.Name), Address: m.from.Address})
	return appendHeader(b, "Feedback-ID", m.spec.Name+":"+m.spec.Kind+":blanche:"+model.Domain(m.from.Address))
}
