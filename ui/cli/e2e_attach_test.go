package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"

	"github.com/google/go-cmp/cmp"
)

// twins are two folders with the same in them: one is held by a service, the
// other by nobody.
func twins(t *testing.T) (held, alone *program) {
	t.Helper()
	s := newShop(t, "")
	s.listen(relay.Options{})
	alone = newProgram(s)
	alone.people(200)
	alone.launch(200, "--wait")
	alone.write("more.md", []byte(strings.ReplaceAll(killCampaign, "noel-15", "soldes")))
	alone.must("campaign", "new", "more.md")
	alone.must("segment", "save", "evry", `city = "evry"`)
	alone.write("orders.csv", []byte("id;date;email;total\nC1;"+s.now.Format("02/01/2006")+";p7@clients.example;12,50\n"))
	alone.must("import", "orders", "orders.csv")
	h := *s
	h.dir = t.TempDir()
	h.env = map[string]string{}
	for name, value := range s.env {
		h.env[name] = strings.ReplaceAll(value, s.dir, h.dir)
	}
	copyFolder(t, s.dir, h.dir)
	return newProgram(&h), newProgram(s)
}

// lines are the command lines that are compared.
var lines = [][]string{
	{"status"},
	{"status", "--json"},
	{"status", "--lang", "fr"},
	{"contact", "list", "--limit", "7"},
	{"contact", "list", "--csv"},
	{"contact", "list", "--json", "--limit", "3"},
	{"contact", "show", "p7@clients.example"},
	{"contact", "show", "p7@clients.example", "--json"},
	{"contact", "show", "personne@clients.example"},
	{"contact", "show", "personne@clients.example", "--json", "--lang", "fr"},
	{"segment", "count", `city = "Évry" and first_name = "Élodie"`},
	{"segment", "count", `citty = "Évry"`},
	{"segment", "count", `city = "it's \"quoted\" – ’ 漢字 \\ $HOME *"`, "--json"},
	{"segment", "list", "--csv"},
	{"campaign", "list"},
	{"campaign", "list", "--json"},
	{"campaign", "status", "noel-15"},
	{"campaign", "status", "noel-15", "--json"},
	{"campaign", "status", "nulle part 'x' \"y\" \n z"},
	{"campaign", "missing", "noel-15", "--csv"},
	{"campaign", "check", "soldes"},
	{"campaign", "check", "soldes", "--json"},
	{"campaign", "start", "soldes", "--confirm", "3"},
	{"campaign", "start", "soldes", "--dry-run"},
	{"campaign", "start", "soldes", "--confrm", "3"},
	{"campaign", "start", "soldes", "--confirm", "many"},
	{"campagne", "statut", "noel-15", "--lang", "fr"},
	{"campaign", "watch", "noel-15", "--json"},
	{"campaign", "watch", "noel-15"},
	{"holdout", "show", "noel-15", "--csv"},
	{"holdout", "verify", "noel-15"},
	{"roi", "noel-15"},
	{"roi", "noel-15", "--csv"},
	{"roi", "nulle-part"},
	{"campain"},
	{"status", "now"},
	{"status", "--lang", "es"},
	{"--help"},
	{"campaign", "start", "--help", "--lang", "fr"},
	{"export", "contacts"},
	{"export", "contacts", "out.csv"},
	{"import", "contacts", "absent.csv", "--basis", "none"},
	{"import", "contacts", ".", "--basis", "none"},
	{"import", "contacts", "people.csv", "--basis", "none"},
	{"import", "contacts", "people.csv", "--basis", "none", "--json"},
	{"user", "list"},
	{"backup", "people.csv"},
	{"status", "--read-only"},
	{"campaign", "pause", "soldes", "--read-only"},
	{"campaign", "pause", "soldes", "--dry-run"},
	{"contact", "list", "--", "--data"},
	{"status", "--no-color"},
	{"status", "--json=true"},
	{"status", "--data"},
}

// clock is what may differ between the two: how long something took, and the
// second at which a state was read.
var clock = regexp.MustCompile(`"seconds":[0-9.e-]+|"at": ?"[^"]+"`)

