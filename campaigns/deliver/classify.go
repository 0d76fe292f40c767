package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"blanche/model"
)

// reply is what a server said: a code, perhaps an enhanced one (RFC 3463), and
// text on one line.
type reply struct {
	code     int
	enhanced string
	text     string
	raw      string // the text as it came
}

// class is the first digit: 2, 3, 4, 5.
func (r *reply) class() int { return r.code / 100 }

// Error makes a reply the cause of a trouble.
func (r *reply) Error() string { return said(r.code, r.enhanced, r.text) }

// replyOf finds a reply inside an error.
func replyOf(err error) (reply, bool) {
	var r *reply
	if errors.As(err, &r) {
		return *r, true
	}
	return reply{}, false
}

// parseReply reads one line of a reply.
func parseReply(line []byte) (reply, bool) {
	code, text, _ := parseLine(line)
	if code == 0 {
		return reply{}, false
	}
	e := enhanced(text)
	return reply{code: code, enhanced: string(e), text: oneLine(string(text[len(e):]))}, true
}

// nonsense reports whether the peer does not speak SMTP, or speaks too much.
func nonsense(err error) bool {
	for _, e := range []error{errGarbled, errOutOfStep, errLongLine, errLongReply, errLongSession, errUnchunked} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// unknownUser reports a definite refusal (5.1.x) which, as the table of refusals
// reads it with what was said, means that there is nobody of that address.
func unknownUser(r *reply) bool {
	return r.class() == 5 && strings.HasPrefix(r.enhanced, "5.1.") && model.ClassifyRefusal(r.enhanced, r.text) == model.BounceUnknown
}

// judge turns the reply at a stage into a result: that of the final dot, or one
// that does not let the transaction go on. It is the only place that decides
// what a reply means.
func judge(stage model.SendStage, r *reply) model.Receipt {
	out := model.Receipt{Stage: stage, Code: r.code, Enhanced: r.enhanced, Text: r.text}
	switch {
	case r.class() == 3:
		return silence(stage, errOutOfStep)
	case r.class() == 2 && stage == model.StageDot:
		out.Result = model.SendAccepted
	case r.class() == 2:
		out.Result, out.Err = model.SendNotStarted, errOutOfStep // an answer to something else
	case stage == model.StageMail && r.code == 552 && r.enhanced == "5.3.4":
		out.Result = model.SendRefused // too large, says the relay that knows the size
	case stage <= model.StageMail, r.code == 530:
		out.Result, out.Err = model.SendNotStarted, copyOf(r) // about us, not about the recipient
	default:
		return settled(stage, r)
	}
	return out
}

// copyOf lets a reply outlive the next one.
func copyOf(r *reply) *reply { c := *r; return &c }

// silence is no readable answer: harmless before the final dot, a doubt after.
func silence(stage model.SendStage, err error) model.Receipt {
	out := model.Receipt{Result: model.SendNotStarted, Stage: stage, Err: err}
	if stage == model.StageDot {
		out.Result = model.SendUncertain
	}
	return out
}

// settled is a 4xx or 5xx about this message.
func settled(stage model.SendStage, r *reply) model.Receipt {
	out := model.Receipt{Result: model.SendDeferred, Stage: stage, Code: r.code, Enhanced: r.enhanced, Text: r.text}
	if r.class() == 5 {
		out.Result, out.UserUnknown = model.SendRefused, unknownUser(r)
	}
	return out
}

// trouble words why an attempt was not started.
func trouble(relay string, r *model.Receipt) error {
	if errors.Is(r.Err, context.Canceled) || errors.Is(r.Err, context.DeadlineExceeded) {
		return r.Err
	}
	switch {
	case r.Code == 530:
		return model.Refused("deliver.auth_missing", "relay", relay).Hint("deliver.auth_missing_hint").Because(r.Err)
	case r.Code >= 400 && r.Code != 421 && r.Stage == model.StageMail:
		return model.Refused("deliver.sender_refused", "said", said(r.Code, r.Enhanced, r.Text)).Because(r.Err)
	case r.Code >= 400:
		return model.Busy("deliver.turned_away", "relay", relay, "said", said(r.Code, r.Enhanced, r.Text)).Because(r.Err)
	case r.Code != 0 || nonsense(r.Err):
		return model.Failed(r.Err, "deliver.nonsense", "relay", relay)
	}
	return model.Busy("deliver.dropped", "relay", relay, "stage", strings.ToUpper(r.Stage.String())).Because(r.Err)
}

// said is a reply in one line, for a person.
func said(code int, enhanced, text string) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", code, enhanced, text))
}

// oneLine keeps at most 500 bytes of what a server said, on one line.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > mostSaid {
		s = strings.ToValidUTF8(s[:mostSaid], "")
	}
	return s
}
