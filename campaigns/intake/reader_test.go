package intake

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// read lists the rows of a file as the reader cuts it, through readers that
// give many bytes or one at a time.
func readAll(t *testing.T, file string, delim byte, width int) []row {
	t.Helper()
	var first []row
	for i, src := range []io.Reader{strings.NewReader(file), iotest.OneByteReader(strings.NewReader(file))} {
		r := newReader(src, charset{name: encUTF8}, delim)
		r.width = width
		var out []row
		for {
			got, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, row{line: got.line, cells: append([]string(nil), got.cells...), bad: got.bad})
		}
		if i == 0 {
			first = out
		} else if d := cmp.Diff(first, out, cmp.AllowUnexported(row{})); d != "" {
			t.Errorf("byte by byte (-all +one):\n%s", d)
		}
	}
	return first
}

func TestRowsAreCutWhereTheyEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file  string
		width int
		want  []row
	}{
		"mixed line ends": {"a;b\r\nc;d\re;f\ng;h", 2, []row{
			{line: 1, cells: []string{"a", "b"}},
			{line: 2, cells: []string{"c", "d"}},
			{line: 3, cells: []string{"e", "f"}},
			{line: 4, cells: []string{"g", "h"}},
		}},
		"quoted newlines and quotes": {"\"a\r\nb\";\"c \"\"d\"\"\"\n x ; \"y;z\" \n", 2, []row{
			{line: 1, cells: []string{"a\r\nb", `c "d"`}},
			{line: 3, cells: []string{"x", "y;z"}},
		}},
		"a quote inside a word is a character":             {"5\" x;b\"c\"\n", 2, []row{{line: 1, cells: []string{`5" x`, `b"c"`}}}},
		"a quote that never closes costs one line":         {"a;\"b\nc;d\ne;f\n", 2, []row{{line: 1, bad: true}, {line: 2, cells: []string{"c", "d"}}, {line: 3, cells: []string{"e", "f"}}}},
		"text after a closing quote costs one line":        {"a;\"b\"c\nd;e\n", 2, []row{{line: 1, bad: true}, {line: 2, cells: []string{"d", "e"}}}},
		"an opening quote that meets another does as well": {"a;\"b\nc;\"d\"\ne;f\n", 2, []row{{line: 1, bad: true}, {line: 2, cells: []string{"c", "d"}}, {line: 3, cells: []string{"e", "f"}}}},
		"two mistakes that look like one cell": {"a;\"b;c\nd;e;f\ng;h\";i\n", 3, []row{
			{line: 1, bad: true}, {line: 2, cells: []string{"d", "e", "f"}}, {line: 3, cells: []string{"g", `h"`, "i"}},
		}},
		"a swallowed row changes the number of columns": {"a;\"b\nc;d\";e;f\ng;h\n", 2, []row{{line: 1, bad: true}, {line: 2, bad: true}, {line: 3, cells: []string{"g", "h"}}}},
		"short rows are completed, long ones refused":   {"a\nb;c;\nd;e;f\n", 2, []row{{line: 1, cells: []string{"a"}}, {line: 2, cells: []string{"b", "c", ""}}, {line: 3, bad: true}}},
		"blank lines say nothing":                       {"\n;;\n \na;b\n\n", 2, []row{{line: 4, cells: []string{"a", "b"}}}},
		"zero bytes":                                    {"a;\x00b\nc;d\n", 2, []row{{line: 1, bad: true}, {line: 2, cells: []string{"c", "d"}}}},
		"a mark in the middle":                          {"a;b\n\ufeffc;d\n\ufeff\"e\";f\n", 2, []row{{line: 1, cells: []string{"a", "b"}}, {line: 2, cells: []string{"c", "d"}}, {line: 3, cells: []string{"e", "f"}}}},
		"quotes that protect from Excel":                {"'075;'=1+1\n'été;''=x\n", 2, []row{{line: 1, cells: []string{"075", "=1+1"}}, {line: 2, cells: []string{"'été", "'=x"}}}},
		"closing quote at the end of the file":          {"a;\"b\"", 2, []row{{line: 1, cells: []string{"a", "b"}}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := readAll(t, tt.file, ';', tt.width)
			for i := range got {
				if got[i].bad {
					got[i].cells = nil
				}
			}
			if d := cmp.Diff(tt.want, got, cmp.AllowUnexported(row{})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestRowLongerThanTheLimitIsRefusedAndReadingGoesOn(t *testing.T) {
	t.Parallel()
	r := newReader(strings.NewReader("a;"+strings.Repeat("x", maxRow+5000)+"\nc;d\n"), charset{name: encUTF8}, ';')
	first, err := r.next()
	if err != nil || !first.bad {
		t.Fatalf("%v, bad %v", err, first.bad)
	}
	second, err := r.next()
	if err != nil || second.line != 2 || second.cells[1] != "d" {
		t.Errorf("%v, %+v", err, second)
	}
}

func TestEncodingIsToldFromTheBytes(t *testing.T) {
	t.Parallel()
	text := "email;prénom\r\na@x.example;Cœur d’été à 5 €\r\n"
	plain := "email;prenom\n" + strings.Repeat("a@x.example;Anne\n", 100_000/16)
	encode := func(e interface{ String(string) (string, error) }) string {
		out, err := e.String(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	le := encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder())
	be := encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder())
	tests := map[string]struct{ file, ask, want string }{
		"utf-8":                   {text, "", "utf-8"},
		"utf-8 with mark":         {"\ufeff" + text, "auto", "utf-8"},
		"windows-1252":            {encode(charmap.Windows1252.NewEncoder()), "", "windows-1252"},
		"macroman, by hand":       {encode(charmap.Macintosh.NewEncoder()), "macroman", "macroman"},
		"utf-16 little":           {"\xff\xfe" + le, "", "utf-16le"},
		"utf-16 big":              {"\xfe\xff" + be, "", "utf-16be"},
		"utf-16 without mark":     {le, "", "utf-16le"},
		"one accent, at the end":  {plain + "z@x.example;Chlo\xe9\n", "", "windows-1252"},
		"utf-8 with one bad byte": {text + strings.Repeat("b@x.example;été\n", 3) + "c@x.example;\xe9t\n", "", "utf-8"},
		"only ascii":              {plain, "", "utf-8"},
		"utf-8 although declared otherwise is obeyed": {text, "latin1", "windows-1252"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			rep := f.load(t, Contacts, tt.file, func(o *Options) { o.Encoding = tt.ask })
			if rep.Encoding != tt.want {
				t.Errorf("encoding %q, want %q", rep.Encoding, tt.want)
			}
			if strings.Contains(tt.file, "Anne") || tt.ask == "latin1" {
				return
			}
			if c := f.person(t, "a@x.example"); c.FirstName != "Cœur d’été à 5 €" {
				t.Errorf("first name %q", c.FirstName)
			}
		})
	}
}

func TestDelimiterIsCountedOutsideQuotes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		head string
		want byte
	}{
		"semicolon with decimal commas": {"email;total;ville\na;1,5;x\nb;2,5;y\n", ';'},
		"comma in spite of semicolons":  {"email,tags\na,\"x;y;z\"\nb,\"x;y;z\"\n", ','},
		"tab":                           {"email\tnom, prénom\na\tb, c\n", '\t'},
		"bar":                           {"email|nom\na|b\n", '|'},
		"one column":                    {"email\na@x.example\n", ';'},
		"a broken quote":                {"email,nom\n\"a,b\nc,d\n", ','},
		"quoted newlines":               {"email,adresse\na,\"1; rue\n2; rue\n3; rue\"\n", ','},
	}
	for name, tt := range tests {
		if got, err := sniffDelimiter([]byte(tt.head), "auto"); err != nil || got != tt.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, tt.want, err)
		}
	}
}