// A command beside a service says the same, byte for byte, as the same command
// alone on a copy of the folder.
func TestAnAttachedCommandSaysTheSameByteForByte(t *testing.T) {
	t.Parallel()
	held, alone := twins(t)
	service := held.serve("--http", "127.0.0.1:0")
	for _, args := range lines {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			want, got := alone.ask(args...), held.ask(args...)
			want.Out, got.Out = clock.ReplaceAllString(want.Out, ""), clock.ReplaceAllString(got.Out, "")
			got.Out, got.Err = strings.ReplaceAll(got.Out, held.dir, alone.dir), strings.ReplaceAll(got.Err, held.dir, alone.dir)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("alone (-), attached (+):\n%s", diff)
			}
			if want.Out+want.Err == "" {
				t.Error("it says nothing")
			}
		})
	}
	if n := strings.Count(service.err.String(), "session_begins"); n < 40 {
		t.Errorf("only %d commands ran in the service", n) // the control: they did not run alone
	}
}

// What comes on standard input arrives as it is, and a command that reads it
// has the exit code of over there.
func TestStandardInputIsStreamedToTheHolder(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	p.serve()
	r, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "email,first_name,city\n")
		for i := range 30_000 {
			_, _ = fmt.Fprintf(w, "p%d@clients.example,Élodie,Évry\n", i)
		}
		_ = w.Close()
	}()
	a := p.askWith(p.dir, r, "import", "contacts", "-", "--basis", "consent", "--source", "form", "--json")
	if !strings.Contains(a.Out, `"created":30000`) || a.Code != 0 {
		t.Errorf("%+v", a)
	}
	a = p.askWith(p.dir, strings.NewReader("email\nx@clients.example\nno address\n"), "import", "contacts", "-", "--basis", "none")
	if a.Code != exitPartial {
		t.Errorf("an input with a bad row: %+v", a)
	}
	if got := p.askWith(p.dir, strings.NewReader(killCampaign), "campaign", "new", "-"); got.Code != 0 || !strings.Contains(got.Out, "noel-15") {
		t.Errorf("a campaign: %+v", got)
	}
}

