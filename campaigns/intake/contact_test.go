package intake

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func cp1252(t *testing.T, s string) string {
	t.Helper()
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const french = "Adresse mail;Prénom;NOM;Société;Téléphone;CP;Ville;Date de naissance;Langue;N° carte;Points;Dépenses 2025;zip_code;Dernière visite\r\n" +
	"chloe@boutique.example;Chloé;Lefèvre;L’Œuvre & Cie;'+33 6 12 34 56 78;'01000;Évry;22/11/1980;français;2093;1 250;1 234,56 ;Urban;01/02/2026\r\n" +
	"luc@boutique.example;Luc;Martin;;06 00 00 00 00;75008;Paris;3/4/75;FR;;;99,90;Rural;28/02/2026 14h05\r\n"

func TestFrenchExcelFileIsReadAsItsOwnerMeansIt(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Contacts, cp1252(t, french))
	want := model.ImportReport{
		Kind: "contacts", File: "fichier.csv", Encoding: "windows-1252", Delimiter: ";", Decimal: ",", DateOrder: "dmy",
		Rows: 2, Created: 2, Rejects: []model.Reject{},
	}
	if d := cmp.Diff(want, rep); d != "" {
		t.Errorf("report (-want +got):\n%s", d)
	}
	got := f.person(t, "chloe@boutique.example")
	got.Created = time.Time{}
	person := model.Contact{
		ID: 1, Email: "chloe@boutique.example", FirstName: "Chloé", LastName: "Lefèvre", Company: "L’Œuvre & Cie",
		Phone: "+33612345678", Postcode: "01000", City: "Évry", Birth: model.NewDate(1980, 11, 22), Lang: "fr",
		Card: "2093", Points: 1250,
		Attrs: []model.Attr{{Name: "depenses_2025", Value: "1234.56"}, {Name: "derniere_visite", Value: "2026-02-01"}, {Name: "zip_code", Value: "Urban"}},
	}
	if d := cmp.Diff(person, got); d != "" {
		t.Errorf("contact (-want +got):\n%s", d)
	}
	luc := f.person(t, "luc@boutique.example")
	if v, _ := luc.Attr("derniere_visite"); v != "2026-02-28T14:05:00+01:00" || luc.Birth != model.NewDate(1975, 4, 3) || luc.Lang != "fr" {
		t.Errorf("luc: %+v", luc)
	}
}

func TestSameFileTwiceChangesNothingEvenWhenItContradictsItself(t *testing.T) {
	t.Parallel()
	file := "email,ville,tags,points,type\n" +
		"a@x.example,Lyon,vip,10,B2B\n" +
		"b@x.example,Nice,,,\n" +
		"A@X.example,Paris,,,B2C\n" +
		"a@x.example,,nouveau,20,\n" +
		"b@x.example,Nice,,,\n"
	f := newFake()
	first := f.load(t, Contacts, file, func(o *Options) { o.Basis = model.BasisCustomer })
	if d := cmp.Diff(tally{Rows: 5, Created: 2, Unchanged: 3}, tallyOf(first)); d != "" {
		t.Errorf("first (-want +got):\n%s", d)
	}
	a := f.person(t, "a@x.example")
	if a.City != "Paris" || a.Points != 20 || a.Kind != model.B2C || !cmp.Equal(a.Tags, []string{"nouveau"}) {
		t.Errorf("merged: %+v", a)
	}
	again := f.load(t, Contacts, file, func(o *Options) { o.Basis = model.BasisCustomer })
	if d := cmp.Diff(tally{Rows: 5, Unchanged: 5}, tallyOf(again)); d != "" {
		t.Errorf("again (-want +got):\n%s", d)
	}
}

func TestEmptyCellChangesNothing(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;prenom;vip\na@x.example;Anne;oui\n")
	rep := f.load(t, Contacts, "email;prenom;vip;ville\na@x.example;;;Lille\n")
	if d := cmp.Diff(tally{Rows: 1, Updated: 1}, tallyOf(rep)); d != "" {
		t.Error(d)
	}
	if a := f.person(t, "a@x.example"); a.FirstName != "Anne" || a.City != "Lille" || len(a.Attrs) != 1 {
		t.Errorf("%+v", a)
	}
}

