package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal is the real program in a pseudo-terminal, and an emulator of the
// screen before it, which answers the program's questions.
type terminal struct {
	t     *testing.T
	cmd   *exec.Cmd
	tty   *os.File
	ended chan struct{} // the program
	shown chan struct{} // all that it wrote

	mu    sync.Mutex
	em    *vt.Emulator
	w, h  int
	bytes int       // that came so far
	tail  []byte    // the last of them
	last  time.Time // when some came
}

// openTerminal starts the dashboard.
func (p *program) openTerminal(w, h int, args ...string) *terminal {
	p.t.Helper()
	return openTerminal(p.t, w, h, p.command(context.Background(), args...))
}

// openTerminal starts a command in a terminal.
func openTerminal(t *testing.T, w, h int, cmd *exec.Cmd) *terminal {
	t.Helper()
	x := &terminal{t: t, cmd: cmd, em: vt.NewEmulator(w, h), w: w, h: h, ended: make(chan struct{}), shown: make(chan struct{}), last: time.Now()}
	x.cmd.Env = append(x.cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor")
	tty, err := pty.StartWithSize(x.cmd, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)})
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	x.tty = tty
	var flows sync.WaitGroup
	flows.Go(x.show)
	flows.Go(func() { _, _ = io.Copy(tty, x.em) })
	go func() { _ = x.cmd.Wait(); close(x.ended) }()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		<-x.ended
		_ = x.em.InputPipe().(io.Closer).Close()
		_ = tty.Close()
		flows.Wait()
	})
	return x
}

// show paints what the program writes.
func (x *terminal) show() {
	defer close(x.shown)
	b := make([]byte, 32<<10)
	for {
		n, err := x.tty.Read(b)
		x.mu.Lock()
		_, _ = x.em.Write(b[:n])
		x.bytes += n
		if x.tail = append(x.tail, b[:n]...); len(x.tail) > 2000 {
			x.tail = x.tail[len(x.tail)-2000:]
		}
		if n > 0 {
			x.last = time.Now()
		}
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// lines are the rows of the screen, without the space at their ends.
func (x *terminal) lines() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	lines := make([]string, x.h)
	for y := range lines {
		var b strings.Builder
		for col := 0; col < x.w; {
			c := x.em.CellAt(col, y)
			if c == nil || c.Width < 1 {
				col++
				continue
			}
			b.WriteString(c.Content)
			col += c.Width
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

func (x *terminal) text() string { return strings.Join(x.lines(), "\n") }

// scrolled reports whether rows were pushed out above the screen.
func (x *terminal) scrolled() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.ScrollbackLen() > 0
}

// apart reports whether the program still has a screen of its own.
func (x *terminal) apart() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.IsAltScreen()
}

// style is the style of the first cell of a text, and whether it is there.
func (x *terminal) style(text string) (uv.Style, bool) {
	for y, line := range x.lines() {
		if before, _, ok := strings.Cut(line, text); ok {
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.em.CellAt(len([]rune(before)), y).Style, true
		}
	}
	return uv.Style{}, false
}

// write types without looking.
func (x *terminal) write(keys string) {
	x.t.Helper()
	if _, err := x.tty.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// see waits until a text stands on the screen.
func (x *terminal) see(text string) {
	x.t.Helper()
	for end := time.Now().Add(longEnough); !strings.Contains(x.text(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			x.t.Fatalf("no %q on the screen:\n%s", text, x.text())
		}
	}
}

// insist types, and again after a while, until a text stands on the screen.
func (x *terminal) insist(keys, text string) {
	x.t.Helper()
	for begin := time.Now(); time.Since(begin) < longEnough; {
		x.write(keys)
		for end := time.Now().Add(500 * time.Millisecond); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if strings.Contains(x.text(), text) {
				return
			}
		}
	}
	x.t.Fatalf("no %q on the screen:\n%s\nlast bytes: %q", text, x.text(), x.tail)
}

// settle waits until the program has written nothing for a while, and returns
// how many bytes have come so far.
func (x *terminal) settle() int {
	const quiet = 600 * time.Millisecond // twice the time between two live pictures
	for {
		x.mu.Lock()
		since, n := time.Since(x.last), x.bytes
		x.mu.Unlock()
		if since >= quiet {
			return n
		}
		time.Sleep(quiet - since)
	}
}

// answers does something to which the program answers, and returns how many
// bytes its answer took.
func (x *terminal) answers(to func()) int {
	x.t.Helper()
	before := x.settle()
	to()
	for end := time.Now().Add(longEnough); x.came() == before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			x.t.Fatalf("no answer:\n%s", x.text())
		}
	}
	return x.settle() - before
}

// came is how many bytes have come.
func (x *terminal) came() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.bytes
}

// press types, and returns how many bytes the answer takes.
func (x *terminal) press(keys string) int {
	x.t.Helper()
	return x.answers(func() { x.write(keys) })
}

// resize changes the size of the terminal.
func (x *terminal) resize(w, h int) {
	x.t.Helper()
	x.answers(func() {
		x.mu.Lock()
		x.em.Resize(w, h)
		x.w, x.h = w, h
		x.mu.Unlock()
		if err := pty.Setsize(x.tty, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
			x.t.Fatal(err)
		}
	})
}

// leaves waits for the end of the program, and of what it wrote, and returns its
// exit code.
func (x *terminal) leaves() int {
	x.t.Helper()
	late := time.After(longEnough)
	for _, end := range []chan struct{}{x.ended, x.shown} {
		select {
		case <-end:
		case <-late:
			x.t.Fatalf("still there:\n%s", x.text())
		}
	}
	return x.cmd.ProcessState.ExitCode()
}
