package deliver_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/model"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// peer is one connection to a scripted server.
type peer struct {
	net.Conn
	in   *bufio.Reader
	mode deliver.Mode
	lone bool // takes DATA although no recipient is left
	kept func(to string)
	odd  func(line string) // a line that is no command

	to    string // of careful
	texts int
}

func (p *peer) say(lines ...string) {
	for _, l := range lines {
		_, _ = p.Write([]byte(l + "\r\n"))
	}
}

// hear reads one line and answers it; an empty answer says nothing.
func (p *peer) hear(answer string) string {
	line, _ := p.in.ReadString('\n')
	if answer != "" && line != "" {
		p.say(answer)
	}
	return strings.TrimSpace(line)
}

// silent reads on and says nothing, to the end of the line.
func (p *peer) silent() { _, _ = p.in.WriteTo(io.Discard) }

// data hears DATA and answers it, in the modes that say it.
func (p *peer) data(answer string) {
	if p.mode != deliver.BDAT {
		p.hear(answer)
	}
}

// text reads a message to its final dot, or the whole of its chunk.
func (p *peer) text() (lines int) {
	if p.mode == deliver.BDAT {
		line, _ := p.in.ReadString('\n')
		p.chunk(line)
		return 1
	}
	for {
		line, err := p.in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return lines
		}
		lines++
	}
}

func (p *peer) chunk(line string) {
	words := strings.Fields(line)
	if len(words) == 3 && words[0] == "BDAT" && words[2] == "LAST" {
		n, _ := strconv.Atoi(words[1])
		_, _ = p.in.Discard(n)
		return
	}
	if p.odd != nil && line != "" {
		p.odd(line)
	}
}

// serve takes messages as it should, as many as given, or to QUIT or the end of
// the line. What has no recipient is not taken.
func (p *peer) serve(messages int) {
	mail, to := false, ""
	for messages > 0 {
		line, err := p.in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line + "    ")[:4]); {
		case verb == "MAIL" && !mail:
			mail = true
			p.say("250 ok")
		case verb == "RCPT" && mail:
			to = strings.Trim(strings.TrimSpace(line[8:]), "<>")
			p.say("250 ok")
		case verb == "RSET":
			mail, to = false, ""
			p.say("250 ok")
		case verb == "QUIT":
			p.say("221 bye")
			return
		case verb == "DATA" && (to != "" || p.lone):
			p.say("354 go on")
			p.settle(p.text(), to)
			mail, to = false, ""
			messages--
		case verb == "BDAT":
			p.chunk(line)
			p.settle(1, to)
			mail, to = false, ""
			messages--
		case verb == "MAIL", verb == "RCPT", verb == "DATA":
			p.say("503 5.5.1 not now")
		default:
			if p.odd != nil {
				p.odd(line)
			}
			p.say("500 what")
		}
	}
}

func (p *peer) settle(lines int, to string) {
	switch {
	case to == "":
		p.say("554 no valid recipients")
	case lines == 0 && p.odd != nil:
		p.odd("an empty message to " + to)
	default:
		if p.kept != nil {
			p.kept(to)
		}
		p.say("250 ok")
	}
}

// hello is the usual beginning, up to the answer to EHLO.
func (p *peer) hello(extensions ...string) {
	p.say("220 fake.example ESMTP")
	p.hear("")
	all := append([]string{"fake.example"}, extensions...)
	for _, x := range all[:len(all)-1] {
		p.say("250-" + x)
	}
	p.say("250 " + all[len(all)-1])
}

// envelope takes MAIL, RCPT and DATA.
func (p *peer) envelope() {
	p.hear("250 ok")
	p.hear("250 ok")
	p.data("354 go on")
}

// serve runs a script on each connection until the test ends, and returns a
// configuration that reaches it.
func serve(t testing.TB, script func(*peer)) deliver.Config {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			all.Go(func() {
				script(&peer{Conn: c, in: bufio.NewReaderSize(c, 64<<10)})
				_ = c.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	host, port, _ := net.SplitHostPort(l.Addr().String())
	return deliver.Config{Host: host, Port: port, Security: deliver.None, Timeouts: quick}
}

// quick are timeouts for peers that misbehave.
var quick = deliver.Timeouts{
	Connect: 5 * time.Second, Greeting: 2 * time.Second, Command: 2 * time.Second,
	Transfer: 2 * time.Second, Dot: 2 * time.Second, Quit: 200 * time.Millisecond,
}

func envelope() model.Envelope {
	return model.Envelope{
		From: "bonjour@boutique.example", To: "elodie@clients.example",
		Data: []byte("Subject: Bonjour\r\n\r\nBonjour Elodie.\r\n.. un point\r\n"),
	}
}

func newPool(t testing.TB, cfg deliver.Config) *deliver.Pool {
	t.Helper()
	p, err := deliver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func send(t testing.TB, cfg deliver.Config) model.Receipt {
	t.Helper()
	return newPool(t, cfg).Send(context.Background(), envelope(), nil)
}
