package frame

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// The quick count must never differ from the true one: each character it knows
// is tried alone, doubled, and before what would join it.
func TestTheQuickWidthIsTheTrueWidth(t *testing.T) {
	t.Parallel()
	known := 0
	for r := rune(0x20); r < 0x3000; r++ {
		if r >= 0x7f && r < 0xa0 {
			continue
		}
		for _, s := range []string{string(r), string(r) + string(r), "a" + string(r) + "\x1b[1;38;2;1;2;3mb\x1b[m"} {
			n, ok := quickWidth(s)
			if !ok {
				continue
			}
			known++
			if want := ansi.StringWidth(s); n != want {
				t.Errorf("%U in %q: %d, not %d", r, s, n, want)
			}
		}
	}
	if known < 2000 {
		t.Errorf("only %d strings are known", known)
	}
	for _, s := range []string{"e\u0301", "日", "\x1b[2J", "\x1b]0;x\x07", "\u200d", "▸\ufe0f", "\xe9t\xe9", "\xc3"} {
		if n, ok := quickWidth(s); ok && n != ansi.StringWidth(s) {
			t.Errorf("%q is counted %d", s, n)
		}
	}
}
