package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/tui/tuitest"
)

// later lets the grace of a dialog pass.
func (a *App) later() {
	now := a.s.Clock().Add(time.Second)
	a.s.Clock = func() time.Time { return now }
}

func TestAnAttachedSessionLeavesAtOnce(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.opt.Holder = false
	a.pressAll("q")
	if !a.quit || len(a.modals) > 0 {
		t.Errorf("quit %v, %d questions", a.quit, len(a.modals))
	}
}

func TestLeavingOffersToGoOnInTheBackground(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys   []string
		refuse bool
		handed bool
		quit   bool
	}{
		"the default is to go on": {[]string{"enter"}, false, true, true},
		"stop here":               {[]string{"j", "enter"}, false, false, true},
		"stay":                    {[]string{"j", "j", "enter"}, false, false, false},
		"esc stays":               {[]string{"esc"}, false, false, false},
		"nobody takes over":       {[]string{"enter"}, true, true, false},
	} {
		a := shellOf(t, "fr")
		handed := false
		a.opt.HandOver = func(context.Context) error {
			handed = true
			if c.refuse {
				return errors.New("refused")
			}
			return nil
		}
		a.pressAll("q")
		if len(a.modals) != 1 || a.quit {
			t.Fatalf("%s: no question", name)
		}
		if name == "stay" {
			golden(t, a, "leave", tuitest.Size{W: 80, H: 24}, "fr")
		}
		a.pressAll("enter") // within the grace: swallowed
		a.later()
		a.pressAll(c.keys...)
		if handed != c.handed || a.quit != c.quit {
			t.Errorf("%s: handed %v, quit %v", name, handed, a.quit)
		}
		if _, said := a.toasts.Current(a.s.Clock()); c.refuse && !said {
			t.Errorf("%s: nothing is said", name)
		}
	}
}

// A terminal that is closed while the data are handed over waits for it.
func TestAHandOverOutlivesItsScreen(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	begun, goOn := make(chan struct{}), make(chan struct{})
	out := newTerminal()
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, tuitest.NewShop(), Options{
			Lang: "fr", Holder: true, Env: []string{"TERM=xterm-256color"}, Width: 80, Height: 24, Clock: time.Now, In: out.keys, Out: out,
			HandOver: func(ctx context.Context) error {
				close(begun)
				<-goOn
				return ctx.Err() // the context of the screen is over, this one is not
			},
		})
	}()
	out.wait(t, "blanche")
	out.typed("q")
	out.wait(t, "Continuer")
	for asking := true; asking; { // within the grace of the question a key is swallowed
		out.typed("\r")
		select {
		case <-begun:
			asking = false
		case <-time.After(50 * time.Millisecond):
		}
	}
	cancel()
	out.wait(t, "\x1b[?1049l") // the screen is gone
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	default:
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestLosingTheHolderIsSaidInASentence(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{Ended(), nil} {
		ctx, cancel := context.WithCancelCause(t.Context())
		shop := tuitest.NewShop()
		out := newTerminal()
		done := make(chan error, 1)
		go func() {
			done <- Run(ctx, shop, Options{Lang: "fr", Env: []string{"TERM=xterm-256color"}, Width: 80, Height: 24, Clock: time.Now, In: out.keys, Out: out})
		}()
		out.wait(t, "blanche")
		cancel(cause)
		err := <-done
		if (cause == nil) != (err == nil) {
			t.Errorf("ended by %v: %v", cause, err)
		}
		if err != nil && model.KindOf(err) != model.KindBusy {
			t.Errorf("kind %v", model.KindOf(err))
		}
		if text := out.all(); !strings.Contains(text, "\x1b[?1049l") {
			t.Error("the terminal was not given back")
		}
	}
}
