package deliver_test

import (
	"bufio"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/model"
)

func TestTextAndNextEnvelopeLeaveInOneWrite(t *testing.T) {
	t.Parallel()
	for mode, want := range map[deliver.Mode]string{deliver.Streamed: "MAIL RCPT DATA", deliver.BDAT: "MAIL RCPT"} {
		cfg := serve(t, func(p *peer) {
			p.mode = mode
			p.hello()
			p.envelope()
			p.text()
			// Nothing was answered yet, and the next envelope is there all the same.
			var heard []string
			for range strings.Fields(want) {
				heard = append(heard, p.hear("")[:4])
			}
			if got := strings.Join(heard, " "); got != want {
				t.Errorf("%s: %s behind the text", mode, got)
			}
			p.say("250 first taken")
			p.say(strings.Split("250 ok|250 ok|354 go on", "|")[:len(heard)]...)
			p.text()
			p.say("250 second taken")
			p.serve(9)
		})
		cfg.Mode = mode
		for i, r := range inARow(t, cfg, 2, nil) {
			if r.Result != model.SendAccepted || r.Text != []string{"first taken", "second taken"}[i] {
				t.Errorf("%s, message %d: %+v", mode, i, r)
			}
		}
	}
}

// clumsy are relays that offer PIPELINING and cannot do it.
var clumsy = map[string]struct {
	script func(*peer)
	want   deliver.Mode
}{
	"drops the line on commands sent together": {func(p *peer) {
		p.hello("PIPELINING")
		for p.careful() {
			if p.in.Buffered() > 0 {
				return
			}
		}
	}, deliver.Strict},
	"hears the first command of each packet only": {func(p *peer) {
		p.hello("PIPELINING")
		for p.careful() {
			p.forget()
		}
	}, deliver.Strict},
	"forgets what comes behind a text": {func(p *peer) {
		p.hello("PIPELINING")
		for p.careful() {
			if p.texts > 0 {
				p.forget()
				p.texts = 0
			}
		}
	}, deliver.Grouped},
	"drops the line when more comes behind a text": {func(p *peer) {
		p.hello("PIPELINING")
		for p.careful() {
			if p.texts > 0 && p.in.Buffered() > 0 {
				return
			}
			p.texts = 0
		}
	}, deliver.Grouped},
	"answers DATA without having seen RCPT": {func(p *peer) {
		p.hello("PIPELINING")
		for p.careful() {
			if p.in.Buffered() > 0 && p.texts == 0 {
				_, _ = p.in.ReadString('\n') // loses a line
			}
			p.texts = 0
		}
	}, deliver.Strict},
}

// careful serves one command, and reports whether the line goes on.
func (p *peer) careful() bool {
	line, err := p.in.ReadString('\n')
	if err != nil {
		return false
	}
	switch verb := strings.ToUpper(line[:4]); {
	case verb == "DATA" && p.to == "":
		p.say("503 RCPT first")
	case verb == "DATA":
		p.say("354 go on")
		p.text()
		p.texts++
		if p.kept != nil {
			p.kept(p.to)
		}
		p.to = ""
		p.say("250 ok")
	case verb == "QUIT":
		p.say("221 bye")
		return false
	case verb == "RCPT":
		p.to = strings.Trim(strings.TrimSpace(line[8:]), "<>")
		p.say("250 ok")
	default:
		p.say("250 ok")
	}
	return true
}

func (p *peer) forget() { p.in = bufio.NewReaderSize(p.Conn, 64<<10) }

// A relay that cannot pipeline costs no message: the mode is lowered, once and
// for all, and what was not started goes again.
func TestRelayThatCannotPipelineIsSpokenToMoreSlowly(t *testing.T) {
	t.Parallel()
	for name, c := range clumsy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d diary
			cfg := serve(t, func(p *peer) { p.kept = d.keep; c.script(p) })
			cfg.Connections = 2
			p := newPool(t, cfg)
			var all sync.WaitGroup
			for i := range 20 {
				all.Go(func() {
					if r := p.Send(context.Background(), letter(i), nil); r.Result != model.SendAccepted {
						t.Errorf("message %d: %+v", i, r)
					}
				})
			}
			all.Wait()
			mode, why := p.Mode()
			if mode != c.want || why == "" {
				t.Errorf("mode %s (%s), want %s", mode, why, c.want)
			}
			for i := range 20 {
				if n := d.kept[letter(i).To]; n != 1 {
					t.Errorf("message %d was taken %d times", i, n)
				}
			}
		})
	}
}

