package i18n

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fix makes TestFixFrenchTypography rewrite the French files:
//
//	go test ./ui/i18n -run FixFrench -fix
var fix = flag.Bool("fix", false, "put the spaces and quotes of French typography into the catalogue")

// repairs are the faults that have one right form.
var repairs = []struct {
	bad  *regexp.Regexp
	good string
}{
	{regexp.MustCompile(`«[ \x{202f}]?([^\s\x{00a0}])`), "«\u00a0$1"},
	{regexp.MustCompile(`([^\s\x{00a0}])[ \x{202f}]?»`), "$1\u00a0»"},
	{regexp.MustCompile(`[ \x{202f}]([:€%])`), "\u00a0$1"},
	{regexp.MustCompile(`[ \x{00a0}]([;!?])`), "\u202f$1"},
	{regexp.MustCompile(`(\d)[ \x{00a0}](\d{3}\b)`), "$1\u202f$2"},
	{regexp.MustCompile(`(\p{L})'(\p{L})`), "$1’$2"},
	{regexp.MustCompile(`\.\.\.`), "…"},
}

func repaired(s string) string {
	code := typed.FindAllString(s, -1)
	s = typed.ReplaceAllString(s, "\x00")
	for _, r := range repairs {
		s = r.bad.ReplaceAllString(s, r.good)
	}
	for _, c := range code {
		s = strings.Replace(s, "\x00", c, 1)
	}
	return s
}

func TestFixFrenchTypography(t *testing.T) {
	if got, want := repaired("l'envoi de « Noël » : 12 384 contacts `a : b`..."), "l’envoi de «\u00a0Noël\u00a0»\u00a0: 12\u202f384 contacts `a : b`…"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !*fix {
		return
	}
	list, err := filepath.Glob("catalog/fr/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range list {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		table := ""
		for line := range strings.Lines(string(raw)) {
			if strings.HasPrefix(line, "[") {
				table = strings.Trim(line, "[]\n ")
			}
			key, value, ok := strings.Cut(line, " = ")
			if ok && !strings.HasPrefix(key, "#") && !isTyped(table+"."+strings.TrimSpace(key)) {
				line = key + " = " + repaired(value)
			}
			out.WriteString(line)
		}
		if out.String() != string(raw) {
			if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil { //nolint:gosec // a source file
				t.Fatal(err)
			}
		}
	}
}
