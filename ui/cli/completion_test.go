package cli

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// proposed is what the shell is told to propose for a line.
func proposed(t *testing.T, lang string, words ...string) []string {
	t.Helper()
	root := tree(lang)
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(append([]string{"__complete"}, words...))
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(out.String()) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if !strings.HasPrefix(name, ":") {
			names = append(names, name)
		}
	}
	return names
}

func TestTabProposesBothNamesOfACommand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"camp"}, "campaign"},
		{[]string{"campag"}, "campagne"},
		{[]string{"campagne", "lan"}, "lancer"},
		{[]string{"campaign", "sta"}, "start"},
		{[]string{"completion", ""}, "zsh"},
		{[]string{"status", "--lang", ""}, "fr"},
	} {
		if got := proposed(t, "fr", c.words...); !slices.Contains(got, c.want) {
			t.Errorf("%v proposes %v, not %s", c.words, got, c.want)
		}
	}
	if got := proposed(t, "fr", "status", ""); len(got) != 0 {
		t.Errorf("status takes no word, and Tab proposes %v", got)
	}
}

// Each script is one that its shell can read; the control is half a script.
func TestCompletionScriptsAreReadByTheirShell(t *testing.T) {
	t.Parallel()
	for shell, check := range map[string][]string{
		"bash": {"bash", "-n"}, "zsh": {"zsh", "-n"}, "fish": {"fish", "--no-execute"},
	} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(shell); err != nil {
				t.Skip(shell + " is not on this machine")
			}
			root := tree("en")
			script, broken := new(bytes.Buffer), "if true; then ("
			switch shell {
			case "bash":
				_ = root.GenBashCompletionV2(script, true)
			case "zsh":
				_ = root.GenZshCompletion(script)
			case "fish":
				_ = root.GenFishCompletion(script, true)
			}
			reads := func(text string) error {
				cmd := exec.Command(check[0], check[1:]...)
				cmd.Stdin = strings.NewReader(text)
				return cmd.Run()
			}
			if err := reads(script.String()); err != nil {
				t.Errorf("the script: %v", err)
			}
			if reads(broken) == nil {
				t.Error("control: half a script is read without a word")
			}
		})
	}
}
