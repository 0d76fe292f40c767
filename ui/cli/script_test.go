package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/ui/ssh"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){"blanche": func() { os.Exit(mainAtTestTime(os.Args[1:])) }})
}

// mainAtTestTime is Main with a clock that starts at BLANCHE_TEST_NOW.
func mainAtTestTime(args []string) int {
	a := here()
	if at, err := time.Parse(time.RFC3339, os.Getenv("BLANCHE_TEST_NOW")); err == nil {
		begin := time.Now()
		a.Now = func() time.Time { return at.Add(time.Since(begin)) }
	}
	return a.runUntilSignal(args)
}

func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_DATA_HOME", e.WorkDir+"/share")
			e.Setenv("XDG_CONFIG_HOME", e.WorkDir+"/etc")
			e.Setenv("BLANCHE_DATA", e.WorkDir+"/data")
			e.Setenv("BLANCHE_TIMEZONE", "Europe/Paris")
			e.Setenv("LANG", "C")
			e.Setenv("GORACE", "atexit_sleep_ms=0") // each command would wait a second
			e.Values[relayKey{}] = new(scriptRelay)
			// The real program, where the race detector makes minutes of a cost
			// that is meant: of a passphrase.
			path, err := built()
			e.Setenv("PROGRAM", path)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": cmdExits, "field": cmdField, "relay": cmdRelay, "received": cmdReceived, "untouched": cmdUntouched, "people": cmdPeople, "copyout": cmdCopyOut, "answers": cmdAnswers, "waits": cmdWaits,
		},
	})
}

// cmdExits: "exits CODE blanche …" runs a command and wants that exit code.
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var failed *exec.ExitError
		if !errors.As(err, &failed) {
			ts.Fatalf("%v", err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// cmdField: "field stdout|stderr a.0.b VALUE" looks into the last JSON document.
func cmdField(ts *testscript.TestScript, neg bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n")
	var v any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &v); err != nil {
		ts.Fatalf("not JSON: %v: %s", err, lines[len(lines)-1])
	}
	for part := range strings.SplitSeq(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			i, err := strconv.Atoi(part)
			if part == "len" {
				v = float64(len(x))
				continue
			}
			if err != nil || i >= len(x) {
				ts.Fatalf("%s: no %q in a list of %d", args[1], part, len(x))
			}
			v = x[i]
		default:
			ts.Fatalf("%s: no %q in %v", args[1], part, v)
		}
	}
	got := fmt.Sprint(v)
	if f, ok := v.(float64); ok {
		got = strconv.FormatFloat(f, 'g', -1, 64)
	}
	if (got == args[2]) == neg {
		ts.Fatalf("%s = %s, want %s", args[1], got, args[2])
	}
}

type relayKey struct{}

// scriptRelay is the SMTP server of a script.
type scriptRelay struct {
	*relay.Relay
	seen int // messages that had come when somebody last waited
}

// cmdRelay starts a relay, which the following commands send to: "relay",
// "relay slow", or "relay refusing" of nine people the first message.
func cmdRelay(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	o := relay.Options{}
	switch strings.Join(args, " ") {
	case "slow":
		o.Latency = 20 * time.Millisecond
	case "refusing":
		o.Behave = refuseOnce
	}
	r := relay.Start(l, o)
	ts.Defer(r.Close)
	ts.Value(relayKey{}).(*scriptRelay).Relay = r
	ts.Setenv("BLANCHE_RELAY_URL", "smtp://"+l.Addr().String()+"?tls=none")
}

// refuseOnce refuses the first message to nine people, three for each reason,
// and would take every other one: who must not get a second try would show.
func refuseOnce(to string, try int) relay.Act {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(to, "p"), "@mail.example"))
	if err != nil || n >= 9 || try > 1 {
		return relay.Take
	}
	return [...]relay.Act{relay.RefuseFull, relay.RefusePolicy, relay.RefuseRcpt}[n/3]
}

// cmdReceived: "received N" wants N people with exactly one message each;
// "received mark" notes how many have come, and "received some" waits until
// one more has.
func cmdReceived(ts *testscript.TestScript, _ bool, args []string) {
	r := ts.Value(relayKey{}).(*scriptRelay)
	if args[0] == "mark" {
		r.seen = r.Total()
		return
	}
	if args[0] == "some" {
		for end := time.Now().Add(longEnough); r.Total() <= r.seen; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				ts.Fatalf("nothing came")
			}
		}
		r.seen = r.Total()
		return
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	kept := r.Kept()
	for who, n := range kept {
		if n != 1 {
			ts.Fatalf("%s got %d messages", who, n)
		}
	}
	if len(kept) != want {
		ts.Fatalf("%d people got a message, want %d", len(kept), want)
	}
}

// cmdUntouched: "untouched FILE.csv" wants that nobody of its column email has
// got anything.
func cmdUntouched(ts *testscript.TestScript, _ bool, args []string) {
	kept := ts.Value(relayKey{}).(*scriptRelay).Kept()
	people := 0
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		for cell := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			if !strings.Contains(cell, "@") {
				continue
			}
			people++
			if kept[cell] > 0 {
				ts.Fatalf("%s of the zone blanche got a message", cell)
			}
		}
	}
	if people == 0 {
		ts.Fatalf("nobody in %s", args[0])
	}
}

// cmdPeople: "people N FILE" writes a file of N contacts, and "people N FILE
// SHARE" one of their orders, of every SHAREth.
func cmdPeople(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	if len(args) == 2 {
		b.WriteString("email,first_name,city\n")
		for i := range n {
			fmt.Fprintf(&b, "p%d@mail.example,Élodie,Évry\n", i)
		}
	} else {
		every, err := strconv.Atoi(args[2])
		ts.Check(err)
		b.WriteString("id;date;email;total;statut\n")
		for i := 0; i < n; i += every {
			fmt.Fprintf(&b, "C%d;25/11/2026;p%d@mail.example;%d,50;payée\n", i, i, 20+i%60)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
}

// cmdCopyOut keeps the standard output of the last command in a file.
func cmdCopyOut(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile("stdout")), 0o600))
}

// cmdAnswers: "answers" waits until a process in the background answers for the
// data folder, "! answers" until none does.
func cmdAnswers(ts *testscript.TestScript, neg bool, _ []string) {
	for end := time.Now().Add(longEnough); ; time.Sleep(5 * time.Millisecond) {
		c, err := ssh.Dial(context.Background(), ts.Getenv("BLANCHE_DATA"), ssh.Attach)
		if err == nil {
			_ = c.Close()
		}
		if (err == nil) != neg {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("the holder: %v", err)
		}
	}
}

// cmdWaits: "waits PATTERN blanche …" runs a command again and again, until it
// says what matches.
func cmdWaits(ts *testscript.TestScript, _ bool, args []string) {
	wanted := regexp.MustCompile(args[0])
	for end := time.Now().Add(longEnough); ts.Exec(args[1], args[2:]...) != nil || !wanted.MatchString(ts.ReadFile("stdout")); {
		if time.Now().After(end) {
			ts.Fatalf("never %s", args[0])
		}
	}
}
