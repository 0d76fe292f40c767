package logs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/logs"
	"blanche/ui/logs/logstest"

	"pgregory.net/rapid"
)

// shape is one way for what must stay inside to come out.
type shape struct {
	name string
	log  func(*slog.Logger)
}

type person struct {
	Mail string
	seen map[string]string
}

type lazy string

func (l lazy) LogValue() slog.Value {
	return slog.GroupValue(slog.String("to", string(l)), slog.Any("err", errors.New(string(l))))
}

type broken struct{}

func (*broken) Error() string { panic("no text") }

const (
	mail = "canary.jeanne+x@shop.example"
	key  = "canary-s3cret-0123456789"
)

func shapes() []shape {
	p := person{mail, map[string]string{mail: mail}}
	return []shape{
		{"message", func(l *slog.Logger) { l.Info("wrote to " + mail) }},
		{"text", func(l *slog.Logger) { l.Info("m", "to", mail) }},
		{"type", func(l *slog.Logger) { l.Info("m", "to", model.Email(mail), "key", model.NewSecret(key)) }},
		{"name of an attribute", func(l *slog.Logger) { l.Info("m", mail, 1) }},
		{"name of a group", func(l *slog.Logger) { l.WithGroup(mail).Info("m", "a", 1) }},
		{"in a group", func(l *slog.Logger) { l.Info("m", slog.Group("g", slog.Group(mail, "to", mail))) }},
		{"attribute of the logger", func(l *slog.Logger) { l.With("to", mail).Warn("m") }},
		{"error", func(l *slog.Logger) { l.Error("m", "err", fmt.Errorf("rcpt: %w", errors.New("550 <"+mail+">"))) }},
		{"error of the model", func(l *slog.Logger) {
			l.Error("m", "err", model.NotFound("contact.unknown", "ref", mail).Because(errors.New(mail)))
		}},
		{"struct", func(l *slog.Logger) { l.Info("m", "p", p, "q", &p, "all", []person{p}) }},
		{"list and map", func(l *slog.Logger) { l.Info("m", "a", []string{mail}, "b", map[string]any{mail: []byte(mail)}) }},
		{"bytes", func(l *slog.Logger) { l.Info("m", "raw", []byte("RCPT TO:<"+mail+">")) }},
		{"printed", func(l *slog.Logger) { l.Info(fmt.Sprintf("%v %+v %q", p, p, mail)) }},
		{"lazy value", func(l *slog.Logger) { l.Info("m", "x", lazy(mail)) }},
		{"URL", func(l *slog.Logger) {
			l.Info("m", "url", "https://x.example/u?to="+strings.Replace(mail, "@", "%40", 1)+"&m=mailto:"+mail)
		}},
		{"HTML and JSON", func(l *slog.Logger) {
			l.Info("m", "h", strings.Replace(mail, "@", "&#64;", 1), "j", strings.Replace(mail, "@", `\u0040`, 1))
		}},
		{"with a line end", func(l *slog.Logger) { l.Info("m\n"+mail+"\r\n", "to", mail+"\nlevel=ERROR msg=forged") }},
		{"with controls inside", func(l *slog.Logger) { l.Info("m", "to", "canary\x00.jea\x1b[31mnne\u200b@shop.example") }},
		{"quoted", func(l *slog.Logger) { l.Info("m", "to", `"canary jeanne"@shop.example`) }},
		{"of another script", func(l *slog.Logger) { l.Info("m", "to", "canary-élodie@boutique-é.example") }},
		{"return path", func(l *slog.Logger) {
			l.Info("m", "from", "bounce+canary=shop.example@relay.example", "srs", "SRS0=x=y=shop.example=canary@relay.example")
		}},
		{"asterisk and braces", func(l *slog.Logger) { l.Info("m", "to", "canary*{x}|y@shop.example") }},
		{"without a dot", func(l *slog.Logger) { l.Info("m", "to", "canary@localhost") }},
		{"very long", func(l *slog.Logger) { l.Info("m", "to", strings.Repeat(mail+" ", 1000)) }},
		{"password of a URL", func(l *slog.Logger) { l.Info("m", "relay", "smtp://user:"+key+"@relay.example:587?tls=starttls") }},
		{"password with an @", func(l *slog.Logger) { l.Info("m", "relay", "smtp://user:p@"+key+"@relay.example") }},
		{"password by its name", func(l *slog.Logger) { l.Info("m", "relay_password", key, slog.Group("g", "token", key)) }},
		{"bearer", func(l *slog.Logger) { l.Info("m", "header", "Authorization: Bearer "+key, "h", "bearer "+key) }},
		{"SMTP authentication", func(l *slog.Logger) { l.Info("m", "said", "C: AUTH PLAIN "+key) }},
		{"query", func(l *slog.Logger) { l.Info("m", "url", "/v1/orders?token="+key+"&access_token="+key) }},
		{"private key", func(l *slog.Logger) {
			l.Info("m", "pem", "-----BEGIN OPENSSH PRIVATE KEY-----\n"+key+"\n", "age", "AGE-SECRET-KEY-1CANARYS3CRET")
		}},
	}
}

