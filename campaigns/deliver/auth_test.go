package deliver_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/model"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// TestAccountIsGivenTheWayTheRelayAsks: the best way offered, in clear the one
// that keeps the password.
func TestAccountIsGivenTheWayTheRelayAsks(t *testing.T) {
	t.Parallel()
	question := "<1896.697170952@postoffice.example>"
	mac := hmac.New(md5.New, []byte("secret"))
	_, _ = mac.Write([]byte(question))
	for name, c := range map[string]struct {
		offer string
		talk  [][2]string // heard, answered
	}{
		"PLAIN": {"LOGIN PLAIN", [][2]string{{"AUTH PLAIN " + b64("\x00boutique\x00secret"), "235 ok"}}},
		"LOGIN": {"login", [][2]string{
			{"AUTH LOGIN", "334 " + b64("User Name\x00")}, {b64("boutique"), "334 " + b64("Password")}, {b64("secret"), "235 ok"},
		}},
		"CRAM-MD5": {"PLAIN CRAM-MD5 LOGIN", [][2]string{
			{"AUTH CRAM-MD5", "334 " + b64(question)}, {b64("boutique " + hex.EncodeToString(mac.Sum(nil))), "235 ok"},
		}},
		"old AUTH=": {"", [][2]string{{"AUTH PLAIN " + b64("\x00boutique\x00secret"), "235 ok"}}},
	} {
		cfg := serve(t, func(p *peer) {
			if c.offer == "" {
				p.hello("AUTH=PLAIN")
			} else {
				p.hello("AUTH " + c.offer)
			}
			for _, turn := range c.talk {
				if got := p.hear(turn[1]); got != turn[0] {
					t.Errorf("%s: heard %q, want %q", name, got, turn[0])
				}
			}
			p.serve(9)
		})
		cfg.User, cfg.Password = "boutique", "secret"
		if r := send(t, cfg); r.Result != model.SendAccepted {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAccountQuestionsWithoutEndAreLeft(t *testing.T) {
	t.Parallel()
	for offer, question := range map[string]string{"PLAIN": "334 ", "LOGIN": "334 " + b64("again"), "CRAM-MD5": "334 not base64!"} {
		cfg := serve(t, func(p *peer) {
			p.hello("AUTH " + offer)
			for range 5 {
				if p.hear("") == "*" {
					p.say("501 5.7.0 as you like")
					p.silent()
					return
				}
				p.say(question)
			}
			t.Errorf("%s: it goes on", offer)
		})
		cfg.User, cfg.Password = "boutique", "secret"
		if r := send(t, cfg); r.Result != model.SendNotStarted || key(r.Err) != "deliver.auth_refused" {
			t.Errorf("%s: %v", offer, r.Err)
		}
	}
}

func TestRelayWithNoWayToLogInThatWeKnowIsMisset(t *testing.T) {
	t.Parallel()
	cfg := serve(t, func(p *peer) { p.hello("AUTH GSSAPI NTLM"); p.silent() })
	cfg.User, cfg.Password = "boutique", "secret"
	if r := send(t, cfg); key(r.Err) != "deliver.auth_missing" {
		t.Errorf("%+v", r)
	}
}

// TestWhatWasOfferedBeforeTheEncryptionIsForgotten: the second EHLO differs,
// and only the second counts.
func TestWhatWasOfferedBeforeTheEncryptionIsForgotten(t *testing.T) {
	t.Parallel()
	cert, ca := certificate(t, "127.0.0.1")
	for name, c := range map[string]struct {
		user, second string
		want         string
	}{
		"an account taken before alone": {"boutique", "8BITMIME", "deliver.auth_missing"},
		"no pipelining any more":        {"", "8BITMIME", ""},
		"a smaller size":                {"", "SIZE 10", "552 5.3.4"},
	} {
		cfg := serve(t, func(p *peer) {
			p.hello("PIPELINING", "SIZE 1000000", "STARTTLS", "AUTH PLAIN")
			p.hear("220 go")
			inner := tls.Server(p.Conn, &tls.Config{Certificates: []tls.Certificate{cert}})
			q := &peer{Conn: inner, in: readerOf(inner)}
			q.hear("250-fake.example\r\n250 " + c.second)
			for q.careful() {
				if q.in.Buffered() > 0 {
					t.Errorf("%s: commands together", name)
				}
			}
		})
		cfg.Security, cfg.CA, cfg.User, cfg.Password = deliver.StartTLS, ca, c.user, "secret"
		r := send(t, cfg)
		if got := key(r.Err); got != c.want && r.Reason() != c.want && (c.want != "" || r.Result != model.SendAccepted) {
			t.Errorf("%s: %+v", name, r)
		}
		if strings.Contains(c.want, "deliver") && r.Result != model.SendNotStarted {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
