package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// anImport is one import of one file: folder and path are inside the module.
type anImport struct {
	file, room, imported string
	test                 bool
}

// rank orders the rooms: an import may only go down.
var rank = map[string]int{"model": 0, "store": 1, "campaigns": 2, "ui": 3, "main": 4}

// alone says which folders may import a package: the rule that keeps each
// outside library, and each engine, behind one package of ours.
var alone = map[string][]string{
	"blanche/store/bolt":             {"store/open", "store/bolt"},
	"blanche/store/open":             {"ui/cli"},
	"filippo.io/age":                 {"store/archive"},
	"github.com/klauspost/compress":  {"store/archive"},
	"blanche/store/memory":           {}, // for tests alone
	"go.etcd.io/bbolt":               {"store/bolt"},
	"github.com/emersion/go-smtp":    {"campaigns/deliver"},
	"github.com/emersion/go-sasl":    {"campaigns/deliver"},
	"github.com/emersion/go-msgauth": {"campaigns/compose"}, // its tests: who checks a signature is not who made it
	"net/smtp":                       {},
	"github.com/spf13/cobra":         {"ui/cli"},
	"charm.land/":                    {"ui"},
	"charm.land/ssh":                 {"ui/ssh"},
	"charm.land/wish/v2":             {"ui/ssh"},
	"github.com/NimbleMarkets/":      {"ui/tui/widget/chart"},
	"github.com/osteele/liquid":      {"campaigns/compose"},
	"github.com/yuin/goldmark":       {"campaigns/compose"},
	"github.com/pelletier/go-toml":   {"campaigns/compose", "campaigns/lawful", "ui/config", "ui/i18n"},
	"gonum.org/":                     {"campaigns/measure"},
	"github.com/RoaringBitmap/":      {"campaigns/audience"},
	"golang.org/x/crypto/ssh":        {"ui/ssh"},
	"github.com/nicksnyder/go-i18n/": {"ui/i18n"},
	"rsc.io/qr":                      {"ui/tui/widget/qrcode"},
}

// pins is the one folder that is never compiled: its build tag stands first.
const pins = "ui/internal/pins"

// topLevel is everything that may stand at the top of the project.
var topLevel = []string{
	"main.go", "main_test.go", "ui", "store", "model", "campaigns", "go.mod", "go.sum",
	"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
}

func TestImportsGoDownOnly(t *testing.T) {
	t.Parallel()
	for _, i := range allImports(t) {
		inner, ours := strings.CutPrefix(i.imported, "blanche/")
		if !ours {
			continue
		}
		from, to := top(i.room), top(inner)
		if rank[to] > rank[from] {
			t.Errorf("%s imports %s: %s stands above %s", i.file, i.imported, to, from)
		}
		if i.test {
			continue // a test may build the real thing that it tests against
		}
		if from == "ui" && to == "store" && i.file != "ui/cli/wire.go" {
			t.Errorf("%s imports %s: only ui/cli/wire.go opens a store", i.file, i.imported)
		}
		if from == "ui" && to == "campaigns" && inner != "campaigns" && inner != "campaigns/bus" && i.file != "ui/cli/demo.go" {
			t.Errorf("%s imports %s: the ui asks the desk, not its rooms", i.file, i.imported)
		}
		if from == "campaigns" && to == "campaigns" && i.room != "campaigns" && !sameRoom(i.room, inner) && sub(inner) != "internal" && sub(i.room) != "demo" {
			t.Errorf("%s imports %s: the rooms of campaigns do not know each other", i.file, i.imported)
		}
	}
}

func TestModelKnowsTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, i := range allImports(t) {
		if top(i.room) == "model" && !i.test && strings.Contains(strings.SplitN(i.imported, "/", 2)[0], ".") {
			t.Errorf("%s imports %s", i.file, i.imported)
		}
	}
}

func TestEachLibraryStandsBehindOnePackage(t *testing.T) {
	t.Parallel()
	for _, i := range allImports(t) {
		if i.test || i.room == pins {
			continue
		}
		for prefix, folders := range alone {
			if i.imported != prefix && !strings.HasPrefix(i.imported, strings.TrimSuffix(prefix, "/")+"/") {
				continue
			}
			if !slices.ContainsFunc(folders, func(f string) bool { return i.room == f || strings.HasPrefix(i.room, f+"/") }) {
				t.Errorf("%s imports %s, which only %v may", i.file, i.imported, folders)
			}
		}
	}
}

func TestNothingElseStandsAtTheTop(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, ".") && name != "blanche" && !slices.Contains(topLevel, name) {
			t.Errorf("%s stands at the top level", name)
		}
	}
}

func TestEveryRoomSaysWhatItPromises(t *testing.T) {
	t.Parallel()
	rooms := map[string]bool{}
	for _, i := range allImports(t) {
		if !i.test && i.room != "." && i.room != pins {
			rooms[i.room] = true
		}
	}
	for room := range rooms {
		if !saysWhatItPromises(room) {
			t.Errorf("%s has no doc.go that says what %s promises", room, path.Base(room))
		}
	}
}

// saysWhatItPromises looks for the package comment, in doc.go and nowhere else.
func saysWhatItPromises(room string) bool {
	files, _ := filepath.Glob(path.Join(room, "*.go"))
	said := false
	for _, f := range files {
		text, err := os.ReadFile(f)
		here := err == nil && strings.HasPrefix(string(text), "// Package ")
		if here != (path.Base(f) == "doc.go") {
			return false
		}
		said = said || here
	}
	return said
}

func allImports(t *testing.T) []anImport {
	t.Helper()
	var all []anImport
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		file := filepath.ToSlash(p)
		for _, s := range f.Imports {
			all = append(all, anImport{
				file: file, room: path.Dir(file), imported: strings.Trim(s.Path.Value, `"`),
				test: strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "store/storetest/"),
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// top is the room of a folder: its first part.
func top(folder string) string {
	if folder == "." {
		return "main"
	}
	first, _, _ := strings.Cut(folder, "/")
	return first
}

// sub is the second part of a folder.
func sub(folder string) string {
	parts := strings.Split(folder, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func sameRoom(a, b string) bool { return top(a) == top(b) && sub(a) == sub(b) }
