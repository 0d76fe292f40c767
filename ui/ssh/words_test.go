package ssh_test

import (
	"context"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/ui/ssh"
)

func TestSplitReadsWhatAShellReads(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"":                             nil,
		" \t\n ":                       nil,
		"campaign status noel-15":      {"campaign", "status", "noel-15"},
		`a 'b c' "d e" f\ g`:           {"a", "b c", "d e", "f g"},
		`'' "" x''y`:                   {"", "", "xy"},
		`"\$\"\\\x" '\'`:               {`$"\\x`, `\`},
		"a\\\nb \"c\\\nd\" \\\n":       {"ab", "cd"},
		"it's' one é\u00a0ü":           {"its", "one", "é\u00a0ü"},
		"$HOME `id` $(id) * ~ # | ; &": {"$HOME", "`id`", "$(id)", "*", "~", "#", "|", ";", "&"},
		"'\n'\t\"\n\"":                 {"\n", "\n"},
	} {
		got, err := ssh.Split(line)
		if err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
	for _, line := range []string{`'`, `"`, `\`, `a "b`, `a 'b`, `"\`, `a\`} {
		if got, err := ssh.Split(line); err == nil {
			t.Errorf("%q gives %q", line, got)
		}
	}
}

func TestJoinAndSplitGiveEveryByteBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		argv := rapid.SliceOfN(rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), 1, -1).Draw(r, "argv")
		got, err := ssh.Split(ssh.Join(argv))
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(argv, got); diff != "" {
			r.Fatal(diff)
		}
	})
}

func TestAShellReadsWhatJoinWrites(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell on this machine")
	}
	argv := []string{"-n", "", "it's", "\"$HOME\" `id` \\", "two\nlines", "é ü", "*", "~", "a=b", "#x"}
	out, err := exec.CommandContext(context.Background(), sh, "-c", "for w in "+ssh.Join(argv)+`; do printf '<%s>' "$w"; done`).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, w := range argv {
		want += "<" + w + ">"
	}
	if string(out) != want {
		t.Errorf("%q, want %q", out, want)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`a 'b' "c\"" \d`)
	f.Fuzz(func(t *testing.T, line string) {
		argv, err := ssh.Split(line)
		if err != nil || len(argv) == 0 {
			return
		}
		again, err := ssh.Split(ssh.Join(argv))
		if err != nil || !cmp.Equal(argv, again) {
			t.Errorf("%q: %q, then %q %v", line, argv, again, err)
		}
	})
}
