package cli

import (
	"os/exec"
	"strings"
	"testing"

	"blanche/ui/config"
	"blanche/ui/i18n"
)

// pageIn is the manual page in a language.
func pageIn(lang string) string {
	root := tree(lang)
	s := newSession(App{Env: func(string) (string, bool) { return "/nowhere", true }}, []string{"--lang", lang})
	return s.manPage(root)
}

func TestManPageHasEveryCommandSettingAndLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		page := pageIn(lang)
		for _, key := range config.Keys() {
			if !strings.Contains(page, config.Variable(key)) {
				t.Errorf("%s: no %s", lang, config.Variable(key))
			}
		}
		for _, c := range []string{"blanche campaign start", "blanche roi csv", "blanche version"} {
			if !strings.Contains(page, ".SS "+c) {
				t.Errorf("%s: no %s", lang, c)
			}
		}
		if strings.Contains(page, "cli.man.") {
			t.Errorf("%s: a sentence is missing", lang)
		}
	}
}

// groff reads the page without a warning; the control is an escape that does
// not exist.
func TestManPageIsCleanRoff(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("groff is not on this machine")
	}
	warnings := func(page string) string {
		cmd := exec.Command("groff", "-man", "-ww", "-z", "-Kutf8", "-Tutf8")
		cmd.Stdin = strings.NewReader(page)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v", err)
		}
		return string(out)
	}
	for _, lang := range i18n.Languages() {
		if w := warnings(pageIn(lang)); w != "" {
			t.Errorf("%s: %s", lang, w)
		}
	}
	if warnings(".TH X 1\n.nosuch thing\n") == "" {
		t.Error("control: groff warns of nothing")
	}
}

func TestRoffOrdersNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		".SH x": `\&.SH x`, "'x": `\(aqx`, `a\fB`: `a\efB`, "--yes": `\-\-yes`, "30d ~ ^": `30d \(ti \(ha`,
	} {
		if got := roff(text); got != want {
			t.Errorf("roff(%q) = %q, want %q", text, got, want)
		}
	}
}
