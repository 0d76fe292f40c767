package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// inARow sends messages 0 to n-1 over one connection that opens when all of
// them wait, so that each is in the pipe behind the one before.
func inARow(t testing.TB, cfg deliver.Config, n int, with func(i int) (context.Context, func() bool)) []model.Receipt {
	t.Helper()
	_, out := oneBehindTheOther(t, cfg, n, with)
	return out
}

func oneBehindTheOther(t testing.TB, cfg deliver.Config, n int, with func(i int) (context.Context, func() bool)) (*deliver.Pool, []model.Receipt) {
	t.Helper()
	cfg.Connections = 1
	var p *deliver.Pool
	var ready atomic.Bool
	dial := cfg.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		for !ready.Load() {
			runtime.Gosched()
		}
		return dial(ctx, network, address)
	}
	p = newPool(t, cfg)
	out := make([]model.Receipt, n)
	var all sync.WaitGroup
	for i := range n {
		ctx, still := context.Background(), func() bool { return true }
		if with != nil {
			ctx, still = with(i)
		}
		all.Go(func() { out[i] = p.Send(ctx, letter(i), still) })
		for p.Queued() <= i {
			runtime.Gosched()
		}
	}
	ready.Store(true)
	all.Wait()
	return p, out
}

// diary is what a scripted relay took, and what it found odd.
type diary struct {
	sync.Mutex
	kept map[string]int
	odd  []string
}

func (d *diary) keep(to string) {
	d.Lock()
	defer d.Unlock()
	if d.kept == nil {
		d.kept = map[string]int{}
	}
	d.kept[to]++
}

func (d *diary) wonder(line string) {
	d.Lock()
	defer d.Unlock()
	d.odd = append(d.odd, line)
}

// TestFaultOnOneMessageIsNeverThatOfItsNeighbours lets each row of the matrix
// happen to the first, the second or the third of three messages in one pipe.
// The other two are accepted, and were taken exactly once; where a relay says
// more than it was asked, they may be held up instead.
func TestFaultOnOneMessageIsNeverThatOfItsNeighbours(t *testing.T) {
	t.Parallel()
	all := append([]deliver.Mode{deliver.Auto}, modes...)
	atOnce(len(matrix)*len(all)*3, func(i int) {
		c, mode, at := matrix[i/3%len(matrix)], all[i/3/len(matrix)], i%3
		if mode == deliver.BDAT && c.flags&needs354 != 0 {
			return
		}
		for _, wrong := range c.amidst(t, mode, at, nil) {
			t.Error(wrong)
		}
	})
}

// The control: a client that gives each answer to the message behind, as one
// does that counts replies badly, is found out by most rows.
func TestAnswersGivenToTheNeighbourAreFoundOut(t *testing.T) {
	t.Parallel()
	var wrong atomic.Int64
	atOnce(len(matrix), func(i int) {
		shift := func(out []model.Receipt) []model.Receipt { return append(out[2:], out[:2]...) }
		if len(matrix[i].amidst(t, deliver.Streamed, 1, shift)) > 0 {
			wrong.Add(1)
		}
	})
	if n := wrong.Load(); n < 25 {
		t.Errorf("%d rows of %d notice", n, len(matrix))
	}
}

// amidst plays a row for message at of three, on the first connection only, and
// gives what is wrong. Spoil, when given, changes the receipts before.
func (c *row) amidst(t *testing.T, mode deliver.Mode, at int, spoil func([]model.Receipt) []model.Receipt) (wrong []string) {
	var d diary
	var lines atomic.Int64
	cfg := serve(t, func(p *peer) {
		p.mode, p.kept, p.odd = mode, d.keep, d.wonder
		p.hello("PIPELINING", "8BITMIME")
		if lines.Add(1) > 1 {
			p.serve(100)
			return
		}
		p.serve(at)
		c.talk(p)
		if c.flags&hangsUp == 0 {
			p.serve(100)
		}
	})
	cfg.Mode = mode
	name := fmt.Sprintf("%s, %s, message %d", mode, c.name, at)
	out := inARow(t, cfg, 3, nil)
	if spoil != nil {
		out = spoil(out)
	}
	d.Lock()
	defer d.Unlock()
	for i, r := range out {
		if i == at {
			// Nothing was started: it may have gone again, by another connection.
			again := c.want == model.SendNotStarted && (at > 0 || mode == deliver.Auto)
			if !again || r.Result != model.SendAccepted {
				wrong = append(wrong, c.judged(name, &r, c.flags&muddles == 0)...)
			}
		} else if why := c.harmed(&r, d.kept[letter(i).To]); why != "" {
			wrong = append(wrong, fmt.Sprintf("%s: message %d: %s", name, i, why))
		}
	}
	if c.flags&muddles == 0 && len(d.odd) > 0 {
		wrong = append(wrong, fmt.Sprintf("%s: the relay wonders at %q", name, d.odd))
	}
	return wrong
}

