package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/ui/config"
	"blanche/ui/ssh"
)

// A session from elsewhere brings no file here, not even through a pipe, for a
// command that has nothing to ask of the data: the memory, the disk and the
// life of the process are those of everybody.
func TestWhatNeedsNoDataIsNotRunForOthers(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"verify", "-"},
		{"verify", "--here", "-"},
		{"verify", "copy.blb"},
		{"roi", "csv", "-", "--arm", "a", "--treatment", "x", "--control", "y", "--outcome", "z"},
		{"roi", "srm", "-", "--arm", "a", "--arms", "x,y"},
		{"roi", "draw", "-", "--salt", "x"},
		{"roi", "anytime", "-", "--arm", "a", "--treatment", "x", "--control", "y", "--outcome", "z"},
		{"roi", "adjust", "--p", "0.1,0.2"},
		{"roi", "coupons", "-", "--targets", "lists.csv", "--campaign", "c", "--customer", "h"},
		{"roi", "pool", "-"},
		{"roi", "power", "--population", "1000", "--sd", "1", "--delta", "1"},
		{"serve"},
		{"init"},
		{"demo", "--headless"},
		{"restore", "-"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			in := &untouched{}
			a := App{In: in, inside: &inside{actor: model.Actor{Role: model.Admin}, settings: config.Loaded{Paths: config.Paths{Data: t.TempDir()}}}}
			code, _, errs := run(t, a, append(args, "--json")...)
			if code != exitRefused || !strings.Contains(errs, "cli.at_home") || in.read {
				t.Errorf("exit code %d, input read: %t: %s", code, in.read, errs)
			}
		})
	}
}

// untouched is an input that notices when it is read.
type untouched struct{ read bool }

func (u *untouched) Read([]byte) (int, error) {
	u.read = true
	return 0, io.EOF
}

func TestTheAuditKeepsTheCommandAndNothingElseOfACommandLine(t *testing.T) {
	t.Parallel()
	for want, argv := range map[string][]string{
		"contact show":    {"contact", "show", "marie@shop.example"},
		"contact":         {"contact", "marie@shop.example"},
		"campagne créer":  {"campagne", "créer", "-"},
		"campaign status": {"campaign", "status", "noel"},
		"backup":          {"backup", "/home/marie/copie.blb"},
		"status":          {"status", "--json"},
		"":                {strings.Repeat("x", 200_000)},
	} {
		if d := cmp.Diff(want, commandOf(argv)); d != "" {
			t.Error(d)
		}
	}
}

// What is refused of a file that came over the network stays on the caller's
// side: no file of people is left where nobody looks.
func TestAnImportFromElsewhereLeavesNoFileHere(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	set, err := config.Load(config.Paths{Data: data}, func(string) (string, bool) { return "", false }, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	house, closeHouse, err := openDesk(t.Context(), Wiring{Data: data, Set: *set, Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closeHouse(context.Background()) })
	for _, elsewhere := range []bool{true, false} {
		var out, errs bytes.Buffer
		a := App{
			In: strings.NewReader("email\nmarie@clients.example\nnobody\n"), Out: &out, Err: &errs, Env: func(string) (string, bool) { return "", false }, Now: time.Now,
			inside: &inside{house: house, actor: model.Actor{Name: "marc", Role: model.Maker}, settings: *set, local: !elsewhere},
		}
		if !elsewhere {
			a.Files = ssh.OSFiles(t.TempDir())
		}
		code := a.Run(t.Context(), []string{"import", "contacts", "-", "--basis", "none"})
		left, _ := filepath.Glob(filepath.Join(data, "*.csv"))
		if code != exitPartial || (len(left) == 0) != elsewhere {
			t.Errorf("from elsewhere %t: exit code %d, %q left\n%s%s", elsewhere, code, left, out.String(), errs.String())
		}
	}
}

// The settings name machines, accounts and folders: over the network they are
// for who keeps the system.
func TestTheSettingsAreForWhoKeepsTheSystem(t *testing.T) {
	t.Parallel()
	for _, role := range model.Roles() {
		for _, local := range []bool{true, false} {
			for _, args := range [][]string{{"config", "show"}, {"config", "check"}} {
				a := App{inside: &inside{actor: model.Actor{Role: role}, local: local, settings: config.Loaded{Paths: config.Paths{Data: t.TempDir()}}}}
				want := exitOK
				if !local && !role.May(model.Maintain) {
					want = exitRefused
				}
				if code, out, errs := run(t, a, args...); code != want || (out == "") != (want == exitRefused) {
					t.Errorf("%v by %s, local %t: exit code %d\n%s%s", args, role, local, code, out, errs)
				}
			}
		}
	}
}
