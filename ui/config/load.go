package config

import (
	"os"
	"regexp"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Loaded is the settings in force, each with where it comes from.
type Loaded struct {
	Config campaigns.Config
	Public Public
	Doors  Doors
	Audit  Audit
	Backup Backup
	Paths  Paths
	MadeUp bool // part of the sender is made up, for a test relay

	Hooks   campaigns.HookSecrets    // what other programs sign with
	Vendors campaigns.VendorSettings // what the providers of mail prove themselves with

	hookFiles    hookFiles
	vendors      vendorTexts
	origin       map[string]Origin
	passwordFile string
	rulesFile    string
	dkim         dkim
}

// Public is the small web part; it is read and checked before it is used.
type Public struct {
	URL, Listen string
	Certificate string // files of TLS, PEM; empty: plain HTTP, behind a proxy
	Key         string
	Proxies     string // addresses and networks whose X-Forwarded-For is believed
	subjects    string
}

// Doors are where the process that holds the data listens beside its socket;
// empty is nowhere.
type Doors struct {
	SSH      string        // host:port of the screens and commands over SSH
	Idle     time.Duration // a session without a key for so long ends
	Sessions int           // at most so many at once
	HTTP     string        // host:port of health and figures, on this machine
	Bounces  string        // host:port of the mail server that takes reports of non-delivery
}

// Audit is the file that the end of the chain goes to, so that a copy of it lies
// outside.
type Audit struct{ File string }

// Backup is where backups are kept.
type Backup struct{ Dir string }

// Origin says where a value comes from.
type Origin string

// The origins, from the weakest to the strongest.
const (
	FromDefault     Origin = "default"
	FromSystem      Origin = "system" // the time zone of the machine
	FromTest        Origin = "test"   // the identity of a local test, see makeUpSender
	FromFile        Origin = "file"
	FromCredential  Origin = "credential" // of the service (systemd)
	FromEnvironment Origin = "environment"
)

// Setting is one setting for a person to read.
type Setting struct {
	Key    string `json:"key"`
	Value  any    `json:"value"` // a number or a text; masked when secret
	Origin Origin `json:"origin"`
	Source string `json:"source,omitempty"` // file or variable
}

// Text is the value as the file would have it.
func (s *Setting) Text() string { return asText(s.Value) }

// Load reads the file of the paths, when there is one, then the environment
// over it. local is the time zone used when none is set. Its errors are
// model.Error and name the file, the line and the column.
func Load(paths Paths, env Env, local *time.Location) (*Loaded, error) {
	l := &Loaded{Config: campaigns.DefaultConfig(), Doors: Doors{Idle: 30 * time.Minute, Sessions: 60}, Paths: paths, origin: map[string]Origin{"timezone": FromSystem}}
	l.Config.Zone = local
	f, err := readFile(paths.Config)
	if err != nil {
		return nil, err
	}
	for _, s := range settings() {
		if v, ok := f.values[s.key]; ok {
			if err := s.fromFile(l, v); err != nil {
				return nil, f.refuse(err, s.key)
			}
			l.origin[s.key] = FromFile
		}
		if v, ok := env(Variable(s.key)); ok && v != "" {
			if err := s.read(l, v); err != nil {
				return nil, f.refuseAt(err, s.key, Variable(s.key))
			}
			l.origin[s.key] = FromEnvironment
		}
	}
	if r := &l.Config.Retry; r.First > r.Max {
		err := model.Invalid("config.first_over_max", "first", showDelay(r.First), "max", showDelay(r.Max))
		key := "retry.first"
		if !l.Given(key) {
			key = "retry.max"
		}
		return nil, f.refuseAt(err, key, l.source(key))
	}
	if err := l.readPassword(env); err != nil {
		return nil, err
	}
	if err := l.readKeys(); err != nil {
		return nil, err
	}
	if err := l.readRules(); err != nil {
		return nil, err
	}
	if err := l.readPublic(); err != nil {
		return nil, err
	}
	if err := l.readHooks(env); err != nil {
		return nil, err
	}
	if err := l.readInbox(); err != nil {
		return nil, err
	}
	if err := l.readVendors(env); err != nil {
		return nil, err
	}
	l.makeUpSender()
	l.Config.Shop = l.Config.Sender.Name
	return l, nil
}

// makeUpSender gives what is missing of the sender when the environment, and
// only it, names a relay on this machine in clear text: that is a test, and
// must need nothing else. A relay of the file is a real one.
func (l *Loaded) makeUpSender() {
	if l.origin["relay.url"] != FromEnvironment || !isTestRelay(l.Config.Relay.URL) {
		return
	}
	for _, f := range []struct {
		key, value string
		field      *string
	}{
		{"sender.name", "blanche-test", &l.Config.Sender.Name},
		{"sender.address", "127.0.0.1", &l.Config.Sender.Address},
		{"sender.from", "blanche-test <test@blanche.example>", &l.Config.Sender.From},
		{"sender.unsubscribe", "unsubscribe@blanche.example", &l.Config.Sender.Unsubscribe},
	} {
		if *f.field == "" {
			*f.field, l.origin[f.key] = f.value, FromTest
			l.MadeUp = true
		}
	}
}

// Variable is the name of a setting in the environment.
func Variable(key string) string {
	return "BLANCHE_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// Given reports whether a setting was given a value, by file or environment.
func (l *Loaded) Given(key string) bool {
	o := l.origin[key]
	return o == FromFile || o == FromEnvironment
}

// Settings lists every setting with its value and origin; secrets are masked.
func (l *Loaded) Settings() []Setting {
	var out []Setting
	for _, s := range settings() {
		line := Setting{Key: s.key, Value: s.show(l), Origin: l.origin[s.key]}
		if line.Origin == "" {
			line.Origin = FromDefault
		}
		line.Source = l.source(s.key)
		if s.secret && line.Value != "" {
			line.Value = masked
		}
		out = append(out, line)
	}
	return out
}

// source is the file or the variable that gave a setting, empty for none.
func (l *Loaded) source(key string) string {
	switch l.origin[key] {
	case FromFile:
		return l.Paths.Config
	case FromEnvironment:
		return Variable(key)
	}
	return ""
}

// Language is the language that the settings ask for, as far as it can be known
// when the rest of them cannot be read; empty for none.
func Language(paths Paths, env Env) string {
	if lang := env.Get(Variable("lang")); lang != "" {
		return lang
	}
	raw, _ := os.ReadFile(paths.Config) // Load says what is wrong with it
	if m := langLine.FindSubmatch(raw); m != nil {
		return string(m[1])
	}
	return ""
}

// langLine is the language, above the first table.
var langLine = regexp.MustCompile(`\A(?:[^\[\n][^\n]*\n|\n)*lang[ \t]*=[ \t]*["']([a-z]+)["']`)
