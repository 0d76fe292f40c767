package deliver_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// postfix is a mail server of another hand, started for one test with a queue of
// its own, that passes everything on to a relay of ours.
type postfix struct {
	t     *testing.T
	dir   string
	plain string // address in clear and with STARTTLS
	tls   string // address with TLS from the first byte
	ca    []byte
	inbox *relay.Relay
	got   *letters
}

// letters are the texts that arrived, by recipient.
type letters struct {
	mu sync.Mutex
	by map[string][]string
}

func (l *letters) keep(_, to string, data []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by[to] = append(l.by[to], string(data))
}

func (l *letters) to(who string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.by[who]
}

// postfixConf is a whole main.cf but for folders and the policy of the test.
const postfixConf = `compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
daemon_directory = %[2]s
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.boutique.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
relay_domains = clients.example
relay_recipient_maps =
recipient_delimiter = +
relay_transport = smtp:[127.0.0.1]:%[3]s
default_transport = error:nobody else
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
maillog_file = %[1]s/maillog
maillog_file_prefixes = %[1]s
smtpd_tls_security_level = may
smtpd_tls_cert_file = %[1]s/cert.pem
smtpd_tls_key_file = %[1]s/key.pem
smtpd_recipient_restrictions = check_recipient_access inline:{ %[4]s }, permit_mynetworks, reject
`

// startPostfix starts a private Postfix with a policy for some recipients.
func startPostfix(t *testing.T, policy string) *postfix {
	t.Helper()
	path, err := exec.LookPath("postfix")
	if err != nil {
		t.Skip("Postfix is not installed (Debian package postfix)")
	}
	if os.Geteuid() != 0 {
		t.Skip("Postfix starts as root only")
	}
	owner, err := user.Lookup("postfix")
	if err != nil {
		t.Skip("there is no user postfix: ", err)
	}
	dir, err := os.MkdirTemp("", "postfix")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &postfix{t: t, dir: dir, got: &letters{by: map[string][]string{}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.inbox = relay.Start(l, relay.Options{Keep: p.got.keep})
	t.Cleanup(p.inbox.Close)
	for try := 1; ; try++ {
		p.configure(owner, l.Addr().(*net.TCPAddr).Port, policy)
		p.command(path, "check")
		out, err := exec.Command(path, "-c", p.dir+"/conf", "start").CombinedOutput()
		if err == nil {
			break
		}
		if try == 3 || !bytes.Contains(p.log(), []byte("Address already in use")) { // somebody was given the port meanwhile
			t.Fatalf("postfix start: %v\n%s\n%s", err, out, p.log())
		}
	}
	t.Cleanup(func() { _ = exec.Command(path, "-c", p.dir+"/conf", "stop").Run() })
	answers(t, p.plain)
	answers(t, p.tls)
	return p
}

// configure writes what Postfix reads.
func (p *postfix) configure(owner *user.User, inbox int, policy string) {
	t := p.t
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Chmod(p.dir, 0o755))
	for _, sub := range []string{"conf", "queue", "data"} {
		must(os.MkdirAll(filepath.Join(p.dir, sub), 0o755))
	}
	uid, _ := strconv.Atoi(owner.Uid)
	must(os.Chown(filepath.Join(p.dir, "data"), uid, -1))
	cert, ca := certificate(t, "mx.boutique.example", "127.0.0.1")
	key, err := x509.MarshalECPrivateKey(cert.PrivateKey.(*ecdsa.PrivateKey))
	must(err)
	p.ca = ca
	must(os.WriteFile(p.dir+"/cert.pem", ca, 0o600))
	must(os.WriteFile(p.dir+"/key.pem", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key}), 0o600))
	daemons, err := exec.Command("postconf", "-d", "-h", "daemon_directory").Output()
	must(err)
	conf := fmt.Sprintf(postfixConf, p.dir, strings.TrimSpace(string(daemons)), strconv.Itoa(inbox), policy)
	must(os.WriteFile(p.dir+"/conf/main.cf", []byte(conf), 0o644))
	master, err := os.ReadFile("/etc/postfix/master.cf.proto")
	if err != nil {
		t.Skip("Postfix brought no master.cf.proto: ", err)
	}
	p.plain, p.tls = vacant(t), vacant(t)
	inet := regexp.MustCompile(`(?m)^smtp +inet .*$`)
	services := p.plain + " inet n - n - - smtpd\n" + p.tls + " inet n - n - - smtpd -o smtpd_tls_wrappermode=yes"
	text := inet.ReplaceAllString(string(master), services)
	text = regexp.MustCompile(`(?m)^(\S+ +(?:unix|inet) +\S+ +\S+ +)y`).ReplaceAllString(text, "${1}n") // no chroot
	must(os.WriteFile(p.dir+"/conf/master.cf", []byte(text), 0o644))
}

