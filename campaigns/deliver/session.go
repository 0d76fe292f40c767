package deliver

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"blanche/model"

	"github.com/emersion/go-smtp"
)

// lastWordsWait is how long we listen to a peer that stopped listening to us.
const lastWordsWait = 2 * time.Second

// session is one connection, used by one message at a time.
type session struct {
	cfg    *Config
	raw    net.Conn
	guard  *guard
	client *smtp.Client
	sent   int       // messages given to it
	used   time.Time // last use
	spoilt bool      // not to be used again
}

// send hands one message over. Ending ctx closes the line: the result is then
// "not started" or "uncertain", by how far it had gone.
func (s *session) send(ctx context.Context, e *model.Envelope) model.Receipt {
	if r, ok := s.refuseHere(e); ok {
		return r
	}
	stop := context.AfterFunc(ctx, func() { _ = s.raw.Close() })
	defer stop()
	s.sent++
	r := s.transact(e)
	if s.guard.extra || r.Result == model.SendNotStarted || r.Result == model.SendUncertain || r.Code == 421 || ctx.Err() != nil {
		s.spoilt = true
	}
	if r.Result == model.SendNotStarted {
		r.Err = s.trouble(ctx, &r)
	}
	return r
}

// refuseHere refuses what this relay cannot take, before saying a word. A bad
// address never reaches the line: it could carry an order.
func (s *session) refuseHere(e *model.Envelope) (model.Receipt, bool) {
	no := func(code int, enhanced, why string) (model.Receipt, bool) {
		return model.Receipt{Result: model.SendRefused, Stage: model.StageConnect, Code: code, Enhanced: enhanced, Text: why}, true
	}
	if !model.ValidEmail(e.To) || !model.ValidEmail(e.From) {
		return no(553, "5.6.0", "bad address")
	}
	if bareCR(e.Data) {
		return no(554, "5.6.0", "bare CR or NUL in the message")
	}
	if most, ok := s.client.MaxMessageSize(); ok && most > 0 && len(e.Data) > most {
		return no(552, "5.3.4", "larger than the relay takes")
	}
	if !ascii(e.To) || !ascii(e.From) {
		if ok, _ := s.client.Extension("SMTPUTF8"); !ok {
			return no(553, "5.6.7", "the relay does not take addresses with accents")
		}
	}
	if ok, _ := s.client.Extension("8BITMIME"); !ok && !ascii(e.Data) {
		return no(554, "5.6.3", "the relay does not take 8-bit text")
	}
	return model.Receipt{}, false
}

// transact is one SMTP transaction.
func (s *session) transact(e *model.Envelope) model.Receipt {
	opts := &smtp.MailOptions{Size: int64(len(e.Data)), UTF8: !ascii(e.To) || !ascii(e.From)}
	if r, ok := s.step(model.StageMail, s.client.Mail(e.From, opts)); !ok {
		if r.Code == 552 && r.Enhanced == "5.3.4" {
			r.Result = model.SendRefused // too large, says the relay that knows the size
		}
		return r
	}
	if r, ok := s.step(model.StageRcpt, s.client.Rcpt(e.To, nil)); !ok {
		return s.abandon(r)
	}
	s.client.CommandTimeout = min(s.cfg.Timeouts.Command, 2*time.Minute)
	text, err := s.client.Data()
	s.client.CommandTimeout = s.cfg.Timeouts.Command
	if r, ok := s.step(model.StageData, err); !ok {
		return s.abandon(r)
	}
	return s.transfer(text, e.Data)
}

var (
	errOutOfStep = errors.New("answers that nobody asked for")
	errHalfReply = errors.New("the line fell silent in the middle of a reply")
)

// step judges one command, and reports whether the transaction goes on: the
// answer is good, whole, and the only one. (The libraries take half a line for
// a line when the peer hangs up or falls silent.)
func (s *session) step(stage model.SendStage, err error) (model.Receipt, bool) {
	switch _, answered := replyOf(err); {
	case (err == nil || answered) && !s.guard.final && !s.guard.extra:
		return silence(stage, errHalfReply), false
	case err != nil:
		return judge(stage, err), false
	case !s.guard.extra:
		return model.Receipt{}, true
	}
	// More than we asked for. A relay that says 354 and at once 550 has refused.
	if r, ok := parseReply(firstLine(s.guard.surplus)); ok && stage == model.StageData && r.class() >= 4 {
		return settled(stage, &r), false
	}
	return silence(stage, errOutOfStep), false
}

