package deliver_test

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/model"
)

// inARow sends messages 0 to n-1 over one connection that opens when all of
// them wait, so that each is in the pipe behind the one before.
func inARow(t testing.TB, cfg deliver.Config, n int, ctx func(i int) context.Context) []model.Receipt {
	t.Helper()
	_, out := oneBehindTheOther(t, cfg, n, ctx)
	return out
}

func oneBehindTheOther(t testing.TB, cfg deliver.Config, n int, ctx func(i int) context.Context) (*deliver.Pool, []model.Receipt) {
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
		c := context.Background()
		if ctx != nil {
			c = ctx(i)
		}
		all.Go(func() { out[i] = p.Send(c, letter(i), nil) })
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
		c.amidst(t, mode, at)
	})
}

// amidst plays a row for message at of three, on the first connection only.
func (c *row) amidst(t *testing.T, mode deliver.Mode, at int) {
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
	for i, r := range inARow(t, cfg, 3, nil) {
		if i == at {
			// Nothing was started: it may have gone again, by another connection.
			again := c.want == model.SendNotStarted && (at > 0 || mode == deliver.Auto)
			if !again || r.Result != model.SendAccepted {
				c.judged(t, name, &r, c.flags&muddles == 0)
			}
			continue
		}
		d.Lock()
		kept := d.kept[letter(i).To]
		d.Unlock()
		held := c.flags&muddles != 0 && r.Result == model.SendNotStarted && kept == 0
		if !held && (r.Result != model.SendAccepted || kept != 1) {
			t.Errorf("%s: message %d is %s at %s (%v), taken %d times", name, i, r.Result, r.Stage, r.Err, kept)
		}
	}
	d.Lock()
	defer d.Unlock()
	if c.flags&muddles == 0 && len(d.odd) > 0 {
		t.Errorf("%s: the relay wonders at %q", name, d.odd)
	}
}
