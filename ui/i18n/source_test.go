package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// program is what the sources of the whole module say about the catalogue.
type program struct {
	keys      map[string]token.Position // literal keys given to a call that says a sentence
	uncounted map[string]token.Position // those given to T
	prefixes  map[string]token.Position // "cli.flag." + name
	literals  map[string]bool           // every literal that looks like a key
	actions   map[string]token.Position // labels of action.New, unless Labeled says another
	sentences []string                  // prose in the sources of ui
}

// sayers are the calls whose first argument is a key. Their names are enough:
// nothing else in the program is called so with a dotted literal.
var sayers = []string{
	"T", "N", "Failed", "Invalid", "Refused", "Busy", "NotFound", "Conflict", "Hint", "Labeled",
}

// Prose may stand in these places only, none of which a person reads as a
// sentence of the product: technical errors and panics (wrapped, then said by
// common.unexpected), the path of a command ("import contacts": useLine), roff
// of the man page, String and Error methods (logs and tests).
var (
	proseCalls = []string{"Errorf", "New", "panic", "command", "group"}
	proseFuncs = []string{"Error", "String", "GoString"}
)

var (
	keyLike = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\.?$`)
	prose   = regexp.MustCompile(`\p{L}{2,}[ \x{00a0}]\p{L}{2,}`)
	useLine = regexp.MustCompile(`^(import|export|contact|segment|campaign|holdout|roi|config|relay|message|objective|task|report|status|backup) [a-z-]+$`)
	// asked is a question to a database, or a rule: the same in every language.
	asked  = regexp.MustCompile(`^(create|copy|drop|set|select|show|vacuum) |^(city|country) = ["'][A-Z]`)
	family = regexp.MustCompile(`^//i18n:keys ([a-z0-9_.]+)\.\*`)
)

var readProgram = sync.OnceValues(func() (*program, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	pr := newProgram()
	fset := token.NewFileSet()
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "pins" || d.Name() == "tuitest") {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		pr.read(fset, file, isScreen(filepath.ToSlash(rel)))
		return nil
	})
	return pr, err
})

// isScreen is for the sources whose literals a person may read: ui, but the
// names of people that the widgets are tested with.
func isScreen(rel string) bool {
	return strings.HasPrefix(rel, "ui/") && !strings.HasPrefix(rel, "ui/tui/widget/internal/") && !strings.HasPrefix(rel, "ui/internal/") // for tests alone
}

func newProgram() *program {
	return &program{
		keys: map[string]token.Position{}, prefixes: map[string]token.Position{},
		literals: map[string]bool{}, actions: map[string]token.Position{}, uncounted: map[string]token.Position{},
	}
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fs.ErrNotExist
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

func (pr *program) read(fset *token.FileSet, file *ast.File, inUI bool) {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if m := family.FindStringSubmatch(c.Text); m != nil {
				pr.prefixes[m[1]+"."] = fset.Position(c.Pos())
			}
		}
	}
	excused := map[ast.Node]bool{}
	labeled := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.FuncDecl:
			if slices.Contains(proseFuncs, n.Name.Name) {
				excuse(excused, n)
			}
		case *ast.Field:
			if n.Tag != nil {
				excused[n.Tag] = true
			}
		case *ast.CallExpr:
			if name, _ := callee(n); name == "Labeled" {
				markChain(labeled, n)
			}
			pr.call(fset, n, file.Name.Name, excused, labeled)
		case *ast.BasicLit:
			pr.literal(fset, n, inUI && !excused[n])
		}
		return true
	})
}

func excuse(excused map[ast.Node]bool, n ast.Node) {
	ast.Inspect(n, func(x ast.Node) bool {
		if lit, ok := x.(*ast.BasicLit); ok {
			excused[lit] = true
		}
		return true
	})
}

func (pr *program) call(fset *token.FileSet, c *ast.CallExpr, room string, excused, labeled map[ast.Node]bool) {
	name, pkg := callee(c)
	if pkg == "" {
		pkg = room
	}
	if slices.Contains(proseCalls, name) {
		excuse(excused, c)
	}
	isNew := name == "New" && pkg == "action"
	if name == "In" && len(c.Args) == 1 {
		noun, _ := leading(c.Args[0])
		pr.literals[noun+".actions"] = true
	}
	isSayer := slices.Contains(sayers, name)
	if !isNew && !isSayer {
		return
	}
	i := 0
	if name == "Failed" {
		i = 1
	}
	if len(c.Args) <= i {
		return
	}
	key, whole := leading(c.Args[i])
	at := fset.Position(c.Pos())
	switch {
	case isNew && whole && labeled[c]:
		noun, _, _ := strings.Cut(key, ".")
		pr.literals[noun+".actions"] = true
	case isNew && whole:
		noun, verb, _ := strings.Cut(key, ".")
		pr.literals[noun+".do."+verb], pr.literals[noun+".actions"] = true, true
		pr.actions[noun+".do."+verb] = at
	case isSayer && whole && keyLike.MatchString(key):
		if pr.keys[key] = at; name == "T" {
			pr.uncounted[key] = at
		}
	case isSayer && !whole && keyLike.MatchString(key) && strings.HasSuffix(key, "."):
		pr.prefixes[key] = at
	}
}

