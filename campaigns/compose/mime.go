package compose

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"slices"
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
	Marks     []Mark    // for the provider of mail, unsigned: it takes them out
}

// Mark is a header by which a provider of mail knows a message again. The name and
// the value are visible ASCII, of a line together.
type Mark struct{ Name, Value string }

const maxMark = 300

func (m *Mark) fits() bool {
	return m.Name != "" && printableASCII(m.Name) && !strings.ContainsAny(m.Name, ": ") && printableASCII(m.Value) && len(m.Name)+len(m.Value) <= maxMark
}

// Build writes the whole message: RFC 5322 headers and the two parts as
// multipart/alternative, quoted-printable, lines of at most 76 characters
// ending in CRLF; signed when the sender signs. The same arguments give the
// same bytes.
//
// It refuses (model.Refused) an address or an id that could not stand in a
// header: nothing of a contact is ever written there unchecked.
func (m *Message) Build(p Person, h Headers) ([]byte, error) {
	b, err := m.AppendTo(make([]byte, 0, m.size), p, h)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// AppendTo appends to dst what Build writes, for who sends many messages from
// one piece of memory. With an error dst comes back as it was.
func (m *Message) AppendTo(dst []byte, p Person, h Headers) ([]byte, error) {
	dst = slices.Grow(dst, m.size)
	w, ok := writers.Get().(*writer)
	if !ok {
		w = newWriter()
	}
	defer w.rest()
	w.m, w.own = m, p
	w.forPerson(&w.own)
	b, err := w.message(dst, &h)
	if err != nil {
		return dst, err
	}
	return b, nil
}

// message appends the whole message.
func (w *writer) message(b []byte, h *Headers) ([]byte, error) {
	m := w.m
	subject, err := w.subject()
	if err != nil {
		return nil, err
	}
	start := len(b)
	b = append(b, m.seal...)
	head := len(b)
	if b, err = w.headers(b, h, subject); err != nil {
		return nil, err
	}
	body := len(b)
	b = append(b, m.parts.text...)
	if b, err = w.appendTextPart(b); err != nil {
		return nil, err
	}
	b = append(b, m.parts.html...)
	if b, err = w.runQuoted(b, m.html); err != nil {
		return nil, failedIn("body", err)
	}
	b = append(b, m.parts.end...)
	if len(m.seal) == 0 {
		return b, nil
	}
	w.line, err = m.sender.Sign.seal(w.line, b[start:head], b[head:body], b[body:])
	return b, err
}

// appendTextPart writes the text part in quoted-printable, from its segments
// unless it must be tidied first.
func (w *writer) appendTextPart(b []byte) ([]byte, error) {
	if w.m.text.uneven {
		text, err := w.text()
		return appendQuoted(b, text), err
	}
	b, err := w.runQuoted(b, w.m.text)
	if err != nil {
		return nil, failedIn("body", err)
	}
	return b, nil
}

// headers writes the headers of one message and the line that ends them.
func (w *writer) headers(b []byte, h *Headers, subject string) ([]byte, error) {
	m, c := w.m, w.person.Contact
	to := mail.Address{Address: cmp.Or(h.To, c.Email)}
	if h.To == "" || model.EmailKey(h.To) == model.EmailKey(c.Email) {
		to.Name = oneLine(w.person.name())
	}
	unsubscribe := m.unsubscribe(w.person)
	if err := m.headersOK(&to, h, unsubscribe); err != nil {
		return nil, err
	}
	b = append(b, m.fixed...)
	w.line = appendMailbox(w.line[:0], to)
	b = appendHeader(b, "To", w.line)
	w.line = appendEncoded(w.line[:0], subject)
	b = appendHeader(b, "Subject", w.line)
	if h.Date != w.date {
		w.date = h.Date
		w.dated = appendHeader(w.dated[:0], "Date", h.Date.AppendFormat(w.line[:0], time.RFC1123Z))
	}
	b = append(b, w.dated...)
	b = appendHeader(b, "Message-ID", h.MessageID)
	for i := range h.Marks {
		b = appendHeader(b, h.Marks[i].Name, h.Marks[i].Value)
	}
	if unsubscribe == m.leave {
		b = append(b, m.leaves...)
	} else {
		b = m.appendLeave(b, unsubscribe)
	}
	return append(b, m.parts.head...), nil
}

// appendUnsubscribe writes the headers of the place where somebody says no more.
func appendUnsubscribe(b []byte, where string) []byte {
	if where == "" {
		return b
	}
	return appendHeader(b, "List-Unsubscribe", "<"+where+">")
}

// appendLeave writes the headers of somebody who has a place of their own: a page
// with the mailto of everybody behind it (RFC 2369), and one click (RFC 8058). A
// page without https is one of this machine, which settings allow for trials alone.
func (m *Message) appendLeave(b []byte, where string) []byte {
	if !strings.HasPrefix(where, "https://") && !strings.HasPrefix(where, "http://") {
		return appendUnsubscribe(b, where)
	}
	b = append(append(b, "List-Unsubscribe: <"...), where...)
	if m.leave != "" && m.leaveFits {
		b = append(append(b, ">,\r\n <"...), m.leave...)
	}
	return append(b, ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"...)
}

// parts are the lines between the headers of a person and the two texts, the
// same for everybody.
type parts struct{ head, text, html, end []byte }

// newParts makes them around a boundary of the wording. No part can hold it:
// quoted-printable writes "=" before a hexadecimal digit or the end of a line,
// never before "_".
func newParts(spec *model.CampaignSpec) parts {
	sum := sha256.Sum256([]byte(spec.Name + "\x00" + spec.Subject + "\x00" + spec.Body))
	boundary := "=_" + hex.EncodeToString(sum[:12])
	head := appendHeader(nil, "MIME-Version", "1.0")
	head = appendHeader(head, "Content-Type", "multipart/alternative; boundary=\""+boundary+"\"")
	part := func(kind string) []byte {
		return []byte("--" + boundary + "\r\nContent-Type: " + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	}
	return parts{
		head: append(head, "\r\n"...), text: part("text/plain"),
		html: append([]byte("\r\n"), part("text/html")...), end: []byte("\r\n--" + boundary + "--\r\n"),
	}
}

// headersOK refuses what cannot stand in a header; a domain with accents is
// written as DNS knows it.
func (m *Message) headersOK(to *mail.Address, h *Headers, unsubscribe string) error {
	plain := model.PlainAddress(to.Address)
	if !plain {
		to.Address = asciiAddress(to.Address)
		plain = model.PlainAddress(to.Address)
	}
	switch {
	case m.from.Address == "":
		return model.Refused("compose.no_from").Hint("compose.no_from_hint")
	case !plain && (!model.ValidEmail(to.Address) || !printableASCII(to.Address)):
		return model.Refused("compose.bad_recipient", "value", clip(to.Address))
	case !validMessageID(h.MessageID):
		return model.Refused("compose.bad_header", "name", "Message-ID", "value", clip(h.MessageID))
	case h.Date.IsZero():
		return model.Refused("compose.bad_header", "name", "Date", "value", "")
	case slices.ContainsFunc(h.Marks, func(m Mark) bool { return !m.fits() }):
		return model.Refused("compose.bad_header", "name", "mark", "value", "")
	case unsubscribe != m.leave && !fitsUnsubscribe(unsubscribe) || unsubscribe == m.leave && !m.leaveFits:
		return model.Refused("compose.bad_header", "name", "List-Unsubscribe", "value", clip(unsubscribe))
	}
	return nil
}

// fitsUnsubscribe accepts what can stand between the angle brackets of a header.
func fitsUnsubscribe(where string) bool {
	return printableASCII(where) && !strings.ContainsAny(where, " <>") && len(where) <= 900
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
	last := len(id) - 1
	if last < 4 || last >= 250 || id[0] != '<' || id[last] != '>' {
		return false
	}
	at := 0
	for i := 1; i < last; i++ {
		switch c := id[i]; {
		case c == '@' && at == 0:
			at = i
		case c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == '@':
			return false
		}
	}
	return at > 1 && at < last-1
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
	b := appendHeader(nil, "From", appendMailbox(nil, mail.Address{Name: oneLine(m.from.Name), Address: m.from.Address}))
	return appendHeader(b, "Feedback-ID", m.spec.Name+":"+m.spec.Kind+":blanche:"+model.Domain(m.from.Address))
}
