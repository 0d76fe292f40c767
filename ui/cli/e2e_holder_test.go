package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"blanche/ui/logs/logstest"
	"blanche/ui/ssh"
)

// transcript is what a process has written so far.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (x *transcript) Write(b []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.text.Write(b)
}

func (x *transcript) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.text.String()
}

// process is a program that runs beside the test.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err transcript
	ended    chan struct{}
}

// beside starts a command beside the test, and ends it with the test.
func beside(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	x := &process{t: t, cmd: cmd, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &x.out, &x.err
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait(); close(x.ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGCONT)
		_ = cmd.Process.Kill()
		<-x.ended
		logstest.Check(t, x.err.String())
	})
	return x
}

func (x *process) signal(s syscall.Signal) {
	x.t.Helper()
	if err := x.cmd.Process.Signal(s); err != nil {
		x.t.Fatal(err)
	}
}

// ends waits for the end and returns the exit code.
func (x *process) ends() int {
	x.t.Helper()
	select {
	case <-x.ended:
	case <-time.After(longEnough):
		x.t.Fatalf("%v is still running after %s\n%s%s", x.cmd.Args[1:], longEnough, &x.out, &x.err)
	}
	return x.cmd.ProcessState.ExitCode()
}

// kill ends it with no chance to do anything more.
func (x *process) kill() {
	_ = x.cmd.Process.Kill()
	<-x.ended
}

// says waits until a text stands in one of its outputs.
func (x *process) says(in *transcript, text string) {
	x.t.Helper()
	for end := time.Now().Add(longEnough); !strings.Contains(in.String(), text); time.Sleep(time.Millisecond) {
		select {
		case <-x.ended:
			time.Sleep(10 * time.Millisecond)
			if strings.Contains(in.String(), text) {
				return
			}
			x.t.Fatalf("%v ended without %q\n%s%s", x.cmd.Args[1:], text, &x.out, &x.err)
		default:
		}
		if time.Now().After(end) {
			x.t.Fatalf("no %q\n%s%s", text, &x.out, &x.err)
		}
	}
}

// serve starts the service in a folder that is not the caller's, and waits
// until its doors are open.
func (p *program) serve(args ...string) *process {
	p.t.Helper()
	cmd := p.command(context.Background(), append([]string{"serve"}, args...)...)
	cmd.Dir = "/"
	x := beside(p.t, cmd)
	x.says(&x.err, "blanche holds")
	return x
}

// answer is what a command line gave.
type answered struct {
	Code     int
	Out, Err string
}

// ask runs a command line of the real program.
func (p *program) ask(args ...string) answered {
	p.t.Helper()
	return p.askWith(p.dir, nil, args...)
}

// askWith runs a command line in a folder, with an input.
func (p *program) askWith(dir string, in io.Reader, args ...string) answered {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
	defer cancel()
	cmd := p.command(ctx, args...)
	cmd.Dir, cmd.Stdin = dir, in
	return outcome(p.t, ctx, cmd)
}

// outcome runs a command to its end.
func outcome(t *testing.T, ctx context.Context, cmd *exec.Cmd) answered {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, time.Second
	err := cmd.Run()
	var failed *exec.ExitError
	if ctx.Err() != nil || err != nil && !errors.As(err, &failed) {
		t.Errorf("%v: %v\n%s%s", cmd.Args[1:], firstOf(ctx.Err(), err), &out, &errs)
	}
	return answered{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// must runs a command line that succeeds.
func (p *program) must(args ...string) string {
	p.t.Helper()
	a := p.ask(args...)
	if a.Code != 0 {
		p.t.Fatalf("%v: exit code %d\n%s%s", args, a.Code, a.Out, a.Err)
	}
	return a.Out
}

// status is where a campaign stands, as another process is told.
func (p *program) status(name string) sent {
	p.t.Helper()
	docs := answers[sent](p.t, []byte(p.must("campaign", "status", name, "--json")))
	return docs[len(docs)-1]
}

// free waits until nobody answers for the folder.
func (p *program) free() {
	p.t.Helper()
	until(p.t, "the folder to be free", func() bool {
		c, err := ssh.Dial(p.t.Context(), p.env["BLANCHE_DATA"], ssh.Attach)
		if err == nil {
			_ = c.Close()
		}
		return errors.Is(err, ssh.ErrNobody)
	})
}

// until waits for a condition.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(longEnough); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// sessions is how many sessions a service with a door for monitors serves.
func (x *process) sessions() int {
	x.t.Helper()
	at := regexp.MustCompile(`http://[0-9.:]+`).FindString(x.err.String())
	r, err := http.Get(at + "/metrics")
	if err != nil {
		x.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	text, _ := io.ReadAll(r.Body)
	m := regexp.MustCompile(`(?m)^blanche_sessions\{.*\} (\d+)$`).FindSubmatch(text)
	if m == nil {
		x.t.Fatalf("no sessions in\n%s", text)
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}

// people imports so many, and makes the campaign of the kill test, a tenth of
// them left alone.
func (p *program) people(n int) {
	p.t.Helper()
	p.mkcontacts("people.csv", n)
	p.must("import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	p.write("noel.md", []byte(killCampaign))
	p.must("campaign", "new", "noel.md")
}

// launch starts that campaign.
func (p *program) launch(n int, args ...string) {
	p.t.Helper()
	p.must(append([]string{"campaign", "start", "noel-15", "--confirm", strconv.Itoa(n - n/10)}, args...)...)
}

// once wants everybody of a relay to have one message, and returns how many.
func once(t *testing.T, kept map[string]int) int {
	t.Helper()
	for who, n := range kept {
		if n != 1 {
			t.Errorf("%s got %d", who, n)
		}
	}
	return len(kept)
}

// copyFolder copies a data folder that nobody holds.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", "-a", from+"/.", to).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v\n%s", err, out)
	}
}