// vacant is an address that nobody listens on for now.
func vacant(t *testing.T) string {
	t.Helper()
	for range 1000 {
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))); err == nil {
			_ = l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func (p *postfix) command(path, verb string) {
	p.t.Helper()
	if out, err := exec.Command(path, "-c", p.dir+"/conf", verb).CombinedOutput(); err != nil {
		p.t.Fatalf("postfix %s: %v\n%s\n%s", verb, err, out, p.log())
	}
}

func (p *postfix) log() []byte {
	log, _ := os.ReadFile(p.dir + "/maillog")
	return log
}

// config is how to reach it with a protection.
func (p *postfix) config(s deliver.Security) deliver.Config {
	address := p.plain
	if s == deliver.Implicit {
		address = p.tls
	}
	host, port, _ := net.SplitHostPort(address)
	return deliver.Config{Host: host, Port: port, Security: s, CA: p.ca, Connections: 6}
}

// sendEach sends one message to each of some people at once, and returns what
// became of them.
func sendEach(t *testing.T, cfg deliver.Config, people []string, text func(to string) string) map[string]model.Receipt {
	t.Helper()
	pool, err := deliver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close() //nolint:errcheck // never fails
	out := make([]model.Receipt, len(people))
	atOnce(len(people), func(i int) {
		e := model.Envelope{From: "bonjour@boutique.example", To: people[i], Data: []byte(text(people[i]))}
		for try := 1; ; try++ { // a server that has enough of refusals hangs up: the worker tries again
			out[i] = pool.Send(t.Context(), e, nil)
			if out[i].Result != model.SendNotStarted || try == 10 {
				return
			}
		}
	})
	by := map[string]model.Receipt{}
	for i, who := range people {
		by[who] = out[i]
	}
	return by
}

// crowd is n people of a name.
func crowd(name string, n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("%s%d@clients.example", name, i))
	}
	return all
}

// letterTo has what a server might trip over: dots at the beginning of lines, a
// line of one dot, long lines, accents.
func letterTo(to string) string {
	return "From: bonjour@boutique.example\r\nTo: " + to + "\r\nSubject: =?utf-8?q?No=C3=ABl?=\r\nMessage-ID: <" + to +
		">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
		".one\r\n..two\r\n.\r\nÀ bientôt, " + to + "\r\n" + strings.Repeat("x", 900) + "\r\n.\r\n"
}

// Postfix takes five hundred messages in each way of pipelining and with each
// protection, and passes each of them on once, with the text that was sent.
func TestPostfixPassesEachMessageOnOnce(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, "{ nobody@clients.example = 550 5.1.1 no }")
	ways := []struct {
		name     string
		mode     deliver.Mode
		security deliver.Security
	}{
		{"strict", deliver.Strict, deliver.None},
		{"grouped", deliver.Grouped, deliver.None},
		{"streamed", deliver.Streamed, deliver.None},
		{"bdat", deliver.BDAT, deliver.None},
		{"starttls", deliver.Auto, deliver.StartTLS},
		{"implicit", deliver.Auto, deliver.Implicit},
		{"bdattls", deliver.BDAT, deliver.StartTLS},
	}
	const each = 500
	for _, way := range ways {
		cfg := p.config(way.security)
		cfg.Mode = way.mode
		begin := time.Now()
		for who, r := range sendEach(t, cfg, crowd(way.name, each), letterTo) {
			if r.Result != model.SendAccepted {
				t.Errorf("%s: %s: %+v", way.name, who, r)
			}
		}
		t.Logf("%s: %d messages in %s", way.name, each, time.Since(begin).Round(time.Millisecond))
	}
	for until := time.Now().Add(2 * time.Minute); p.inbox.Total() < each*len(ways) && time.Now().Before(until); {
		time.Sleep(20 * time.Millisecond) // polling a condition
	}
	wrong := 0
	for _, way := range ways {
		for _, who := range crowd(way.name, each) {
			got := p.got.to(who)
			_, body, _ := strings.Cut(letterTo(who), "\r\n\r\n")
			if len(got) != 1 || !strings.HasSuffix(strings.ReplaceAll(got[0], "\r\n", "\n"), "\n\n"+strings.ReplaceAll(body, "\r\n", "\n")) {
				if wrong++; wrong < 4 {
					t.Errorf("%s has %d: %q", who, len(got), got)
				}
			}
		}
	}
	if n := p.inbox.Total(); n != each*len(ways) || wrong > 0 {
		t.Errorf("%d passed on, %d wrong, want %d\n%.3000s", n, wrong, each*len(ways), p.log())
	}
}

