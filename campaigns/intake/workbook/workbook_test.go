package workbook

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/thedatashed/xlsxreader"
)

func TestNumbersAndDatesAreThoseOfTheCell(t *testing.T) {
	t.Parallel()
	date, none := style{date: true}, style{}
	for _, tt := range []struct {
		raw   string
		st    style
		y1904 bool
		kind  Kind
		want  string
	}{
		{"12.339999999999998", none, false, Number, "12.34"},
		{"1E+3", none, false, Number, "1000"},
		{"3.70012E+12", none, false, Number, "3700120000000"},
		{"1.0000000000000001E-5", none, false, Number, "0.00001"},
		{"-0", none, false, Number, "0"},
		{"1000", style{digits: 5}, false, Number, "01000"},
		{"-5", style{digits: 5}, false, Number, "-5"},
		{"1", date, false, Date, "1900-01-01"},
		{"59", date, false, Date, "1900-02-28"},
		{"61", date, false, Date, "1900-03-01"},
		{"46348.586805555555", date, false, Date, "2026-11-22 14:05:00"},
		{"46348.999999", date, false, Date, "2026-11-23"},
		{"44886", date, true, Date, "2026-11-22"},
		{"0.5", date, false, Date, "12:00:00"},
		{"2958466", date, false, Number, "2958466"},
		{"-1", date, false, Number, "-1"},
		{"NaN", none, false, Text, "NaN"},
	} {
		kind, got := number(tt.raw, tt.st, tt.y1904)
		if kind != tt.kind || got != tt.want {
			t.Errorf("%s: %d %q, want %d %q", tt.raw, kind, got, tt.kind, tt.want)
		}
	}
}

func TestFormatsAreDatesOnlyWhenTheirCodesAre(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]style{
		"dd/mm/yyyy": {date: true}, `[$-40C]d mmmm yyyy;@`: {date: true}, "[h]:mm": {date: true}, "JJ/MM/AAAA": {date: true},
		`#,##0.00\ "€"`: {}, `[Red]0" jours"`: {}, "0.00E+00": {}, `0_d`: {}, "General": {}, "Standard": {}, "@": {},
		"00000": {digits: 5}, `0#" "##" "##`: {},
	} {
		if got := styleOf(164, code, true); got != want {
			t.Errorf("%s: %+v", code, got)
		}
	}
}

// cells are all those of a sheet, by their reference.
func cells(tb testing.TB, text []byte, sheet string) map[string]string {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		tb.Fatal(err)
	}
	room := int64(1 << 30)
	b, err := Open(z, Limits{Room: &room})
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string]string{}
	for i := range b.Sheets {
		if b.Sheets[i].Name != sheet {
			continue
		}
		err := b.Rows(context.Background(), &b.Sheets[i], func(r Row) error {
			for _, c := range r.Cells {
				out[string(rune('A'+c.Column))+strconv.Itoa(r.Number)] = c.Text
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

// Two programs by different people read the same cells: where they differ, the
// other is known to, and why.
func TestAnotherReaderReadsTheSameCells(t *testing.T) {
	t.Parallel()
	differs := map[string]string{
		"H2": "12.34",      // the other gives the digits of base two
		"D2": "01000",      // and no zeros of a format
		"B2": "Léa",        // and the first of the runs that it has no name for
		"C4": "Durand",     // likewise, in the cell
		"J2": "",           // line ends
		"G2": "",           // another form of dates
		"I2": "true",       // and 1 for it
		"D4": "44000",      //
		"F2": "1983-11-22", //
		"D5": "#N/A",       //
	}
	text, err := os.ReadFile(filepath.Join("..", "testdata", "workbooks", "clients.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	ours := cells(t, text, "Clients")
	x, err := xlsxreader.NewReader(text)
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]string{}
	for row := range x.ReadRows("Clients") {
		if row.Error != nil {
			t.Fatal(row.Error)
		}
		for _, c := range row.Cells {
			theirs[c.Column+strconv.Itoa(c.Row)] = strings.TrimSpace(c.Value)
		}
	}
	for ref, want := range differs {
		if want != "" && ours[ref] != want {
			t.Errorf("%s is %q, want %q", ref, ours[ref], want)
		}
		if _, there := ours[ref]; !there {
			t.Errorf("%s is missing", ref)
		}
		delete(ours, ref)
		delete(theirs, ref)
	}
	if d := cmp.Diff(theirs, ours); d != "" {
		t.Error(d)
	}
}

func TestMemoryIsBoundedByTheStringsAllowed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "workbooks", "clients.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	room := int64(1 << 20)
	if _, err := Open(z, Limits{Room: &room, Strings: 50}); !errors.Is(err, ErrLarge) {
		t.Errorf("%v", err)
	}
}
