package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	mrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
)

// faultShops is how many shops die at the same time.
const faultShops = 4

// faultKills is how often the program is killed in all; BLANCHE_KILLS says more.
func faultKills() int {
	if n, err := strconv.Atoi(os.Getenv("BLANCHE_KILLS")); err == nil {
		return n
	}
	if raceDetector {
		return 60
	}
	return 200
}

// faultPoints are the moments at which the program may be told to die, and at
// which of their passages.
func faultPoints() map[string]int {
	points := map[string]int{
		"claim.before": 2, "claim.after": 2, "commit.before": 12, "commit.after": 12,
		"crm.commit.before": 3, "crm.commit.after": 3, "send.commit.before": 12, "send.commit.after": 12,
	}
	for _, p := range deliver.Points {
		points[p] = 25
	}
	for _, p := range []string{"connect", "hello", "starttls", "auth"} {
		points[p] = 4 // once a connection
	}
	points["quit"] = 1
	return points
}

// deaths draws how a number of lives end: at each named point in turn, and every
// third at a random moment (empty).
func deaths(r *mrand.Rand, n int, secured bool) (all []string) {
	points := faultPoints()
	names := slices.Sorted(func(yield func(string) bool) {
		for p := range points {
			if (secured || p != "starttls" && p != "auth") && !yield(p) {
				return
			}
		}
	})
	first := r.IntN(len(names))
	for i := range n {
		if i%3 == 2 {
			all = append(all, "")
			continue
		}
		p := names[(first+i-i/3)%len(names)]
		all = append(all, fmt.Sprintf("%s:%d", p, 1+r.IntN(points[p])))
	}
	return all
}

// The real program is killed with -9 two hundred times, at every named step
// around which it may die and at random moments, by shops of different relays.
// Nobody is lost, nobody gets two, and each kill leaves at most W in doubt, by
// name.
func TestBinaryKilledAtEveryPoint(t *testing.T) {
	t.Parallel()
	path, err := builtWithFaults()
	if err != nil {
		t.Fatal(err)
	}
	var kills, worst atomic.Int64
	var points sync.Map // at which somebody died
	begin := time.Now()
	t.Cleanup(func() {
		named := map[string]int{}
		points.Range(func(p, n any) bool { named[p.(string)] = int(n.(*atomic.Int64).Load()); return true })
		t.Logf("%d kills in %s, at named points %v; at most %d uncertain by one (W = %d)",
			kills.Load(), time.Since(begin).Round(time.Millisecond), named, worst.Load(), killWindow)
		for p := range faultPoints() {
			if named[p] == 0 && kills.Load() >= 200 {
				t.Errorf("nobody died at %s", p)
			}
		}
	})
	for shop := range faultShops {
		t.Run(fmt.Sprint("shop", shop), func(t *testing.T) {
			t.Parallel()
			r := mrand.New(mrand.NewPCG(11, uint64(shop)))
			left := deaths(r, faultKills()/faultShops, shop == 1)
			for len(left) > 0 {
				d := newDying(t, shop, r, path, min(len(left), 100))
				left = d.dieAll(left)
				d.end()
				if shop == 0 {
					d.control()
				}
				kills.Add(int64(d.kills))
				for p, n := range d.named {
					all, _ := points.LoadOrStore(p, &atomic.Int64{})
					all.(*atomic.Int64).Add(int64(n))
				}
				worst.Store(max(worst.Load(), int64(d.worst)))
			}
		})
	}
}

// dying is a campaign whose program dies as it is told.
type dying struct {
	*killing
	kills int
	named map[string]int // deaths at each point
}

func newDying(t *testing.T, shop int, r *mrand.Rand, path string, lives int) *dying {
	t.Helper()
	s := newShop(t, fmt.Sprintf("[relay]\nwindow = %d\n[retry]\nfirst = \"1s\"\nmax = \"2s\"\n", killWindow))
	k := &killing{random: r, people: 10 * max(20, 4*lives)}
	shares := relay.Shares{Defer: 0.05, Refuse: 0.005, Policy: 0.015, Drop: 0.01, Early: 0.005}
	opt := relay.Options{Behave: shares.Behave(uint64(shop) + 42), Latency: time.Duration(shop) * time.Millisecond}
	if shop == 1 {
		opt.TLS, opt.Account = s.certify(), func(user, password string) bool { return user == "boutique" && password == "secret" }
	}
	k.relay = s.listen(opt)
	if shop == 1 {
		s.env["BLANCHE_RELAY_URL"] = strings.NewReplacer("smtp://", "smtp://boutique@", "tls=none", "tls=starttls").Replace(s.env["BLANCHE_RELAY_URL"])
		s.env["BLANCHE_RELAY_PASSWORD"] = "secret"
		s.env["BLANCHE_RELAY_CA_FILE"] = filepath.Join(s.dir, "relay-ca.pem")
	}
	k.program = newProgram(s)
	k.path = path
	s.mkcontacts("people.csv", k.people)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	return &dying{killing: k, named: map[string]int{}}
}

