package deliver_test

import (
	"bufio"
	"context"
	"net"
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
	in *bufio.Reader
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

// text reads a message to its final dot.
func (p *peer) text() {
	for {
		line, err := p.in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return
		}
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
	p.hear("354 go on")
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
				script(&peer{Conn: c, in: bufio.NewReader(c)})
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
	Connect: 5 * time.Second, Greeting: 1500 * time.Millisecond, Command: 1500 * time.Millisecond,
	Transfer: 1500 * time.Millisecond, Dot: 1500 * time.Millisecond, Quit: 200 * time.Millisecond,
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
