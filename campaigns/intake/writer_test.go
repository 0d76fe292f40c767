package intake

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func write(t interface{ Fatal(...any) }, preset Preset, rows ...[]Cell) string {
	var b strings.Builder
	w := NewWriter(&b, preset)
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFrenchExcelOpensWhatWeWriteAndComputesNothing(t *testing.T) {
	t.Parallel()
	rows := [][]Cell{
		{Text("nom"), Text("montant"), Text("jour"), Text("instant")},
		{Text("=1+1"), Money(-123456), Day(model.NewDate(2026, 11, 22)), Instant(noon)},
		{Text("+33 6"), Real(-1.5), Day(0), Instant(time.Time{})},
		{Text("＝x"), Whole(-12), Text("a;b"), Text("dit \"oui\"\nici")},
		{Text("été"), Real(math.NaN()), Money(5), Text(" bord ")},
	}
	french := "\ufeffnom;montant;jour;instant\r\n" +
		"\"'=1+1\";-1234,56;22/11/2026;22/11/2026 12:00:00\r\n" +
		"\"'+33 6\";-1,5;;\r\n" +
		"\"'＝x\";-12;\"a;b\";\"dit \"\"oui\"\"\nici\"\r\n" +
		"été;;0,05;\" bord \"\r\n"
	if d := cmp.Diff(french, write(t, ExcelFR, rows...)); d != "" {
		t.Errorf("Excel (-want +got):\n%s", d)
	}
	machine := "nom,montant,jour,instant\n" +
		"\"'=1+1\",-1234.56,2026-11-22,2026-11-22T12:00:00+01:00\n" +
		"\"'+33 6\",-1.5,,\n" +
		"\"'＝x\",-12,a;b,\"dit \"\"oui\"\"\nici\"\n" +
		"été,,0.05,\" bord \"\n"
	if d := cmp.Diff(machine, write(t, Machine, rows...)); d != "" {
		t.Errorf("machine (-want +got):\n%s", d)
	}
}

func TestWhatWeWriteWeReadAgain(t *testing.T) {
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
		preset := rapid.SampledFrom([]Preset{Machine, ExcelFR}).Draw(t, "preset")
		want := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 5).Draw(t, "rows")
		var rows [][]Cell
		for _, r := range want {
			rows = append(rows, []Cell{Text("k"), Text(r[0]), Text(r[1]), Text(r[2])})
		}
		delim := byte(',')
		if preset == ExcelFR {
			delim = ';'
		}
		file := strings.TrimPrefix(write(t, preset, rows...), "\ufeff")
		r := newReader(strings.NewReader(file), charset{name: encUTF8}, delim)
		r.width = 4
		for i := 0; ; i++ {
			got, err := r.next()
			if errors.Is(err, io.EOF) {
				if i != len(want) {
					t.Fatalf("%d rows, want %d in %q", i, len(want), file)
				}
				return
			}
			if err != nil || got.bad {
				t.Fatalf("row %d of %q: bad %v, %v", i, file, got.bad, err)
			}
			if d := cmp.Diff(want[i], append([]string(nil), got.cells[1:]...)); d != "" {
				t.Fatalf("%q (-want +got):\n%s", file, d)
			}
		}
	})
}
