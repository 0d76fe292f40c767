package mask_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"blanche/ui/tui/mask"
)

func TestAnAddressKeepsItsFirstLetterAndItsDomain(t *testing.T) {
	t.Parallel()
	m := &mask.Mask{On: true}
	m.Learn("Hélène Évrard", "Hélène")
	got := []string{
		m.Address("marie@gmail.example"), m.Address("élodie@x.example"), m.Address("\"odd\"@x.example"), m.Address(""), m.Address("nobody"),
		m.Name("Évrard, Hélène"), m.Name("Jean-Luc d’Ys"), m.Name(""), m.Value("F"), m.Value("06 12"), m.Value("a@b.example"),
		m.Text("550 5.1.1 <marie@gmail.example> unknown, tell paul@x.example"), m.Text("fiche de Hélène Évrard, Hélène! Hélènette"), m.Text("12 : 0"),
	}
	want := []string{
		"m••••@gmail.example", "é••••@x.example", "••••@x.example", "", "n••••",
		"É••••, H••••", "J•••• d••••", "", "F", "••••", "a••••@b.example",
		"550 5.1.1 <m••••@gmail.example> unknown, tell p••••@x.example", "fiche de H•••• É••••, H••••! Hélènette", "12 : 0",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if twice := m.Text(m.Address("marie@gmail.example")); twice != "m••••@gmail.example" {
		t.Errorf("masked twice: %q", twice)
	}
}

// The control: off, and without a mask at all, everything passes.
func TestOffNothingIsHidden(t *testing.T) {
	t.Parallel()
	for _, m := range []*mask.Mask{nil, {}} {
		m.Learn("Hélène")
		for _, s := range []string{m.Address("marie@gmail.example"), m.Text("à marie@gmail.example"), m.Name("Hélène"), m.Value("Hélène")} {
			if strings.Contains(s, "•") {
				t.Errorf("%q", s)
			}
		}
	}
}

func TestTheNetKeepsTheWidthOfEveryLine(t *testing.T) {
	t.Parallel()
	for _, ascii := range []bool{false, true} {
		m := &mask.Mask{On: true, ASCII: ascii}
		for _, l := range []string{
			" to marie@gmail.example   ", "\x1b[1mma\x1b[7mr\x1b[mie@gmail.exam…", "日本 a@b.example 日本", "x@", "no address at all", "é.l@x.example,p@y.example",
		} {
			lines := []string{l}
			m.Frame(lines)
			if w := ansi.StringWidth(l); ansi.StringWidth(lines[0]) != w {
				t.Errorf("%q: %d cells, not %d", lines[0], ansi.StringWidth(lines[0]), w)
			}
			if plain := ansi.Strip(lines[0]); strings.Contains(plain, "marie@") || strings.Contains(plain, "é.l@") {
				t.Errorf("%q", plain)
			}
		}
	}
}
