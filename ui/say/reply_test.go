package say_test

import (
	"strings"
	"testing"

	"blanche/ui/i18n"
	"blanche/ui/say"
)

// Replies as providers write them, and a piece of the sentence that a person
// must read instead.
var heard = []struct{ code, text, fr string }{
	{"421", "OFR004_104 Trop de connexions, veuillez verifier votre configuration / Too many connections, slow down", "Orange : trop de connexions"},
	{"421", "mwinf5c04 ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR004_105", "Orange ne prend rien"},
	{"550 5.2.0", "Mail rejete. Mail rejected. OFR506_506 [506]", "Orange tient le message pour du spam"},
	{"550", "Mail rejete OFR_506", "Orange tient le message pour du spam"},
	{"550 5.7.1", "Service refuse. Service refused. OFR006_102", "Orange bloque"},
	{"550 5.7.1", "Service refuse. OFR006_103", "Orange bloque"},
	{"550 5.1.1", "Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]", "Orange : cette adresse n’existe pas"},
	{"450 4.7.1", "Client host rejected: Service refuse / service refused LPN027_503", "La Poste ne prend rien"},
	{"550 5.1.1", "recipient invalide LPN007_416", "La Poste : cette adresse n’existe pas"},
	{"554 5.7.1", "Service refuse / service refused LPN007_510", "La Poste tient"},
	{"450 4.7.1", "Service refused - SFR_IN_101", "SFR bloque"},
	{"421 4.7.0", "msfrf2604.sfr.fr Error: too many errors", "SFR ne prend rien"},
	{"421", "mx1-g20.free.fr too many connections, try again later", "Free : trop de connexions"},
	{"450", "Too many invalid recipients proxad.net", "Free : trop"},
	{"550 5.1.1", "The email account that you tried to reach does not exist", "Cette adresse n’existe pas"},
	{"550 5.1.10", "RESOLVER.ADR.RecipientNotFound", "Cette adresse n’existe pas"},
	{"550 5.4.1", "Recipient address rejected: Access denied", "Cette adresse n’existe pas"},
	{"550", "<spam@free.fr>: user unknown", "Cette adresse n’existe pas"},
	{"550 5.2.1", "The email account is disabled - gsmtp", "Gmail : ce compte"},
	{"550 5.2.1", "mailbox disabled", "La boîte est désactivée"},
	{"552 5.2.2", "mailbox full", "La boîte est pleine"},
	{"452 4.2.2", "The email account that you tried to reach is over quota", "La boîte est pleine"},
	{"450 4.2.0", "Recipient address rejected: Greylisted", "Liste grise"},
	{"450 4.2.0", "try again", "Liste grise"},
	{"421 4.7.0", "Our system has detected an unusual rate of unsolicited mail - gsmtp", "Gmail ralentit"},
	{"421 4.7.28", "unusual rate of mail", "Gmail ralentit"},
	{"421 4.7.32", "no alignment between the From header and SPF or DKIM", "n’est aligné"},
	{"550 5.7.26", "This message does not pass authentication checks (SPF and DKIM both do not pass) - gsmtp", "Gmail refuse : l’expéditeur"},
	{"550 5.7.25", "The IP address sending this message does not have a PTR record - gsmtp", "PTR"},
	{"550 5.7.25", "no PTR", "Refusé : l’adresse d’envoi"},
	{"550 5.7.515", "Access denied, sending domain does not meet the required authentication level", "Microsoft refuse"},
	{"451 4.7.650", "The mail server has been temporarily rate limited due to IP reputation", "Microsoft ralentit"},
	{"550 5.7.650", "blocked", "Microsoft bloque"},
	{"550 5.7.606", "Access denied, banned sending IP", "Microsoft bloque"},
	{"550 5.7.1", "part of their network is on our block list (S3140)", "Microsoft bloque"},
	{"421 4.7.0", "[TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints", "Yahoo ralentit"},
	{"421 4.7.0", "[TS01] Messages temporarily deferred", "Yahoo ralentit"},
	{"553 5.7.1", "[TSS09] All messages will be permanently deferred", "Yahoo bloque"},
	{"554 5.7.1", "Service unavailable; Client host blocked using zen.spamhaus.org", "liste de blocage"},
	{"554 5.7.1", "<a@free.fr>: Relay access denied", "Le relais ne transmet pas"},
	{"550 5.7.1", "rejected by policy", "sa politique"},
	{"451 4.7.1", "policy", "refuse pour l’instant"},
	{"550 5.7.23", "SPF validation failed", "SPF"},
	{"552 5.3.4", "Message too big", "trop lourd"},
	{"552", "message size exceeds", "trop lourd"},
	{"552", "exceeded storage allocation", "pleine"},
	{"553", "mailbox name not allowed", "mal écrite"},
	{"530 5.7.0", "Authentication required", "demande un compte"},
	{"530", "login first", "demande un compte"},
	{"535 5.7.8", "Username and Password not accepted", "mot de passe"},
	{"454", "TLS not available due to temporary reason", "chiffrement"},
	{"550 5.4.4", "host not found", "domaine"},
	{"421", "closing", "Trop de connexions"},
	{"450", "mailbox busy", "occupé"},
	{"451", "local error", "Incident"},
	{"452 4.3.1", "insufficient system storage", "manque de place"},
	{"499", "?", "Refusé pour l’instant"},
	{"599", "?", "refuse ce message"},
	{"expired", "", "Abandonné"},
	{"opposed", "", "opposition"},
	{"", "550 5.1.1 no such user", "Cette adresse n’existe pas"},
	{"550-5.1.1", "no such user", "Cette adresse n’existe pas"},
}

func TestARelayReplyIsSaidInWords(t *testing.T) {
	t.Parallel()
	fr, en := i18n.New("fr"), i18n.New("en")
	spaces := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	seen := map[string]bool{}
	for _, h := range heard {
		got := spaces.Replace(say.Reply(fr, h.code, h.text))
		if !strings.Contains(got, h.fr) {
			t.Errorf("%s %s: %q, without %q", h.code, h.text, got, h.fr)
		}
		seen[got] = true
		if other := say.Reply(en, h.code, h.text); other == "" || strings.Contains(other, "reply.") {
			t.Errorf("%s %s in English: %q", h.code, h.text, other)
		}
	}
	if len(seen) < 30 {
		t.Errorf("%d different explanations, fewer than 30", len(seen))
	}
}

func TestWhatNobodyKnowsIsGivenAsItWasSaid(t *testing.T) {
	t.Parallel()
	p := i18n.New("fr")
	if got := say.Reply(p, "", "\x1b[31mthe dog ate it"); got != "the dog ate it" {
		t.Errorf("%q", got)
	}
	if got := say.Reply(p, "", ""); got != "" {
		t.Errorf("nothing was explained as %q", got)
	}
}

func TestAnExplanationFitsALine(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		p := i18n.New(lang)
		for _, key := range p.Keys() {
			if strings.HasPrefix(key, "reply.said.") && len([]rune(p.T(key))) > 80 {
				t.Errorf("%s %s is longer than 80: %s", lang, key, p.T(key))
			}
		}
	}
}
