package intake

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"blanche/model"
)

// shield is what an export does to a cell that a spreadsheet would compute.
func shield(cell string) string { return model.Harmless(cell) }

func TestACellThatAnExportShieldedIsReadAsItWas(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"=", "+", "-", "@", "'", "\"", ";", ",", "\t", "\n", "\r\n", "＠", "é", "e\u0301", "0", "a", " ", "\u00a0", "\u202f", "œ", "😀"})
	cell := rapid.Custom(func(t *rapid.T) string {
		s := norm.NFC.String(strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), ""))
		if r, _ := utf8.DecodeRuneInString(s); r == '\t' || r == '\r' {
			if kept := strings.TrimFunc(s, invisible); kept != "" {
				return s[:1] + kept // a shield keeps it
			}
		}
		return strings.TrimFunc(s, invisible)
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 5).Draw(t, "rows")
		delim := rapid.SampledFrom([]byte{',', ';'}).Draw(t, "delimiter")
		var file strings.Builder
		w := csv.NewWriter(&file)
		w.Comma = rune(delim)
		for _, r := range want {
			_ = w.Write([]string{"k", shield(r[0]), shield(r[1]), shield(r[2])})
		}
		w.Flush()
		r := newReader(strings.NewReader(file.String()), charset{name: encUTF8}, delim)
		r.width = 4
		for i := range want {
			got, err := r.next()
			if err != nil || got.bad {
				t.Fatalf("row %d of %q: bad %v, %v", i, file.String(), got.bad, err)
			}
			if d := cmp.Diff(want[i], append([]string(nil), got.cells[1:]...)); d != "" {
				t.Fatalf("%q (-want +got):\n%s", file.String(), d)
			}
		}
		if _, err := r.next(); !errors.Is(err, io.EOF) {
			t.Fatalf("a row too many in %q: %v", file.String(), err)
		}
	})
}