func TestDatesAreReadInTheFormsOfFrenchFiles(t *testing.T) {
	t.Parallel()
	day := model.NewDate(2026, 11, 22)
	at := func(h, m, s int, zone *time.Location) time.Time { return time.Date(2026, 11, 22, h, m, s, 0, zone) }
	tests := []struct {
		in, order string
		day       model.Date
		at        time.Time
		bad       bool
	}{
		{in: "22/11/2026", day: day},
		{in: "22-11-2026", day: day},
		{in: "22.11.2026", day: day},
		{in: "2026-11-22", day: day},
		{in: "22/11/26", day: day},
		{in: "11/22/2026", order: mdy, day: day},
		{in: "22/11/2026 14:05", day: day, at: at(14, 5, 0, paris)},
		{in: "22/11/2026 à 14h05", day: day, at: at(14, 5, 0, paris)},
		{in: "11/22/2026 2:05 PM", order: mdy, day: day, at: at(14, 5, 0, paris)},
		{in: "2026-11-22T14:05:06Z", day: day, at: at(14, 5, 6, time.UTC)},
		{in: "2026-11-22T14:05:06.789+01:00", day: day, at: at(14, 5, 6, paris)},
		{in: "2026-11-22 14:05:06 +0100", day: day, at: at(14, 5, 6, paris)},
		{in: "2026-11-22 14:05:06 +0100 CET", day: day, at: at(14, 5, 6, paris)},
		{in: "2026-11-21 23:30:00 -0400", day: day, at: at(4, 30, 0, paris)},
		{in: "22/11/99", day: model.NewDate(1999, 11, 22)},
		{in: "29/02/2025", bad: true},
		{in: "11/22/2026", bad: true},
		{in: "22/11", bad: true},
		{in: "hier", bad: true},
		{in: "22/11/2026 25:00", bad: true},
		{in: "22/11-2026", bad: true},
		{in: "00/11/2026", bad: true},
		{in: "22/11/202", bad: true},
	}
	for _, tt := range tests {
		c := calendar{order: tt.order, now: noon, zone: paris}
		d, instant, ok := c.read(tt.in, false)
		if ok == tt.bad || d != tt.day || !instant.Equal(tt.at) {
			t.Errorf("%q: %v %v %v, want %v %v", tt.in, d, instant, ok, tt.day, tt.at)
		}
	}
}

