package compose

import (
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strings"
	"time"

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
	subject, html, text, err := m.render(&p, newBudget())
	if err != nil {
		return nil, err
	}
	return m.assemble(&p, &h, subject, html, text)
}

func (m *Message) assemble(p *Person, h *Headers, subject, html, text []byte) ([]byte, error) {
	to := mail.Address{Address: firstOf(h.To, p.Contact.Email)}
	if h.To == "" || model.EmailKey(h.To) == model.EmailKey(p.Contact.Email) {
		to.Name = oneLine(p.Contact.DisplayName())
	}
	unsubscribe := m.unsubscribe(p)
	if err := m.headersOK(&to, h, unsubscribe); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(h.MessageID))
	boundary := "=_" + hex.EncodeToString(sum[:12]) // "=_" is nothing quoted-printable writes

	b := make([]byte, 0, 1024+(len(html)+len(text))*5/4)
	b = append(b, m.fixed...)
	b = appendAddress(b, "To", to)
	b = appendText(b, "Subject", string(subject))
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
	b = append(b, "\r\n"...)
	b = appendPart(b, boundary, "text/plain", text)
	b = appendPart(b, boundary, "text/html", html)
	b = append(b, "--"...)
	b = append(b, boundary...)
	return append(b, "--\r\n"...), nil
}

// appendPart writes one alternative.
func appendPart(b []byte, boundary, kind string, content []byte) []byte {
	b = append(b, "--"...)
	b = append(b, boundary...)
	b = append(b, "\r\nContent-Type: "...)
	b = append(b, kind...)
	b = append(b, "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"...)
	b = appendQuoted(b, content)
	return append(b, "\r\n"...)
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
