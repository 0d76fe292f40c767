package intake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

func TestTelephonesAreOfOneFormAndFrenchUnlessTheRowSaysOtherwise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, country, want string }{
		{"06 12 34 56 78", "", "+33612345678"},
		{"06.12.34.56.78", "FR", "+33612345678"},
		{"06-12-34-56-78", "France", "+33612345678"},
		{"0612345678", "", "+33612345678"},
		{"612345678", "", "+33612345678"},
		{"33612345678", "", "+33612345678"},
		{"+33 6 12 34 56 78", "", "+33612345678"},
		{"+33 (0)6 12 34 56 78", "", "+33612345678"},
		{"+330612345678", "", "+33612345678"},
		{"0033 6 12 34 56 78", "", "+33612345678"},
		{"06\u00a012\u00a034\u202f56 78", "", "+33612345678"},
		{"0690 12 34 56", "", "+590690123456"},
		{"0262 12 34 56", "Réunion", "+262262123456"},
		{"+44 20 7946 0018", "", "+442079460018"},
		{"020 7946 0018", "UK", "+442079460018"},
		{"0470 12 34 56", "BE", "+32470123456"},
		{"621 123 456", "Luxembourg", "+352621123456"},
		{"06 12 34 56 78 (bureau)", "", "06 12 34 56 78 (bureau)"},
		{"0612345678 / 0240123456", "", "0612345678 / 0240123456"},
		{"36 30", "", "36 30"},
		{"0012", "", "0012"},
		{"06", "", "06"},
		{"+", "", "+"},
		{"(0)", "", "(0)"},
		{"020 7946", "Chine", "020 7946"},
		{"", "", ""},
	} {
		if got := e164(c.typed, c.country); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.typed, c.country, got, c.want)
		}
		if once := e164(c.typed, c.country); e164(once, c.country) != once {
			t.Errorf("%q: twice is not once", c.typed)
		}
	}
}

func TestPostcodeGetsItsZeroBackWhenTheRowOrTheFileProvesIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, country string
		eaten          bool
		want           string
	}{
		{"1000", "FR", false, "01000"},
		{"1000", "", true, "01000"},
		{"1000", "", false, "1000"},
		{"1000", "Belgique", true, "1000"},
		{"75 008", "", false, "75008"},
		{"F-75008", "", false, "75008"},
		{"75008.0", "", false, "75008"},
		{"sw1a 1aa", "", false, "sw1a 1aa"},
		{"01000", "", true, "01000"},
	} {
		if got := postcode(c.typed, c.country, c.eaten); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.typed, c.country, got, c.want)
		}
	}
	var eaten, some, belgian strings.Builder
	for i := range 100 {
		at := "p" + itoa(i) + "@x.example;"
		eaten.WriteString(at + itoa(1000+i%10*7000) + "\n")
		some.WriteString(at + itoa(10000+i) + "\n")
		belgian.WriteString(at + itoa(10000+i) + "\n")
	}
	for name, c := range map[string]struct{ file, want string }{
		"Excel ate them":        {eaten.String() + "z@x.example;1000\n", "01000"},
		"a zero is still there": {some.String() + "y@x.example;01500\nz@x.example;1000\n", "1000"},
		"one foreign customer":  {belgian.String() + "z@x.example;1000\n", "1000"},
	} {
		f := newFake()
		f.load(t, Contacts, "email;cp\n"+c.file)
		if got := f.person(t, "z@x.example").Postcode; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestNumberThatASpreadsheetCrushedRejectsItsRow(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Contacts, "email;carte;téléphone;id client\na@x.example;3,70012E+12;;\nb@x.example;;3,36123E+10;\nc@x.example;;;1.2E+15\nd@x.example;37 0012 3456;;E+5\n")
	want := []model.Reject{
		{Line: 2, Column: "carte", Value: "3,70012E+12", Reason: invalidNumber},
		{Line: 3, Column: "téléphone", Value: "3,36123E+10", Reason: invalidNumber},
		{Line: 4, Column: "id client", Value: "1.2E+15", Reason: invalidNumber},
	}
	if d := cmp.Diff(want, rep.Rejects); d != "" {
		t.Error(d)
	}
	if c := f.person(t, "d@x.example"); c.Card != "3700123456" {
		t.Errorf("%+v", c)
	}
	rep = f.load(t, Orders, "id;carte;date;total\n1;37 0012 3456;22/11/2026;5\n1,2E+12;3700123456;22/11/2026;5\n")
	if rep.Unmatched != 0 || rep.Created != 1 || rep.Rejected != 1 {
		t.Errorf("%+v", rep)
	}
}

func TestMistypedDomainIsSuggestedAndNeverChanged(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"gmial.com": "gmail.com", "gmail.con": "gmail.com", "gmai.com": "gmail.com", "gmaill.com": "gmail.com", "gmail.fr": "gmail.com", "gnail.con": "gmail.com",
		"orange.ft": "orange.fr", "oragne.fr": "orange.fr", "hotmial.fr": "hotmail.fr", "wanado.fr": "wanadoo.fr", "wanadoo.com": "wanadoo.fr",
		"lapsote.net": "laposte.net", "yaho.fr": "yahoo.fr", "outlok.com": "outlook.com", "fre.fr": "free.fr", "iclou.com": "icloud.com", "srf.fr": "sfr.fr",
		"gmail.com": "", "mail.com": "", "ymail.com": "", "hotmail.be": "", "live.be": "", "gmx.net": "", "tree.fr": "", "sfa.fr": "", "boutique.example": "", "orange.com": "", "amen.fr": "", "aol.fr": "",
	} {
		var d domains
		if want != "" {
			want = "lea@" + want
		}
		if got := d.suggest("lea@" + typed); got != want {
			t.Errorf("%s: %q, want %q", typed, got, want)
		}
	}
	f := newFake()
	file := "email\nlea@gmail.com\nnoe@gmial.com\nmax@orange.ft\n"
	want := []model.Typo{{Line: 3, Email: "noe@gmial.com", Suggestion: "noe@gmail.com"}, {Line: 4, Email: "max@orange.ft", Suggestion: "max@orange.fr"}}
	for _, dry := range []bool{true, false} {
		rep := f.load(t, Contacts, file, func(o *Options) { o.DryRun = dry })
		if d := cmp.Diff(want, rep.Typos); d != "" || rep.TyposFound != 2 || rep.Created != 3 {
			t.Errorf("dry %v: %+v\n%s", dry, rep, d)
		}
	}
	f.person(t, "noe@gmial.com")
}
