package i18n

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	toml "github.com/pelletier/go-toml/v2"
)

func TestEveryFileOfTheCatalogueLoads(t *testing.T) {
	t.Parallel()
	for _, err := range loaded().faults {
		t.Error(err)
	}
}

func TestBothLanguagesHaveTheSameKeys(t *testing.T) {
	t.Parallel()
	fr, en := catalogs()["fr"], catalogs()["en"]
	for key := range fr {
		if _, ok := en[key]; !ok {
			t.Errorf("%s is not in English", key)
		}
	}
	for key := range en {
		if _, ok := fr[key]; !ok {
			t.Errorf("%s is not in French", key)
		}
	}
	for key, f := range fr {
		if e, ok := en[key]; ok && f.plural != e.plural {
			t.Errorf("%s is plural in one language only", key)
		}
	}
}

func TestBothLanguagesHaveTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	fr, en := catalogs()["fr"], catalogs()["en"]
	for key, f := range fr {
		e, ok := en[key]
		if !ok {
			continue
		}
		if a, b := names(f.other), names(e.other); !slices.Equal(a, b) {
			t.Errorf("%s: French fills %v, English %v", key, a, b)
		}
		for lang, x := range map[string]entry{"fr": f, "en": e} {
			for _, name := range names(x.one) {
				if !slices.Contains(names(x.other), name) {
					t.Errorf("%s (%s): {%s} is in the singular only", key, lang, name)
				}
			}
		}
	}
}

func names(pieces []piece) []string {
	set := map[string]bool{}
	for _, p := range pieces {
		if p.name != "" {
			set[p.name] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func TestEachFileHoldsTheKeysOfItsNoun(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		list, err := files.ReadDir(path.Join("catalog", lang))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			raw, err := files.ReadFile(path.Join("catalog", lang, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			var tree map[string]any
			_ = toml.Unmarshal(raw, &tree) // TestEveryFileOfTheCatalogueLoads says it
			for noun := range tree {
				if noun+".toml" != f.Name() {
					t.Errorf("%s/%s holds %s", lang, f.Name(), noun)
				}
			}
		}
	}
}

// The rules are those of the Imprimerie nationale:
// U+00A0 before : € % », U+202F before ; ! ?, « » with U+00A0 inside, ’ and ….
// What a person types is not prose: what stands between backticks, a line of a
// settings file (start = "…"), an example of a command.
var frenchFaults = []struct {
	rule string
	bad  *regexp.Regexp
}{
	{"a straight apostrophe or quote", regexp.MustCompile(`['"]`)},
	{"three dots instead of …", regexp.MustCompile(`\.\.\.`)},
	{"a wrong space before : € % »", regexp.MustCompile(`[ \x{202f}](:( |$)|[€%»])`)},
	{"a wrong space before ; ! ?", regexp.MustCompile(`[ \x{00a0}][;!?]`)},
	{"no space before : ; ! ?", regexp.MustCompile(`[\p{L}\d}»)][:;!?]( |$)`)},
	{"no space before € %", regexp.MustCompile(`[\d}][€%]`)},
	{"no U+00A0 inside « »", regexp.MustCompile(`«[^\x{00a0}]|«$|[^\x{00a0}]»`)},
	{"thousands not set apart by U+202F", regexp.MustCompile(`\d[ \x{00a0}]\d{3}\b`)},
	{"two spaces", regexp.MustCompile(`\S  \S`)},
}

var typed = regexp.MustCompile("`[^`]*`|[\\w{}]+ = \"[^\"]*\"")

func TestFrenchTypography(t *testing.T) {
	t.Parallel()
	for key, e := range catalogs()["fr"] {
		if isTyped(key) {
			continue
		}
		for _, form := range [][]piece{e.one, e.other} {
			text := typed.ReplaceAllString(source(form), "x")
			for _, f := range frenchFaults {
				if f.bad.MatchString(text) {
					t.Errorf("%s: %s: %q", key, f.rule, text)
				}
			}
		}
	}
}

// The control: each rule sees its fault and lets the right form through.
func TestFrenchTypographyRulesSeeTheirFault(t *testing.T) {
	t.Parallel()
	faults := []string{
		"l'envoi", `dit "non"`, "etc...", "Erreur : rien", "Erreur\u202f: rien", "12 %", "{n} €", "Vraiment ?", "Vraiment\u00a0!",
		"Erreur: rien", "Vraiment?", "12%", "« Noël »", "«Noël»", "12 384 contacts", "deux  espaces",
	}
	right := []string{
		"L’envoi de «\u00a0Noël\u00a0» est fini\u00a0: 12\u202f384 contacts, 3,5\u00a0%, 10\u00a0€.", "Prêt\u202f? Oui\u202f; non\u202f!", "à 14:05", "https://x.example/a?b",
	}
	caught := func(s string) bool {
		return slices.ContainsFunc(frenchFaults, func(f struct {
			rule string
			bad  *regexp.Regexp
		},
		) bool {
			return f.bad.MatchString(s)
		})
	}
	for _, s := range faults {
		if !caught(s) {
			t.Errorf("%q passes", s)
		}
	}
	for _, s := range right {
		if caught(s) {
			t.Errorf("%q is refused", s)
		}
	}
}

// isTyped reports whether the sentence of a key is typed at a shell: examples
// of commands, and the words of an alias.
func isTyped(key string) bool {
	for part := range strings.SplitSeq(key, ".") {
		if part == "example" || part == "alias" || part == "use" {
			return true
		}
	}
	return false
}

// source is the sentence as the file has it.
func source(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
		if p.name != "" {
			b.WriteString("{" + p.name + "}")
		}
	}
	return b.String()
}
