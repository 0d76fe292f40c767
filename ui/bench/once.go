package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"strings"

	"blanche/model"
)

// job is one run of ours, for a process of its own: so that neither the shop that
// was made before nor the rivals that are waited for count as ours.
type job struct {
	Options
	Who   string
	Round int
	Plain int // bytes of a message without more text; 0: find out

	Bring *bringJob // instead: an import, or what it is measured against
}

// done is what came of a job.
type done struct {
	Run   Run
	Plain int
	Bytes int // of a message
	Bring BringRun
}

// once runs a job in a process of its own where there is one to be had.
func (b *bench) once(ctx context.Context, who string, round int) (Run, error) {
	j := job{Options: b.Options, Who: who, Round: round, Plain: b.plain}
	j.Relay = b.sink.Addr()
	var d done
	var err error
	if b.Self == "" {
		d, err = b.do(ctx, &j)
	} else {
		d, err = b.hand(ctx, &j)
	}
	b.plain, b.report.Bytes = d.Plain, d.Bytes
	return d.Run, err
}

// hand gives a job to this program, started again.
func (b *bench) hand(ctx context.Context, j *job) (done, error) {
	return handOver(ctx, b.Self, j.Who, j)
}

func handOver(ctx context.Context, self, who string, j *job) (d done, err error) {
	in, err := json.Marshal(j)
	if err != nil {
		return d, err
	}
	c := exec.CommandContext(ctx, self, "bench", "run")
	var out, said bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(in), &out, &said
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return d, ctx.Err()
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(said.String(), "error: "), "\n")
		return d, model.Failed(err, "bench.run_failed", "who", who, "said", first)
	}
	return d, json.Unmarshal(out.Bytes(), &d)
}

// Once does the job that it reads, and writes what came of it.
func Once(ctx context.Context, in io.Reader, out io.Writer, o Options) error {
	j := job{}
	if err := json.NewDecoder(in).Decode(&j); err != nil {
		return err
	}
	j.Now, j.Open = o.Now, o.Open
	if j.Bring != nil {
		j.Bring.Now, j.Bring.Open = o.Now, o.Open
		r, err := j.Bring.do(ctx)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(done{Bring: r})
	}
	b := &bench{Options: j.Options, sink: foreignSink{j.Relay}}
	d, err := b.do(ctx, &j)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(d)
}
