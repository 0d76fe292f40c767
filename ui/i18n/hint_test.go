package i18n

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

// given are the names of the values that a call gives, and those that every
// error of its sort has.
func given(call *ast.CallExpr) []string {
	names := []string{"cause", "file", "line", "column"}
	for _, a := range call.Args {
		if s, whole := leading(a); whole {
			names = append(names, s)
		}
	}
	return names
}

// Errors that need no hint: what a program would have to do wrong to see them
// (the invariants of the store), and the reasons inside a larger sentence,
// which has the hint (config.bad_value). Those of rule.* get theirs where a rule
// is refused, with the column and the fields there are.
var hintless = []string{
	"store.closed", "store.no_plan", "store.no_recipient", "store.plan", "store.suppress_reason", "store.transition",
	"config.bad_delay", "config.bad_email", "config.bad_lang", "config.bad_listen", "config.bad_margin", "config.bad_number", "config.bad_query",
	"config.bad_relay", "config.bad_site", "config.bad_tls", "config.bad_zone", "config.clear_text", "config.first_over_max", "config.not_text", "config.quoted_number",
}

// makers are the functions of model that make an error, with the place of the
// key among their arguments.
var makers = map[string]int{"Failed": 1, "Invalid": 0, "Refused": 0, "Busy": 0, "NotFound": 0, "Conflict": 0}

// unhinted finds, in a file, the keys of errors that are made without a hint.
func unhinted(file *ast.File) map[string]*ast.CallExpr {
	out := map[string]*ast.CallExpr{}
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		hinted := map[ast.Node]bool{} // calls and variables
		ast.Inspect(fn, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, _ := c.Fun.(*ast.SelectorExpr)
			name, pkg := callee(c)
			switch {
			case name == "Hint" && sel != nil:
				hinted[sel.X] = true
				if x, ok := sel.X.(*ast.Ident); ok && x.Obj != nil {
					if assign, ok := x.Obj.Decl.(*ast.AssignStmt); ok {
						hinted[assign.Rhs[0]] = true
					}
				}
			case name == "Because" && sel != nil && hinted[c]:
				hinted[sel.X] = true
			case name == "seeHelp" || name == "Is" && pkg == "errors":
				for _, a := range c.Args {
					hinted[a] = true
					if x, ok := a.(*ast.Ident); ok && x.Obj != nil {
						if assign, ok := x.Obj.Decl.(*ast.AssignStmt); ok {
							hinted[assign.Rhs[0]] = true
						}
					}
				}
			}
			return true
		})
		ast.Inspect(fn, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok || hinted[c] {
				return true
			}
			name, pkg := callee(c)
			at, ok := makers[name]
			if pkg == "f" && name == "invalid" { // a mistake in a campaign file
				at, ok = 2, true
			} else if pkg != "model" {
				return true
			}
			if ok && len(c.Args) > at {
				if key, whole := leading(c.Args[at]); whole {
					out[key] = c
				}
			}
			return true
		})
	}
	return out
}

func TestEveryErrorSaysHowToRepairIt(t *testing.T) {
	t.Parallel()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	p := New("fr")
	fset := token.NewFileSet()
	made := map[string]bool{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && (d.Name() == ".git" || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		for key, at := range unhinted(file) {
			made[key] = true
			switch hint, ok := p.entries[key+"_hint"]; {
			case ok:
				for _, name := range names(hint.other) {
					if !slices.Contains(given(at), name) {
						t.Errorf("%s: nothing fills {%s} of %s_hint", fset.Position(at.Pos()), name, key)
					}
				}
			case !slices.Contains(hintless, key) && !strings.HasPrefix(key, "rule."):
				t.Errorf("%s: %s has no hint: add %s_hint to the catalogue", fset.Position(at.Pos()), key, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range hintless {
		if !made[key] {
			t.Errorf("%s is excused and never made", key)
		}
	}
}

// The control: errors with a hint are left alone, the others are seen.
func TestAnErrorWithoutAHintIsSeen(t *testing.T) {
	t.Parallel()
	const src = `package x
func f() error {
	e := model.Invalid("a.later", "x", 1)
	g := model.Invalid("a.never")
	if errors.Is(err, model.Busy("a.asked")) {
		return model.Failed(err, "a.lost", "file", file).Because(err)
	}
	_ = s.seeHelp(cmd, model.Invalid("a.helped"))
	_ = model.Refused("a.hinted").Hint("a.so").Because(err)
	return e.Hint("a.so")
}`
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for key := range unhinted(file) {
		got = append(got, key)
	}
	slices.Sort(got)
	if want := []string{"a.lost", "a.never"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
