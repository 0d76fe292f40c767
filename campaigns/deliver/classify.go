package deliver

import (
	"bytes"
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"blanche/model"

	"github.com/emersion/go-smtp"
)

// reply is what a server said: a code, perhaps an enhanced one (RFC 3463), and
// text on one line.
type reply struct {
	code     int
	enhanced string
	text     string
}

// class is the first digit: 2, 4, 5; anything else is nonsense.
func (r *reply) class() int { return r.code / 100 }

// replyOf finds a well-formed reply inside an error of the libraries.
func replyOf(err error) (reply, bool) {
	var s *smtp.SMTPError
	if errors.As(err, &s) {
		r := reply{code: s.Code, text: oneLine(s.Message)}
		if s.EnhancedCode != (smtp.EnhancedCode{}) && s.EnhancedCode != smtp.NoEnhancedCode {
			r.enhanced = fmt.Sprintf("%d.%d.%d", s.EnhancedCode[0], s.EnhancedCode[1], s.EnhancedCode[2])
		}
		return r, r.code >= 200 && r.code < 600
	}
	var t *textproto.Error
	if errors.As(err, &t) {
		return parseReply(fmt.Sprintf("%03d %s", t.Code, firstLine(t.Msg)))
	}
	return reply{}, false
}

var replyShape = regexp.MustCompile(`^([2-5]\d\d)[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?: |$))?(.*)$`)

// parseReply reads one line of a reply.
func parseReply(line string) (reply, bool) {
	m := replyShape.FindStringSubmatch(line)
	if m == nil {
		return reply{}, false
	}
	code, _ := strconv.Atoi(m[1])
	return reply{code: code, enhanced: m[2], text: oneLine(m[3])}, true
}

func firstLine[T string | []byte](said T) string {
	line, _, _ := strings.Cut(string(said), "\n")
	return strings.TrimRight(line, "\r")
}

// nonsense reports whether the peer does not speak SMTP, or speaks too much.
func nonsense(err error) bool {
	var p textproto.ProtocolError
	return errors.As(err, &p) || errors.Is(err, smtp.ErrTooLongLine) ||
		errors.Is(err, errLongLine) || errors.Is(err, errLongReply) || errors.Is(err, errLongSession)
}

// unknownUser are the enhanced codes about the recipient's own address: no such
// mailbox, no such system, bad syntax, moved away, domain that takes no mail.
// Never 5.7.x (policy), and not those of 5.1.x that speak of the sender.
func unknownUser(r *reply) bool {
	switch r.enhanced {
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10":
		return r.class() == 5
	}
	return false
}

// judge turns the answer at a stage into a result. Err nil is success there.
// It is the only place that decides what an answer means.
func judge(stage model.SendStage, err error) model.Receipt {
	r, ok := replyOf(err)
	if !ok || r.class() == 3 {
		return silence(stage, err)
	}
	out := model.Receipt{Stage: stage, Code: r.code, Enhanced: r.enhanced, Text: r.text, Err: err}
	switch {
	case r.class() == 2 && stage == model.StageDot:
		out.Result, out.Err = model.SendAccepted, nil
	case r.class() == 2:
		out.Result = model.SendNotStarted // an answer to something else: out of step
	case stage <= model.StageMail, r.code == 530:
		out.Result = model.SendNotStarted // about us, not about the recipient
	default:
		return settled(stage, &r)
	}
	return out
}

// silence is no readable answer: harmless before the final dot, a doubt after.
func silence(stage model.SendStage, err error) model.Receipt {
	out := model.Receipt{Result: model.SendNotStarted, Stage: stage, Err: err}
	if stage == model.StageDot {
		out.Result = model.SendUncertain
	}
	return out
}

// said is a reply in one line, for a person.
func said(code int, enhanced, text string) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", code, enhanced, text))
}

// oneLine keeps at most 500 bytes of what a server said, on one line.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 500 {
		s = strings.ToValidUTF8(s[:500], "")
	}
	return s
}

// ascii reports whether a text has 7-bit bytes only.
func ascii[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// bareCR reports a carriage return that ends no line, or a NUL: the stuff of
// messages hidden inside messages.
func bareCR(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	for {
		i := bytes.IndexByte(data, '\r')
		if i < 0 {
			return false
		}
		if i+1 == len(data) || data[i+1] != '\n' {
			return true
		}
		data = data[i+2:]
	}
}
