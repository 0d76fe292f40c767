package campaigns_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// deciders are the names that decide about a person, with the files that may
// use them: one decides, the others read, write, count or make people up.
var deciders = map[string][]string{
	"BasisConsent":    {"audience/sendable.go", "contactfield.go", "intake/contact.go", "intake/cellwords.go", "intake/save.go", "demo/", "consent.go", "consentimport.go", "audience/count.go"},
	"BasisCustomer":   {"audience/sendable.go", "intake/contact.go", "intake/cellwords.go", "demo/", "consent.go"},
	"BasisB2B":        {"audience/sendable.go", "intake/contact.go", "intake/cellwords.go", "demo/", "consent.go"},
	"TrackingGranted": {"audience/sendable.go", "contactfield.go", "intake/contact.go", "demo/", "register.go", "publicchoice.go"},
	"TrackingRefused": {"audience/sendable.go", "contactfield.go", "intake/contact.go", "demo/"},
	"ExclConsent":     {"audience/sendable.go", "draw.go", "demo/build.go"}, // the names of counts
	"ExclPressure":    {"audience/sendable.go", "draw.go", "demo/build.go"},
}

// One function says whether somebody may be written to, and one whether they may
// be followed: nobody beside them looks at a ground or at a choice.
func TestNobodyElseDecidesWhoMayBeWrittenToOrFollowed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			x, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			allowed, decides := deciders[x.Sel.Name]
			if !decides {
				return true
			}
			used[x.Sel.Name] = true
			path := filepath.ToSlash(path)
			if !slices.ContainsFunc(allowed, func(a string) bool { return path == a || strings.HasSuffix(a, "/") && strings.HasPrefix(path, a) }) {
				t.Errorf("%s looks at %s: ask audience.MaySend or MayTrack", path, x.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range deciders {
		if !used[name] {
			t.Errorf("nobody uses %s: the test does not bite", name)
		}
	}
}
