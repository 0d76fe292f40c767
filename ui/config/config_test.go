package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/i18n"
)

// load reads a file and an environment.
func load(t *testing.T, file string, env map[string]string) (*config.Loaded, error) {
	t.Helper()
	dir := t.TempDir()
	if file != "" {
		if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	look := config.Env(func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	paths, err := config.Locate(dir, look)
	if err != nil {
		t.Fatal(err)
	}
	return config.Load(paths, look, time.UTC)
}

// whole is the file of the contract, every setting given.
const whole = `lang = "fr"
timezone = "Europe/Paris"
[sender]
name = "La Boutique"
address = "12 rue des Lilas, 44000 Nantes"
from = "La Boutique <bonjour@boutique.example>"
unsubscribe = "desabo@boutique.example"
bounces = "retours@boutique.example"
[relay]
url = "smtp://user@relay.example:587?tls=starttls"
connections = 4
window = 64
[public]
url = "https://mail.boutique.example"
listen = "127.0.0.1:8025"
tls_certificate = "public.pem"
tls_key = "/etc/blanche/public-key.pem"
proxies = "127.0.0.1, 10.0.0.0/8"
subjects = "nouveautés, offres"
keep_months = 13
token_key = 2
[feedback]
listen = "0.0.0.0:25"
maildir = "/var/mail/retours"
[tracking]
opens = "anonymous"
[inbox]
dir = "inbox"
basis = "customer"
source = "caisse"
[retry]
first = "10m"
max = "2h"
give_up = "3d"
[measure]
window_days = 21
margin = 0.35
[roi]
returns_days = 10
[holdout]
universal = 0.03
household = "foyer"
[pressure]
max_messages = 2
days = 7
[approval]
above = 5000
[ssh]
listen = "0.0.0.0:2222"
idle = "45m"
sessions = 20
[http]
listen = "127.0.0.1:9180"
[audit]
file = "/var/log/blanche/heads.log"
mail = "dpo@boutique.example"
[backup]
dir = "/var/backups/blanche"
recipient = "age1example"
`

func TestTheWholeFileIsRead(t *testing.T) {
	t.Parallel()
	l, err := load(t, whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &l.Config
	if c.Lang != "fr" || c.Zone.String() != "Europe/Paris" || c.Shop != "La Boutique" || c.Relay.Connections != 4 || c.Relay.Window != 64 ||
		c.Retry.First != 10*time.Minute || c.Retry.GiveUp != 72*time.Hour || c.WindowDays != 21 || c.Margin != 0.35 || c.ReturnsDays != 10 ||
		c.Pressure.MaxMessages != 2 || c.Holdout.Universal != 0.03 || c.Holdout.Household != "foyer" || c.Approval != 5000 || l.Public.Listen != "127.0.0.1:8025" ||
		l.Doors.SSH != "0.0.0.0:2222" || l.Doors.Idle != 45*time.Minute || l.Doors.Sessions != 20 || c.AuditMail != "dpo@boutique.example" ||
		l.Backup.Dir != "/var/backups/blanche" || c.Public.URL != "https://mail.boutique.example" || c.Public.Key != 2 || len(c.Public.Subjects) != 2 ||
		!filepath.IsAbs(l.Public.Certificate) || l.Public.Key != "/etc/blanche/public-key.pem" {
		t.Errorf("%+v", l)
	}
	for _, s := range l.Settings() {
		if !strings.HasPrefix(s.Key, "relay.") && !strings.HasPrefix(s.Key, "dkim.") && !strings.HasPrefix(s.Key, "hooks.") && strings.Count(s.Key, ".") < 2 && s.Key != "law.rules" && s.Origin != config.FromFile {
			t.Errorf("%s comes from %s", s.Key, s.Origin)
		}
	}
}

func TestTheEnvironmentAloneIsEnoughToSend(t *testing.T) {
	t.Parallel()
	l, err := load(t, "", map[string]string{"BLANCHE_RELAY_URL": "smtp://127.0.0.1:2525?tls=none", "BLANCHE_RELAY_PASSWORD": "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	if l.Config.Relay.URL != "smtp://127.0.0.1:2525?tls=none" || l.Config.Relay.Password != "s3cret" {
		t.Errorf("%+v", l.Config.Relay)
	}
	if c := &l.Config.Sender; c.Name == "" || c.Address == "" || c.From == "" || c.Unsubscribe == "" || !l.MadeUp {
		t.Errorf("%+v: a test relay needs a sender", c)
	}
	for _, s := range l.Settings() {
		if strings.Contains(s.Text(), "s3cret") {
			t.Errorf("%s shows the password", s.Key)
		}
	}
}

// The control: a relay that the file names, or that is elsewhere, is a real
// one, and nobody speaks through it under a made-up name.
func TestARealRelayGetsNoMadeUpSender(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, env string }{
		{"[relay]\nurl = \"smtp://127.0.0.1:25?tls=none\"\n", ""},
		{"", "smtp://relay.example:587?tls=starttls"},
		{"", "smtp://127.0.0.1:587?tls=starttls"},
	} {
		l, err := load(t, c.file, map[string]string{"BLANCHE_RELAY_URL": c.env})
		if err != nil || l.MadeUp || l.Config.Sender.Name != "" {
			t.Errorf("%+v: %+v, %v", c, l, err)
		}
	}
}

func TestAMistakeIsRefusedAtItsPlace(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		file, says, hint string
	}{
		"unknown key":         {"[sender]\nname = \"x\"\nadress = \"y\"\n", "line 3, column 1: there is no setting sender.adress", "perhaps sender.address"},
		"unknown table":       {"[relais]\nurl = \"x\"\n", "there is no setting relais", "perhaps relay"},
		"not TOML":            {"lang = \n", "line 1, column", ""},
		"a number as text":    {"[relay]\nconnections = \"many\"\n", `relay.connections`, "config check"},
		"a text as number":    {"[sender]\nname = 12\n", "sender.name", ""},
		"a delay":             {"[retry]\nfirst = \"soon\"\n", `"soon" is no duration`, ""},
		"a zone":              {"timezone = \"Europe/Pari\"\n", `"Europe/Pari" is no time zone`, ""},
		"a language":          {"lang = \"de\"\n", `"de" is no language`, ""},
		"a margin":            {"[measure]\nmargin = 40\n", `"40" is no margin`, ""},
		"clear text outside":  {"[relay]\nurl = \"smtp://relay.example:25?tls=none\"\n", "tls=none is permitted to this machine only", ""},
		"TLS of another name": {"[relay]\nurl = \"smtp://relay.example:25?tls=ssl\"\n", "there is no tls=ssl", ""},
		"not a relay":         {"[relay]\nurl = \"http://relay.example\"\n", "is no address of a relay", ""},
		"a quoted number":     {"[relay]\nconnections = \"8\"\n", "line 2, column 1: relay.connections: the number must stand without quotes: 8", "config check"},
		"no connection":       {"[relay]\nconnections = 0\n", "line 2, column 1: relay.connections", ""},
		"no window":           {"[relay]\n  window = 0\n", "line 2, column 3: relay.window", ""},
		"half a window":       {"[relay]\nwindow = 1.5\n", "relay.window", ""},
		"a margin above one":  {"[measure]\nmargin = 1.2\n", "line 2, column 1: measure.margin", ""},
		"no day of measure":   {"[measure]\nwindow_days = 0\n", "line 2, column 1: measure.window_days", ""},
		"a long return":       {"[sender]\nbounces = \"reponses-en-erreur-de-la@boutique.example\"\n", "line 2, column 1: sender.bounces: the part of", ""},
		"a word as address":   {"[sender]\nunsubscribe = \"desabo\"\n", "line 2, column 1: sender.unsubscribe: \"desabo\" is no address", ""},
		"a name as sender":    {"[sender]\nfrom = \"La Boutique\"\n", "sender.from", ""},
		"a place without end": {"[public]\nlisten = \"127.0.0.1\"\n", "\"127.0.0.1\" is no place to listen at", ""},
		"a port too high":     {"[public]\nlisten = \":99999\"\n", "is no place to listen at", ""},
		"a site without host": {"[public]\nurl = \"mail.boutique.example\"\n", "is no address of a site", ""},
		"tls mistyped":        {"[relay]\nurl = \"smtp://relay.example:587?tsl=none\"\n", "takes tls= only, not tsl=", ""},
		"first over max":      {"[retry]\nmax = \"2m\"\nfirst = \"5m\"\n", "line 3, column 1: retry.first: the first delay (5m) is longer than the longest (2m)", ""},
		"max under the usual": {"[retry]\nmax = \"1m\"\n", "line 2, column 1: retry.max: the first delay (5m) is longer than the longest (1m)", ""},
		"opens by person":     {"[tracking]\nopens = \"individual\"\n", "line 2, column 1: tracking.opens: opens are counted", ""},
		"a topic of nobody":   {"[feedback.ses]\ntopic = \"retours\"\n", "line 2, column 1: feedback.ses.topic: \"retours\" is no topic", ""},
		"a key of SendGrid":   {"[feedback.sendgrid]\npublic_key = \"abc\"\n", "line 2, column 1: feedback.sendgrid.public_key", ""},
		"a vendor mistyped":   {"[feedback.brevvo]\nsecret_file = \"x\"\n", "there is no setting feedback.brevvo", "perhaps feedback.brevo"},
		"no password file":    {"[relay]\npassword_file = \"nowhere\"\n", "nowhere cannot be read", ""},
	}
	p := i18n.New("en")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, c.file, nil)
			if err == nil || model.KindOf(err) != model.KindInvalid {
				t.Fatalf("error: %v", err)
			}
			message, hint := p.Err(err)
			if !strings.Contains(message, c.says) || !strings.Contains(hint, c.hint) {
				t.Errorf("%q, %q", message, hint)
			}
		})
	}
}

