package bench

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// rival is another program that sends.
type rival struct{ name, path string }

// rivals finds the programs to race against; those that are not here are noted.
func (b *bench) rivals() []rival {
	var out []rival
	for _, word := range b.Against {
		if path := find(word); path != "" {
			out = append(out, rival{filepath.Base(word), path})
		} else {
			b.report.Absent = append(b.report.Absent, word)
		}
	}
	return out
}

// find looks for a program where the shell would, then where Postfix keeps its.
func find(word string) string {
	for _, name := range []string{word, "/usr/sbin/" + word} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// race is one run of a rival: from its start to its end.
func (b *bench) race(ctx context.Context, r rival, round int) (Run, error) {
	before, err := b.sink.Count()
	if err != nil {
		return Run{}, err
	}
	c := exec.CommandContext(ctx, r.path, "-d", "-s", strconv.Itoa(b.Connections), "-l", strconv.Itoa(b.report.Bytes),
		"-m", strconv.Itoa(b.Messages), "-f", from, "-t", "client@gmail.example", b.sink.Addr())
	c.WaitDelay = time.Second
	begun := time.Now()
	out, err := c.CombinedOutput()
	took := time.Since(begun)
	if ctx.Err() != nil {
		return Run{}, ctx.Err()
	}
	if err != nil {
		said, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return Run{}, model.Failed(err, "bench.rival_failed", "who", r.name, "said", said)
	}
	run := Run{Who: r.name, Round: round, Seconds: took.Seconds()}
	run.CPU = perMessage(c.ProcessState.UserTime()+c.ProcessState.SystemTime(), b.Messages)
	return run, b.account(&run, before)
}
