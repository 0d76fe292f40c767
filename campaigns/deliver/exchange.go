package deliver

import (
	"errors"
	"strconv"
	"time"

	"blanche/model"
)

// envelope brings j to the moment where its text may follow, and reports
// whether it may: MAIL, RCPT and DATA were taken (in BDAT, MAIL and RCPT).
// Whatever else is the result of the message.
func (s *session) envelope(j *job) (model.Receipt, bool) {
	if s.mode == Strict {
		s.enter(j)
		return s.stepwise(j)
	}
	if !j.said {
		s.out = s.appendEnvelope(s.out[:0], j, false)
		if err := s.write(s.out, s.cfg.Timeouts.Command); err != nil {
			return s.lastWords(model.StageMail, err), false
		}
	}
	return s.replies(j)
}

// stepwise says each command when the one before was answered well.
func (s *session) stepwise(j *job) (model.Receipt, bool) {
	for c, last := s.commands(j); c <= last; c++ {
		s.point(c)
		s.out = s.appendCommand(s.out[:0], c, j)
		if err := s.write(s.out, s.cfg.Timeouts.Command); err != nil {
			return s.lastWords(stageOf[c], err), false
		}
		code, err := s.hear(s.patience(c))
		if r, ok := s.weigh(c, code, err); !ok {
			s.dirty = c >= cmdRcpt
			return r, false
		}
		if r, ok := s.inStep(c); !ok {
			return r, false
		}
		if c == cmdReset && !j.letter.Still() {
			return heldBack, false // a round trip has passed since it was asked
		}
	}
	return model.Receipt{}, true
}

// patience is how long a reply to a command may take.
func (s *session) patience(c command) time.Duration {
	if c == cmdData {
		return min(s.cfg.Timeouts.Command, 2*time.Minute)
	}
	return s.cfg.Timeouts.Command
}

// weigh judges the reply to a command, and reports whether it lets go on.
func (s *session) weigh(c command, code int, err error) (model.Receipt, bool) {
	switch {
	case err != nil:
		return silence(stageOf[c], err), false
	case c == cmdData && code == 354, c != cmdData && code/100 == 2:
		return model.Receipt{}, true
	case c == cmdReset:
		r := s.in.told()
		return silence(model.StageConnect, copyOf(&r)), false
	}
	r := s.in.told()
	return judge(stageOf[c], &r), false
}

// inStep is asked when nothing more is owed to us: more was said all the same?
// A relay that says 354 and at once 550 has refused.
func (s *session) inStep(c command) (model.Receipt, bool) {
	if !s.in.extra() {
		return model.Receipt{}, true
	}
	s.spoilt = true
	if r, ok := s.in.surplus(); ok && c == cmdData && r.class() >= 4 {
		return settled(model.StageData, &r), false
	}
	return silence(stageOf[c], errOutOfStep), false
}

// replies reads what the relay says to an envelope sent as a whole: to each of
// its commands, whatever became of those before, until one closes the line.
func (s *session) replies(j *job) (model.Receipt, bool) {
	var bad model.Receipt
	var failed, open, taken bool // MAIL was taken, RCPT was taken
	c, last := s.commands(j)
	for ; c <= last; c++ {
		code, err := s.hear(s.patience(c))
		r, ok := s.weigh(c, code, err)
		switch {
		case !ok && (err != nil || code == 421 || c == cmdReset):
			return s.worse(bad, failed, r), false
		case failed && c == cmdData && code/100 <= 3:
			return s.afterAll(bad, code, taken), false
		case !failed && code == 503 && c >= cmdRcpt:
			return silence(stageOf[c], errOutOfStep), false // our sequence is right: it missed a command
		case !ok && !failed:
			bad, failed = r, true
			if r.Result == model.SendNotStarted {
				return r, false // the line is given up: nothing more is worth reading
			}
		}
		open, taken = open || c == cmdMail && ok, taken || c == cmdRcpt && ok
	}
	if failed {
		s.dirty = open
		return s.alsoInStep(bad), false
	}
	return s.inStep(last)
}

// alsoInStep does not trust a refusal with more replies behind it than were
// owed: it may be about another command, or another message. Only a farewell
// may follow.
func (s *session) alsoInStep(bad model.Receipt) model.Receipt {
	if !s.in.extra() {
		return bad
	}
	s.spoilt = true
	if r, ok := s.in.surplus(); ok && r.code == 421 {
		return bad
	}
	return silence(bad.Stage, errOutOfStep)
}

