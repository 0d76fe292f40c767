package feedback

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blanche/model"
)

// corpus says what each sample of testdata is: nature, class, code and recipient.
// The samples follow what servers really write, with the people and the names of
// the providers replaced.
var corpus = []struct{ file, nature, class, code, recipient string }{
	{"arf-abuse", "complaint", "", "", "ben@fai.example"},
	{"arf-not-spam", "automatic", "", "", ""},
	{"arf-yahoo-redacted", "complaint", "", "", ""},
	{"broken-charset", "bounce", "user_unknown", "5.1.1", "kim@loin.example"},
	{"dsn-relayed", "automatic", "", "", ""},
	{"exchange55-unknown", "bounce", "user_unknown", "", "theo@mairie.example"},
	{"exim-policy", "bounce", "policy", "550 5.7.0", "sara@ecole.example"},
	{"exim-unrouteable", "bounce", "user_unknown", "", "remi@ecole.example"},
	{"free-gateway-french", "bounce", "mailbox_full", "", "odile@fai.example"},
	{"gmail-old-network", "bounce", "network", "", "lina@petit.example"},
	{"jmrp-outlook", "complaint", "", "", "fatou@hotmail.example"},
	{"newsletter", "none", "", "", ""},
	{"office365-access-denied", "bounce", "user_unknown", "550 5.4.1", "karim@entreprise.example"},
	{"office365-unknown", "bounce", "user_unknown", "550 5.1.10", "chloe@entreprise.example"},
	{"postfix-delay", "delay", "", "", ""},
	{"postfix-domain-unknown", "bounce", "user_unknown", "5.4.4", "leo@boutiqe.example"},
	{"postfix-free-inactive", "bounce", "inactive", "550 5.2.1", "marc@free.example"},
	{"postfix-free-unknown", "bounce", "user_unknown", "550 5.0.0", "nina@free.example"},
	{"postfix-gmail-full-gave-up", "bounce", "mailbox_full", "452 4.2.2", "louis@gmail.example"},
	{"postfix-gmail-policy", "bounce", "policy", "550 5.7.26", "emma@gmail.example"},
	{"postfix-gmail-unknown", "bounce", "user_unknown", "550 5.1.1", "tom@gmail.example"},
	{"postfix-laposte-archived", "bounce", "inactive", "550 5.5.0", "paul@laposte.example"},
	{"postfix-laposte-full", "bounce", "mailbox_full", "552 5.2.2", "jean@laposte.example"},
	{"postfix-laposte-policy", "bounce", "policy", "550 5.5.0", "lucie@laposte.example"},
	{"postfix-laposte-unknown", "bounce", "user_unknown", "550 5.1.1", "anne@laposte.example"},
	{"postfix-network", "bounce", "network", "4.4.1", "mia@lent.example"},
	{"postfix-no-verp", "bounce", "user_unknown", "550 5.1.1", "gina@mail.example"},
	{"postfix-orange-blocked", "bounce", "policy", "550 5.0.0", "ines@orange.example"},
	{"postfix-orange-content", "bounce", "content", "550 5.2.0", "zoe@orange.example"},
	{"postfix-orange-full", "bounce", "mailbox_full", "552 5.1.1", "max@orange.example"},
	{"postfix-orange-unknown", "bounce", "user_unknown", "550 5.1.1", "lea.martin@orange.example"},
	{"postfix-outlook-unknown", "bounce", "user_unknown", "550 5.5.0", "noe@outlook.example"},
	{"postfix-sfr-blocklist", "bounce", "policy", "554 5.7.1", "hugo@sfr.example"},
	{"postfix-sfr-unknown", "bounce", "user_unknown", "550 5.1.1", "eva@sfr.example"},
	{"postfix-too-large", "bounce", "content", "552 5.3.4", "ugo@mail.example"},
	{"postfix-yahoo-policy", "bounce", "policy", "554 5.7.9", "alice@yahoo.example"},
	{"postfix-yahoo-unknown", "bounce", "user_unknown", "552 5.0.0", "rose@yahoo.example"},
	{"qmail-full", "bounce", "mailbox_full", "450 4.2.2", "sami@asso.example"},
	{"qmail-unknown", "bounce", "user_unknown", "5.1.1", "yann@asso.example"},
	{"read-receipt", "automatic", "", "", ""},
	{"reply-person", "reply", "", "", "julie@mail.example"},
	{"sendmail-two-recipients", "bounce", "user_unknown", "550 5.1.1", "ana@reseau.example"},
	{"vacation-exchange", "automatic", "", "", ""},
	{"vacation-precedence", "automatic", "", "", ""},
	{"vacation-rfc3834", "automatic", "", "", ""},
	{"vacation-subject-en", "automatic", "", "", ""},
	{"vacation-subject-fr", "automatic", "", "", ""},
}

// withoutID are the samples that name no message of ours.
var withoutID = map[string]bool{"broken-charset": true}

