package relay_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// ends are both sides of a connection through a pipe.
func ends(t *testing.T) (a, b net.Conn) {
	t.Helper()
	p := relay.NewPipe()
	got := make(chan net.Conn, 1)
	go func() {
		c, _ := p.Accept()
		got <- c
	}()
	a, err := p.Dial(context.Background(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	b = <-got
	t.Cleanup(func() { _, _, _ = a.Close(), b.Close(), p.Close() })
	return a, b
}

func TestPipeHoldsWhatTheOtherSideHasNotReadYet(t *testing.T) {
	t.Parallel()
	a, b := ends(t)
	for range 60 {
		if _, err := a.Write(bytes.Repeat([]byte("x"), 1000)); err != nil { // nobody reads
			t.Fatal(err)
		}
	}
	_ = a.Close()
	all, err := io.ReadAll(b)
	if len(all) != 60_000 || err != nil {
		t.Errorf("%d bytes, %v", len(all), err)
	}
	if _, err := b.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("written to nobody: %v", err)
	}
}

func TestPipeKeepsItsDeadlines(t *testing.T) {
	t.Parallel()
	a, b := ends(t)
	_ = a.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read: %v", err)
	}
	_ = a.SetWriteDeadline(time.Now().Add(2 * time.Second)) // what fits is written long before
	n, err := a.Write(make([]byte, 1<<20))
	if n != 64<<10 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write: %d bytes, %v", n, err)
	}
	_ = a.SetDeadline(time.Time{})
	_, _ = b.Write([]byte("y"))
	if n, err := a.Read(make([]byte, 2)); n != 1 || err != nil {
		t.Errorf("after the deadlines: %d, %v", n, err)
	}
}
