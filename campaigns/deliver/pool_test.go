package deliver_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// inPipe is a relay over a pipe, and how often it was dialled.
func inPipe(t testing.TB, opt relay.Options) (*relay.Relay, deliver.Config, *atomic.Int64) {
	t.Helper()
	pipe := relay.NewPipe()
	r := relay.Start(pipe, opt)
	t.Cleanup(func() { _ = pipe.Close(); r.Close() })
	var dialled atomic.Int64
	cfg := deliver.Config{Host: "127.0.0.1", Port: "25", Security: deliver.None, Dial: func(ctx context.Context, n, a string) (net.Conn, error) {
		dialled.Add(1)
		return pipe.Dial(ctx, n, a)
	}}
	return r, cfg, &dialled
}

func letter(i int) model.Envelope {
	e := envelope()
	e.To = fmt.Sprintf("p%d@clients.example", i)
	return e
}

func TestConnectionServesManyMessagesAndIsRetiredInTime(t *testing.T) {
	t.Parallel()
	r, cfg, dialled := inPipe(t, relay.Options{})
	cfg.MessagesPerConnection = 10
	p := newPool(t, cfg)
	for i := range 25 {
		if got := p.Send(context.Background(), letter(i), nil); got.Result != model.SendAccepted {
			t.Fatalf("message %d: %+v", i, got)
		}
	}
	if r.Total() != 25 || dialled.Load() != 3 {
		t.Errorf("%d messages over %d connections", r.Total(), dialled.Load())
	}
}

func TestMessagesArriveUnchanged(t *testing.T) {
	t.Parallel()
	var got []byte
	_, cfg, _ := inPipe(t, relay.Options{Keep: func(_, _ string, data []byte) { got = data }})
	e := envelope()
	e.Data = []byte("Subject: x\r\n\r\n.\r\n..\r\n.hidden\r\nlong " + strings.Repeat("y", 900) + "\r\nend\r\n")
	if r := newPool(t, cfg).Send(context.Background(), e, nil); r.Result != model.SendAccepted || !bytes.Equal(got, e.Data) {
		t.Errorf("%+v\n%q\n%q", r, got, e.Data)
	}
}

func TestRefusalLeavesTheConnectionUsable(t *testing.T) {
	t.Parallel()
	r, cfg, dialled := inPipe(t, relay.Options{Behave: func(to string, try int) relay.Act {
		return []relay.Act{relay.Take, relay.RefuseRcpt, relay.DeferRcpt, relay.RefusePolicy, relay.DeferDot}[len(to)%5]
	}})
	p := newPool(t, cfg)
	counts := map[model.SendResult]int{}
	for i := range 50 {
		e := envelope()
		e.To = strings.Repeat("x", i%5+1) + "@clients.example"
		counts[p.Send(context.Background(), e, nil).Result]++
	}
	if counts[model.SendAccepted] != 10 || counts[model.SendRefused] != 20 || counts[model.SendDeferred] != 20 || r.Total() != 10 {
		t.Errorf("%v", counts)
	}
	if dialled.Load() != 1 {
		t.Errorf("%d connections", dialled.Load())
	}
}

func TestConnectionClosedWhileIdleIsReplacedUnnoticed(t *testing.T) {
	t.Parallel()
	var lives atomic.Int64
	cfg := serve(t, func(p *peer) {
		lives.Add(1)
		p.hello()
		p.envelope()
		p.text()
		p.say("250 ok", "421 idle for too long")
	})
	p := newPool(t, cfg)
	for i := range 3 {
		if r := p.Send(context.Background(), letter(i), nil); r.Result != model.SendAccepted {
			t.Errorf("message %d: %+v", i, r)
		}
	}
	if lives.Load() != 3 {
		t.Errorf("%d connections", lives.Load())
	}
}

func TestRelayThatTakesFewConnectionsIsNotInTrouble(t *testing.T) {
	t.Parallel()
	var open atomic.Int64
	cfg := serve(t, func(p *peer) {
		defer open.Add(-1)
		if open.Add(1) > 2 {
			p.say("421 4.7.0 too many connections")
			return
		}
		p.hello()
		for {
			line, err := p.in.ReadString('\n')
			switch {
			case err != nil:
				return
			case strings.HasPrefix(line, "DATA"):
				p.say("354 go on")
				p.text()
			}
			p.say("250 ok")
		}
	})
	cfg.Connections, cfg.Timeouts = 6, deliver.Timeouts{}
	p := newPool(t, cfg)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			if r := p.Send(context.Background(), letter(i), nil); r.Result != model.SendAccepted {
				t.Errorf("message %d: %+v", i, r)
			}
		})
	}
	all.Wait()
}