// harmed says what came to a neighbour that should not.
func (c *row) harmed(r *model.Receipt, kept int) string {
	held := c.flags&muddles != 0 && r.Result == model.SendNotStarted && kept == 0
	if held || r.Result == model.SendAccepted && kept == 1 {
		return ""
	}
	return fmt.Sprintf("%s at %s (%v), taken %d times", r.Result, r.Stage, r.Err, kept)
}

// TestMessageGivenUpInThePipeCostsItsNeighbourNothing ends the context of the
// second message when its envelope stands on the line behind the text of the
// first.
func TestMessageGivenUpInThePipeCostsItsNeighbourNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []deliver.Mode{deliver.Streamed, deliver.BDAT} {
		var d diary
		ctx, cancel := context.WithCancel(context.Background())
		cfg := serve(t, func(p *peer) {
			p.mode, p.kept, p.odd = mode, d.keep, d.wonder
			p.hello()
			if ctx.Err() == nil {
				p.envelope()
				p.text()
				p.hear("") // the MAIL of the second
				cancel()
				p.say("250 ok")
				p.silent()
				return
			}
			p.serve(9)
		})
		cfg.Mode = mode
		out := inARow(t, cfg, 3, func(i int) (context.Context, func() bool) {
			if i == 1 {
				return ctx, nil
			}
			return context.Background(), nil
		})
		if out[0].Result != model.SendAccepted || out[2].Result != model.SendAccepted {
			t.Errorf("%s: %+v", mode, out)
		}
		if out[1].Result != model.SendNotStarted || !errors.Is(out[1].Err, context.Canceled) || d.kept[letter(1).To] != 0 {
			t.Errorf("%s: given up: %+v, taken %d times", mode, out[1], d.kept[letter(1).To])
		}
	}
}

func TestMessageGivenUpAfterItsDotIsADoubtAndTheNextGoesAgain(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		ctx, cancel := context.WithCancel(context.Background())
		cfg := serve(t, func(p *peer) {
			p.mode = mode
			p.hello()
			if ctx.Err() == nil {
				p.envelope()
				p.text()
				cancel()
				p.silent()
				return
			}
			p.serve(9)
		})
		cfg.Mode, cfg.Timeouts = mode, deliver.Timeouts{}
		out := inARow(t, cfg, 2, func(i int) (context.Context, func() bool) {
			if i == 0 {
				return ctx, nil
			}
			return context.Background(), nil
		})
		if out[0].Result != model.SendUncertain || out[1].Result != model.SendAccepted {
			t.Errorf("%s: %+v", mode, out)
		}
	}
}

func TestMessageGivenUpInTheQueueLeavesAtOnce(t *testing.T) {
	t.Parallel()
	cfg := serve(t, func(p *peer) { p.hello(); p.serve(9) })
	ctx, cancel := context.WithCancel(context.Background())
	asked := false
	out := inARow(t, cfg, 3, func(i int) (context.Context, func() bool) {
		if i == 0 {
			return context.Background(), func() bool { cancel(); return true }
		}
		return []context.Context{1: ctx, 2: context.Background()}[i], func() bool { asked = asked || i == 1; return true }
	})
	if out[0].Result != model.SendAccepted || out[2].Result != model.SendAccepted {
		t.Errorf("%+v", out)
	}
	// It was given up while the first was being begun: whoever came first, it is not started.
	if out[1].Result != model.SendNotStarted || !errors.Is(out[1].Err, context.Canceled) {
		t.Errorf("given up: %+v (asked: %v)", out[1], asked)
	}
}

// TestHeldBackMessageLeavesNoTraceInThePipe: the question is asked when the
// text before is about to leave, and the one behind takes the place.
func TestHeldBackMessageLeavesNoTraceInThePipe(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		var d diary
		var heard []string
		cfg := serve(t, func(p *peer) { p.mode, p.kept, p.odd = mode, d.keep, d.wonder; p.hello(); p.serve(9) })
		cfg.Mode = mode
		cfg.At = func(point string) { heard = append(heard, point) }
		var before int
		out := inARow(t, cfg, 3, func(i int) (context.Context, func() bool) {
			return context.Background(), func() bool {
				if i == 1 {
					before = len(heard)
				}
				return i != 1
			}
		})
		if out[0].Result != model.SendAccepted || out[2].Result != model.SendAccepted || !errors.Is(out[1].Err, deliver.ErrHeldBack) {
			t.Errorf("%s: %+v", mode, out)
		}
		last := map[deliver.Mode]string{deliver.Strict: "reply", deliver.Grouped: "reply", deliver.Streamed: "data", deliver.BDAT: "rcpt"}[mode]
		if heard[before-1] != last || d.kept[letter(1).To] != 0 || len(d.odd) > 0 {
			t.Errorf("%s: asked after %q; taken %v, odd %q", mode, heard[:before], d.kept, d.odd)
		}
	}
}

