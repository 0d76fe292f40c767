package tuitest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"blanche/ui/tui/widget/frame"
)

var update = flag.Bool("update", false, "write the golden screens again")

// Hostile are the names and addresses on which a layout breaks: sequences,
// returns, wide and joined runes, writing from right to left.
var Hostile = []string{
	"\x1b[31mred\x1b[2J", "Élodie\rLefèvre", "日本日本日本日本日本日本日本日本日本", "👩‍👩‍👧👩‍👩‍👧", "Nguye\u0302\u0303n", "\u202eesrever", "tab\tand\nline",
	"Bartholomé-Maximilien de La Rochefoucauld-Montmorency d’Entraigues", "\x9b2J", "\x1b]0;title\x07", "🇫🇷", "O’Brien",
}

// Size is a terminal.
type Size struct{ W, H int }

// AllSizes are the terminals a screen must fit.
var AllSizes = []Size{{60, 16}, {80, 24}, {120, 36}, {160, 48}, {250, 70}}

// Body is how many lines the shell leaves to a screen.
func Body(h int) int {
	if h >= 20 {
		return h - 5
	}
	return h - 3
}

// Lines is what the screen draws in a terminal of w by h, with the dialog that
// stands in front.
func (d *Driver) Lines(w, h int) []string {
	h = Body(h)
	lines := d.Screen.View(w, h)
	for _, m := range d.modals {
		lines = frame.Over(lines, w, m.Lines(w-4, h))
	}
	return lines
}

// Text is Lines without styles, and without blanks at the ends of lines.
func (d *Driver) Text(w, h int) string { return Plain(d.Lines(w, h)) }

// Plain is lines as a golden holds them.
func Plain(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(ansi.Strip(l), " ") + "\n")
	}
	return b.String()
}

// Golden compares what the screen draws with testdata/NAME-WxH-LANG.golden.
func (d *Driver) Golden(name string, w, h int) {
	d.T.Helper()
	d.Exact(w, h)
	Golden(d.T, fmt.Sprintf("%s-%dx%d-%s", name, w, h, d.Session.P.Lang()), d.Text(w, h))
}

// Golden compares a text with testdata/NAME.golden; -update writes it.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

// Has fails unless a part of the screen says each of the texts.
func (d *Driver) Has(w, h int, texts ...string) {
	d.T.Helper()
	got := d.Text(w, h)
	for _, want := range texts {
		if !strings.Contains(got, want) {
			d.T.Errorf("%q is not on the screen:\n%s", want, got)
		}
	}
}

// Exact fails unless the screen draws exactly its lines, each exactly as wide
// as the terminal, with nothing in them that could leave its place.
func (d *Driver) Exact(w, h int) {
	d.T.Helper()
	lines := d.Screen.View(w, Body(h))
	if len(lines) != Body(h) {
		d.T.Errorf("%d lines instead of %d at %dx%d", len(lines), Body(h), w, h)
	}
	for i, l := range d.Lines(w, h) {
		if n := ansi.StringWidth(l); n != w {
			d.T.Fatalf("line %d has %d cells at %dx%d: %q", i, n, w, h, l)
		}
		if strings.ContainsAny(ansi.Strip(l), "\x1b\t\r\n\b\x00\x07\x7f\u009b\u202e") {
			d.T.Fatalf("line %d holds a control at %dx%d: %q", i, w, h, l)
		}
	}
}

// Sizes is Exact at every size.
func (d *Driver) Sizes() {
	d.T.Helper()
	for _, s := range AllSizes {
		d.Exact(s.W, s.H)
	}
}

// storm are the keys of Storm.
var storm = strings.Fields("j k g G enter esc up down left right tab shift+tab space backspace pgdown pgup ctrl+d ctrl+u ctrl+s / f s S d e i n O M w v a x p r m u y A P c h o D é ? 5")

// Storm presses n keys at random (from a seed that the test's name gives),
// checking the screen after each.
func (d *Driver) Storm(n int) {
	d.T.Helper()
	var seed uint64
	for _, r := range d.T.Name() {
		seed = seed*131 + uint64(r)
	}
	rnd := rand.New(rand.NewPCG(seed, 1))
	for range n {
		d.Press(storm[rnd.IntN(len(storm))])
		s := AllSizes[rnd.IntN(len(AllSizes))]
		d.Exact(s.W, s.H)
	}
}
