package feedback

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// Vendor is a provider of mail that tells by hook what became of messages.
type Vendor string

// The vendors.
const (
	SES      Vendor = "ses"
	SendGrid Vendor = "sendgrid"
	Mailgun  Vendor = "mailgun"
	Postmark Vendor = "postmark"
	Brevo    Vendor = "brevo"
)

// Vendors lists them.
func Vendors() []Vendor { return []Vendor{SES, SendGrid, Mailgun, Postmark, Brevo} }

// MaxEvents is how many events a hook may tell at once: SendGrid, which tells the
// most, sends at most 768 KiB of them.
const MaxEvents = 5000

// Told is what a hook tells.
type Told struct {
	Findings []Finding
	// Ignored counts the events that change nothing: what was delivered or put off,
	// opens and clicks of the vendor's own links, machines on holiday.
	Ignored int
}

// ErrVendor is the error of a body that is not in the form of its vendor.
var ErrVendor = errors.New("not in the form of the vendor")

// ReadVendor reads the body of a hook, whose proof was checked before. What it
// does not know is ignored: vendors add fields and events as they like.
func ReadVendor(v Vendor, body []byte, o Options) (Told, error) {
	read, known := map[Vendor]func([]byte, *Options) ([]vendorEvent, error){
		SES: readSES, SendGrid: readSendGrid, Mailgun: readMailgun, Postmark: readPostmark, Brevo: readBrevo,
	}[v]
	if !known {
		return Told{}, ErrVendor
	}
	events, err := read(body, &o)
	if err != nil || len(events) > MaxEvents {
		return Told{}, ErrVendor
	}
	var t Told
	for i := range events {
		if events[i].kind == 0 {
			t.Ignored++
			continue
		}
		t.Findings = append(t.Findings, events[i].finding(v))
	}
	return t, nil
}

// vendorEvent is one event of a hook; kind 0 is one that changes nothing.
type vendorEvent struct {
	kind      model.ResponseKind
	at        time.Time
	id        string // what the vendor calls the event
	token     string // of ours, that came back
	messageID string
	recipient string
	code      string // "550 5.1.1", of the receiving server
	said      string // by it
	word      string // the vendor's own reason, of vendorWords
}

const maxEventID = 300

func (e *vendorEvent) finding(v Vendor) Finding {
	f := Finding{
		Response:  model.Response{Kind: e.kind, At: e.at},
		Token:     tokenIn(e.token),
		MessageID: messageID(bracketed(e.messageID)),
		Recipient: address(e.recipient),
		Vendor:    v, Event: clipped(e.id, maxEventID),
	}
	said := e.said
	if e.kind == model.ResponseBounce {
		f.Code, said = e.reason()
		f.Response.Class = classOf(v, f.Code, said, e.word)
		if f.Code == "" {
			f.Code = vendorWords[string(v)+" "+strings.ToLower(e.word)]
		}
		if said == "" {
			said = e.word
		}
		said = f.Code + " " + said
	}
	f.Response.Detail = detail(said)
	return f
}

// reason is the code of the receiving server, as precise as it was given, and what
// it said.
func (e *vendorEvent) reason() (code, said string) {
	code, said = codeIn(e.said)
	basic, enhanced, _ := strings.Cut(e.code, " ")
	if strings.Contains(basic, ".") {
		basic, enhanced = "", basic
	}
	if first, rest, _ := strings.Cut(code, " "); basic != "" && !strings.Contains(first, ".") {
		code = basic + " " + rest
	} else if basic != "" {
		code = basic + " " + code
	}
	return join(strings.TrimSpace(code), enhanced), said
}

// classOf is by the one table of codes and words; where the receiver said nothing
// that explains, the vendor's own reason is read by the same table.
func classOf(v Vendor, code, said, word string) model.BounceClass {
	class := model.ClassifyRefusal(code, said)
	if class != model.BounceOther && class != model.BounceNone {
		return class
	}
	meant := vendorWords[string(v)+" "+strings.ToLower(word)]
	if meant == "" {
		return class
	}
	if strings.HasPrefix(code, "4") {
		meant = "4" + meant[1:]
	}
	return model.ClassifyRefusal(meant, "")
}

// tokenIn is a token as we write them, "" for anything else.
func tokenIn(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) != tokenLength || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return ""
	}
	return s
}

// bracketed gives a Message-ID its brackets, which some vendors leave out.
func bracketed(id string) string {
	if id = strings.TrimSpace(id); id == "" || strings.HasPrefix(id, "<") {
		return id
	}
	return "<" + id + ">"
}

func clipped(s string, most int) string {
	if len(s) > most {
		s = s[:most]
	}
	return strings.ToValidUTF8(s, "")
}

// seconds is an instant as vendors write it in numbers; zero when it is none.
func seconds(s string) time.Time {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 1 || n > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}

// instant is one of the texts that vendors write; zero when it is none.
func instant(s string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return at
}
