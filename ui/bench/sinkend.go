package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"time"

	"blanche/model"
)

// Count is what a sink has taken since it began.
type Count struct {
	Messages int     `json:"messages"`
	Bytes    int64   `json:"bytes"`
	CPU      float64 `json:"cpu_seconds"` // of its process
	known    bool
}

// sinkEnd is a sink as the measurement sees it.
type sinkEnd interface {
	Addr() string
	Count() (Count, error)
	Close()
}

// foreignSink is somebody else's: it is not asked anything.
type foreignSink struct{ addr string }

func (f foreignSink) Addr() string          { return f.addr }
func (f foreignSink) Count() (Count, error) { return Count{}, nil }
func (f foreignSink) Close()                {}

func innerSink(rtt time.Duration) (sinkEnd, error) { return NewSink("127.0.0.1:0", rtt) }

// hello is the first line that a sink in a process of its own says.
type hello struct {
	Address string `json:"address"`
}

// Serve is a sink in a process of its own: it says where it listens, answers
// every line that it is asked with a Count, and ends with its input, so that it
// dies with who started it.
func Serve(in io.Reader, out io.Writer, addr string, rtt time.Duration) error {
	s, err := NewSink(addr, rtt)
	if err != nil {
		return err
	}
	defer s.Close()
	say := json.NewEncoder(out)
	if err := say.Encode(hello{s.Addr()}); err != nil {
		return err
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		c, _ := s.Count()
		if err := say.Encode(c); err != nil {
			return err
		}
	}
	return nil
}

// childSink is a sink in a process of its own.
type childSink struct {
	cmd     *exec.Cmd
	ask     io.WriteCloser
	answers *json.Decoder
	addr    string
}

// startSink starts this program again as a sink.
func startSink(ctx context.Context, self string, rtt time.Duration) (sinkEnd, error) {
	c := &childSink{cmd: exec.CommandContext(ctx, self, "bench", "sink", "--rtt", rtt.String())}
	var err error
	if c.ask, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, model.Failed(err, "bench.no_sink")
	}
	c.answers = json.NewDecoder(out)
	var h hello
	if err := c.answers.Decode(&h); err != nil {
		c.Close()
		return nil, model.Failed(err, "bench.no_sink")
	}
	c.addr = h.Address
	return c, nil
}

func (c *childSink) Addr() string { return c.addr }

// Count asks the process.
func (c *childSink) Count() (Count, error) {
	n := Count{known: true}
	if _, err := io.WriteString(c.ask, "\n"); err != nil {
		return n, model.Failed(err, "bench.no_sink")
	}
	if err := c.answers.Decode(&n); err != nil {
		return n, model.Failed(err, "bench.no_sink")
	}
	return n, nil
}

// Close ends the process: its input ends.
func (c *childSink) Close() {
	_ = c.ask.Close()
	_ = c.cmd.Wait()
}