// worse is the result when the line ends among the replies: the refusal heard
// before stands.
func (s *session) worse(bad model.Receipt, failed bool, r model.Receipt) model.Receipt {
	s.spoilt = true
	if failed {
		return bad
	}
	return r
}

// afterAll is a DATA that was taken although nobody is left to write to: a lone
// dot ends it, and its answer is of no importance (RFC 2920, 3.1). A 2xx there
// means that we are out of step and that nothing heard can be trusted.
// So does a recipient who was taken after all: a dot would send him nothing.
func (s *session) afterAll(bad model.Receipt, code int, taken bool) model.Receipt {
	if code != 354 || taken {
		s.spoilt = true
		return silence(model.StageData, errOutOfStep)
	}
	if err := s.write([]byte(".\r\n"), s.cfg.Timeouts.Command); err != nil {
		s.spoilt = true
		return bad
	}
	if code, err := s.hear(s.cfg.Timeouts.Command); err != nil || code == 421 || s.in.extra() {
		s.spoilt = true
	}
	return bad
}

// content writes the text of j and, in the same write, the envelope of next
// when there is one, and waits for the answer that settles j.
func (s *session) content(j, next *job) model.Receipt {
	whole := s.lay(j)
	s.at("content")
	if next != nil {
		s.out = s.appendEnvelope(s.out, next, true)
	}
	n, err := s.writeAll()
	if err != nil {
		s.spoilt = true // the envelope of next did not leave, or not whole
		if n < whole {
			return s.cutShort(n, err)
		}
	}
	s.at("dot")
	code, err := s.hear(s.cfg.Timeouts.Dot)
	if err != nil {
		return silence(model.StageDot, err)
	}
	s.at("reply")
	if next == nil {
		s.spoilt = s.spoilt || s.in.extra()
		s.dirty = s.mode == BDAT && code >= 400 // what a refused chunk leaves is not well defined
	}
	if s.mode == BDAT && code >= 500 && code <= 504 {
		// "I do not know BDAT": it is not about this message, which was not taken.
		s.spoilt = true
		return model.Receipt{Result: model.SendNotStarted, Stage: model.StageData, Err: errUnchunked}
	}
	r := s.in.told()
	return judge(model.StageDot, &r)
}

var errUnchunked = errors.New("the relay refuses the BDAT that it offers")

// end is the line that ends a text.
const end = ".\r\n"

// lay prepares the text of j, and what ends it at the beginning of s.out. It
// gives how many bytes make the message whole.
func (s *session) lay(j *job) (whole int) {
	s.text, s.out, s.head = j.text(s.mode == BDAT), s.out[:0], s.head[:0]
	if s.mode != BDAT {
		s.out = append(s.out, end...)
		return len(s.text) + len(end)
	}
	s.at("data")
	s.head = strconv.AppendInt(append(s.head, "BDAT "...), int64(len(s.text)), 10)
	s.head = append(s.head, " LAST\r\n"...)
	return len(s.head) + len(s.text)
}

// coalesced is the largest write that is copied into one piece for the sake of
// one TLS record and one system call.
const coalesced = 64 << 10

// writeAll writes the text and what stands around it: at once on a plain line,
// where the kernel gathers the pieces.
func (s *session) writeAll() (int, error) {
	s.writeWithin(s.cfg.Timeouts.Transfer)
	if s.tls != nil && len(s.text) <= coalesced {
		s.head = append(append(s.head, s.text...), s.out...)
		return s.line.Write(s.head)
	}
	s.bufs = s.vec[:0]
	for _, b := range [...][]byte{s.head, s.text, s.out} {
		if len(b) > 0 {
			s.bufs = append(s.bufs, b)
		}
	}
	n, err := s.bufs.WriteTo(s.line)
	s.vec = [3][]byte{}
	return int(n), err
}

// cutShort is a text that did not leave whole. As long as none of its end left
// it was not started; a relay that hangs up early has often said why, and a
// clear refusal then settles the matter.
func (s *session) cutShort(n int, err error) model.Receipt {
	stage := model.StageData
	if s.mode != BDAT && n >= len(s.text) {
		stage = model.StageDot // part of the end left: as good as all of it
	}
	return s.lastWords(stage, err)
}
