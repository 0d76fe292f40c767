package deliver

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // CRAM-MD5 is what it is; it is never chosen over an encrypted line
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"

	"blanche/model"

	"github.com/emersion/go-sasl"
)

// mostDirect is the longest initial response that is put on the line of AUTH
// (RFC 4954, 4); longer ones wait for a 334.
const mostDirect = 480

// mechanism is the best way to log in that the relay and we know. On a line in
// clear (this machine only) the password does not travel when it need not.
func mechanism(cfg *Config, offered []string, clear bool) sasl.Client {
	order := []string{sasl.Plain, sasl.Login, cramMD5}
	if clear {
		order = []string{cramMD5, sasl.Plain, sasl.Login}
	}
	for _, name := range order {
		if !slices.Contains(offered, name) {
			continue
		}
		switch name {
		case sasl.Plain:
			return sasl.NewPlainClient("", cfg.User, cfg.Password)
		case sasl.Login:
			return &login{user: cfg.User, password: cfg.Password}
		default:
			return &cram{user: cfg.User, password: cfg.Password}
		}
	}
	return nil
}

// login is AUTH LOGIN, answered by turns: relays word its questions differently.
type login struct {
	user, password string
	turn           int
}

func (a *login) Start() (string, []byte, error) { return sasl.Login, nil, nil }

func (a *login) Next([]byte) ([]byte, error) {
	a.turn++
	switch a.turn {
	case 1:
		return []byte(a.user), nil
	case 2:
		return []byte(a.password), nil
	}
	return nil, sasl.ErrUnexpectedServerChallenge
}

// cramMD5 is the name of the mechanism of RFC 2195.
const cramMD5 = "CRAM-MD5"

type cram struct {
	user, password string
	done           bool
}

func (a *cram) Start() (string, []byte, error) { return cramMD5, nil, nil }

func (a *cram) Next(challenge []byte) ([]byte, error) {
	if a.done {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	a.done = true
	h := hmac.New(md5.New, []byte(a.password))
	_, _ = h.Write(challenge)
	return []byte(a.user + " " + hex.EncodeToString(h.Sum(nil))), nil
}

// logIn says who we are. The error is a *model.Error.
func (s *session) logIn() error {
	a := mechanism(s.cfg, s.offers.auth, s.cfg.Security == None)
	if a == nil {
		return model.Refused("deliver.auth_missing", "relay", s.cfg.Address()).Hint("deliver.auth_missing_hint")
	}
	s.at("auth")
	code, err := s.converse(a)
	if err == nil && code/100 == 2 {
		return nil
	}
	if err == nil {
		r := s.in.told()
		err = &r
		if r.class() == 5 {
			return model.Refused("deliver.auth_refused", "user", s.cfg.User, "said", said(r.code, r.enhanced, r.text)).
				Hint("deliver.auth_refused_hint").Because(err)
		}
	}
	return turnedAway(s.cfg, err)
}

// converse runs a mechanism to the reply that is not a question.
func (s *session) converse(a sasl.Client) (int, error) {
	name, first, err := a.Start()
	if err != nil {
		return 0, err
	}
	line := "AUTH " + name
	if direct := base64.StdEncoding.EncodeToString(first); first != nil && len(direct) <= mostDirect {
		line, first = line+" "+direct, nil
	}
	for {
		code, err := s.ask(line, s.cfg.Timeouts.Command)
		if err != nil || code != 334 {
			return code, err
		}
		answer := first
		if first = nil; answer == nil {
			answer, err = s.answer(a)
		}
		if err != nil {
			return s.ask("*", s.cfg.Timeouts.Command) // gives up: the relay says 501
		}
		line = base64.StdEncoding.EncodeToString(answer)
	}
}

// answer answers the question just read.
func (s *session) answer(a sasl.Client) ([]byte, error) {
	question, err := base64.StdEncoding.DecodeString(string(s.in.said))
	if err != nil {
		return nil, err
	}
	return a.Next(question)
}

// ask says one line and reads the reply to it, the only one.
func (s *session) ask(line string, wait time.Duration) (int, error) {
	until := time.Now().Add(wait)
	if err := s.say(line, until); err != nil {
		return 0, err
	}
	code, err := s.in.reply(until, nil)
	if err == nil && s.in.extra() {
		return 0, errOutOfStep
	}
	return code, err
}

// say writes one line.
func (s *session) say(line string, until time.Time) error {
	s.writes = until
	_ = s.line.SetWriteDeadline(until)
	s.out = append(append(s.out[:0], line...), '\r', '\n')
	_, err := s.line.Write(s.out)
	return err
}
