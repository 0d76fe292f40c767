package filterbar_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/ui/i18n"
	"blanche/ui/tui/widget/filterbar"
	"blanche/ui/tui/widget/internal/cells"
)

func typed(b *filterbar.Bar, s string) {
	for _, r := range s {
		b.Key(string(r), string(r))
	}
}

func TestAFilterStaysAfterEnterAndGoesWithEsc(t *testing.T) {
	t.Parallel()
	b := filterbar.New(cells.Plain(), i18n.New("fr"))
	b.Open()
	typed(b, "évry q")
	if b.Text() != "évry q" || !b.Active() {
		t.Fatalf("%q", b.Text())
	}
	b.Key("backspace", "")
	b.Key("ctrl+w", "")
	if b.Text() != "" {
		t.Errorf("after ctrl+w: %q", b.Text())
	}
	typed(b, "nantes")
	if changed := b.Key("enter", ""); changed || b.Active() || b.Text() != "nantes" {
		t.Errorf("after enter: %v %q", changed, b.Text())
	}
	b.Open()
	b.Key("ctrl+u", "")
	if !b.Key("up", "") || b.Text() != "nantes" {
		t.Errorf("the last search is %q", b.Text())
	}
	if !b.Key("esc", "") || b.Active() || b.Text() != "" || b.Clear() {
		t.Error("esc does not clear once")
	}
	b.Paste("a\nb\x1b[2J")
	if b.Text() != "a b" {
		t.Errorf("pasted %q", b.Text())
	}
}

func TestTheFilterLineShowsWhatWasFound(t *testing.T) {
	t.Parallel()
	b := filterbar.New(cells.Plain(), i18n.New("fr"))
	b.Open()
	typed(b, "evr")
	if d := cmp.Diff(" / evr▏           37 trouvés ", b.Line(29, "37 trouvés")); d != "" {
		t.Error(d)
	}
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			for _, name := range cells.Names {
				b := filterbar.New(th, i18n.New("fr"))
				b.Open()
				b.SetText(name)
				cells.Line(t, b.Line(size.W, name), size.W)
			}
		}
	}
}