func TestNumbersAreReadAndAmbiguityGoesWithTheFile(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in      string
		decimal byte
		want    model.Cents
		bad     bool
	}{
		{"1 234,56", ',', 123456, false},
		{"1\u00a0234,56 €", ',', 123456, false},
		{"1\u202f234,5", ',', 123450, false},
		{"1.234,56", ',', 123456, false},
		{"1,234.56", '.', 123456, false},
		{"-12,30", ',', -1230, false},
		{"−12,30", ',', -1230, false},
		{"€12.50", '.', 1250, false},
		{"12,5 EUR", ',', 1250, false},
		{"12.50", ',', 1250, false}, // proves its own sign
		{"1,234", '.', 123400, false},
		{"1.234", ',', 123400, false},
		{"1,234", ',', 123, false},
		{"0,125", '.', 13, false},
		{"007,50", ',', 750, false},
		{"1 2,5", ',', 0, true},
		{"12 345 67", ',', 0, true},
		{"1.2.3", ',', 0, true},
		{"1,5E+03", ',', 0, true},
		{"douze", ',', 0, true},
		{"--5", ',', 0, true},
		{"€", ',', 0, true},
	}
	for _, tt := range tests {
		got, ok := cents(tt.in, tt.decimal)
		if ok == tt.bad || got != tt.want {
			t.Errorf("%q with %c: %d %v, want %d", tt.in, tt.decimal, got, ok, tt.want)
		}
	}
}

func TestDecimalAndDateOrderFollowTheEvidenceOfTheWholeFile(t *testing.T) {
	t.Parallel()
	ambiguous := strings.Repeat("9,a@x.example,01/02/2026,\"1,000\"\n", 50)
	tests := map[string]struct{ file, decimal, order string }{
		"american":            {"id,email,date,total\n" + ambiguous + "8,b@x.example,01/25/2026,12.50\n", ".", "mdy"},
		"french with a comma": {"id,email,date,total\n" + ambiguous + "8,b@x.example,25/01/2026,\"12,50\"\n", ",", "dmy"},
		"nothing to go by":    {"id,email,date,total\n" + ambiguous, ".", "dmy"},
		"nothing, semicolons": {"id;email;date;total\n8;b@x.example;01/02/2026;12\n", ",", "dmy"},
	}
	for name, tt := range tests {
		rep := newFake().load(t, Orders, tt.file)
		if rep.Decimal != tt.decimal || rep.DateOrder != tt.order || rep.Rejected != 0 {
			t.Errorf("%s: decimal %q, order %q, %d rejected", name, rep.Decimal, rep.DateOrder, rep.Rejected)
		}
	}
}