// The files that a command names are the caller's, from the caller's folder,
// wherever the holder is.
func TestFilesAreThoseOfTheCaller(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{})
	p := newProgram(s)
	p.serve()
	desk := filepath.Join(p.dir, "bureau d’Anne")
	if err := os.MkdirAll(filepath.Join(desk, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.write("bureau d’Anne/people.csv", []byte("email,city\na@clients.example,Évry\nb@clients.example,Évry\nbroken\n"))
	p.write("bureau d’Anne/message.html", []byte("<p>Bonjour de la page d’à côté</p>"))
	p.write("bureau d’Anne/mail.md", []byte("+++\nname = \"page\"\nkind = \"newsletter\"\naudience = 'city = \"evry\"'\nsubject = \"Bonjour\"\nbody = \"message.html\"\nlang = \"fr\"\n+++\n"))
	in := func(want int, dir string, args ...string) answered {
		t.Helper()
		a := p.askWith(dir, nil, args...)
		if a.Code != want {
			t.Errorf("%v: %+v", args, a)
		}
		return a
	}
	there := func(name, text string) {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(desk, name))
		if err != nil || !bytes.Contains(b, []byte(text)) {
			t.Errorf("%s: %.200s %v", name, b, err)
		}
	}
	a := in(exitPartial, desk, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	there("people-rejets.csv", "broken")
	if !strings.Contains(a.Out+a.Err, filepath.Join(desk, "people-rejets.csv")) {
		t.Errorf("the file of the refused is not named: %+v", a)
	}
	in(exitPartial, filepath.Join(desk, "sub"), "import", "contacts", "../people.csv", "--basis", "consent", "--source", "form")
	there("people-rejets-2.csv", "broken")
	in(0, desk, "campaign", "new", "mail.md")
	if a := in(0, desk, "campaign", "preview", "page", "--as", "a@clients.example"); !strings.Contains(a.Out, "à côté") {
		t.Errorf("preview: %+v", a)
	}
	in(0, desk, "campaign", "start", "page", "--confirm", "2", "--wait")
	if n := once(t, r.Kept()); n != 2 {
		t.Errorf("%d messages", n)
	}
	in(0, filepath.Join(desk, "sub"), "roi", "page", "--html", "../roi.html")
	there("roi.html", "<html")
	in(0, desk, "backup", "copie.blb")
	there("copie.blb", "")
	in(0, desk, "verify", "copie.blb")
	word := func() io.Reader { return strings.NewReader("un mot de passe\n") } // typed, in no file that a child could open
	if a := p.askWith(desk, word(), "backup", "scellee.blb", "--passphrase-file", "-", "--json"); a.Code != 0 || !strings.Contains(a.Out, `"tested":true`) {
		t.Errorf("a sealed backup: %+v", a)
	}
	if a := p.askWith(desk, word(), "verify", "scellee.blb", "--passphrase-file", "-"); a.Code != 0 {
		t.Errorf("a sealed backup: %+v", a)
	}
	in(exitRefused, desk, "verify", "scellee.blb", "--passphrase-file", "people.csv")
	for _, e := range []string{"people-rejets.csv", "copie.blb", "roi.html"} {
		for _, dir := range []string{"/", p.env["BLANCHE_DATA"]} {
			if _, err := os.Stat(filepath.Join(dir, e)); err == nil {
				t.Errorf("%s is in %s", e, dir)
			}
		}
	}
}

// Who stops looking, whatever way, stops nothing else.
func TestAnAttachedWaitThatEndsStopsNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	p.people(3000)
	p.must("campaign", "rate", "noel-15", "30")
	service := p.serve("--http", "127.0.0.1:0")
	wait := beside(t, p.command(context.Background(), "campaign", "start", "noel-15", "--confirm", "2700", "--wait"))
	more(t, r, 5)
	for _, c := range []struct {
		name   string
		args   []string
		signal syscall.Signal
		code   int
	}{
		{"ctrl+c on --wait", nil, syscall.SIGINT, exitInterrupted},
		{"ctrl+c on watch", []string{"campaign", "watch", "noel-15", "--json"}, syscall.SIGINT, exitInterrupted},
		{"SIGTERM", []string{"campaign", "watch", "noel-15"}, syscall.SIGTERM, exitInterrupted},
		{"SIGKILL", []string{"campaign", "watch", "noel-15"}, syscall.SIGKILL, -1},
	} {
		x := wait
		if c.args != nil {
			x = beside(t, p.command(context.Background(), c.args...))
		}
		until(t, "its session", func() bool { return service.sessions() == 1 })
		if strings.Contains(strings.Join(c.args, " "), "--json") {
			x.says(&x.out, `"running"`)
		}
		begin := time.Now()
		x.signal(c.signal)
		if code := x.ends(); code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s%s", c.name, code, c.code, &x.out, &x.err)
		}
		until(t, "the end of its session", func() bool { return service.sessions() == 0 })
		t.Logf("%s: over after %s", c.name, time.Since(begin).Round(time.Millisecond))
		more(t, r, 20)
		if st := p.status("noel-15"); st.State != "running" || !st.adds() {
			t.Errorf("%s: %+v", c.name, st)
		}
	}
	// The holder ends: who looks is told why, and the next one goes on.
	x := beside(t, p.command(context.Background(), "campaign", "watch", "noel-15"))
	until(t, "its session", func() bool { return service.sessions() == 1 })
	service.signal(syscall.SIGTERM)
	if code := x.ends(); code != exitBusy || !strings.Contains(x.err.String(), "hint: ") {
		t.Errorf("the holder ends: exit code %d\n%s", code, &x.err)
	}
	service.ends()
	p.serve()
	p.must("campaign", "rate", "noel-15", "0")
	if a := p.ask("campaign", "watch", "noel-15"); a.Code != 0 {
		t.Errorf("%+v", a)
	}
	if n := once(t, r.Kept()); n != 2700 || p.status("noel-15").Uncertain != 0 {
		t.Errorf("%d people got a message, want 2700; %+v", n, p.status("noel-15"))
	}
}