// certify gives the relay of a shop a certificate of its own.
func (s *shop) certify() *tls.Config {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relay"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("relay-ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// dieAll lives and dies until the list is empty or the campaign is done, and
// returns what is left of the list.
func (d *dying) dieAll(left []string) []string {
	for ; len(left) > 0; left = left[1:] {
		c := d.live(left[0])
		if c == nil {
			return left // done
		}
		d.die(c, left[0])
		d.count(d.kills)
		d.kills++
	}
	return nil
}

// live starts the program as the state of the campaign asks for; nil when there
// is nothing left to do.
func (d *dying) live(fault string) *child {
	d.t.Helper()
	args := []string{"campaign", "resume", "noel-15", "--wait"}
	switch st := answer[sent](d.killing.program.shop, "campaign", "status", "noel-15"); st.State {
	case "done":
		return nil
	case "draft", "checked":
		args = []string{"campaign", "start", "noel-15", "--confirm", strconv.Itoa(d.planned()), "--wait"}
	}
	d.env["BLANCHE_FAULT"] = fault
	defer delete(d.env, "BLANCHE_FAULT")
	return d.start(args...)
}

// die waits for the death that was ordered; one that does not come, and one
// that is to come at a random moment, comes from outside.
func (d *dying) die(c *child, fault string) {
	d.t.Helper()
	begun := d.relay.Begun()
	switch {
	case fault == "":
		d.reachOrEnd(c, begun+d.random.IntN(40))
		time.Sleep(time.Duration(d.random.IntN(3000)) * time.Microsecond) // the random moment
	case strings.HasPrefix(fault, "quit:"):
		d.reachOrEnd(c, begun+5)
		c.terminate()
		d.ends(c)
	default:
		d.ends(c)
	}
	itself := c.gone()
	c.kill()
	status, _ := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch code := c.cmd.ProcessState.ExitCode(); {
	case itself && status.Signaled():
		point, _, _ := strings.Cut(fault, ":")
		d.named[point]++
	case !status.Signaled() && code != exitOK && code != exitRefused: // done, or paused by a guard
		d.t.Errorf("life %d (%q) ended by itself: %s\n%s", d.kills, fault, c.cmd.ProcessState, c.errs.Bytes())
	}
}

// reachOrEnd waits until the relay has begun so many transactions, or the
// program has ended or has nothing more to do.
func (d *dying) reachOrEnd(c *child, goal int) {
	last, at := d.relay.Begun(), time.Now()
	for d.relay.Begun() < goal && !c.gone() && time.Since(at) < 3*time.Second {
		if n := d.relay.Begun(); n > last {
			last, at = n, time.Now()
		}
		time.Sleep(200 * time.Microsecond) // polling a condition
	}
}

// ends waits for the end, for as long as something goes on.
func (d *dying) ends(c *child) {
	for last := -1; last < d.relay.Begun(); {
		last = d.relay.Begun()
		select {
		case <-c.ended:
			return
		case <-time.After(3 * time.Second):
		}
	}
}

// end lets the last life run to the end, and compares name by name.
func (d *dying) end() {
	d.t.Helper()
	if c := d.live(""); c != nil {
		d.finish(c)
	}
	faults := d.faults()
	if len(faults) > 0 {
		d.t.Errorf("%d faults: %s", len(faults), strings.Join(faults[:min(len(faults), 10)], "; "))
	}
	d.run(0, "verify")
}

// control sends again to those in doubt, so that some now have two: the same
// check must see them.
func (d *dying) control() {
	d.t.Helper()
	d.run(0, "campaign", "uncertain", "noel-15", "--resend")
	d.finish(d.start("campaign", "resume", "noel-15", "--wait"))
	if len(d.faults()) == 0 {
		d.t.Error("the check does not see who got two")
	}
}

// builtWithFaults builds the program that can be told to die.
func builtWithFaults() (string, error) { return builtAs("-tags", "faults") }