// transfer writes the text, the final dot, and waits for the answer.
func (s *session) transfer(text *smtp.DataCommand, data []byte) model.Receipt {
	_ = s.guard.SetDeadline(time.Now().Add(s.cfg.Timeouts.Transfer))
	if _, err := text.Write(data); err != nil {
		return s.cutShort(model.StageData, err)
	}
	answer, err := text.CloseWithResponse()
	if _, answered := replyOf(err); (err == nil || answered) && !s.guard.final && !s.guard.extra {
		return silence(model.StageDot, errHalfReply)
	} else if answered {
		return judge(model.StageDot, err)
	}
	if err != nil {
		return s.cutShort(model.StageDot, err)
	}
	r, _ := parseReply("250 " + firstLine(answer.StatusText))
	return model.Receipt{Result: model.SendAccepted, Stage: model.StageDot, Code: 250, Enhanced: r.enhanced, Text: r.text}
}

// cutShort is a text that could not be written to its end. A relay that hangs
// up early has often said why; a clear refusal then settles the matter. An
// early "yes" is no answer to a text that did not leave whole.
func (s *session) cutShort(stage model.SendStage, err error) model.Receipt {
	s.spoilt = true
	if nonsense(err) {
		return silence(stage, err)
	}
	if r, ok := parseReply(firstLine(s.guard.lastWords(lastWordsWait))); ok && s.guard.final && r.class() >= 4 {
		return settled(stage, &r)
	}
	return silence(stage, err)
}

// settled is a 4xx or 5xx about this message.
func settled(stage model.SendStage, r *reply) model.Receipt {
	out := model.Receipt{Result: model.SendDeferred, Stage: stage, Code: r.code, Enhanced: r.enhanced, Text: r.text}
	if r.class() == 5 {
		out.Result, out.UserUnknown = model.SendRefused, unknownUser(r)
	}
	return out
}

// abandon leaves a transaction that the relay refused half-way, so that the
// next message can use the connection.
func (s *session) abandon(r model.Receipt) model.Receipt {
	if r.Result == model.SendNotStarted || r.Code == 421 || s.guard.extra {
		s.spoilt = true
		return r
	}
	if err := s.client.Reset(); err != nil {
		s.spoilt = true
	}
	return r
}

// trouble words why an attempt was not started.
func (s *session) trouble(ctx context.Context, r *model.Receipt) error {
	relay := s.cfg.Address()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case r.Code == 530:
		return model.Refused("deliver.auth_missing", "relay", relay).Hint("deliver.auth_missing_hint").Because(r.Err)
	case r.Code >= 400 && r.Code != 421 && r.Stage == model.StageMail:
		return model.Refused("deliver.sender_refused", "said", said(r.Code, r.Enhanced, r.Text)).Because(r.Err)
	case r.Code >= 400:
		return model.Busy("deliver.turned_away", "relay", relay, "said", said(r.Code, r.Enhanced, r.Text)).Because(r.Err)
	case r.Code != 0 || nonsense(r.Err) || errors.Is(r.Err, errOutOfStep):
		return model.Failed(r.Err, "deliver.nonsense", "relay", relay)
	}
	return model.Busy("deliver.dropped", "relay", relay, "stage", strings.ToUpper(r.Stage.String())).Because(r.Err)
}

// fresh reports whether the connection may take another message.
func (s *session) fresh(now time.Time) bool {
	return !s.spoilt && s.sent < s.cfg.MessagesPerConnection && now.Sub(s.used) < s.cfg.Idle
}

// quit says goodbye, briefly: what was accepted stays accepted whatever the
// answer.
func (s *session) quit() {
	if !s.spoilt {
		s.client.CommandTimeout = s.cfg.Timeouts.Quit
		_ = s.client.Quit()
	}
	_ = s.raw.Close()
}
