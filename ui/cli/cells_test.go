package cli

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"blanche/model"

	"pgregory.net/rapid"
)

func TestACellThatComputesIsQuotedBehindItsApostrophe(t *testing.T) {
	t.Parallel()
	for row, want := range map[string]string{
		"=1+1|Léa|-12,50":    "\"'=1+1\";Léa;-12,50\n",
		"@a|+33612345678|a;": "\"'@a\";+33612345678;\"a;\"\n",
		"":                   "\"\"\n",
		" a|say \"no\"|":     "\" a\";\"say \"\"no\"\"\";\n",
	} {
		if got := string(appendCells(nil, ';', strings.Split(row, "|"), false)); got != want {
			t.Errorf("%q: %q, want %q", row, got, want)
		}
	}
	if got := string(appendCells(nil, ',', []string{"=1+1", "b"}, true)); got != "=1+1,b\n" {
		t.Errorf("for machines: %q", got)
	}
}

// Whatever is written is read back by another reader of the same form.
func TestATableIsReadBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.StringMatching(`[=+\-@'"; ,|a-zéZ0-9\n\t]{0,8}`), 1, 5).Draw(t, "row")
		comma := rapid.SampledFrom([]byte{',', ';'}).Draw(t, "comma")
		raw := rapid.Bool().Draw(t, "raw")
		r := csv.NewReader(strings.NewReader(string(appendCells(nil, comma, row, raw))))
		r.Comma = rune(comma)
		got, err := r.Read()
		want := slices.Clone(row)
		for i := range want {
			if !raw {
				want[i] = model.Harmless(want[i])
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q came back as %q (%v)", want, got, err)
		}
	})
}
