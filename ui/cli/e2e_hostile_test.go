package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// hostileMost is how much memory of its own the program may hold, whatever the
// relay says.
const hostileMost = 64 << 20

// The whole program, with every connection that it opens in the hands of a relay
// that talks without end, drips or says nothing, holds less than 64 MB, and ends
// when it is told to, with nobody lost.
func TestHostileRelayCostsTheProgramLittle(t *testing.T) {
	t.Parallel()
	looked := 4 * time.Second
	if raceDetector {
		looked = 1500 * time.Millisecond // the whole time in a run without the detector, see .ci/run
	}
	flood := bytes.Repeat([]byte("220-"+strings.Repeat("x", 60)+"\r\n"), 1000)
	for name, hostile := range map[string]func(c net.Conn){
		"endless greeting": func(c net.Conn) { pour(c, bytes.Repeat([]byte("x"), 64<<10)) },
		"endless lines":    func(c net.Conn) { pour(c, flood) },
		"endless offer":    func(c net.Conn) { after(c, "EHLO", bytes.ReplaceAll(flood, []byte("220-"), []byte("250-"))) },
		"endless answer":   func(c net.Conn) { after(c, ".", bytes.ReplaceAll(flood, []byte("220-"), []byte("250-"))) },
		"endless goodbye":  func(c net.Conn) { after(c, "MAIL", bytes.ReplaceAll(flood, []byte("220-"), []byte("421-"))) },
		"a byte a second":  func(c net.Conn) { drip(c, []byte("220 relay.example ESMTP\r\n")) },
		"silence":          func(c net.Conn) { drip(c, nil) },
		"silence at dot":   func(c net.Conn) { after(c, ".", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, "[relay]\nconnections = 16\n")
			p, kept := begun(s)
			s.env["BLANCHE_RELAY_URL"] = "smtp://" + served(t, hostile) + "?tls=none"
			c := p.start("campaign", "resume", "noel-15", "--wait")
			most, begin := 0, time.Now()
			for time.Since(begin) < looked && !c.gone() {
				most = max(most, anonymous(c.cmd.Process.Pid))
				time.Sleep(10 * time.Millisecond) // how long is looked
			}
			if most == 0 || most > hostileMost {
				t.Errorf("%d bytes of its own, at most %d\n%s", most, hostileMost, c.errs.Bytes())
			}
			if mute := strings.HasPrefix(name, "silence") || name == "a byte a second"; mute && os.Getenv("BLANCHE_LONG") == "" {
				c.kill() // what is on the wire has a minute, told to end: a long run waits for it
			} else {
				c.terminate()
				if code := c.wait(); code != exitOK {
					t.Errorf("SIGTERM: exit code %d\n%s", code, c.errs.Bytes())
				}
			}
			st := answer[sent](s, "campaign", "status", "noel-15")
			if !st.adds() || st.Accepted != kept || st.Waiting+st.Deferred+st.Uncertain != 450-kept {
				t.Errorf("%+v", st)
			}
			t.Logf("%.1f MB at most; %d uncertain", float64(most)/(1<<20), st.Uncertain)
		})
	}
}

// begun is a campaign of which some have left through a relay that is well.
func begun(s *shop) (p *program, kept int) {
	s.t.Helper()
	well := s.listen(relay.Options{Latency: 100 * time.Millisecond})
	p = newProgram(s)
	s.mkcontacts("people.csv", 500)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	s.run(0, "campaign", "rate", "noel-15", "20") // they have not all left before it ends
	c := p.start("campaign", "start", "noel-15", "--confirm", "450", "--wait")
	until(s.t, "the first messages", func() bool { return well.Total() > 0 })
	c.terminate()
	if code := c.wait(); code != exitOK {
		s.t.Fatalf("SIGTERM: exit code %d\n%s", code, c.errs.Bytes())
	}
	s.run(0, "campaign", "rate", "noel-15", "0")
	return p, well.Total()
}

// anonymous is how much memory a process holds of its own, in bytes.
func anonymous(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	n, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return n << 10
}

// served answers every connection in the same way, until the end of the test.
func served(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			all.Go(func() { answer(c); _ = c.Close() })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return l.Addr().String()
}

// pour writes the same again and again until the line breaks.
func pour(c net.Conn, what []byte) {
	for {
		if _, err := c.Write(what); err != nil {
			return
		}
	}
}

// drip writes a byte a second, then nothing, until the line breaks.
func drip(c net.Conn, what []byte) {
	for _, b := range what {
		if _, err := c.Write([]byte{b}); err != nil {
			return
		}
		time.Sleep(time.Second) // the fault itself
	}
	_, _ = bufio.NewReader(c).ReadString(0)
}

// after speaks well up to a command, and then pours; nothing to pour is silence.
func after(c net.Conn, verb string, what []byte) {
	in := bufio.NewReader(c)
	_, _ = fmt.Fprintf(c, "220 relay.example ESMTP\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		word, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if word == verb {
			if what == nil {
				_, _ = in.ReadString(0)
				return
			}
			pour(c, what)
			return
		}
		switch word {
		case "EHLO":
			_, err = fmt.Fprintf(c, "250-relay.example\r\n250 PIPELINING\r\n")
		case "DATA":
			_, err = fmt.Fprintf(c, "354 go\r\n")
		case "MAIL", "RCPT", "RSET", "QUIT":
			_, err = fmt.Fprintf(c, "250 ok\r\n")
		}
		if err != nil {
			return
		}
	}
}