// What Postfix refuses for now and for ever is read right, one by one, between
// messages that it takes in the same pipes; it hangs up on who is refused too
// often, and that counts against nobody.
func TestPostfixRefusalsAreReadRight(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, strings.Join([]string{
		"{ later@clients.example = 450 4.2.1 mailbox busy }", "{ gone@clients.example = 550 5.1.1 no such user }",
		"{ policy@clients.example = 554 5.7.1 not wanted }", "{ closing@clients.example = 421 4.3.2 closing }",
	}, ", "))
	wants := map[string]struct {
		result model.SendResult
		code   string
		gone   bool
	}{
		"later@clients.example": {model.SendDeferred, "450 4.2.1", false}, "gone@clients.example": {model.SendRefused, "550 5.1.1", true},
		"policy@clients.example": {model.SendRefused, "554 5.7.1", false}, "closing@clients.example": {model.SendDeferred, "421 4.3.2", false},
	}
	for _, mode := range []deliver.Mode{deliver.Strict, deliver.Grouped, deliver.Streamed, deliver.BDAT} {
		cfg := p.config(deliver.None)
		cfg.Mode, cfg.Connections = mode, 2
		before := p.inbox.Total()
		people := crowd(string(mode), 40)
		for i := range 10 {
			for who := range wants {
				people = append(people, strings.Replace(who, "@", fmt.Sprintf("+%d@", i), 1))
			}
		}
		slices.SortFunc(people, func(a, b string) int { return strings.Compare(half(a), half(b)) }) // mixed, always in the same way
		taken := 0
		for who, r := range sendEach(t, cfg, people, letterTo) {
			name, _, plus := strings.Cut(who, "+")
			want, special := wants[name+"@clients.example"]
			switch {
			case plus && special:
				if r.Result != want.result || r.Reason() != want.code || r.UserUnknown != want.gone {
					t.Errorf("%s: %s: %+v, want %+v", mode, who, r, want)
				}
			case r.Result != model.SendAccepted:
				t.Errorf("%s: %s: %+v", mode, who, r)
			default:
				taken++
			}
		}
		for until := time.Now().Add(2 * time.Minute); p.inbox.Total() < before+taken && time.Now().Before(until); {
			time.Sleep(20 * time.Millisecond) // polling a condition
		}
		if n := p.inbox.Total() - before; n != 40 || taken != 40 {
			t.Errorf("%s: %d taken, %d passed on, want 40", mode, taken, n)
		}
	}
}

// half is the second half of an address's name, and the first behind it.
func half(who string) string {
	name, _, _ := strings.Cut(who, "@")
	return name[len(name)-1:] + name
}

// A certificate that nobody vouches for is refused: nothing is sent.
func TestPostfixWithAStrangeCertificateGetsNothing(t *testing.T) {
	t.Parallel()
	p := startPostfix(t, "{ nobody@clients.example = 550 5.1.1 no }")
	_, other := certificate(t, "mx.boutique.example", "127.0.0.1")
	for _, s := range []deliver.Security{deliver.StartTLS, deliver.Implicit} {
		cfg := p.config(s)
		cfg.CA = other
		for who, r := range sendEach(t, cfg, crowd("strange", 1), letterTo) {
			if r.Result != model.SendNotStarted || key(r.Err) != "deliver.bad_certificate" {
				t.Errorf("%s: %s: %+v", s, who, r)
			}
		}
	}
	if n := p.inbox.Total(); n != 0 {
		t.Errorf("%d messages left", n)
	}
}
