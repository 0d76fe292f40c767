package i18n

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"

	toml "github.com/pelletier/go-toml/v2"
)

//go:embed catalog
var files embed.FS

// Languages are those of the catalogue, the default first.
func Languages() []string { return []string{"fr", "en"} }

// entry is one sentence, cut into pieces once so that filling it is a walk.
// A plural one has both forms, any other has only other.
type entry struct {
	one, other []piece
	plural     bool
}

// piece is literal text, or the place of a named value.
type piece struct {
	text string
	name string
}

// library is the catalogue of each language, and what is wrong with its files.
type library struct {
	entries map[string]map[string]entry
	faults  []error
}

// loaded reads the embedded files once for the whole program: they are
// constants, shared and never changed. A file that does not parse is left out
// (its keys then say themselves), and the tests of this package fail on it.
var loaded = sync.OnceValue(func() library {
	l := library{entries: map[string]map[string]entry{}}
	for _, lang := range Languages() {
		var faults []error
		l.entries[lang], faults = load(lang)
		l.faults = append(l.faults, faults...)
	}
	return l
})

func catalogs() map[string]map[string]entry { return loaded().entries }

func load(lang string) (entries map[string]entry, faults []error) {
	entries = map[string]entry{}
	dir := path.Join("catalog", lang)
	list, err := files.ReadDir(dir)
	if err != nil {
		return entries, []error{fmt.Errorf("catalogue %s: %w", lang, err)}
	}
	for _, f := range list {
		if err := loadFile(entries, path.Join(dir, f.Name())); err != nil {
			faults = append(faults, fmt.Errorf("catalogue %s/%s: %w", lang, f.Name(), err))
		}
	}
	return entries, faults
}

func loadFile(into map[string]entry, name string) error {
	raw, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var tree map[string]any
	if err := toml.Unmarshal(raw, &tree); err != nil {
		return err
	}
	return flatten(into, "", tree)
}

// flatten turns tables into dotted keys; a table with one and other is plural.
func flatten(into map[string]entry, prefix string, tree map[string]any) error {
	for k, v := range tree {
		key := strings.TrimPrefix(prefix+"."+k, ".")
		switch v := v.(type) {
		case string:
			if _, twice := into[key]; twice {
				return fmt.Errorf("key %s is there twice", key)
			}
			into[key] = entry{other: cut(v)}
		case map[string]any:
			one, isOne := v["one"].(string)
			other, isOther := v["other"].(string)
			if len(v) == 2 && isOne && isOther {
				if _, twice := into[key]; twice {
					return fmt.Errorf("key %s is there twice", key)
				}
				into[key] = entry{one: cut(one), other: cut(other), plural: true}
				continue
			}
			if err := flatten(into, key, v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("key %s is neither a sentence nor a table", key)
		}
	}
	return nil
}

// cut splits a sentence at its {placeholders}. A brace that does not hold a
// lower-case name is text.
func cut(s string) []piece {
	var out []piece
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 {
			break
		}
		j := strings.IndexByte(s[i:], '}')
		if j < 0 {
			break
		}
		name := s[i+1 : i+j]
		if !isName(name) {
			out = append(out, piece{text: s[:i+1]})
			s = s[i+1:]
			continue
		}
		if i > 0 {
			out = append(out, piece{text: s[:i]})
		}
		out = append(out, piece{name: name})
		s = s[i+j+1:]
	}
	if s != "" {
		out = append(out, piece{text: s})
	}
	return out
}

func isName(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '_' && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
