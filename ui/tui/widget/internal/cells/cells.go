package cells

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"blanche/ui/tui/theme"
)

// Names are the people on whom a layout breaks.
var Names = []string{
	"Élodie Lefèvre", "Nguyễn Văn A", "O’Brien", "日本", "日本日本日本日本日本日本日本日本日本", "👩‍👩‍👧", "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", "Nguye\u0302\u0303n",
	"Bartholomé-Maximilien de La Rochefoucauld-Montmorency d’Entraigues", "", " ", "tab\tand\nline", "\x1b[31mred\x1b[2J", "👍🏽 ok", "🇫🇷",
}

// Size is a place to draw in.
type Size struct{ W, H int }

// Sizes go from nothing to a large screen.
var Sizes = []Size{
	{0, 0},
	{1, 1},
	{2, 3},
	{5, 2},
	{10, 4},
	{19, 7},
	{40, 10},
	{60, 16},
	{80, 24},
	{120, 36},
	{160, 48},
	{250, 70},
}

// Themes are the themes a session may have.
func Themes() []*theme.Theme {
	return []*theme.Theme{
		theme.New(theme.Options{Profile: colorprofile.TrueColor}),
		theme.New(theme.Options{Profile: colorprofile.ANSI, Light: true}),
		theme.New(theme.Options{Profile: colorprofile.ANSI256, NoColor: true}),
		theme.New(theme.Options{Profile: colorprofile.NoTTY, ASCII: true}),
	}
}

// Plain is a theme without styles, for tests on exact lines.
func Plain() *theme.Theme { return theme.New(theme.Options{Profile: colorprofile.NoTTY}) }

// Exact fails unless lines are h lines of w cells each, without a control that
// leaves its line.
func Exact(t *testing.T, lines []string, w, h int) {
	t.Helper()
	if len(lines) != h {
		t.Errorf("%d lines instead of %d", len(lines), h)
	}
	for i, l := range lines {
		Line(t, l, w)
		if t.Failed() {
			t.Fatalf("line %d of %dx%d: %q", i, w, h, l)
		}
	}
}

// Line fails unless l is w cells on one line.
func Line(t *testing.T, l string, w int) {
	t.Helper()
	if n := ansi.StringWidth(l); n != w {
		t.Errorf("%d cells instead of %d: %q", n, w, l)
	}
	if strings.ContainsAny(ansi.Strip(l), "\x1b\t\r\n\b\x00\x7f") {
		t.Errorf("a control is left in %q", l)
	}
}

// Text is lines without styles, spaces at the ends of lines taken away: what a
// golden holds.
func Text(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(ansi.Strip(l), " ") + "\n")
	}
	return b.String()
}
