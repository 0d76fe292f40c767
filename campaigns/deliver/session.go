package deliver

import (
	"crypto/tls"
	"net"
	"strconv"
	"time"

	"blanche/model"
)

// lastWordsWait is how long we listen to a peer that stopped listening to us.
const lastWordsWait = 2 * time.Second

// session is one connection. One goroutine drives it; closing raw from another
// cuts it short.
type session struct {
	cfg    *Config
	raw    net.Conn
	line   net.Conn // raw, or TLS over it
	tls    *tls.Conn
	in     *reader
	offers offers
	mode   Mode

	sent   int  // messages whose envelope was written
	spoilt bool // in doubt: not to be used again
	dirty  bool // a transaction was left half-way: RSET comes first

	// One write: a head (BDAT), a text, its end and the next envelope.
	head, text, out []byte
	vec             [3][]byte
	bufs            net.Buffers

	news   news      // of the message that has just landed
	writes time.Time // until when the line takes writes, as was last said

	proved [2]bool     // told to the manner of the pool
	idle   bool        // waits in the pool, under its mutex
	soon   bool        // is about to take the next message, under the same
	hand   chan *job   // a message for an idle connection; nil sends it home
	rest   *time.Timer // how long it may be idle
}

// at names a point that a test may want to stop at.
func (s *session) at(point string) {
	if s.cfg.At != nil {
		s.cfg.At(point)
	}
}

// cannot refuses what this relay cannot take, before saying a word.
func (s *session) cannot(j *job) (model.Receipt, bool) {
	switch o := &s.offers; {
	case o.size > 0 && len(j.env.Data) > o.size:
		return refused(552, "5.3.4", "larger than the relay takes"), true
	case !o.utf8 && j.utf8():
		return refused(553, "5.6.7", "the relay does not take addresses with accents"), true
	case !o.eight && j.shape.eight:
		return refused(554, "5.6.3", "the relay does not take 8-bit text"), true
	}
	return model.Receipt{}, false
}

// command is one command of an envelope.
type command uint8

const (
	cmdReset command = iota
	cmdMail
	cmdRcpt
	cmdData
)

var (
	stageOf = [...]model.SendStage{model.StageConnect, model.StageMail, model.StageRcpt, model.StageData}
	pointOf = [...]string{"", "mail", "rcpt", "data"}
)

// appendCommand is the line of a command.
func (s *session) appendCommand(b []byte, c command, j *job) []byte {
	switch c {
	case cmdReset:
		b = append(b, "RSET"...)
	case cmdMail:
		b = append(append(append(b, "MAIL FROM:<"...), j.env.From...), '>')
		if s.offers.sized {
			b = strconv.AppendInt(append(b, " SIZE="...), int64(len(j.env.Data)), 10)
		}
		if j.shape.eight {
			b = append(b, " BODY=8BITMIME"...)
		}
		if s.offers.utf8 && j.utf8() {
			b = append(b, " SMTPUTF8"...)
		}
	case cmdRcpt:
		b = append(append(append(b, "RCPT TO:<"...), j.env.To...), '>')
	case cmdData:
		b = append(b, "DATA"...)
	}
	return append(b, '\r', '\n')
}

// commands are the first and last command of the envelope of j.
func (s *session) commands(j *job) (first, last command) {
	first, last = cmdMail, cmdData
	if j.reset {
		first = cmdReset
	}
	if s.mode == BDAT {
		last = cmdRcpt
	}
	return first, last
}

// appendEnvelope is the whole envelope of j; from here on it is said.
func (s *session) appendEnvelope(b []byte, j *job, tail bool) []byte {
	s.enter(j)
	j.said, j.tail = true, tail
	for c, last := s.commands(j); c <= last; c++ {
		s.point(c)
		b = s.appendCommand(b, c, j)
	}
	return b
}

// enter counts a message that this connection is about to begin.
func (s *session) enter(j *job) {
	s.sent++
	j.nth, j.reset, s.dirty = s.sent, s.dirty, false
}

func (s *session) point(c command) {
	if c != cmdReset {
		s.at(pointOf[c])
	}
}

// writeWithin gives the next write a time, and up to a sixteenth more: the line is
// not told anew for each message.
func (s *session) writeWithin(within time.Duration) {
	until := time.Now().Add(within)
	if s.writes.Before(until) || s.writes.Sub(until) > within/16 {
		s.writes = until.Add(within / 16)
		_ = s.line.SetWriteDeadline(s.writes)
	}
}

// write writes within a time, and on failure listens whether the peer says why.
func (s *session) write(b []byte, within time.Duration) error {
	s.writeWithin(within)
	_, err := s.line.Write(b)
	return err
}

// hear reads the next reply, within a time from now.
func (s *session) hear(within time.Duration) (int, error) {
	return s.in.reply(time.Now().Add(within), nil)
}

// lastWords is what a peer said before it stopped listening to us: a refusal
// settles the matter at a stage, whatever else leaves the failure that we met.
func (s *session) lastWords(stage model.SendStage, err error) model.Receipt {
	s.spoilt = true
	if code, e := s.hear(lastWordsWait); e == nil && code >= 400 {
		r := s.in.told()
		return judge(stage, &r)
	}
	return silence(stage, err)
}

// quit says goodbye, briefly: what was accepted stays accepted whatever the
// answer.
func (s *session) quit() {
	if !s.spoilt {
		s.at("quit")
		_, _ = s.ask("QUIT", s.cfg.Timeouts.Quit)
	}
	s.close()
}

func (s *session) close() {
	if s.in != nil {
		s.in.release()
	}
	if s.rest != nil {
		s.rest.Stop()
	}
	_ = s.raw.Close()
}
