package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

func book(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "workbooks", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func TestWorkbookComesInAsItsCellsSay(t *testing.T) {
	t.Parallel()
	f := newFake()
	var out sink
	rep := f.load(t, Contacts, book(t, "clients.xlsx"), rejectsTo(&out))
	if rep.Encoding != "xlsx" || rep.Delimiter != "" || rep.Sheet != "Clients" || rep.Rows != 4 || rep.Created != 3 {
		t.Errorf("%+v", rep)
	}
	want := []model.Reject{{Line: 5, Column: "CP", Value: "#N/A", Reason: badRow}}
	if d := cmp.Diff(want, rep.Rejects); d != "" {
		t.Error(d)
	}
	lea, noe := f.person(t, "lea@mail.example"), f.person(t, "noe@mail.example")
	if lea.FirstName != "Léa" || lea.Postcode != "01000" || lea.Phone != "+33612345678" || lea.Birth.String() != "1983-11-22" || noe.LastName != "Durand" || noe.Postcode != "44000" {
		t.Errorf("%+v\n%+v", lea, noe)
	}
	attrs := []model.Attr{{Name: "abonne", Value: "true"}, {Name: "dernier_passage", Value: "2026-11-22T14:05:00+01:00"}, {Name: "note", Value: "ligne un\nligne <deux>; fin"}, {Name: "panier_moyen", Value: "12.34"}}
	if d := cmp.Diff(attrs, lea.Attrs); d != "" {
		t.Error(d)
	}
	if v, _ := noe.Attr("panier_moyen"); v != "1.2340" {
		t.Errorf("a basket of 1.234 euros became %q", v)
	}
	again := f.load(t, Contacts, book(t, "clients.xlsx"))
	if again.Created+again.Updated != 0 {
		t.Errorf("the same workbook again: %+v", again)
	}
	if text := out.String(); !strings.HasPrefix(text, "\ufeffE-mail;") || !strings.Contains(text, "zoe@mail.example;;;#N/A") || !strings.Contains(text, ";bad_row") {
		t.Errorf("%q", text)
	}
}

func TestWorkbookOfOrdersAndTheOtherCalendar(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Orders, book(t, "orders.xlsx"))
	if rep.Created != 2 || rep.Rejected != 0 {
		t.Errorf("%+v", rep)
	}
	f = newFake()
	f.load(t, Contacts, book(t, "calendar-1904.xlsx"))
	if lea := f.person(t, "lea@mail.example"); lea.Birth.String() != "1983-11-22" {
		t.Errorf("%+v", lea)
	}
}

func TestSheetIsTheFirstWithCellsOrTheOneAskedFor(t *testing.T) {
	t.Parallel()
	for want, sheet := range map[string]string{"Caisse": "", "Web": "web", "Paramètres": "2"} {
		f := newFake()
		look, err := Look(context.Background(), sheeted(f, t, sheet))
		if sheet == "2" {
			if e := asError(t, look.Missing); e.Key != "import.no_column" || err != nil {
				t.Errorf("%v %v", look.Missing, err)
			}
			continue
		}
		if err != nil || look.Sheet != want || !slices.Equal(look.Sheets, []string{"Lisez-moi", "Caisse", "Web"}) {
			t.Errorf("%s: %+v %v", sheet, look, err)
		}
	}
	f := newFake()
	_, err := Look(context.Background(), sheeted(f, t, "Rien"))
	if e := asError(t, err); e.Key != "import.no_sheet" {
		t.Errorf("%v", err)
	}
}

func sheeted(f *fake, t *testing.T, sheet string) Options {
	o := f.options(Contacts, book(t, "three-sheets.xlsx"))
	o.Sheet = sheet
	return o
}

func asError(t *testing.T, err error) *model.Error {
	t.Helper()
	var e *model.Error
	if !errors.As(err, &e) || e.HintKey == "" {
		t.Fatalf("%v, want an error with a hint", err)
	}
	return e
}

// rewritten is a workbook in which one of its files is another.
func rewritten(tb testing.TB, name, file string, change func(string) string) string {
	tb.Helper()
	text := book(tb, name)
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, _ := f.Open()
		body, _ := io.ReadAll(r)
		to, _ := w.Create(f.Name)
		if f.Name == file {
			body = []byte(change(string(body)))
		}
		_, _ = to.Write(body)
	}
	_ = w.Close()
	return out.String()
}

func TestWorkbooksThatAreTrapsAreRefusedWhole(t *testing.T) {
	t.Parallel()
	const sheet, strs = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
	swap := func(old, next string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, next, 1) }
	}
	tests := map[string]struct {
		file   string
		change func(string) string
		key    string
	}{
		"cut short":                     {sheet, func(s string) string { return s[:len(s)*2/3] }, "import.sheet_broken"},
		"cut between two rows":          {sheet, func(s string) string { return s[:strings.Index(s, `<row r="5"`)] }, "import.sheet_broken"},
		"a string that is not there":    {sheet, swap("<v>10</v>", "<v>9999</v>"), "import.sheet_broken"},
		"a string before the first":     {sheet, swap("<v>10</v>", "<v>-1</v>"), "import.sheet_broken"},
		"rows in disorder":              {sheet, swap(`<row r="4"`, `<row r="1"`), "import.sheet_broken"},
		"a row beyond the last":         {sheet, swap(`<row r="7"`, `<row r="99999999"`), "import.sheet_large"},
		"a column beyond the last":      {sheet, swap(`r="J2"`, `r="ZZZ2"`), "import.sheet_broken"},
		"no cells at all":               {sheet, func(string) string { return "<worksheet/>" }, "import.sheet_broken"},
		"entities that grow":            {sheet, swap("<worksheet", `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet`), ""},
		"an entity of its own":          {sheet, swap("<v>10</v>", "<v>&a;</v>"), "import.sheet_broken"},
		"a text of two million letters": {strs, swap("Martin", strings.Repeat("x", 2<<20)), "import.sheet_large"},
		"more styles than there can be": {"xl/styles.xml", swap(`<xf numFmtId="0"/>`, strings.Repeat("<xf/>", 70_000)), "import.sheet_large"},
		"a count that lies":             {strs, swap(`count="20"`, `count="99999999999"`), ""},
		"nested without end":            {strs, swap("Martin", strings.Repeat("<r>", 5000)), "import.sheet_large"},
		"a bomb":                        {sheet, func(s string) string { return s + strings.Repeat(" ", 64<<20) }, "import.sheet_large"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			_, err := Import(context.Background(), f.options(Contacts, rewritten(t, "clients.xlsx", tt.file, tt.change)))
			switch {
			case tt.key == "" && err != nil:
				t.Error(err)
			case tt.key == "":
			case err == nil:
				t.Error("it came in")
			case asError(t, err).Key != tt.key || len(f.people) > 0:
				t.Errorf("%v, %d people", err, len(f.people))
			}
		})
	}
}

func FuzzWorkbookNeverBreaksTheProgram(f *testing.F) {
	text := book(f, "clients.xlsx")
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range z.File {
		r, _ := e.Open()
		body, _ := io.ReadAll(r)
		f.Add(e.Name, string(body))
	}
	f.Fuzz(func(t *testing.T, name, body string) {
		text := rewritten(t, "clients.xlsx", name, func(string) string { return body })
		fake := newFake()
		rep, err := Import(context.Background(), fake.options(Contacts, text))
		if err == nil && rep.Rows != rep.Created+rep.Updated+rep.Unchanged+rep.Rejected {
			t.Errorf("%+v", rep)
		}
	})
}