func TestHeldBackAtTheLastMomentNothingIsSaid(t *testing.T) {
	t.Parallel()
	r, cfg, _ := inPipe(t, relay.Options{})
	p := newPool(t, cfg)
	if got := p.Send(context.Background(), letter(1), func() bool { return false }); got.Result != model.SendNotStarted || r.Begun() != 0 {
		t.Errorf("%+v, %d begun", got, r.Begun())
	}
}

func TestCutAfterTheDotIsADoubtAndBeforeItIsNot(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		ctx, cancel := context.WithCancel(context.Background())
		cfg := serve(t, func(p *peer) {
			p.hello()
			if after {
				p.envelope()
				p.text()
			} else {
				p.hear("250 ok")
				p.hear("")
			}
			cancel()
			p.hear("")
		})
		cfg.Timeouts = deliver.Timeouts{}
		got := newPool(t, cfg).Send(ctx, letter(1), nil)
		if want := map[bool]model.SendResult{false: model.SendNotStarted, true: model.SendUncertain}[after]; got.Result != want {
			t.Errorf("after the dot %v: %+v", after, got)
		}
		cancel()
	}
}

func TestRelayThatStopsListeningAndSaysWhyIsHeard(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	cfg := serve(t, func(p *peer) {
		p.hello()
		p.envelope()
		p.say("552 5.3.4 that is enough")
		<-over // not reading is the fault itself
	})
	cfg.Timeouts = deliver.Timeouts{}
	e := envelope()
	e.Data = bytes.Repeat([]byte(strings.Repeat("x", 70)+"\r\n"), 400_000)
	r := newPool(t, cfg).Send(context.Background(), e, nil)
	close(over)
	if r.Result != model.SendRefused || r.Code != 552 {
		t.Errorf("%+v", r)
	}
}

func TestWhatNoRelayCouldTakeIsRefusedHere(t *testing.T) {
	t.Parallel()
	_, cfg, _ := inPipe(t, relay.Options{})
	seven := serve(t, func(p *peer) { p.hello(); p.hear("") })
	for name, c := range map[string]struct {
		cfg    deliver.Config
		change func(*model.Envelope)
		code   string
	}{
		"an order in the address":    {cfg, func(e *model.Envelope) { e.To = "a@b.example>\r\nRCPT TO:<x@y.example" }, "553 5.6.0"},
		"an address with a space":    {cfg, func(e *model.Envelope) { e.To = "a b@c.example" }, "553 5.6.0"},
		"a message in the message":   {cfg, func(e *model.Envelope) { e.Data = []byte("Subject: x\r\n\r\n\r.\rMAIL FROM:<x>\r\n") }, "554 5.6.0"},
		"8 bits for a 7 bit relay":   {seven, func(e *model.Envelope) { e.Data = []byte("Subject: é\r\n\r\n") }, "554 5.6.3"},
		"accents for an ASCII relay": {seven, func(e *model.Envelope) { e.To = "élodie@clients.example" }, "553 5.6.7"},
	} {
		e := envelope()
		c.change(&e)
		r := newPool(t, c.cfg).Send(context.Background(), e, nil)
		if r.Result != model.SendRefused || r.Reason() != c.code || r.UserUnknown {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestEndlessRelayCostsLittleMemory(t *testing.T) {
	for name, chunk := range map[string]string{"a line": strings.Repeat("x", 4096), "lines": "220-and then\r\n"} {
		cfg := serve(t, func(p *peer) { endless(p, chunk) })
		cfg.Timeouts = deliver.Timeouts{}
		p := newPool(t, cfg)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for range 20 {
			if r := p.Send(context.Background(), envelope(), nil); r.Result != model.SendNotStarted {
				t.Errorf("%+v", r)
			}
		}
		runtime.ReadMemStats(&after)
		if mib := float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20); mib > 64 {
			t.Errorf("endless %s: 20 tries allocated %.0f MiB in all", name, mib)
		}
	}
}

func TestConnectionThatNobodyUsesIsClosed(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	cfg := serve(t, func(p *peer) {
		p.hello()
		p.envelope()
		p.text()
		p.say("250 ok")
		p.hear("221 bye")
		close(gone)
	})
	cfg.Idle = 50 * time.Millisecond
	if r := newPool(t, cfg).Send(context.Background(), letter(1), nil); r.Result != model.SendAccepted {
		t.Errorf("%+v", r)
	}
	<-gone
}
