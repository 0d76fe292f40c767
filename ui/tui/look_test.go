package tui

import (
	"context"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"blanche/campaigns"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/tuitest"
)

// shellIn is a dashboard in a terminal of some kind.
func shellIn(t *testing.T, o theme.Options) *App {
	t.Helper()
	a := shellOf(t, "fr")
	a.s.Th = theme.New(o)
	a = newApp(a.s, a.opt)
	a.settle(a.show(screen.Live, ""))
	return a
}

func (a *App) raw() string { return strings.Join(a.lines(), "\n") }

func TestTwoSessionsSideBySideKeepTheirOwnColoursAndLanguage(t *testing.T) {
	t.Parallel()
	many := shellIn(t, theme.Options{Profile: colorprofile.TrueColor})
	few := shellIn(t, theme.Options{Profile: colorprofile.ANSI})
	none := shellIn(t, theme.Options{Profile: colorprofile.TrueColor, NoColor: true})
	few.pressAll("L")
	none.pressAll("M")
	for range 3 { // drawn in turn, and together
		if text := many.raw(); !strings.Contains(text, "\x1b[38;2;") || !strings.Contains(text, "En direct") || strings.Contains(text, "masqué") {
			t.Errorf("true colour, French: %q", text[:400])
		}
		if text := few.raw(); strings.Contains(text, "38;2;") || strings.Contains(text, "38;5;") || !strings.Contains(text, "Live") {
			t.Errorf("16 colours, English: %q", text[:400])
		}
		if text := none.raw(); strings.Contains(text, "[38;") || strings.Contains(text, "[9") || !strings.Contains(text, "masqué") {
			t.Errorf("no colour, masked: %q", text[:400])
		}
		done := make(chan struct{})
		for _, a := range []*App{many, few, none} {
			go func() {
				a.View()
				done <- struct{}{}
			}()
		}
		for range 3 {
			<-done
		}
	}
}

func TestATerminalThatShowsMoreThanItsNameSaysIsRaised(t *testing.T) {
	t.Parallel()
	a := shellIn(t, theme.Options{Profile: colorprofile.ANSI256})
	if strings.Contains(a.raw(), "38;2;") {
		t.Fatal("true colour already")
	}
	a.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI}) // never lowered
	a.Update(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	if !strings.Contains(a.raw(), "38;2;") {
		t.Error("not raised")
	}
	plain := shellIn(t, theme.Options{Profile: colorprofile.ANSI256, NoColor: true})
	plain.Update(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	if strings.Contains(plain.raw(), "38;") {
		t.Error("NO_COLOR was forgotten")
	}
}

// A served program over a terminal that answers: the colours are raised, the
// size follows the door, ctrl+z does nothing, q leaves at once.
func TestAServedSession(t *testing.T) {
	t.Parallel()
	sizes := make(chan Size, 4)
	out := newTerminal()
	done := make(chan error, 1)
	go func() {
		done <- Run(t.Context(), tuitest.NewShop(), Options{
			Lang: "en", Env: []string{"TERM=xterm-256color"}, Width: 80, Height: 24, Sizes: sizes, Clock: time.Now, In: out.keys, Out: out,
		})
	}()
	out.wait(t, "blanche")
	out.wait(t, "\x1bP+q") // the question about capabilities
	if strings.Contains(out.all(), "\x1b[38;2;") {
		t.Error("true colour before the terminal said so")
	}
	out.typed("\x1bP1+r524742\x1b\\") // RGB
	out.wait(t, "\x1b[38;2;")
	out.forget()
	sizes <- Size{}
	sizes <- Size{Width: 50, Height: 12}
	out.wait(t, "60")
	out.forget()
	sizes <- Size{Width: 120, Height: 36}
	out.wait(t, "Boutique")
	out.forget()
	out.typed("\x1a")
	out.typed("L")
	out.wait(t, "Aujourd")
	out.typed("q")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Nothing below starts a program from a screen: in a served session it would
// run as the owner of the data.
func TestNoScreenStartsAnotherProgram(t *testing.T) {
	t.Parallel()
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		seen++
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, word := range []string{"ExecProcess", "tea.Exec(", "tea.Suspend", "RunShell"} {
			if strings.Contains(string(source), word) && !strings.Contains(string(source), "msg.(tea.SuspendMsg)") {
				t.Errorf("%s says %s", path, word)
			}
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, im := range file.Imports {
			if p := im.Path.Value; p == `"os/exec"` || p == `"os/signal"` || p == `"os"` && !strings.HasPrefix(path, "tuitest") {
				t.Errorf("%s imports %s", path, p)
			}
		}
		return nil
	})
	if err != nil || seen < 50 {
		t.Errorf("%d files, %v", seen, err)
	}
}

// What a session held is let go when it ends: no goroutine stays behind.
func TestSessionsThatEndLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	for i := range 40 {
		ctx, cancel := context.WithCancel(t.Context())
		out := newTerminal()
		done := make(chan error, 1)
		go func() {
			done <- Run(ctx, tuitest.NewShop(), Options{Lang: "en", Env: []string{"TERM=xterm-256color"}, Width: 80, Height: 24, Sizes: make(chan Size), Clock: time.Now, In: out.keys, Out: out})
		}()
		out.wait(t, "blanche")
		if i%2 == 0 {
			out.typed("q")
		} else {
			cancel()
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		cancel()
		_ = out.hand.Close()
	}
	limit := time.After(2 * time.Minute)
	for runtime.NumGoroutine() > before+2 {
		select {
		case <-limit:
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// counted counts the looks at the live picture.
type counted struct {
	*tuitest.Shop
	looks atomic.Int64
}

func (c *counted) Live() *campaigns.Live {
	c.looks.Add(1)
	return c.Shop.Live()
}

// Where nothing moves nothing is sent, however often it is looked at.
func TestAStillScreenSendsNothing(t *testing.T) {
	t.Parallel()
	for _, tab := range []string{"1", "5", "7", "8"} {
		desk := &counted{Shop: tuitest.NewShop()}
		out := newTerminal()
		done := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			done <- Run(ctx, desk, Options{Lang: "fr", Env: []string{"TERM=xterm-256color"}, Width: 160, Height: 48, Clock: time.Now, In: out.keys, Out: out})
		}()
		out.wait(t, "blanche")
		out.typed(tab)
		looked(t, desk, 4) // the first frames
		before := len(out.all())
		looked(t, desk, 5)
		if text := out.all(); len(text) != before {
			t.Errorf("on tab %s: %q", tab, text[before:])
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func looked(t *testing.T, c *counted, n int64) {
	t.Helper()
	limit := time.After(2 * time.Minute)
	for until := c.looks.Load() + n; c.looks.Load() < until; {
		select {
		case <-limit:
			t.Fatal("the live picture is not looked at any more")
		case <-time.After(20 * time.Millisecond):
		}
	}
}
