package safe_test

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"blanche/ui/safe"
)

// attacks are texts that harm a terminal when they are printed as they are.
var attacks = []string{
	"\x1b[2J", "\x1b[H\x1b[31mred", "a\x1b[1;1Htop", "\x1b]0;title\x07", "\x1b]2;title\x1b\\", "\x9b31mred", "\u009b5;5Hx",
	"\x1b[?1049h", "\x1b[6n", "\x1b[c", "\x1b]11;?\x07", "\x1bP$q m\x1b\\", "line\r\nnext", "back\b\b\b\b\b\b\b\bspace", "up\x1bMx", "tab\tx",
	"\x1bc", "\x1b[?25l", "\x1b#8", "\x1b(0qqq", "bell\x0e\x0f", "\x1b[10L", "\x1b[5S", "\x1b[3;5r", "\x1b7\x1b[1;1H\x1b8",
	"\u0301combining", "\u202eright to left", "a\u200d", strings.Repeat("\u0300", 30), "\x1b]8;;http://x.example\x07link\x1b]8;;\x07",
	"\xff\xfe\x9d0;x\x9c", "e\x1b", "e\x1b[", "e\x1b]", "e\u009d", "\x1b[38;5;196", "日本\x1b[1mx", "👩‍👩‍👧",
}

// The place of the text on the test screen, and what surrounds it.
const (
	screenW, screenH = 40, 6
	left, row, room  = 5, 3, 20
)

// spoils prints a text between two marks on a full screen of a real emulator,
// and says what it changed besides its own cells: another cell, a style, the
// cursor, the title, a mode, an answer of the terminal.
func spoils(text string) error {
	e := vt.NewEmulator(screenW, screenH)
	var replies atomic.Int64
	done := make(chan struct{})
	go func() { // the emulator answers into a pipe that somebody must read
		defer close(done)
		n, _ := io.Copy(io.Discard, e)
		replies.Add(n)
	}()
	titled := false
	e.SetCallbacks(vt.Callbacks{Title: func(string) { titled = true }, IconName: func(string) { titled = true }})
	_, _ = e.WriteString("\x1b[?2027h")
	for y := range screenH {
		fmt.Fprintf(e, "\x1b[%d;1H%s", y+1, strings.Repeat("#", screenW))
	}
	cut := ansi.Truncate(text, room, "")
	fmt.Fprintf(e, "\x1b[%d;%dH<%s", row+1, left, cut)
	at := e.CursorPosition()
	err := inspect(e, cut, at.X, at.Y)
	if titled && err == nil {
		err = fmt.Errorf("the title was set")
	}
	if c, ok := e.InputPipe().(io.Closer); ok {
		_ = c.Close()
	}
	<-done
	_ = e.Close()
	if n := replies.Load(); n > 0 && err == nil {
		err = fmt.Errorf("the terminal answered %d bytes", n)
	}
	return err
}

func inspect(e *vt.Emulator, cut string, x, y int) error {
	width := ansi.StringWidth(cut)
	if y != row || x != left+width {
		return fmt.Errorf("the cursor is at %d,%d, not at %d,%d", x, y, left+width, row)
	}
	if e.IsAltScreen() {
		return fmt.Errorf("it went to the other screen")
	}
	for y := range screenH {
		for x := range screenW {
			c := e.CellAt(x, y)
			if c == nil {
				return fmt.Errorf("cell %d,%d is gone", x, y)
			}
			if !c.Style.IsZero() || c.Link.URL != "" {
				return fmt.Errorf("cell %d,%d has a style", x, y)
			}
			want := "#"
			if y == row && x == left-1 {
				want = "<"
			}
			own := y == row && x >= left && x < left+width
			if !own && c.Content != want {
				return fmt.Errorf("cell %d,%d is %q instead of %q", x, y, c.Content, want)
			}
		}
	}
	return nil
}

func TestSanitizedTextChangesOnlyItsOwnCells(t *testing.T) {
	t.Parallel()
	for _, s := range attacks {
		if err := spoils(safe.Text(s)); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// The control: without the sanitizer the same check sees attacks go through,
// so that a check that sees nothing cannot pass for safety.
func TestWithoutTheSanitizerAttacksGoThrough(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, s := range attacks {
		if spoils(s) != nil {
			seen++
		}
	}
	if seen < len(attacks)/2 {
		t.Errorf("only %d of %d attacks are seen by the emulator", seen, len(attacks))
	}
	for _, s := range []string{"\x1b[2J", "\x1b]0;title\x07", "\x1b[6n", "a\x1b[1;1Htop", "line\r\nnext", "\x1b[H\x1b[31mred"} {
		if spoils(s) == nil {
			t.Errorf("%q is not seen", s)
		}
	}
}
