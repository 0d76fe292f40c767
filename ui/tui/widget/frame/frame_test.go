package frame_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/internal/cells"
)

func TestEveryLineHasExactlyItsWidth(t *testing.T) {
	t.Parallel()
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			for _, name := range cells.Names {
				styled := th.Danger.Render(name) + " and more " + name
				for _, l := range []string{
					frame.Fit(name, size.W), frame.FitRight(name, size.W), frame.Center(name, size.W), frame.Clip(styled, size.W),
					frame.Fit(styled, size.W), frame.Spread(name, styled, size.W), frame.Bar(styled, name, size.W),
					frame.Title(th, size.W, "ROI", name, styled), frame.Rule(th, size.W), frame.Tabs(th, size.W, cells.Names, 3),
				} {
					cells.Line(t, l, size.W)
				}
				for _, l := range frame.Wrap(styled+" "+name, size.W) {
					cells.Line(t, l, size.W)
				}
			}
			if t.Failed() {
				t.Fatalf("at %v", size)
			}
		}
	}
}

func TestFramesAreExactlyTheirSize(t *testing.T) {
	t.Parallel()
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			var page []string
			for _, name := range cells.Names {
				page = append(page, th.Accent.Render(name)+name+name)
			}
			cells.Exact(t, frame.Block(page, size.W, size.H), size.W, size.H)
			cells.Exact(t, frame.Stack(size.W, size.H, page, page), size.W, size.H)
			if left := size.W * 3 / 5; size.W-left >= 2 {
				cells.Exact(t, frame.Beside(page, left, page[:3], size.W-left-2, "  "), size.W, len(page))
			}
			whole := frame.Block(page, size.W, size.H)
			for _, x := range []int{0, 1, 2, 3, size.W / 2} {
				if x < size.W {
					cells.Exact(t, frame.Place(whole, size.W, []string{"日本", th.Warn.Render("box")}, x, 1), size.W, size.H)
				}
			}
			cells.Exact(t, frame.Over(whole, size.W, frame.Block([]string{"日本"}, 7, 3)), size.W, size.H)
		}
	}
}

func TestABoxHidesOnlyWhatIsUnderIt(t *testing.T) {
	t.Parallel()
	page := []string{"aaaaaaaaaa", "日本日本日", "cccccccccc"}
	got := frame.Over(page, 10, []string{"XXXX"})
	want := []string{"aaaaaaaaaa", "日 XXXX 日", "cccccccccc"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestATitleEndsInARule(t *testing.T) {
	t.Parallel()
	got := []string{
		frame.Title(cells.Plain(), 40, "ROI", "Mens E-Mail", "", "CAUSAL"),
		frame.Title(cells.Plain(), 20, "En direct", "Une campagne au nom long"),
		frame.Bar("● 1 envoi", "22/11 14:05", 30),
		frame.Tabs(cells.Plain(), 18, []string{"Aujourd’hui", "Contacts", "ROI"}, 1),
	}
	want := []string{
		" ROI ── Mens E-Mail ── CAUSAL ──────────",
		" En direct ── Une … ",
		" ● 1 envoi        22/11 14:05 ",
		" Contacts  ROI    ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWrapKeepsNumbersAndSignsTogether(t *testing.T) {
	t.Parallel()
	got := frame.Wrap("Il reste 12\u202f384 contacts\u202f! Vraiment\u00a0: oui", 11)
	want := []string{"Il reste   ", "12\u202f384     ", "contacts\u202f! ", "Vraiment\u00a0: ", "oui        "}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func BenchmarkStack160x48(b *testing.B) {
	th := cells.Themes()[0]
	line := frame.Fit(th.Accent.Render(strings.Repeat("é", 70))+strings.Repeat("x", 90), 160)
	page := make([]string, 48)
	for i := range page {
		page[i] = line
	}
	for b.Loop() {
		_ = frame.Join(frame.Stack(160, 48, page))
	}
}
