package doctor

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/config"

	gossh "golang.org/x/crypto/ssh"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("CET", 3600))

// zone is the DNS of the tests: a name without records is not found; one with
// an error does not answer.
type zone struct {
	txt        map[string][]string
	mx         map[string][]string
	host, addr map[string][]string
	err        map[string]error
}

func answer[T any](z *zone, of map[string][]T, name string) ([]T, error) {
	if err := z.err[name]; err != nil {
		return nil, err
	}
	if found := of[name]; len(found) > 0 {
		return found, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	return answer(z, z.txt, name)
}

func (z *zone) LookupHost(_ context.Context, name string) ([]string, error) {
	return answer(z, z.host, name)
}

func (z *zone) LookupAddr(_ context.Context, name string) ([]string, error) {
	return answer(z, z.addr, name)
}

func (z *zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	hosts, err := answer(z, z.mx, name)
	var out []*net.MX
	for _, h := range hosts {
		out = append(out, &net.MX{Host: h, Pref: 10})
	}
	return out, err
}

// desk knows what whoever holds the data knows.
type desk struct {
	disarmed  bool
	err       error
	people    []model.Operator
	relay     campaigns.RelayReport
	relayErr  error
	peopleErr error
	universal campaigns.UniversalState
	tokens    []model.Token
	heard     map[string]time.Time
	letters   []campaigns.HookLine
}

func (d *desk) Tokens(context.Context) ([]model.Token, error) { return d.tokens, d.peopleErr }

func (d *desk) LastHeard(context.Context) (map[string]time.Time, error) { return d.heard, d.peopleErr }

func (d *desk) HookQueue(context.Context) ([]campaigns.HookLine, error) {
	return d.letters, d.peopleErr
}

func (d *desk) Universal(context.Context) (campaigns.UniversalState, error) {
	return d.universal, d.err
}

func (d *desk) Armed(context.Context) (model.Disarm, bool, error) {
	return model.Disarm{Since: now.Add(-time.Hour)}, !d.disarmed, d.err
}
func (d *desk) Operators(context.Context) ([]model.Operator, error) { return d.people, d.peopleErr }
func (d *desk) CheckRelay(context.Context) (campaigns.RelayReport, error) {
	return d.relay, d.relayErr
}

// settings is the file of a shop that lacks nothing.
const settings = `timezone = "Europe/Paris"
[sender]
from = "La Boutique <bonjour@boutique.example>"
[relay]
url = "smtp://user@relay.example:587?tls=starttls"
password_file = "password"
[public]
url = "https://mail.boutique.example"
listen = "127.0.0.1:8025"
[feedback.brevo]
secret_file = "brevo"
[hooks]
shopify_secret_file = "brevo"
woocommerce_secret_file = "brevo"
[[hooks.out]]
name = "erp"
url = "https://erp.example/"
events = ["campaign.done"]
[inbox]
dir = "inbox"
[ssh]
listen = "0.0.0.0:2222"
[http]
listen = "127.0.0.1:9180"
[audit]
mail = "audit@boutique.example"
[backup]
dir = "BACKUPS"
`

// rsaKey is the public half of a key, as DKIM has it.
func rsaKey(bits int) string {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(err)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}

var keys = sync.OnceValue(func() map[int]string {
	return map[int]string{1024: rsaKey(1024), 2048: rsaKey(2048)}
})

// shop is an installation that a test may break.
type shop struct {
	t   *testing.T
	o   Options
	d   *desk
	z   *zone
	env map[string]string
}

// doorKey is a host key and its fingerprint, as the library of SSH has it.
type doorKey struct {
	private     []byte
	fingerprint string
}

var door = sync.OnceValue(func() doorKey {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "blanche")
	if err != nil {
		panic(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		panic(err)
	}
	return doorKey{pem.EncodeToMemory(block), gossh.FingerprintSHA256(key)}
})

// newShop is an installation in which every check is good.
func newShop(t *testing.T) *shop {
	t.Helper()
	root := t.TempDir()
	s := &shop{t: t, d: &desk{universal: campaigns.UniversalState{Share: 0.03, Period: "2026-H2", People: 372, Of: 12384}}, z: &zone{
		txt: map[string][]string{
			"boutique.example":                    {"v=spf1 include:relay.example ~all", "another=1"},
			"relay.example":                       {"v=spf1 ip4:192.0.2.0/24 -all"},
			"blanche._domainkey.boutique.example": {keys()[2048]},
			"_dmarc.boutique.example":             {"v=DMARC1; p=reject"},
		},
		mx:   map[string][]string{"boutique.example": {"mx.boutique.example."}},
		host: map[string][]string{"relay.example": {"192.0.2.25"}, "out.relay.example.": {"192.0.2.25"}},
		addr: map[string][]string{"192.0.2.25": {"out.relay.example."}},
		err:  map[string]error{},
	}}
	s.d.people = []model.Operator{{Name: "lea", Role: model.Admin, Keys: []model.OperatorKey{{}}}}
	s.d.relay = campaigns.RelayReport{Address: "relay.example:587", TLS: "TLS 1.3", Auth: []string{"PLAIN"}}
	s.env = map[string]string{"LANG": "fr_FR.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
	s.o = Options{
		Paths: config.Paths{Data: filepath.Join(root, "data"), Config: filepath.Join(root, "data", "config.toml"), State: filepath.Join(root, "state"), Written: true},
		Desk:  s.d, Schema: 2, Terminal: Terminal{Width: 120, Height: 40},
		Env: func(name string) (string, bool) { v, has := s.env[name]; return v, has },
		Now: func() time.Time { return now }, Started: now.Add(-time.Hour), Ran: time.Hour,
		Probes: Probes{
			Disk:     func(string) (Disk, error) { return Disk{Free: 100 * gigabyte, Inodes: 1e6, InodeFree: 9e5}, nil },
			Writable: func(string) error { return nil },
			UID:      os.Getuid(), PID: 7, Alive: func(int) bool { return true }, Locked: func(string) bool { return false },
			Dial:        func(context.Context, string) error { return nil },
			Listen:      func(context.Context, string) error { return nil },
			Resolver:    s.z,
			Date:        func(context.Context, string) (time.Duration, error) { return time.Second, nil },
			Certificate: func(context.Context, Endpoint) (time.Time, error) { return now.AddDate(0, 2, 0), nil },
			Reach:       func(context.Context, string) error { return nil },
			Memory:      func() (uint64, error) { return 4 * gigabyte, nil },
			Descriptors: func() (uint64, error) { return 65536, nil },
		},
	}
	for _, dir := range []string{s.o.Paths.Data, s.o.Paths.State, filepath.Join(root, "backups"), runFolder(s.o.Paths.Data), filepath.Join(s.o.Paths.Data, "ssh")} {
		s.must(os.MkdirAll(dir, 0o700))
	}
	s.file("data/crm.db", "x", 0o600)
	s.file("data/send.db", "x", 0o600)
	s.file("data/password", "s3cret", 0o600)
	s.file("data/brevo", "0123456789abcdef", 0o600)
	for _, dir := range []string{"data/inbox", "data/inbox/done", "data/inbox/rejects"} {
		s.must(os.Mkdir(s.path(dir), 0o700))
	}
	s.file("data/inbox/done/clients.csv", "x", 0o600)
	s.d.tokens = []model.Token{{Name: "till", Created: now.AddDate(-1, 0, 0), Used: now.AddDate(0, 0, -1)}}
	s.d.heard = map[string]time.Time{"vendor:brevo": now.AddDate(0, 0, -1), "shop:shopify": now, "shop:woocommerce": now.AddDate(0, 0, -29)}
	s.file("data/ssh/host_ed25519", string(door().private), 0o600)
	s.backedUp(time.Hour)
	s.must(Note(s.o.Paths.Data, func(p *Past) {
		p.Verify, p.Restore = Outcome{At: now.AddDate(0, 0, -3)}, Outcome{At: now.AddDate(0, 0, -3)}
	}))
	s.settings(settings)
	return s
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// path is a file under the root of the shop.
func (s *shop) path(name string) string { return filepath.Join(filepath.Dir(s.o.Paths.Data), name) }

func (s *shop) file(name, text string, mode os.FileMode) {
	s.t.Helper()
	s.must(os.WriteFile(s.path(name), []byte(text), mode))
	s.must(os.Chmod(s.path(name), mode))
	s.age(name, time.Minute)
}

// backedUp leaves one backup, so old.
func (s *shop) backedUp(old time.Duration) {
	s.t.Helper()
	s.must(os.RemoveAll(s.path("backups")))
	s.must(os.Mkdir(s.path("backups"), 0o700))
	s.file("backups/"+campaigns.BackupName(now.Add(-old)), "x", 0o600)
}

func (s *shop) age(name string, old time.Duration) {
	s.t.Helper()
	s.must(os.Chtimes(s.path(name), now.Add(-old), now.Add(-old)))
}

func (s *shop) chmod(name string, mode os.FileMode) {
	s.t.Helper()
	s.must(os.Chmod(s.path(name), mode))
}

// settings writes and reads the file of the settings.
func (s *shop) settings(text string) {
	s.t.Helper()
	s.file("data/config.toml", strings.ReplaceAll(text, "BACKUPS", s.path("backups")), 0o600)
	s.reload()
}

func (s *shop) reload() { s.o.Settings, s.o.SettingsErr = config.Load(s.o.Paths, s.o.Env, time.UTC) }

// without takes lines out of the settings.
func (s *shop) without(starts ...string) {
	s.t.Helper()
	var kept []string
	for _, line := range strings.Split(settings, "\n") {
		drop := false
		for _, start := range starts {
			drop = drop || strings.HasPrefix(line, start)
		}
		if !drop {
			kept = append(kept, line)
		}
	}
	s.settings(strings.Join(kept, "\n"))
	if s.o.SettingsErr != nil {
		s.t.Fatal(s.o.SettingsErr)
	}
}

// swap puts something else in the place of a part of the settings.
func (s *shop) swap(old, with string) {
	s.t.Helper()
	if !strings.Contains(settings, old) {
		s.t.Fatalf("no %s", old)
	}
	s.settings(strings.Replace(settings, old, with, 1))
	if s.o.SettingsErr != nil {
		s.t.Fatal(s.o.SettingsErr)
	}
}

// lose takes the settings away, as an unreadable file does.
func (s *shop) lose() { s.o.Settings, s.o.SettingsErr = nil, errSettings }

var (
	errSettings = model.Invalid("config.bad_zone", "value", "x")
	errAny      = errors.New("no route")
)
