package cli

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// tree is the whole tree of commands in a language.
func tree(lang string) *cobra.Command {
	a := App{Env: func(string) (string, bool) { return "/nowhere", true }, Out: new(bytes.Buffer), Err: new(bytes.Buffer)}
	return newRootCmd(newSession(a, []string{"--lang", lang, "--data", "/nowhere"}))
}

func walk(c *cobra.Command, each func(*cobra.Command)) {
	each(c)
	for _, sub := range c.Commands() {
		walk(sub, each)
	}
}

// A family of keys may lack one that only this command asks for.
func TestEveryCommandAndFlagIsWordedInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		walk(tree(lang), func(c *cobra.Command) {
			if strings.HasPrefix(c.Short, "cli.") || c.Short == "" {
				t.Errorf("%s: %s has no text", lang, c.CommandPath())
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if strings.HasPrefix(f.Usage, "cli.") || f.Usage == "" {
					t.Errorf("%s: %s --%s has no text", lang, c.CommandPath(), f.Name)
				}
			})
		})
	}
}

func TestNoTwoCommandsAnswerToOneName(t *testing.T) {
	t.Parallel()
	walk(tree("fr"), func(c *cobra.Command) {
		taken := map[string]string{}
		for _, sub := range c.Commands() {
			for _, name := range append([]string{sub.Name()}, sub.Aliases...) {
				if other, twice := taken[name]; twice {
					t.Errorf("%s: %s is %s and %s", c.CommandPath(), name, other, sub.Name())
				}
				taken[name] = sub.Name()
			}
		}
	})
}

// textCommands answer with a text of their own form, which a table cannot be.
var textCommands = []string{
	"blanche demo", "blanche bench sink", "blanche bench run", "blanche manual", "blanche man", "blanche completion", "blanche serve",
	"blanche campaign preview", "blanche export contacts", "blanche export orders", "blanche export campaign",
	"blanche export journal", "blanche export all", "blanche export consents", "blanche export points", "blanche export messages", "blanche export responses", "blanche segment snapshot export", "blanche privacy access", "blanche privacy register",
}

// A command that reads has --csv, one that writes has --dry-run.
func TestEveryCommandThatReadsWritesCSV(t *testing.T) {
	t.Parallel()
	texts := 0
	walk(tree("en"), func(c *cobra.Command) {
		if c.HasSubCommands() && c.Name() != "roi" {
			return
		}
		if slices.Contains(textCommands, c.CommandPath()) {
			texts++
			return
		}
		if c.Flag("csv") == nil && c.Flag("dry-run") == nil {
			t.Errorf("%s has neither --csv nor --dry-run", c.CommandPath())
		}
	})
	if texts != len(textCommands) {
		t.Errorf("%d of the commands %v are there", texts, textCommands)
	}
}

// Every example of the help is a command that exists, with flags that exist.
func TestEveryExampleCanBeTyped(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		root := tree(lang)
		walk(root, func(c *cobra.Command) {
			for line := range strings.Lines(c.Example) {
				words := strings.Fields(line)
				found, _, err := root.Find(words[1:])
				if err != nil || found == root && len(words) > 1 {
					t.Errorf("%s: %q is no command: %v", lang, line, err)
					continue
				}
				for _, w := range words {
					if name, is := strings.CutPrefix(w, "--"); is && found.Flag(name) == nil && found.InheritedFlags().Lookup(name) == nil {
						t.Errorf("%s: %q: no flag %s", lang, line, w)
					}
				}
			}
		})
	}
}

// importing is a desk that notes what it is asked to import.
type importing struct {
	campaigns.Desk
	got    campaigns.ImportRequest
	cancel context.CancelCauseFunc
}

func (d *importing) Import(ctx context.Context, r campaigns.ImportRequest) (model.ImportReport, error) {
	d.got = r
	if d.cancel != nil {
		d.cancel(errInterrupted)
		return model.ImportReport{Kind: r.Kind, Rows: 7, Created: 7, Interrupted: true}, ctx.Err()
	}
	return model.ImportReport{Kind: r.Kind, Rows: 7, Created: 7}, nil
}

func TestCtrlCDuringAnImportReportsWhatCameIn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	desk := &importing{cancel: cancel}
	code, out, _ := runUntil(t, ctx, with(desk), "import", "contacts", "-", "--json")
	if code != exitInterrupted || !strings.Contains(out, `"created":7`) || !strings.Contains(out, `"interrupted":true`) {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestTheBasisIsDeclaredWithItsProof(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args []string
		code int
		want model.Basis
	}{
		"said":           {[]string{"--basis", "consent", "--source", "salon"}, exitOK, model.BasisConsent},
		"without proof":  {[]string{"--basis", "consent"}, exitUsage, model.BasisNone},
		"none":           {[]string{"--basis", "none"}, exitOK, model.BasisNone},
		"script, unsaid": {nil, exitOK, model.BasisNone},
		"unknown":        {[]string{"--basis", "maybe", "--source", "x"}, exitUsage, model.BasisNone},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			desk := &importing{}
			code, _, errs := run(t, with(desk), append([]string{"import", "contacts", "-"}, c.args...)...)
			if code != c.code || desk.got.Basis != c.want {
				t.Errorf("exit code %d, basis %s: %s", code, desk.got.Basis, errs)
			}
		})
	}
}

func TestAPageIsWrappedAtOrdinarySpacesOnly(t *testing.T) {
	t.Parallel()
	in := "Pour 9\u202f201\u00a0€ de ventes en plus, soit 3\u202f680\u00a0€.\n```\nblanche une commande longue qui reste telle quelle\n```\n"
	out := wrapped(in, 14)
	if !strings.Contains(out, "9\u202f201\u00a0€") || !strings.Contains(out, "blanche une commande longue qui reste telle quelle\n") {
		t.Errorf("%q", out)
	}
	if !slices.ContainsFunc(strings.Split(out, "\n"), func(l string) bool { return l == "Pour 9\u202f201\u00a0€" }) {
		t.Errorf("%q", out)
	}
}
