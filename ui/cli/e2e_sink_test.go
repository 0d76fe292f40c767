package cli

import (
	"bufio"
	"bytes"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sink is an SMTP server that is no work of ours: it writes down who got what.
type sink struct {
	cmd     *exec.Cmd
	records string // file
}

// newSink builds and starts the server that lies beside the project, and points
// the commands of the shop at it.
func newSink(t *testing.T, s *shop, flags ...string) *sink {
	t.Helper()
	source := filepath.Join("..", "..", "..", "shared", "tools", "smtpsink")
	if _, err := os.Stat(source); err != nil {
		t.Skip("the SMTP sink is not beside the project: ", err)
	}
	k := &sink{records: filepath.Join(t.TempDir(), "records")}
	path := filepath.Join(t.TempDir(), "smtpsink")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	k.cmd = exec.Command(path, append([]string{"-addr", "127.0.0.1:0", "-http", "", "-out", k.records}, flags...)...)
	log, err := k.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.cmd.Process.Kill(); _ = k.cmd.Wait() })
	line, err := bufio.NewReader(log).ReadString('\n')
	_, addr, ok := strings.Cut(line, "SMTP on ")
	if addr, _, _ = strings.Cut(addr, ","); !ok {
		t.Fatalf("the sink says %q: %v", line, err)
	}
	s.env["BLANCHE_RELAY_URL"] = "smtp://" + addr + "?tls=none"
	return k
}

// received stops the server and returns the Message-IDs by recipient.
func (k *sink) received(t *testing.T) map[string][]string {
	t.Helper()
	_ = k.cmd.Process.Signal(syscall.SIGTERM)
	_ = k.cmd.Wait()
	records, err := os.ReadFile(k.records)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for line := range bytes.Lines(records) {
		f := strings.Split(strings.TrimSpace(string(line)), "\t")
		got[f[1]] = append(got[f[1]], f[len(f)-1])
	}
	return got
}

// A server of another hand counts: everybody planned once, under an ID of his
// own, nobody of the zone blanche, though one message in forty is deferred.
func TestAnotherServerCountsEverybodyOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t, "[retry]\nfirst = \"1s\"\nmax = \"2s\"\n")
	k := newSink(t, s, "-fail-every", "40")
	s.mkcontacts("people.csv", 5000)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	begin := time.Now()
	st := answer[sent](s, "campaign", "start", "noel-15", "--confirm", "4500", "--wait")
	if st.State != "done" || st.Accepted != 4500 || !st.adds() {
		t.Errorf("%+v", st)
	}
	t.Logf("4500 messages in %s, the second tries of the deferred included", time.Since(begin).Round(time.Millisecond))
	got := k.received(t)
	ids := map[string]bool{}
	for who, list := range got {
		if len(list) != 1 || ids[list[0]] {
			t.Errorf("%s got %v", who, list)
		}
		ids[list[0]] = true
	}
	for _, m := range answer[struct{ Members []struct{ Email string } }](s, "holdout", "show", "noel-15").Members {
		if len(got[m.Email]) > 0 {
			t.Errorf("%s of the zone blanche got %v", m.Email, got[m.Email])
		}
	}
	if len(got) != 4500 {
		t.Errorf("%d people got a message", len(got))
	}
}

// The program is killed again and again while it sends to a server of another
// hand: what that wrote down, the ledger and the lists agree name by name.
func TestAnotherServerAgreesAfterEachKill(t *testing.T) {
	t.Parallel()
	s := newShop(t, fmt.Sprintf("[relay]\nwindow = %d\n[retry]\nfirst = \"1s\"\nmax = \"2s\"\n", killWindow))
	k := &killing{people: 3000, random: mrand.New(mrand.NewPCG(5, 9))}
	k.sink = newSink(t, s, "-rtt", "3ms", "-fail-every", "50", "-drop-conn-every", "700", "-drop-stage", "after")
	k.program = newProgram(s)
	s.mkcontacts("people.csv", k.people)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	c := k.start("campaign", "start", "noel-15", "--confirm", strconv.Itoa(k.planned()), "--wait")
	kills := 0
	for ; kills < 12; kills++ {
		until(t, "some more messages", func() bool { return c.gone() || bytes.Contains(c.out.Bytes(), []byte(`"running"`)) })
		time.Sleep(time.Duration(k.random.IntN(60)) * time.Millisecond) // the random moment
		c.kill()
		k.count(kills)
		if answer[sent](s, "campaign", "status", "noel-15").State == "done" {
			break
		}
		c = k.start("campaign", "resume", "noel-15", "--wait")
	}
	k.finish(c)
	if faults := k.faults(); len(faults) > 0 {
		t.Errorf("%d faults: %v", len(faults), faults[:min(len(faults), 10)])
	}
	t.Logf("%d kills, at most %d uncertain by one (W = %d)", kills, k.worst, killWindow)
}
