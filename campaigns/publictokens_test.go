package campaigns_test

import (
	"errors"
	"regexp"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

var tokenOf = regexp.MustCompile(`https://mail\.boutique\.example/([upvaco])/([\w-]{44})`)

// asOutside uses a link of each kind, and tells of each whether it is one.
func (s *shop) asOutside(links map[string]string) (good, all int) {
	s.Helper()
	desk := s.desk.Outside()
	for kind, token := range links {
		var err error
		switch kind {
		case "v":
			_, err = desk.Message(s.ctx, token)
		case "c":
			var to string
			if to, err = desk.Follow(s.ctx, token, campaigns.PublicHit{UserAgent: "Mozilla/5.0"}); err == nil && to != "https://boutique.example/cadeau?utm_campaign=noel" {
				s.Errorf("leads to %s", to)
			}
		case "o":
			err = desk.Opened(s.ctx, token, campaigns.PublicHit{UserAgent: "Mozilla/5.0"})
		case "u":
			if _, err = desk.Page(s.ctx, "/u/", token); err == nil {
				err = desk.Leave(s.ctx, token)
			}
		default:
			_, err = desk.Page(s.ctx, "/"+kind+"/", token)
		}
		switch all++; {
		case err == nil:
			good++
		case !errors.Is(err, campaigns.ErrNoPage):
			s.Errorf("%s: %v", kind, err)
		}
	}
	return good, all
}

// linksOf are the links of a message, one of each kind.
func linksOf(text string) map[string]string {
	out := map[string]string{}
	for _, m := range tokenOf.FindAllStringSubmatch(text, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// The links of a message work for ever: after a change of the key, a restart, and
// when the person has been erased; those of another folder, or of a key that is not
// in use yet, never.
func TestLinksOutliveAChangeOfTheKeyARestartAndAnErasure(t *testing.T) {
	const body = "[Cadeau](https://boutique.example/cadeau) [Lire]({{ browser_url }}) [Avis]({{ answer_url }})\n"
	opening(t, true, func(s *shop, got func(string) string) {
		rows := "email;zone;suivi\n"
		for i := 1; i <= 3; i++ {
			rows += address(i) + ";A;oui\n"
		}
		s.bring(rows, model.BasisConsent)
		s.send(file{holdout: "share = 0.0", body: body})
		old := linksOf(got(address(1)))
		works := func(when string, links map[string]string, want int) {
			t.Helper()
			if good, all := s.asOutside(links); all != 6 || good != want {
				t.Errorf("%s: %d of %d links work, want %d", when, good, all, want)
			}
		}
		works("at once", old, 6)
		s.opt.Config.Public.Key = 2
		s.reopen(true)
		works("after a change of the key", old, 6)
		s.send(file{name: "noel2", holdout: "share = 0.0", body: body})
		young := linksOf(got(address(2)))
		if old["u"][:2] == young["u"][:2] {
			t.Errorf("the key did not change: %s, %s", old["u"], young["u"])
		}
		_, err := s.desk.Erase(s.ctx, address(1), campaigns.EraseRequest{Confirm: address(1)})
		s.must(err)
		works("of who is erased", old, 6)
		s.opt.Config.Public.Key = 3
		s.reopen(true)
		works("of who is erased, after another change", old, 6)
		if r := s.status("noel").Responses; r.Unsubscribes != 1 {
			t.Errorf("%+v", r)
		}
		// The control: a key that is not in use yet, and another folder.
		s.opt.Config.Public.Key = 1
		s.reopen(true)
		for kind := range young {
			if kind != "u" {
				delete(young, kind)
			}
		}
		if good, _ := s.asOutside(young); good != 0 {
			t.Error("a key beyond the one in use is believed")
		}
		if good, _ := s.asOutside(map[string]string{"u": "AaElkY8dA32Sqet-kGbPvm_JYI5rHvvGqsmB4JUxWqsD"}); good != 0 { // of released.txt
			t.Error("a token of another folder is believed")
		}
	})
}