func tokenOf(a string) string {
	local, _, _ := strings.Cut(a, "@")
	_, token, _ := strings.Cut(local, "+")
	return token
}

// samples reads the files of a corpus, of which there are as many as its table has
// lines.
func samples(t *testing.T, path string, lines int) func(name string) []byte {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf(path, "*"))
	if err != nil || len(files) != lines {
		t.Fatalf("%d samples, %d lines of the table (%v)", len(files), lines, err)
	}
	return func(name string) []byte {
		raw, err := os.ReadFile(fmt.Sprintf(path, name))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
}

func TestEachSampleOfTheCorpusIsReadForWhatItIs(t *testing.T) {
	t.Parallel()
	sample := samples(t, "testdata/mail/%s.eml", len(corpus))
	for _, want := range corpus {
		raw := sample(want.file)
		for ending, message := range map[string]string{"LF": string(raw), "CRLF": strings.ReplaceAll(string(raw), "\n", "\r\n"), "mbox": "From MAILER-DAEMON Tue Nov 24 08:00:00 2026\n" + string(raw)} {
			r := Read([]byte(message), Options{Token: tokenOf})
			var f Finding
			if len(r.Findings) > 0 {
				f = r.Findings[0]
			}
			got := fmt.Sprintf("%s %q %q %q", r.Nature, f.Response.Class, f.Code, f.Recipient)
			if line := fmt.Sprintf("%s %q %q %q", want.nature, want.class, want.code, want.recipient); got != line {
				t.Errorf("%s (%s)\n got %s\nwant %s\n%+v", want.file, ending, got, line, f)
			}
			if ending == "LF" {
				t.Logf("%-28s %-10s %-13s %-11s %s", want.file, r.Nature, f.Response.Class, f.Code, f.Response.Detail)
			}
			if len(r.Findings) > 1 {
				t.Errorf("%s: %d findings", want.file, len(r.Findings))
			}
			if len(r.Findings) == 1 && !withoutID[want.file] && f.MessageID != "<k5wqzmkl2iqd7p6u@boutique.example>" {
				t.Errorf("%s: of message %q", want.file, f.MessageID)
			}
			if strings.Contains(f.Response.Detail, want.recipient) && want.recipient != "" {
				t.Errorf("%s: the detail names the person: %s", want.file, f.Response.Detail)
			}
		}
	}
}

func TestAReportKnowsItsMessageByTheAddressItCameTo(t *testing.T) {
	t.Parallel()
	ours := NewAddresses([]byte("0123456789abcdef0123456789abcdef"), "retours@boutique.example")
	sender := ours.Of(7, 123_456)
	raw := "From: MAILER-DAEMON@mail.example\nTo: someone@else.example\nSubject: failure notice\n\n<max@mail.example>:\n550 5.1.1 nobody\n"
	for name, to := range map[string]string{"as it is": sender, "shouted": strings.ToUpper(sender)} {
		r := Read([]byte(raw), Options{To: []string{"x@y.example", to}, Token: ours.Token})
		if len(r.Findings) != 1 {
			t.Fatalf("%s: %+v", name, r)
		}
		c, p, ok := ours.Open(r.Findings[0].Token)
		if !ok || c != 7 || p != 123_456 {
			t.Errorf("%s: campaign %d, contact %d, %v", name, c, p, ok)
		}
	}
	other := NewAddresses([]byte("another key of the same length…"), "retours@boutique.example")
	if _, _, ok := other.Open(ours.Token(sender)); ok {
		t.Error("a token of another key is taken")
	}
	token := []byte(ours.Token(sender))
	for i := range token {
		forged := append([]byte(nil), token...)
		forged[i] = 'a' + (forged[i]-'a'+1)%26
		if c, p, ok := ours.Open(string(forged)); ok && (c != 7 || p != 123_456) {
			t.Errorf("forged at %d: campaign %d, contact %d", i, c, p)
		}
	}
	local, _, _ := strings.Cut(sender, "@")
	if len(local) > 64 || len(ours.local) > MaxLocal {
		t.Errorf("%q is %d bytes long before the @", sender, len(local))
	}
	if ours.Of(7, 1) == ours.Of(1, 7) {
		t.Error("two messages share an address")
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/mail/*.eml")
	for _, name := range files {
		if raw, err := os.ReadFile(name); err == nil {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := Read(raw, Options{Token: tokenOf})
		for _, x := range r.Findings {
			if len(x.Response.Detail) > maxDetail || strings.ContainsAny(x.Response.Detail, "\r\n\x00\x1b") {
				t.Errorf("detail %q", x.Response.Detail)
			}
			if x.Recipient != "" && !model.ValidEmail(x.Recipient) {
				t.Errorf("recipient %q", x.Recipient)
			}
			if r.Nature == NatureBounce && x.Response.Class == model.BounceNone {
				t.Errorf("a bounce without a class: %+v", x)
			}
		}
		if r.Nature == NatureAutomatic && len(r.Findings) > 0 {
			t.Error("a machine is counted")
		}
	})
}