func TestRejectedRowsNameLineColumnValueAndReason(t *testing.T) {
	t.Parallel()
	file := "email;naissance;points;note\n" + // 1
		";01/01/1980;1;\n" + // 2
		"pas-une-adresse;;;\n" + // 3
		"\"a@x.example\";;;\"sur\ndeux lignes\"\n" + // 4-5
		"b@x.example;31/02/1980;;\n" + // 6
		"c@x.example;;12,5;\n" + // 7
		"d@x.example;;;" + strings.Repeat("x", maxCell+1) + "\n" + // 8
		"e@x.example;;;1;en trop\n" + // 9
		"\n;;;\n" + // 10 and 11 say nothing
		"f@x.ex\x00ample;;;\n" + // 12
		"g@x.example;;;\"jamais fermé\n" + // 13
		"h@x.example;;;fin\n" // 14
	f := newFake()
	var bad sink
	rep := f.load(t, Contacts, file, rejectsTo(&bad))
	want := []model.Reject{
		{Line: 2, Column: "email", Reason: "missing_email"},
		{Line: 3, Column: "email", Value: "pas-une-adresse", Reason: "invalid_email"},
		{Line: 6, Column: "naissance", Value: "31/02/1980", Reason: "invalid_date"},
		{Line: 7, Column: "points", Value: "12,5", Reason: "invalid_number"},
		{Line: 8, Column: "note", Value: strings.Repeat("x", maxReported) + "…", Reason: "too_long"},
		{Line: 9, Value: "en trop", Reason: "bad_row"},
		{Line: 12, Column: "email", Value: "f@x.ex␀ample", Reason: "bad_row"},
		{Line: 13, Value: `g@x.example;;;"jamais fermé`, Reason: "bad_row"},
	}
	if d := cmp.Diff(want, rep.Rejects); d != "" {
		t.Errorf("rejects (-want +got):\n%s", d)
	}
	if d := cmp.Diff(tally{Rows: 10, Created: 2, Rejected: 8}, tallyOf(rep)); d != "" {
		t.Error(d)
	}
	if rep.RejectsFile != "rejets.csv" || !bad.closed {
		t.Errorf("rejects file %q, closed %v", rep.RejectsFile, bad.closed)
	}
	lines := strings.Split(bad.String(), "\n")
	for i, w := range []string{
		"email;naissance;points;note;reason", ";01/01/1980;1;;missing_email", "pas-une-adresse;;;;invalid_email",
		"b@x.example;31/02/1980;;;invalid_date", "c@x.example;;12,5;;invalid_number",
	} {
		if lines[i] != w {
			t.Errorf("rejects line %d: %q, want %q", i+1, lines[i], w)
		}
	}
	if last := lines[len(lines)-2]; last != `g@x.example;;;"""jamais fermé";bad_row` {
		t.Errorf("broken quote in the rejects file: %q", last)
	}
}

func TestCorrectedRejectsFileComesBackInItsOwnLayout(t *testing.T) {
	t.Parallel()
	f := newFake()
	var bad sink
	f.load(t, Contacts, cp1252(t, "Courriel;Prénom\r\nchloé@;Chloé\r\n"), rejectsTo(&bad))
	if want := cp1252(t, "Courriel;Prénom;reason\r\nchloé@;Chloé;invalid_email\r\n"); bad.String() != want {
		t.Fatalf("rejects file %q, want %q", bad.String(), want)
	}
	again := f.load(t, Contacts, bad.String(), rejectsTo(&sink{}))
	if again.Rejected != 1 {
		t.Errorf("uncorrected: %+v", again)
	}
	var twice sink
	f.load(t, Contacts, bad.String(), rejectsTo(&twice))
	if twice.String() != bad.String() {
		t.Errorf("rejects of rejects %q, want %q", twice.String(), bad.String())
	}
	fixed := strings.Replace(bad.String(), cp1252(t, "chloé@"), "chloe@x.example", 1)
	rep := f.load(t, Contacts, fixed)
	if c := f.person(t, "chloe@x.example"); rep.Created != 1 || c.FirstName != "Chloé" || len(c.Attrs) != 0 {
		t.Errorf("corrected: %+v %+v", rep, c)
	}
}