func TestNoCanaryComesOutOfTheLog(t *testing.T) {
	t.Parallel()
	out := regexp.MustCompile(`(?i)canary|jeanne`)
	for name, format := range map[string]logs.Format{"text": logs.Text, "json": logs.JSON, "journal": logs.Journal} {
		for _, s := range shapes() {
			t.Run(name+" "+s.name, func(t *testing.T) {
				t.Parallel()
				w := logstest.Writer(t)
				s.log(logs.New(logs.Options{Writer: w, Format: format}))
				line := w.String()
				if out.MatchString(line) {
					t.Errorf("it shows %s", line)
				}
				if !strings.HasSuffix(line, "\n") || strings.Count(line, "\n") != 1 || strings.ContainsAny(line, "\x00\x1b\r\u200b") {
					t.Errorf("not one clean line: %q", line)
				}
				if format == logs.JSON && !json.Valid([]byte(line)) {
					t.Errorf("no JSON: %s", line)
				}
			})
		}
	}
}

// The control: a plain logger lets every shape through.
func TestAPlainLoggerShowsEveryCanary(t *testing.T) {
	t.Parallel()
	for _, s := range shapes() {
		if s.name == "type" {
			continue // hidden by its type, whatever the logger
		}
		var b strings.Builder
		s.log(slog.New(slog.NewTextHandler(&b, nil)))
		if !strings.Contains(strings.ToLower(b.String()), "canary") {
			t.Errorf("%s shows nothing either: %s", s.name, b.String())
		}
	}
	if len(logstest.Find([]byte("to="+mail+" and jean@shop.example"))) != 2 || len(logstest.Find([]byte("j***@s***.example relay.example"))) != 0 {
		t.Error("the search does not see what it looks for")
	}
}

func TestWhatIsUsefulStaysInTheLog(t *testing.T) {
	t.Parallel()
	w := logstest.Writer(t)
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	l := logs.New(logs.Options{Writer: w, Now: func() time.Time { return at }})
	l.With("campaign", "noel-15").Info("sent", "recipient", 42, "rate", 12.5, "relay", "relay.example:587", "to", model.Email(mail),
		"took", time.Second, "token_ok", true, "err", io.EOF, "gone", (*broken)(nil), "accented", "Noël à 10 %")
	want := `time=2026-11-22T10:00:00.000Z level=INFO msg=sent campaign=noel-15 recipient=42 rate=12.5 relay=relay.example:587 to=c***@s***.example ` +
		`took=1s token_ok=true err=EOF gone=<nil> accented="Noël à 10 %"` + "\n"
	if w.String() != want {
		t.Errorf("\n%s\n%s", w.String(), want)
	}
}

// Whatever stands around an address, nothing but its first letter is left of
// what was before the @.
func TestNoAddressOutlivesItsSurroundings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		local := rapid.StringMatching(`[a-z0-9!#$%'*+=^_{|}~-]{0,5}canary[a-z0-9!#$%'+=^_{|}~-]{0,5}`).Draw(r, "local")
		domain := rapid.StringMatching(`[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){0,2}\.example`).Draw(r, "domain")
		before := rapid.StringMatching(`([ -~éà\n\x00]{0,12}[ <:;,"(/&?\n])?`).Draw(r, "before")
		after := rapid.StringMatching(`([ >:;,")/&?\n][ -~éà\n\x00]{0,12})?`).Draw(r, "after")
		at := rapid.SampledFrom([]string{"@", "%40", "&#64;"}).Draw(r, "at")
		var b strings.Builder
		l := logs.New(logs.Options{Writer: &b, Format: rapid.SampledFrom([]logs.Format{logs.Text, logs.JSON, logs.Journal}).Draw(r, "format")})
		l.Info("m", "to", before+local+at+domain+after)
		if strings.Contains(b.String(), "canary") {
			r.Fatalf("%q: %s", before+local+at+domain+after, b.String())
		}
		if once := logs.Redact(b.String()); once != b.String() {
			r.Fatalf("%q, then %q", b.String(), once)
		}
	})
}

func BenchmarkLine(b *testing.B) {
	l := logs.New(logs.Options{Writer: io.Discard})
	for b.Loop() {
		l.Info("sent", "campaign", "noel-15", "recipient", 42, "relay", "relay.example:587", "to", mail)
	}
}

func TestRedactingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		mail, "smtp://u:p@relay.example", "a b c", "Bearer abcdefgh", "x?token=abc&y=1", "AUTH PLAIN abcd", "Authorization: Basic abcd",
		`<"a b"@shop.example>, ` + mail + `;b@c`, "https://user:pass@host/p?to=a@b.example",
	} {
		once := logs.Redact(s)
		if twice := logs.Redact(once); twice != once {
			t.Errorf("%q, then %q", once, twice)
		}
	}
}

func TestTheJournalGetsPrioritiesAndNoTime(t *testing.T) {
	t.Parallel()
	w := logstest.Writer(t)
	l := logs.New(logs.Options{Writer: w, Format: logs.Journal, Level: slog.LevelDebug})
	l.Debug("a")
	l.Info("b", "time", "12:00")
	l.With("x", 1).Warn("c")
	l.Error("d")
	if want := "<7>level=DEBUG msg=a\n<6>level=INFO msg=b time=12:00\n<4>level=WARN msg=c x=1\n<3>level=ERROR msg=d\n"; w.String() != want {
		t.Errorf("\n%s", w.String())
	}
}

func TestTheJournalIsKnownByItsStream(t *testing.T) {
	t.Parallel()
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	if logs.ToJournal("", f) || logs.ToJournal("8:1", f) {
		t.Error("any stream is taken for the journal")
	}
}

func TestALevelLeavesOutWhatIsBelow(t *testing.T) {
	t.Parallel()
	w := logstest.Writer(t)
	logs.New(logs.Options{Writer: w}).Debug("a")
	logs.New(logs.Options{Writer: w, Level: slog.LevelWarn}).Info("b")
	logs.New(logs.Options{}).Error("nowhere")
	if w.String() != "" {
		t.Error(w.String())
	}
}