func TestPoolThatClosesFinishesWhatIsUnderWayAndStartsNothing(t *testing.T) {
	t.Parallel()
	started, closing := make(chan struct{}), make(chan struct{})
	cfg := serve(t, func(p *peer) {
		p.hello()
		p.envelope()
		p.text()
		close(started)
		<-closing
		p.say("250 ok")
		p.serve(9)
	})
	cfg.Mode, cfg.Connections = deliver.Strict, 1
	p := newPool(t, cfg)
	var all sync.WaitGroup
	out := make([]model.Receipt, 3)
	send := func(i int) { all.Go(func() { out[i] = p.Send(context.Background(), letter(i), nil) }) }
	send(0)
	<-started
	send(1)
	for p.Queued() == 0 {
		runtime.Gosched()
	}
	_ = p.Close()
	close(closing)
	send(2)
	all.Wait()
	if out[0].Result != model.SendAccepted || !errors.Is(out[1].Err, deliver.ErrClosed) || !errors.Is(out[2].Err, deliver.ErrClosed) {
		t.Errorf("%+v", out)
	}
}

func TestOneMessageAtATimeOpensOneConnection(t *testing.T) {
	t.Parallel()
	_, cfg, dialled := inPipe(t, relay.Options{})
	cfg.Connections = 8
	p := newPool(t, cfg)
	for i := range 40 {
		if r := p.Send(context.Background(), letter(i), nil); r.Result != model.SendAccepted {
			t.Fatalf("%+v", r)
		}
	}
	if dialled.Load() != 1 {
		t.Errorf("%d connections", dialled.Load())
	}
}

func TestManySendersShareFewConnectionsToTheLastMessage(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		r, cfg, dialled := inPipe(t, relay.Options{Behave: relay.Shares{Defer: 0.1, Refuse: 0.1, Drop: 0.05, Early: 0.05}.Behave(7)})
		cfg.Connections, cfg.Mode, cfg.MessagesPerConnection = 4, mode, 30
		p := newPool(t, cfg)
		var all sync.WaitGroup
		out := make([]model.Receipt, 1000)
		var next atomic.Int64
		for range 32 {
			all.Go(func() {
				for i := next.Add(1) - 1; i < int64(len(out)); i = next.Add(1) - 1 {
					out[i] = p.Send(context.Background(), letter(int(i)), nil)
				}
			})
		}
		all.Wait()
		kept := r.Kept()
		counts := map[model.SendResult]int{}
		for i, got := range out {
			counts[got.Result]++
			n := kept[letter(i).To]
			if n > 1 || (got.Result == model.SendAccepted) != (n == 1) && got.Result != model.SendUncertain {
				t.Errorf("%s: message %d is %s at %s (%v) and was kept %d times", mode, i, got.Result, got.Stage, got.Err, n)
			}
		}
		if counts[model.SendAccepted] < 650 || counts[model.SendUncertain] == 0 || dialled.Load() < 40 {
			t.Errorf("%s: %v over %d connections", mode, counts, dialled.Load())
		}
	}
}

// A relay that takes one command at a time first answers a RSET: whoever is held
// back during that round trip is not begun, and the one behind is.
func TestOneHeldBackDuringARsetIsNotBegun(t *testing.T) {
	t.Parallel()
	r, cfg, dialled := inPipe(t, relay.Options{Behave: func(to string, _ int) relay.Act {
		if to == letter(0).To {
			return relay.RefuseRcpt
		}
		return relay.Take
	}})
	cfg.Mode = deliver.Strict
	var asked atomic.Int64
	out := inARow(t, cfg, 3, func(i int) (context.Context, func() bool) {
		return context.Background(), func() bool { return i != 1 || asked.Add(1) == 1 }
	})
	if out[0].Result != model.SendRefused || !errors.Is(out[1].Err, deliver.ErrHeldBack) || out[2].Result != model.SendAccepted {
		t.Errorf("%+v", out)
	}
	if asked.Load() != 2 || r.Begun() != 2 || dialled.Load() != 1 {
		t.Errorf("asked %d times, %d begun, over %d connections", asked.Load(), r.Begun(), dialled.Load())
	}
}