func TestDeclaredBasisIsForPeopleWhoseRowSaysNothing(t *testing.T) {
	t.Parallel()
	file := "email;consentement;consent_source;consent_date\n" +
		"rien@x.example;;;\noui@x.example;Oui;formulaire 2025;12/05/2025\nnon@x.example;non;;\nstop@x.example;désabonné;;\n"
	f := newFake()
	f.load(t, Contacts, file, func(o *Options) { o.Basis, o.BasisSource = model.BasisCustomer, "caisse 2026" })
	type kept struct {
		Basis  model.Basis
		Source string
	}
	got := map[string]kept{}
	for _, c := range f.people {
		got[c.Email] = kept{c.Basis, c.BasisSource}
	}
	want := map[string]kept{
		"rien@x.example": {model.BasisCustomer, "caisse 2026 (fichier.csv:2)"},
		"oui@x.example":  {model.BasisConsent, "formulaire 2025 (fichier.csv:3)"},
		"non@x.example":  {}, "stop@x.example": {},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if at := f.person(t, "oui@x.example").BasisAt; !at.Equal(time.Date(2025, 5, 12, 0, 0, 0, 0, paris)) {
		t.Errorf("date of the consent: %v", at)
	}
	if len(f.opposed) != 1 || f.opposed["stop@x.example"].Reason != model.SuppressOpposed {
		t.Errorf("suppressed: %v", f.opposed)
	}
}

func TestSuppressedAddressStaysSuppressedWhateverTheFileSays(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;ville\na@x.example;Lyon\nb@x.example;Lyon\n")
	f.opposed["a@x.example"] = model.Suppression{Reason: model.SuppressOpposed}
	file := "email;ville;consent\na@x.example;Paris;oui\nb@x.example;Lyon;\n"
	rep := f.load(t, Contacts, strings.Replace(file, "consent", "consentement", 1))
	if rep.OpposedKept != 1 || rep.Updated != 1 || rep.Unchanged != 1 {
		t.Errorf("%+v", rep)
	}
	if _, ok := f.opposed["a@x.example"]; !ok {
		t.Error("the suppression is gone")
	}
}

func TestStatusOfAMailingToolBecomesASuppression(t *testing.T) {
	t.Parallel()
	file := "email,statut\na@x.example,subscribed\nb@x.example,Désabonné\nc@x.example,cleaned\na@x.example,unsubscribed\na@x.example,subscribed\n"
	f := newFake()
	dry := f.load(t, Contacts, file, func(o *Options) { o.DryRun = true })
	rep := f.load(t, Contacts, file)
	dry.DryRun = false
	if d := cmp.Diff(rep, dry); d != "" {
		t.Errorf("dry run (-run +dry):\n%s", d)
	}
	reasons := map[string]model.SuppressReason{}
	for k, s := range f.opposed {
		reasons[k] = s.Reason
	}
	want := map[string]model.SuppressReason{"a@x.example": model.SuppressOpposed, "b@x.example": model.SuppressOpposed, "c@x.example": model.SuppressBounced}
	if d := cmp.Diff(want, reasons); d != "" {
		t.Error(d)
	}
	again := f.load(t, Contacts, file)
	if again.Updated != 0 || again.Created != 0 || again.OpposedKept != 2 {
		t.Errorf("again: %+v", again)
	}
}

func TestRefusalWithdrawsAConsentThatWeHold(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;optin\na@x.example;oui\nb@x.example;\n")
	rep := f.load(t, Contacts, "email;optin\na@x.example;non\nb@x.example;non\n")
	if _, ok := f.opposed["a@x.example"]; !ok || len(f.opposed) != 1 || rep.Updated != 1 || rep.Unchanged != 1 {
		t.Errorf("suppressed %v, report %+v", f.opposed, rep)
	}
}

func TestDryRunCountsWhatTheRunDoesAndWritesNothing(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;ville\na@x.example;Lyon\nb@x.example;Nice\n")
	file := "email;ville\na@x.example;Lyon\nb@x.example;Paris\nc@x.example;\nfaux;\nc@x.example;Metz\n"
	before := len(f.people)
	dry := f.load(t, Contacts, file, func(o *Options) { o.DryRun = true })
	if len(f.people) != before || f.person(t, "b@x.example").City != "Nice" {
		t.Fatal("the dry run wrote")
	}
	if !dry.DryRun {
		t.Error("the report does not say that it is one")
	}
	run := f.load(t, Contacts, file)
	if d := cmp.Diff(tallyOf(run), tallyOf(dry)); d != "" {
		t.Errorf("(-run +dry):\n%s", d)
	}
	if d := cmp.Diff(tally{Rows: 5, Created: 1, Updated: 1, Unchanged: 2, Rejected: 1}, tallyOf(run)); d != "" {
		t.Error(d)
	}
}

func TestInterruptedImportIsCompletedByTheSameFile(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("email;ville\n")
	for i := range 1000 {
		b.WriteString("p" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + itoa(i) + "@x.example;Lyon\n")
	}
	f := newFake()
	ctx, cancel := context.WithCancel(context.Background())
	f.onMerge = func(n int) {
		if n == 3 {
			cancel()
		}
	}
	o := f.options(Contacts, b.String())
	o.BatchSize = 100
	rep, err := Import(ctx, o)
	if !errors.Is(err, context.Canceled) || !rep.Interrupted {
		t.Fatalf("error %v, report %+v", err, rep)
	}
	if rep.Rows != len(f.people) || rep.Created != rep.Rows || rep.Rows != 300 {
		t.Errorf("report %+v, %d people", rep, len(f.people))
	}
	f.onMerge = nil
	done := f.load(t, Contacts, b.String())
	if d := cmp.Diff(tally{Rows: 1000, Created: 700, Unchanged: 300}, tallyOf(done)); d != "" {
		t.Error(d)
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func TestColumnWithTheNameOfAChoiceButOtherValuesStaysFree(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Contacts, "email;type;statut;langue\na@x.example;Premium;Gold;klingon\nb@x.example;B2B;désabonné;fr\n")
	if rep.Created != 2 {
		t.Fatalf("%+v", rep)
	}
	want := []model.Attr{{Name: "langue", Value: "klingon"}, {Name: "statut", Value: "Gold"}, {Name: "type", Value: "Premium"}}
	if d := cmp.Diff(want, f.person(t, "a@x.example").Attrs); d != "" {
		t.Error(d)
	}
	if _, ok := f.opposed["b@x.example"]; !ok {
		t.Error("an opposition was lost")
	}
}

func TestNamesAreSplitAndMappingWins(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "Truc,Nom complet\na@x.example,Jean Dupont\nb@x.example,DE LA TOUR Anne\nc@x.example,\"Petit, Zoé\"\nd@x.example,Cher\n",
		func(o *Options) { o.Map = map[string]string{"truc": "email"} })
	got := [][2]string{}
	for _, c := range f.people {
		got = append(got, [2]string{c.FirstName, c.LastName})
	}
	if d := cmp.Diff([][2]string{{"Jean", "Dupont"}, {"Anne", "DE LA TOUR"}, {"Zoé", "Petit"}, {"", "Cher"}}, got); d != "" {
		t.Error(d)
	}
}

func TestSecondColumnOfAMeaningAndDuplicateHeadersAreKept(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email,Courriel,note,note,\na@x.example,b@x.example,1,2,3\n")
	want := []model.Attr{{Name: "column_5", Value: "3"}, {Name: "courriel", Value: "b@x.example"}, {Name: "note", Value: "1"}, {Name: "note_2", Value: "2"}}
	if d := cmp.Diff(want, f.person(t, "a@x.example").Attrs); d != "" {
		t.Error(d)
	}
}

func TestColumnCalledReasonIsIgnoredOnlyWhenItHoldsOurReasons(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.load(t, Contacts, "email;reason\na@x.example;a bouquet\n")
	c := f.person(t, "a@x.example")
	if v, _ := c.Attr("reason"); v != "a bouquet" {
		t.Errorf("%+v", f.people)
	}
}

func TestRejectsOfUTF16AreUTF16(t *testing.T) {
	t.Parallel()
	encode := func(s string) string {
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var bad sink
	newFake().load(t, Contacts, encode("email\tprénom\r\nœuf\tÉlodie\r\na@x.example\tLuc\r\n"), rejectsTo(&bad))
	if want := encode("email\tprénom\treason\r\nœuf\tÉlodie\tinvalid_email\r\n"); bad.String() != want {
		t.Errorf("%q, want %q", bad.String(), want)
	}
}
