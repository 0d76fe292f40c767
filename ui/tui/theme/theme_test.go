package theme_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"blanche/ui/tui/theme"
)

// literalColour finds a colour or a style sequence written in a source.
var literalColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$|^#[0-9a-fA-F]{3}$|(\x1b|\x{9b})\[?[0-9;:]*m|\x1b\[`)

// colourCalls are the names that make a colour.
var colourCalls = map[string]bool{
	"Color": true, "ANSIColor": true, "RGBA": true, "IndexedColor": true, "BasicColor": true, "RGBColor": true, "Foreground": true, "Background": true,
}

func TestNoColourIsNamedOutsideTheme(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..") // ui
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() && (rel == "tui/theme" || rel == "tui/widget/internal" || rel == "tui/tuitest" || rel == "safe" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		// frame/width.go reads style sequences to leave them out of a width.
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || rel == "tui/widget/frame/width.go" {
			return nil
		}
		for _, fault := range colours(t, path) {
			t.Error(fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func colours(t *testing.T, path string) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && literalColour.MatchString(s) {
				out = append(out, fset.Position(n.Pos()).String()+": a literal colour "+n.Value)
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && (x.Name == "lipgloss" || x.Name == "ansi" || x.Name == "color") && colourCalls[n.Sel.Name] {
				out = append(out, fset.Position(n.Pos()).String()+": a colour is made by "+x.Name+"."+n.Sel.Name)
			}
		}
		return true
	})
	return out
}

// The control: the palette itself is full of what the test looks for.
func TestTheSearchForColoursSeesThePalette(t *testing.T) {
	t.Parallel()
	if n := len(colours(t, "palette.go")); n < 18 {
		t.Errorf("only %d colours are seen", n)
	}
	if n := len(colours(t, "theme.go")); n < 3 {
		t.Errorf("only %d are seen in theme.go", n)
	}
}

// styles are the named styles of a theme.
func styles(th *theme.Theme) map[string]theme.Style {
	out := map[string]theme.Style{}
	v := reflect.ValueOf(*th)
	for i := range v.NumField() {
		if s, ok := v.Field(i).Interface().(theme.Style); ok {
			out[v.Type().Field(i).Name] = s
		}
	}
	return out
}

func TestEachTerminalGetsWhatItCanShow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options theme.Options
		want    string // what Danger makes of x
	}{
		"true colour":      {theme.Options{Profile: colorprofile.TrueColor}, "\x1b[38;2;247;118;142mx\x1b[m"},
		"256 colours":      {theme.Options{Profile: colorprofile.ANSI256}, "\x1b[38;5;210mx\x1b[m"},
		"16 colours":       {theme.Options{Profile: colorprofile.ANSI}, "\x1b[91mx\x1b[m"},
		"16, light":        {theme.Options{Profile: colorprofile.ANSI, Light: true}, "\x1b[31mx\x1b[m"},
		"unknown is 16":    {theme.Options{}, "\x1b[91mx\x1b[m"},
		"NO_COLOR is bold": {theme.Options{Profile: colorprofile.TrueColor, NoColor: true}, "\x1b[1mx\x1b[m"},
		"no terminal":      {theme.Options{Profile: colorprofile.NoTTY}, "x"},
		"blue and orange":  {theme.Options{Profile: colorprofile.TrueColor, Palette: theme.BlueOrange}, "\x1b[38;2;230;159;0mx\x1b[m"},
		"red and cyan":     {theme.Options{Profile: colorprofile.ANSI256, Palette: theme.RedCyan}, "\x1b[38;5;203mx\x1b[m"},
	} {
		if got := theme.New(c.options).Danger.Render("x"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestNoColorNeverShowsAColour(t *testing.T) {
	t.Parallel()
	for _, o := range []theme.Options{{Profile: colorprofile.TrueColor, NoColor: true}, {Profile: colorprofile.ASCII}, {Profile: colorprofile.NoTTY}} {
		for name, s := range styles(theme.New(o)) {
			if got := s.Render("x"); regexp.MustCompile(`\[[0-9;]*(3|4|9|10)[0-9]`).MatchString(got) {
				t.Errorf("%v: %s is %q", o, name, got)
			}
		}
	}
}

func TestMeaningsAreToldApart(t *testing.T) {
	t.Parallel()
	for _, profile := range []colorprofile.Profile{colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		for _, light := range []bool{false, true} {
			for _, p := range []theme.Palette{theme.Default, theme.BlueOrange, theme.RedCyan} {
				th := theme.New(theme.Options{Profile: profile, Light: light, Palette: p})
				seen := map[string]string{}
				for name, s := range map[string]theme.Style{"Accent": th.Accent, "Blanche": th.Blanche, "Good": th.Good, "Warn": th.Warn, "Danger": th.Danger} {
					open := s.Render("x")
					if other, twice := seen[open]; twice && profile != colorprofile.ANSI {
						t.Errorf("%v light=%v %s: %s looks like %s", profile, light, p, name, other)
					}
					seen[open] = name
				}
				if th.Good.Render("x") == th.Danger.Render("x") || th.Accent.Render("x") == th.Blanche.Render("x") {
					t.Errorf("%v light=%v %s: good and danger, or target and zone blanche, look the same", profile, light, p)
				}
			}
		}
	}
}

func TestGlyphsAreOneCellAndAsciiIsAscii(t *testing.T) {
	t.Parallel()
	for _, ascii := range []bool{false, true} {
		v := reflect.ValueOf(theme.New(theme.Options{ASCII: ascii}).G)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			var all []string
			switch f := v.Field(i).Interface().(type) {
			case string:
				all = []string{f}
			case [9]string:
				all = f[1:]
			case [8]string:
				all = f[:]
			}
			for _, g := range all {
				if ansi.StringWidth(g) != 1 || ascii && (len(g) != 1 || g[0] >= 0x7f) {
					t.Errorf("ascii=%v %s is %q", ascii, name, g)
				}
			}
		}
	}
}

func TestASelectedRowKeepsItsBackgroundUnderOtherStyles(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Options{Profile: colorprofile.ANSI})
	if got, want := th.Selection.Over("a"+th.Danger.Render("b")+"c"), "\x1b[44ma\x1b[91mb\x1b[m\x1b[44mc\x1b[m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var b strings.Builder
	th.Danger.Append(&b, "x")
	if b.String() != th.Danger.Render("x") || th.Danger.Render("") != "" {
		t.Error("Append and Render differ")
	}
}
