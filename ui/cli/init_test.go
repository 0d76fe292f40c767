package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// asked is a person at a terminal who answers `blanche init`.
type asked struct {
	t    *testing.T
	tty  *os.File // the person's side
	dir  string   // of the data, not made yet
	code chan int
	stop context.CancelCauseFunc

	mu    sync.Mutex
	shown bytes.Buffer
}

// atTerminal starts `blanche init` with some answers given in advance.
func atTerminal(t *testing.T, flags ...string) *asked {
	t.Helper()
	person, program, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal here: " + err.Error())
	}
	ctx, stop := context.WithCancelCause(t.Context())
	x := &asked{t: t, tty: person, dir: filepath.Join(t.TempDir(), "data"), code: make(chan int, 1), stop: stop}
	a := App{
		In: program, Out: program, Err: program, InTerminal: true, OutTerminal: true, ErrTerminal: true, Width: 80,
		Env: func(name string) (string, bool) { return "", false }, Dir: filepath.Dir(x.dir), Now: time.Now, Rand: rand.Reader, Local: time.UTC, Open: openDesk,
	}
	t.Cleanup(func() { stop(nil); _ = program.Close(); _ = person.Close() })
	go func() { x.code <- a.Run(ctx, append([]string{"init", "--data", x.dir, "--lang", "en"}, flags...)) }()
	go func() {
		for b := make([]byte, 4096); ; {
			n, err := person.Read(b)
			if err != nil {
				return
			}
			x.mu.Lock()
			x.shown.Write(b[:n])
			x.mu.Unlock()
		}
	}()
	return x
}

func (x *asked) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.shown.String()
}

// see waits until a text stands on the terminal.
func (x *asked) see(text string) {
	x.t.Helper()
	for end := time.Now().Add(longEnough); !strings.Contains(x.text(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			x.t.Fatalf("no %q in %q", text, x.text())
		}
	}
}

// types sends keys.
func (x *asked) types(keys string) { _, _ = x.tty.WriteString(keys) }

func (x *asked) ends(want int) {
	x.t.Helper()
	select {
	case got := <-x.code:
		if got != want {
			x.t.Errorf("exit code %d, want %d\n%s", got, want, x.text())
		}
	case <-time.After(longEnough):
		x.t.Fatalf("still asking\n%s", x.text())
	}
}

// known are answers given in advance, up to the password of the relay.
var known = []string{
	"--name", "Shop", "--address", "1 High Street", "--from", "hello@shop.example", "--unsubscribe", "stop@shop.example",
	"--timezone", "Europe/Paris", "--relay", "smtp://me@127.0.0.1:9?tls=none",
}

// The control is the answer to the question before: it is shown.
func TestPasswordIsNeverShownAsItIsTyped(t *testing.T) {
	t.Parallel()
	x := atTerminal(t, append([]string{}, known[2:]...)...)
	x.see("Name of the shop")
	x.types("Shown\r")
	x.see("nothing is shown")
	x.types("wrong\x15s3crét!\x7f?\r")
	x.see("Call it now")
	x.types("n\r")
	x.ends(exitOK)
	if text := x.text(); !strings.Contains(text, "Shown") || strings.Contains(text, "s3cr") || strings.Contains(text, "wrong") {
		t.Errorf("on the terminal: %q", text)
	}
	raw, err := os.ReadFile(filepath.Join(x.dir, passwordName))
	if err != nil || string(raw) != "s3crét?\n" {
		t.Errorf("%q, %v", raw, err)
	}
}

func TestLeavingInTheMiddleLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*asked){
		"at a question": func(x *asked) { x.see("Name of the shop"); x.stop(errInterrupted) },
		"at the password": func(x *asked) {
			x.see("Name of the shop")
			x.types("Shop\r")
			x.see("nothing is shown")
			x.types("s3cret\x03")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := atTerminal(t, known[2:]...)
			leave(x)
			x.ends(exitInterrupted)
			if _, err := os.Stat(x.dir); err == nil {
				t.Error("a folder was left")
			}
		})
	}
}

func TestRelayMayBeNamedByItsMachineAlone(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"smtp.shop.example":               "smtp://smtp.shop.example:587?tls=starttls",
		"smtp.shop.example:465":           "smtp://smtp.shop.example:465?tls=tls",
		"smtp.shop.example:2587":          "smtp://smtp.shop.example:2587?tls=starttls",
		"localhost":                       "smtp://localhost:25?tls=none",
		"127.0.0.1:2525":                  "smtp://127.0.0.1:2525?tls=none",
		"::1":                             "smtp://[::1]:25?tls=none",
		"smtp://me@relay.example?tls=tls": "smtp://me@relay.example?tls=tls",
		"http://relay.example":            "http://relay.example",
	} {
		if got := relayURL(answer); got != want {
			t.Errorf("%s is %s, want %s", answer, got, want)
		}
	}
}

// Whatever a person types is one text of the file, and one word of a shell.
func TestWhatIsTypedBreaksNoLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`a"b\c`: `"a\"b\\c"`, "L’été": `"L’été"`} {
		if got := tomlText(text); got != want {
			t.Errorf("%s is written %s, want %s", text, got, want)
		}
	}
	for _, bad := range []string{"a\nb", "a\x1bb", "a\x00b"} {
		if setting("sender.name")(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for box, want := range map[[2]string]string{
		{"La Boutique", "a@b.example"}:      "La Boutique <a@b.example>",
		{"Léa & fils, SARL", "a@b.example"}: `"Léa & fils, SARL" <a@b.example>`,
		{"X", "Y <a@b.example>"}:            "Y <a@b.example>",
	} {
		if got := mailboxOf(box[0], box[1]); got != want || addressOf(got) != "a@b.example" {
			t.Errorf("%v is %s (%s), want %s", box, got, addressOf(got), want)
		}
	}
	for word, want := range map[string]string{"/srv/shop": "/srv/shop", "/srv/l'été $x": `'/srv/l'\''été $x'`} {
		if got := shellWord(word); got != want {
			t.Errorf("%s is %s, want %s", word, got, want)
		}
	}
}
