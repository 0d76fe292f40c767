package intake

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// trap is a file of testdata/traps, and what becomes of it.
func trap(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "traps", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// names are the people of a store as "first name/city", in their order.
func (f *fake) names() []string {
	var out []string
	for _, c := range f.people {
		out = append(out, c.FirstName+c.LastName+"/"+c.City)
	}
	return out
}

func TestTrapFilesAreReadRightOrRefusedByLineColumnAndValue(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file, encoding string
		people         []string
		rejects        []model.Reject
	}{
		"quotes that Excel puts before digits": {"quotes-of-excel.csv", "utf-8", []string{"Léa/", "'d Artagnan/"}, nil},
		"byte order marks in the middle": {"bom-in-the-middle.csv", "utf-8", []string{"Léa/Nantes", "Noé/Brest", "Zoé/Évry"}, []model.Reject{
			{Line: 3, Column: "email", Value: "email", Reason: invalidEmail},
			{Line: 5, Column: "email", Value: "max@mail.ex\ufeffample", Reason: invalidEmail},
		}},
		"bytes that are zero": {"nul-bytes.csv", "utf-8", []string{"Léa/Nantes", "Zoé/Lyon"}, []model.Reject{
			{Line: 3, Column: "nom", Value: "No␀␀", Reason: badRow},
			{Line: 4, Column: "email", Value: "␀␀␀␀", Reason: badRow},
		}},
		"line ends of three systems": {"mixed-line-ends.csv", "utf-8", []string{"Léa/", "Noé/", "Zoé/", "Max/"}, nil},
		"a header alone":             {"header-only.csv", "utf-8", nil, nil},
		"an old Macintosh":           {"mac-roman.csv", "macroman", []string{"Léa/Évry", "Noël/Besançon"}, nil},
		"an old Windows":             {"windows-1252.csv", "windows-1252", []string{"Léa/Évry", "Noël/Besançon"}, nil},
		"UTF-16 with a mark":         {"utf-16le-bom.csv", "utf-16le", []string{"Léa/Évry", "Noël/Œuilly"}, nil},
		"UTF-16 without a mark":      {"utf-16le.csv", "utf-16le", []string{"Léa/Évry", "Noël/Œuilly"}, nil},
		"UTF-16 the other way round": {"utf-16be-bom.csv", "utf-16be", []string{"Léa/Évry", "Noël/Œuilly"}, nil},
		"UTF-16 reversed, no mark":   {"utf-16be.csv", "utf-16be", []string{"Léa/Évry", "Noël/Œuilly"}, nil},
		"UTF-16 with half a letter": {"utf-16le-broken.csv", "utf-16le", []string{"Léa/Évry", "Noël/Œuilly"}, []model.Reject{
			{Line: 4, Column: "prénom", Value: "Zo\ufffd", Reason: badRow},
			{Line: 5, Column: "ville", Value: "Lyon\ufffd", Reason: badRow},
		}},
		"one byte of another encoding": {"stray-byte-in-utf-8.csv", "utf-8", []string{"Léa/Évry", "Noël/Évry", "Mélanie/Évry"}, []model.Reject{
			{Line: 5, Column: "prénom", Value: "Zo\ufffd", Reason: badRow},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			rep := f.load(t, Contacts, trap(t, tt.file))
			if rep.Encoding != tt.encoding {
				t.Errorf("encoding %s, want %s", rep.Encoding, tt.encoding)
			}
			if d := cmp.Diff(tt.people, f.names()); d != "" {
				t.Errorf("people (-want +got):\n%s", d)
			}
			if d := cmp.Diff(append([]model.Reject{}, tt.rejects...), rep.Rejects); d != "" {
				t.Errorf("rejects (-want +got):\n%s", d)
			}
			again := f.load(t, Contacts, trap(t, tt.file))
			if again.Created+again.Updated != 0 || again.Rejected != rep.Rejected {
				t.Errorf("the same file again: %+v", again)
			}
		})
	}
}

func TestTrapCellsAreWhatTheirOwnersTyped(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, trap(t, "quotes-of-excel.csv"))
	lea := f.person(t, "lea@mail.example")
	if note, _ := lea.Attr("note"); lea.Card != "0012345678901234" || lea.Postcode != "01000" || lea.Phone != "+33612345678" || note != "=1+1" {
		t.Errorf("%+v", lea)
	}
	f = newFake()
	f.load(t, Contacts, trap(t, "mixed-line-ends.csv"))
	noe := f.person(t, "noe@mail.example")
	if note, _ := noe.Attr("note"); note != "trois\r\nlignes\rmêlées" {
		t.Errorf("%q", note)
	}
}

func TestSecondColumnOfATitleIsAFreeFieldOfItsOwn(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, trap(t, "duplicate-headers.csv"))
	lea := f.person(t, "lea@mail.example")
	want := []model.Attr{
		{Name: "column_7", Value: "vide1"},
		{Name: "column_8", Value: "vide2"},
		{Name: "email", Value: "lea@bureau.example"},
		{Name: "nom", Value: "Durand"},
		{Name: "telephone", Value: "0240123456"},
	}
	if d := cmp.Diff(want, lea.Attrs); d != "" || lea.LastName != "Martin" {
		t.Errorf("%+v\n%s", lea, d)
	}
}

// hugeCell is a file with a cell of five million bytes, with quotes and
// without, between two good rows.
func hugeCell() string {
	big := strings.Repeat("0123456789", 500_000)
	return "email;note;ville\na@x.example;;Lyon\nb@x.example;" + big + ";Lyon\nc@x.example;\"" + big + "\";Lyon\nd@x.example;;Nice\n" + "e@x.example;" + big + big + ";Lyon\nf@x.example;;Nice\n"
}

func TestCellOfFiveMegabytesCostsItsRowOnly(t *testing.T) {
	t.Parallel()
	f := newFake()
	var out sink
	rep := f.load(t, Contacts, hugeCell(), rejectsTo(&out))
	head := func(s string) string { return s[:min(len(s), 20)] }
	got := rep.Rejects
	for i := range got {
		got[i].Value = head(got[i].Value)
	}
	want := []model.Reject{
		{Line: 3, Column: "note", Value: "01234567890123456789", Reason: tooLong},
		{Line: 4, Value: "c@x.example;\"0123456", Reason: badRow},
		{Line: 6, Value: "e@x.example;01234567", Reason: badRow},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"/Lyon", "/Nice", "/Nice"}, f.names()); d != "" {
		t.Error(d)
	}
}

func TestWideRowsMakeShorterSteps(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("email;note\n")
	for i := range 14 {
		b.WriteString("p" + itoa(i) + "@x.example;" + strings.Repeat("x", 4<<20) + "\n")
	}
	steps, most := 0, 0
	f := newFake()
	rep := f.load(t, Contacts, b.String(), func(o *Options) {
		last := 0
		o.Progress = func(_, _ int64, rows int) { steps, most, last = steps+1, max(most, rows-last), rows }
	})
	if rep.Rejected != 14 || most > 10 {
		t.Errorf("%d rejected, %d steps of up to %d rows", rep.Rejected, steps, most)
	}
}

func TestRefusedFileLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "nom;ville\nx;y\n", "PK\x03\x04\x14\x00", strings.Repeat("\x00\x01x", 50)} {
		f := newFake()
		if _, err := Import(context.Background(), f.options(Contacts, file)); err == nil || len(f.people)+f.merges != 0 {
			t.Errorf("%q: %v, %d people", file, err, len(f.people))
		}
	}
}