// The control: forced to pipeline, the same relays hold messages up, or cost a
// connection for each.
func TestForcedModeSuffersFromRelaysThatCannotPipeline(t *testing.T) {
	t.Parallel()
	for name, c := range clumsy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lines atomic.Int64
			cfg := serve(t, func(p *peer) { lines.Add(1); c.script(p) })
			cfg.Mode, cfg.Timeouts.Command = deliver.Streamed, quick.Command/4
			out := inARow(t, cfg, 4, nil)
			held := slices.ContainsFunc(out, func(r model.Receipt) bool { return r.Result == model.SendNotStarted })
			if !held && lines.Load() < 4 {
				t.Errorf("nothing was held up: %+v", out)
			}
		})
	}
}

func TestRelayThatRefusesItsOwnBDATIsNotBelieved(t *testing.T) {
	t.Parallel()
	cfg := serve(t, func(p *peer) {
		p.hello("PIPELINING", "CHUNKING")
		p.hear("250 ok")
		p.hear("250 ok")
		p.mode = deliver.BDAT
		p.text()
		p.say("502 5.5.1 what is BDAT?")
		p.silent()
	})
	cfg.Mode = deliver.BDAT
	if r := send(t, cfg); r.Result != model.SendNotStarted || key(r.Err) != "deliver.nonsense" {
		t.Errorf("%+v", r)
	}
}

func TestRelayThatOffersNoPipeliningIsSpokenToStepByStep(t *testing.T) {
	t.Parallel()
	cfg := serve(t, func(p *peer) {
		p.hello("SIZE 100000")
		for p.careful() {
			if p.in.Buffered() > 0 {
				t.Error("two commands at once")
			}
		}
	})
	for i, r := range inARow(t, cfg, 5, nil) {
		if r.Result != model.SendAccepted {
			t.Errorf("message %d: %+v", i, r)
		}
	}
}

func TestModeThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	_, err := deliver.New(deliver.Config{Host: "127.0.0.1", Security: deliver.None, Mode: "telepathy"})
	if key(err) != "deliver.bad_mode" {
		t.Error(err)
	}
}

// TestPointsComeInOrderInEveryMode is what a test that kills the process at a
// point relies on.
func TestPointsComeInOrderInEveryMode(t *testing.T) {
	t.Parallel()
	for mode, want := range map[deliver.Mode]string{
		deliver.Strict:   "connect hello mail rcpt data content dot reply mail rcpt data content dot reply quit",
		deliver.Grouped:  "connect hello mail rcpt data content dot reply mail rcpt data content dot reply quit",
		deliver.Streamed: "connect hello mail rcpt data content mail rcpt data dot reply content dot reply quit",
		deliver.BDAT:     "connect hello mail rcpt data content mail rcpt dot reply data content dot reply quit",
	} {
		points := make(chan string, 100) // the last of them after Close: nobody waits for QUIT
		cfg := serve(t, func(p *peer) { p.hello(); p.serve(9) })
		cfg.Mode = mode
		cfg.At = func(point string) {
			if !slices.Contains(deliver.Points, point) {
				t.Errorf("%s is not among the points", point)
			}
			points <- point
		}
		p, out := oneBehindTheOther(t, cfg, 2, nil)
		_ = p.Close()
		for _, r := range out {
			if r.Result != model.SendAccepted {
				t.Errorf("%s: %+v", mode, r)
			}
		}
		var got []string
		for range strings.Fields(want) {
			select {
			case point := <-points:
				got = append(got, point)
			case <-time.After(2 * time.Minute): // one is missing
			}
		}
		if s := strings.Join(got, " "); s != want || len(points) > 0 {
			t.Errorf("%s:\n got %s\nwant %s", mode, s, want)
		}
	}
}
