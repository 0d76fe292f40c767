package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/ssh"
)

// run runs a command line on an App whose empty parts are filled in: no
// terminal, no environment but a home, a fixed day. It returns the exit code
// and what was written.
func run(t *testing.T, a App, args ...string) (code int, out, errs string) {
	t.Helper()
	return runUntil(t, context.Background(), a, args...)
}

func runUntil(t *testing.T, ctx context.Context, a App, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	home := t.TempDir()
	a.Out, a.Err = &stdout, &stderr
	if a.In == nil {
		a.In = strings.NewReader("")
	}
	if a.Rand == nil {
		a.Rand = rand.Reader
	}
	if a.Files == nil {
		a.Files = ssh.OSFiles("")
	}
	a.Env = func(name string) (string, bool) {
		if name == "HOME" {
			return home, true
		}
		return "", false
	}
	if a.Dir == "" {
		a.Dir = "."
	}
	a.Now = func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }
	a.Local, a.Width = time.UTC, 80
	code = a.Run(ctx, args)
	return code, stdout.String(), stderr.String()
}

// sending is a desk with one campaign that is being sent and never ends.
type sending struct {
	campaigns.Desk
	status  model.Status
	refusal error
	cancel  context.CancelCauseFunc
	cause   error
}

func (d *sending) Resume(context.Context, string) error { return d.refusal }

func (d *sending) Status(context.Context, string) (model.Status, error) { return d.status, nil }

func (d *sending) Pause(context.Context, string) error {
	d.status.State = model.Paused
	return nil
}

func (d *sending) Wait(ctx context.Context, _ string, _ time.Duration, each func(model.Status)) (model.Status, error) {
	each(d.status)
	if d.cancel != nil {
		d.cancel(d.cause)
		<-ctx.Done()
		return d.status, ctx.Err()
	}
	return d.status, nil
}

// settling is a campaign of which eight messages are on the wire when it
// stops; each look finds one more answered.
type settling struct{ sending }

func (d *settling) Status(context.Context, string) (model.Status, error) {
	st := d.status
	if d.status.Accepted < 264 {
		d.status.Accepted++
	}
	st.Accepted = d.status.Accepted
	st.InFlight = 264 - st.Accepted
	st.Sending = st.InFlight > 0
	return st, nil
}

func TestTheLastStatusOfAWaitIsFinal(t *testing.T) {
	t.Parallel()
	running := model.Status{Name: "noel", State: model.Running, Planned: 300, Accepted: 256, Balanced: true, Sending: true}
	done := running
	done.State = model.Done
	for name, c := range map[string]struct {
		status model.Status
		cause  error
	}{
		"ctrl+c": {running, errInterrupted}, "SIGTERM": {running, errTerminated}, "done": {done, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			desk := &settling{sending{status: c.status, cause: c.cause}}
			if c.cause != nil {
				desk.cancel = cancel
			}
			_, out, _ := runUntil(t, ctx, with(desk), "campaign", "resume", "noel", "--wait", "--json")
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, `"accepted":264`) || !strings.Contains(last, `"sending":false`) {
				t.Errorf("the last status is %s", last)
			}
		})
	}
}

// silent is a pipe that stays open and says nothing.
func silent(t *testing.T) io.Reader {
	t.Helper()
	r, w := io.Pipe()
	t.Cleanup(func() { _ = w.Close() })
	return r
}

func TestCtrlCEndsACommandThatReadsAnOpenPipe(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"campaign", "new", "-"},
		{"campaign", "edit", "noel", "-"},
		{"campaign", "new", "--from-csv", "-", "--name", "x", "--started-at", "2026-11-01"},
		{"import", "contacts", "-", "--basis", "none"},
		{"import", "orders", "-"},
		{"roi", "csv", "-", "--arm", "a", "--treatment", "x", "--control", "y", "--outcome", "z"},
		{"roi", "draw", "-", "--salt", "x"},
		{"roi", "anytime", "-", "--arm", "a", "--treatment", "x", "--control", "y", "--outcome", "z"},
		{"roi", "pool", "-"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			a := App{Open: openDesk, In: &onRead{silent(t), func() { cancel(errInterrupted) }}}
			if code, _, errs := runUntil(t, ctx, a, append(args, "--json")...); code != exitInterrupted || !strings.Contains(errs, `"code":"interrupted"`) {
				t.Errorf("exit code %d: %s", code, errs)
			}
		})
	}
}

// onRead tells that somebody has begun to read.
type onRead struct {
	io.Reader
	tell func()
}

func (r *onRead) Read(b []byte) (int, error) {
	r.tell()
	return r.Reader.Read(b)
}

// with is an App over a desk.
func with(desk campaigns.Desk) App {
	return App{Open: func(context.Context, Wiring) (House, func(context.Context) error, error) {
		return oneDesk{desk: desk}, func(context.Context) error { return nil }, nil
	}}
}

// oneDesk is a house where everybody gets the same desk.
type oneDesk struct {
	House
	desk campaigns.Desk
}

func (o oneDesk) As(model.Actor) campaigns.Desk { return o.desk }

func TestAWaitEndsWithTheCodeOfWhatEndedIt(t *testing.T) {
	t.Parallel()
	running := model.Status{Name: "noel", State: model.Running, Planned: 10, Waiting: 10, Balanced: true}
	paused := running
	paused.State = model.Paused
	guarded := paused
	guarded.PausedWhy = "deliver.why.bounces"
	done := running
	done.State, done.Accepted, done.Waiting = model.Done, 9, 0
	done.Uncertain = 1
	cases := map[string]struct {
		status  model.Status
		cause   error // ends the wait
		refusal error
		want    int
		state   string
	}{
		"done":              {status: done, want: exitOK, state: "done"},
		"paused":            {status: paused, want: exitOK, state: "paused"},
		"paused by a guard": {status: guarded, want: exitRefused, state: "paused"},
		"ctrl+c":            {status: running, cause: errInterrupted, want: exitInterrupted, state: "paused"},
		"SIGTERM":           {status: running, cause: errTerminated, want: exitOK, state: "paused"},
		"nobody sends":      {status: paused, refusal: model.Busy("campaign.nobody_sends", "name", "noel"), want: exitBusy},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			desk := &sending{status: c.status, refusal: c.refusal, cause: c.cause}
			if c.cause != nil {
				desk.cancel = cancel
			}
			code, out, errs := runUntil(t, ctx, with(desk), "campaign", "resume", "noel", "--wait", "--json")
			if code != c.want {
				t.Errorf("exit code %d, want %d: %s", code, c.want, errs)
			}
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if last := lines[len(lines)-1]; c.state != "" && !strings.Contains(last, `"state":"`+c.state+`"`) {
				t.Errorf("the last status is %s", last)
			}
		})
	}
}

func TestExitCodesFollowTheKindOfTheError(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{
		exitFailure: errors.New("broken"), exitUsage: model.Invalid("x"), exitPartial: &model.Error{Kind: model.KindPartial},
		exitBusy: model.Busy("x"), exitRefused: model.Refused("x"),
	} {
		if got := codeOf(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
	if got := codeOf(model.NotFound("x")); got != exitFailure {
		t.Errorf("not found: %d", got)
	}
	if got := codeOf(&campaigns.ConfirmError{Refusal: model.Refused("x")}); got != exitRefused {
		t.Errorf("not confirmed: %d", got)
	}
}