func TestFilesThatCannotBeReadSayWhy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind Kind
		file string
		with func(*Options)
		key  string
	}{
		"empty":              {kind: Contacts, file: "", key: "import.empty"},
		"only blank lines":   {kind: Contacts, file: "\n\n;;\n", key: "import.empty"},
		"no address column":  {kind: Contacts, file: "nom;ville\nx;y\n", key: "import.no_column"},
		"no header":          {kind: Contacts, file: "a@x.example;Lyon\n", key: "import.no_header"},
		"a spreadsheet":      {kind: Contacts, file: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", key: "import.spreadsheet"},
		"a program":          {kind: Contacts, file: "\x7fELF" + strings.Repeat("\x00\x01x", 50), key: "import.binary"},
		"a broken header":    {kind: Contacts, file: "\"email;ville\nx;y\n", key: "import.header"},
		"unknown encoding":   {kind: Contacts, file: "email\n", with: func(o *Options) { o.Encoding = "ebcdic" }, key: "import.encoding_unknown"},
		"unknown delimiter":  {kind: Contacts, file: "email\n", with: func(o *Options) { o.Delimiter = "x" }, key: "import.delimiter_unknown"},
		"column not there":   {kind: Contacts, file: "email\n", with: func(o *Options) { o.Map = map[string]string{"zz": "email"} }, key: "import.map_column"},
		"orders without id":  {kind: Orders, file: "email;date;total\n", key: "import.no_column"},
		"a shop's own list":  {kind: Orders, file: "ID;Référence;Nouveau client;Livraison;Client;Total;Paiement;État;Date\n", key: "import.prestashop_email"},
		"profile of people":  {kind: Orders, file: "id;email;date;total\n", with: func(o *Options) { o.Profile = "listmonk" }, key: "import.profile_unknown"},
		"profile of nobody":  {kind: Orders, file: "id;email;date;total\n", with: func(o *Options) { o.Profile = "x" }, key: "import.profile_unknown"},
		"date order unknown": {kind: Orders, file: "id;email;date;total\n", with: func(o *Options) { o.DateOrder = "x" }, key: "import.date_order_unknown"},
	}
	for name, tt := range tests {
		o := newFake().options(tt.kind, tt.file)
		if tt.with != nil {
			tt.with(&o)
		}
		_, err := Import(context.Background(), o)
		var e *model.Error
		if !errors.As(err, &e) || e.Key != tt.key || e.HintKey == "" {
			t.Errorf("%s: %v, want %s with a hint", name, err, tt.key)
		}
	}
}

func TestHeaderAloneIsAFileOfNobody(t *testing.T) {
	t.Parallel()
	if rep := newFake().load(t, Contacts, "email;nom\n"); rep.Rows != 0 {
		t.Errorf("%+v", rep)
	}
}

func TestThousandColumnsAndASepLine(t *testing.T) {
	t.Parallel()
	head, body := "email", "a@x.example"
	for i := range 999 {
		head += ";c" + itoa(i)
		body += ";" + itoa(i)
	}
	f := newFake()
	rep := f.load(t, Contacts, "sep=;\r\n"+head+"\r\n"+body+"\r\n")
	if rep.Created != 1 || len(f.people[0].Attrs) != 999 {
		t.Errorf("%+v", rep)
	}
}

func TestPipeIsSpooled(t *testing.T) {
	t.Parallel()
	f := newFake()
	spooled := &memory{}
	rep := f.load(t, Contacts, "", func(o *Options) {
		o.Source = iotest.HalfReader(struct{ io.Reader }{strings.NewReader(french)})
		o.Spool = func() (SpoolFile, error) { return spooled, nil }
	})
	if rep.Created != 2 || spooled.Len() != len(french) {
		t.Errorf("%+v, %d bytes spooled", rep, spooled.Len())
	}
}

func TestPreviewShowsTheFirstRowsAsTheyWillBeRead(t *testing.T) {
	t.Parallel()
	o := Options{Kind: Contacts, Name: "f.csv", Source: strings.NewReader(cp1252(t, french+"faux;;;;;;;;;;;;;\r\n")), Now: noon, Zone: paris}
	p, err := Look(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows != 3 || p.Encoding != "windows-1252" || p.Columns[0].Field != "email" || p.Columns[11].Attr != "depenses_2025" {
		t.Errorf("%+v", p)
	}
	first := p.Lines[0]
	if first.Line != 2 || first.Cells[7] != "1980-11-22" || first.Cells[11] != "1234.56" || first.Reject != nil {
		t.Errorf("%+v", first)
	}
	if r := p.Lines[2].Reject; r == nil || r.Reason != "invalid_email" {
		t.Errorf("%+v", p.Lines[2])
	}
}
