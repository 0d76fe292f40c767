package tui

import (
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// terminal is what a program writes to, with keys that are typed into it.
type terminal struct {
	mu    sync.Mutex
	text  strings.Builder
	n     int
	wrote chan struct{}
	keys  *io.PipeReader
	hand  *io.PipeWriter
}

func newTerminal() *terminal {
	t := &terminal{wrote: make(chan struct{}, 1)}
	t.keys, t.hand = io.Pipe()
	return t
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.text.Write(p)
	t.n += len(p)
	t.mu.Unlock()
	select {
	case t.wrote <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (t *terminal) all() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// forget begins to listen anew.
func (t *terminal) forget() {
	t.mu.Lock()
	t.text.Reset()
	t.mu.Unlock()
}

// typed gives keys to the program.
func (t *terminal) typed(keys string) { go func() { _, _ = io.WriteString(t.hand, keys) }() }

// wait waits until a text was written.
func (t *terminal) wait(tb testing.TB, text string) time.Duration {
	tb.Helper()
	since := time.Now()
	limit := time.After(2 * time.Minute)
	for !strings.Contains(t.all(), text) {
		select {
		case <-t.wrote:
		case <-limit:
			tb.Fatalf("%q was never written; the end of what was: %q", text, tail(t.all(), 600))
		}
	}
	return time.Since(since)
}

func tail(s string, n int) string { return s[max(len(s)-n, 0):] }