// markChain marks the calls that New(…).Labeled(…) chains: their label is given.
func markChain(labeled map[ast.Node]bool, c *ast.CallExpr) {
	for c != nil {
		labeled[c] = true
		sel, ok := c.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		c, _ = sel.X.(*ast.CallExpr)
	}
}

func callee(c *ast.CallExpr) (name, pkg string) {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name, ""
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			pkg = x.Name
		}
		return f.Sel.Name, pkg
	}
	return "", ""
}

// leading is the literal an expression begins with, and whether it is all.
func leading(e ast.Expr) (s string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		s, _ = leading(e.X)
		return s, false
	}
	return "", false
}

func (pr *program) literal(fset *token.FileSet, lit *ast.BasicLit, mustBeClean bool) {
	if lit.Kind != token.STRING {
		return
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return
	}
	if keyLike.MatchString(s) {
		pr.literals[s] = true
	}
	if mustBeClean && prose.MatchString(s) && !asked.MatchString(s) && !useLine.MatchString(s) && !strings.HasPrefix(s, ".TH ") {
		pr.sentences = append(pr.sentences, fset.Position(lit.Pos()).String()+": "+lit.Value)
	}
}

func TestNoSentenceOutsideTheCatalogue(t *testing.T) {
	t.Parallel()
	pr, err := readProgram()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range pr.sentences {
		t.Errorf("a sentence outside the catalogue: %s", s)
	}
}

func TestEveryKeyUsedIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	pr, err := readProgram()
	if err != nil {
		t.Fatal(err)
	}
	p := New("fr")
	for key, at := range pr.keys {
		if !p.Has(key) {
			t.Errorf("%s: %s is not in the catalogue", at, key)
		}
	}
	for key, at := range pr.actions {
		if noun, _, _ := strings.Cut(key, "."); !p.Has(key) || !p.Has(noun+".actions") {
			t.Errorf("%s: the action needs %s and %s.actions", at, key, noun)
		}
	}
	for prefix, at := range pr.prefixes {
		if !slices.ContainsFunc(p.Keys(), func(k string) bool { return strings.HasPrefix(k, prefix) }) {
			t.Errorf("%s: no key begins with %s", at, prefix)
		}
	}
}

// A sentence for one and for many that is said without a count would show its
// place: {n}.
func TestASentenceOfOneAndManyIsSaidWithItsCount(t *testing.T) {
	t.Parallel()
	pr, err := readProgram()
	if err != nil {
		t.Fatal(err)
	}
	p := New("fr")
	for key, at := range pr.uncounted {
		if p.entries[key].plural {
			t.Errorf("%s: %s is said by T, it needs N", at, key)
		}
	}
	control := newProgram()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", `package x; func f() { p.T("cli.rows_read") }`, 0)
	if err != nil {
		t.Fatal(err)
	}
	control.read(fset, file, true)
	if _, seen := control.uncounted["cli.rows_read"]; !seen || !p.entries["cli.rows_read"].plural {
		t.Error("a count that is left out is not seen")
	}
}

func TestEveryKeyOfTheCatalogueIsUsed(t *testing.T) {
	t.Parallel()
	pr, err := readProgram()
	if err != nil {
		t.Fatal(err)
	}
	keys := New("fr").Keys()
	slices.Sort(keys)
	for _, key := range keys {
		if !pr.uses(key) {
			t.Errorf("nobody says %s", key)
		}
	}
}

func (pr *program) uses(key string) bool {
	if pr.literals[key] || pr.literals[strings.TrimSuffix(key, "_hint")] { // the hint of every error of a key
		return true
	}
	for i, r := range key {
		if r != '.' {
			continue
		}
		prefix := key[:i+1]
		if _, ok := pr.prefixes[prefix]; ok || pr.literals[prefix] {
			return true
		}
	}
	return false
}

// The control: the reader sees a sentence, a key and an unknown prefix in a
// source that has them.
func TestTheReaderSeesWhatItLooksFor(t *testing.T) {
	t.Parallel()
	const src = `package x
func f() {
	show("Deux mots")
	_ = fmt.Errorf("open the file: %w", err)
	p.T("common.nothing", "a", 1)
	p.T("cli.nowhere." + name)
	action.New("campaign.pause", "p")
}`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	pr := newProgram()
	pr.read(fset, file, true)
	if len(pr.sentences) != 1 || !strings.Contains(pr.sentences[0], "Deux mots") {
		t.Errorf("sentences: %v", pr.sentences)
	}
	if _, ok := pr.keys["common.nothing"]; !ok {
		t.Errorf("keys: %v", pr.keys)
	}
	if _, ok := pr.prefixes["cli.nowhere."]; !ok {
		t.Errorf("prefixes: %v", pr.prefixes)
	}
	if !pr.uses("campaign.do.pause") || pr.uses("campaign.do.resume") {
		t.Errorf("the label of an action is not counted as used")
	}
}
