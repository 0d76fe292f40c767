package feedback

import (
	"net/mail"
	"strings"
	"time"

	"blanche/model"
)

// Nature is what a message that came in is.
type Nature uint8

// The natures.
const (
	NatureNone      Nature = iota // not understood, or not about a message of ours
	NatureBounce                  // says that somebody did not get a message
	NatureComplaint               // says that somebody calls a message spam
	NatureDelay                   // says that a message is late: nothing has happened
	NatureAutomatic               // a machine answered: never counted
	NatureReply                   // a person answered
)

var natureNames = [...]string{"none", "bounce", "complaint", "delay", "automatic", "reply"}

func (n Nature) String() string { return natureNames[n] }

// Finding is one thing that a report says of one recipient. Response has the
// kind, the class, the instant (zero where the report has none) and the detail;
// of which campaign and person is for the reader of Token, MessageID and
// Recipient to find out, in that order of trust.
type Finding struct {
	Response  model.Response
	Token     string // of an address of ours that the report came to
	MessageID string // of our message, with its angle brackets
	Recipient string // the address that we wrote to, as far as the report tells
	Code      string // "550 5.1.1"
	// Vendor is who vouches for the finding, having proved themselves: nobody's
	// word is needed of the message. Event is what they call what they tell.
	Vendor Vendor
	Event  string
}

// Reading is what a message says.
type Reading struct {
	Nature   Nature
	Findings []Finding // empty but for bounces, complaints and replies
}

// Options say what is known beside the message.
type Options struct {
	// To are the recipients of the envelope, where the message came with one.
	To []string
	// Token is the token in an address of ours, "" in another; nil: there are none.
	Token func(address string) string
}

// MaxMessage is how many bytes of a message are read.
const MaxMessage = 1 << 20

// Read reads a message. It never fails: what it cannot read is NatureNone.
func Read(message []byte, o Options) Reading {
	if len(message) > MaxMessage {
		message = message[:MaxMessage]
	}
	m, ok := open(message)
	if !ok {
		return Reading{}
	}
	r := m.judge()
	m.complete(&r, &o)
	return r
}

// judge tries the forms from the most explicit to the least.
func (m *letter) judge() Reading {
	for _, try := range []func(*letter) (Reading, bool){complaint, deliveryReport, plainReport, automatic, reply} {
		if r, is := try(m); is {
			return r
		}
	}
	return Reading{}
}

// complete adds to each finding what the whole message tells.
func (m *letter) complete(r *Reading, o *Options) {
	token, id := m.token(o), m.returnedID()
	at, err := mail.ParseDate(m.header.Get("Date"))
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Token = token
		if f.MessageID == "" {
			f.MessageID = id
		}
		if f.Response.At.IsZero() && err == nil {
			f.Response.At = at
		}
		if f.Recipient == "" {
			f.Recipient = address(m.returned.Get("To"))
		}
		f.Response.Detail = detail(f.Response.Detail)
	}
}

// token is that of the first address of ours that the report came to, or that
// the message which came back was sent from.
func (m *letter) token(o *Options) string {
	if o.Token == nil {
		return ""
	}
	places := append([]string(nil), o.To...)
	for _, name := range []string{"X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To"} {
		places = append(places, m.header.Values(name)...)
	}
	places = append(places, m.returned.Values("Return-Path")...)
	for _, p := range places {
		if t := o.Token(address(p)); t != "" {
			return t
		}
	}
	return ""
}

// returnedID is the Message-ID of our message: of the part that came back, else
// the one that the report answers.
func (m *letter) returnedID() string {
	for _, v := range []string{m.returned.Get("Message-Id"), m.header.Get("In-Reply-To"), m.header.Get("References")} {
		if id := messageID(v); id != "" {
			return id
		}
	}
	return ""
}

// messageID is the first <left@right> of a text, "" without.
func messageID(s string) string {
	from := strings.IndexByte(s, '<')
	if from < 0 {
		return ""
	}
	to := strings.IndexByte(s[from:], '>')
	if to < 0 || to > 998 || !strings.Contains(s[from:from+to], "@") {
		return ""
	}
	return s[from : from+to+1]
}

// address is the bare address of a header, "" where there is none.
func address(s string) string {
	if a, err := mail.ParseAddress(strings.TrimSpace(s)); err == nil && model.ValidEmail(a.Address) {
		return a.Address
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t,;:<>()\"'[]", r) }) {
		if word = strings.TrimRight(word, "."); model.ValidEmail(word) {
			return word
		}
	}
	return ""
}

// bounce is a finding of a failure.
func bounce(recipient, code, said string, at time.Time) Finding {
	return Finding{
		Response:  model.Response{Kind: model.ResponseBounce, At: at, Class: model.ClassifyRefusal(code, said), Detail: strings.TrimSpace(code + " " + said)},
		Recipient: recipient, Code: code,
	}
}
