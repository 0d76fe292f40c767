package deliver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/model"
)

// severed is a line that breaks after so many bytes behind the first envelope.
// What the other side said before can still be read.
type severed struct {
	script
	left int
	on   bool
}

func (s *severed) Write(p []byte) (int, error) {
	if !s.on {
		s.on = strings.Contains(string(p), "RCPT TO:")
		return len(p), nil
	}
	n := min(s.left, len(p))
	if s.left -= n; n < len(p) {
		return n, errors.New("broken")
	}
	return n, nil
}

// TestLineBrokenAtAnyByteIsADoubtOnlyWhenTheEndMayHaveLeft breaks the line at
// each byte of the write that carries the first text and the second envelope.
func TestLineBrokenAtAnyByteIsADoubtOnlyWhenTheEndMayHaveLeft(t *testing.T) {
	t.Parallel()
	text := len(asWired("Subject: Bonjour\r\n\r\nBonjour Elodie.\r\n.. un point\r\n"))
	for _, c := range []struct {
		mode        deliver.Mode
		prompt      string
		sure, whole int // from here on the end may have left; it has left whole
	}{
		{deliver.Streamed, "354 go\r\n", text + 1, text + 1 + len(".\r\n")}, // one dot stuffed
		{deliver.BDAT, "", len("BDAT 53 LAST\r\n") + text, len("BDAT 53 LAST\r\n") + text},
	} {
		for _, answer := range []string{"", "250 ok\r\n", "550 5.7.1 no\r\n"} {
			for cut := range c.whole + 60 {
				var lines int
				cfg := deliver.Config{Host: "127.0.0.1", Port: "25", Security: deliver.None, Mode: c.mode, Timeouts: quick}
				cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
					if lines++; lines > 1 {
						return nil, errors.New("once is enough")
					}
					said := []io.Reader{}
					for _, s := range []string{"220 hi\r\n", "250 hi\r\n", "250 ok\r\n250 ok\r\n" + c.prompt, answer} {
						said = append(said, strings.NewReader(s))
					}
					return &severed{script: script{said: io.MultiReader(said...)}, left: cut}, nil
				}
				out := inARow(t, cfg, 2, nil)
				want := model.SendNotStarted
				switch {
				case answer == "550 5.7.1 no\r\n":
					want = model.SendRefused
				case cut >= c.whole && answer != "":
					want = model.SendAccepted
				case cut >= c.sure:
					want = model.SendUncertain
				}
				if out[0].Result != want || out[1].Result != model.SendNotStarted {
					t.Errorf("%s, broken after %d bytes, %q behind: %s, then %s; want %s", c.mode, cut, answer, out[0].Result, out[1].Result, want)
				}
			}
		}
	}
}