func TestFoldersFollowTheFlagThenTheEnvironment(t *testing.T) {
	t.Parallel()
	env := map[string]string{"HOME": "/home/lea", "XDG_DATA_HOME": "/data", "BLANCHE_DATA": "/b"}
	look := config.Env(func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	for _, c := range []struct{ flag, forget, want string }{
		{"/f", "", "/f"}, {"", "", "/b"}, {"", "BLANCHE_DATA", "/data/blanche"}, {"", "XDG_DATA_HOME", "/home/lea/.local/share/blanche"},
	} {
		delete(env, c.forget)
		if p, err := config.Locate(c.flag, look); err != nil || p.Data != c.want {
			t.Errorf("%+v: %s, %v", c, p.Data, err)
		}
	}
	delete(env, "HOME")
	if _, err := config.Locate("", look); err == nil {
		t.Error("no home, and no complaint")
	}
}

func TestNearestIsNearOrNothing(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"sender.adress": "sender.address", "langue": "lang", "xyzzy": ""} {
		if got, ok := config.Nearest(word, config.Keys()); got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) = %q, %v", word, got, ok)
		}
	}
}

func TestAMistakeIsWordedInTheLanguageThatTheFileAsksFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	paths := config.Paths{Config: filepath.Join(dir, "config.toml")}
	none := config.Env(func(string) (string, bool) { return "", false })
	english := config.Env(func(name string) (string, bool) { return "en", name == "BLANCHE_LANG" })
	for _, c := range []struct {
		file string
		env  config.Env
		want string
	}{
		{"lang = \"fr\"\n[relay]\nwindow = 0\n", none, "fr"},
		{"# the shop\n\ntimezone = \"x\"\nlang='fr'\n[relay\n", none, "fr"},
		{"lang = \"fr\"\n", english, "en"},
		{"[sender]\nlang = \"fr\"\n", none, ""},
		{"", none, ""},
	} {
		if err := os.WriteFile(paths.Config, []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := config.Language(paths, c.env); got != c.want {
			t.Errorf("%q: %q, want %q", c.file, got, c.want)
		}
	}
}

func TestNumbersAreNumbers(t *testing.T) {
	t.Parallel()
	l, err := load(t, whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range l.Settings() {
		switch s.Key {
		case "relay.window":
			if s.Value != 64 {
				t.Errorf("%s is %#v", s.Key, s.Value)
			}
		case "measure.margin":
			if s.Value != 0.35 {
				t.Errorf("%s is %#v", s.Key, s.Value)
			}
		case "retry.first":
			if s.Value != "10m" {
				t.Errorf("%s is %#v", s.Key, s.Value)
			}
		}
	}
}
