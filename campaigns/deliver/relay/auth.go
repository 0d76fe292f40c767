package relay

import (
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// AuthMechanisms announces PLAIN when accounts are asked for. Over a line in
// clear the server announces none.
func (s *session) AuthMechanisms() []string {
	if s.relay.opt.Account == nil {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth asks Account.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(identity, user, password string) error {
		if s.relay.opt.Account == nil || identity != "" || !s.relay.opt.Account(user, password) {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

var errUnknown = &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "log in first"}

// admitted reports whether the session may send.
func (s *session) admitted() error {
	if s.relay.opt.Account != nil && !s.known {
		return errUnknown
	}
	if s.relay.down.Load() {
		return s.drop()
	}
	return nil
}
