package contacts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/contacts"
	"blanche/ui/tui/tuitest"
)

func TestTheListTheCardAndTheFormAreDrawn(t *testing.T) {
	t.Parallel()
	d := shop(t)
	for _, lang := range []string{"fr", "en"} {
		x := show(t, d, lang)
		x.Press("s", "s", "s", "s", "s", "s", "s") // to the order of arrival, through every column
		x.Golden("list", 120, 36)
		x.Golden("list", 80, 24)
		x.Golden("list", 60, 16)
		x.Lines(120, 36)
		x.Press("home", "enter")
		x.Golden("card", 120, 36)
		x.Golden("card", 80, 24)
		x.Press("enter")
		x.Golden("page", 80, 24)
		x.Press("esc", "e")
		x.Golden("edit", 120, 36)
		x.Golden("edit", 80, 24)
	}
}

func TestAnEmptyBaseNamesTheKeyThatFillsIt(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		x := show(t, desk(t), lang)
		x.Golden("empty", 80, 24)
		x.Press("i")
		x.Golden("import-file", 80, 24)
	}
}

func TestTheFilterIsBlindToAccentsAndEscClearsIt(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("/")
	x.Type("evr")
	x.Has(120, 36, "/ evr", "3 trouvés", "Évrard, Hélène", "Bricolage d’Évry", "Levrault, Anaïs")
	if strings.Contains(x.Text(120, 36), "Martin") {
		t.Error("the filter lets others through")
	}
	x.Press("enter")
	if x.Screen.Captures() {
		t.Error("Enter does not leave the filter")
	}
	x.Press("esc")
	x.Has(120, 36, "Martin, Benoît", "tri")
	if strings.Contains(x.Text(120, 36), "/ evr") {
		t.Error("esc does not clear the filter")
	}
	x.Press("f")
	x.Type("xyzzy")
	x.Has(80, 24, "Personne ne répond", "xyzzy")
}

func TestOnlyTheRowsAroundTheCursorAreRead(t *testing.T) {
	t.Parallel()
	d := &crowd{n: 500_000}
	x := show(t, d, "fr")
	x.Press("G")
	x.Has(120, 36, "500000@example.com")
	for range 300 {
		x.Press("k")
	}
	x.Press("home", "ctrl+d", "end", "pgup")
	read := 0
	for _, ids := range d.asks {
		read += len(ids)
	}
	if read > 2500 || len(d.asks) > 12 {
		t.Errorf("%d rows in %d questions", read, len(d.asks))
	}
}

func TestMovingNeverWaitsForTheRows(t *testing.T) {
	t.Parallel()
	d := &crowd{n: 500_000}
	x := show(t, d, "fr")
	x.Hold()
	x.Press("G")
	x.Has(120, 36, "…")
	if x.Held() == 0 {
		t.Fatal("nobody asks for the rows")
	}
	before := x.Held()
	for range 200 {
		x.Press("k")
		x.Exact(120, 36)
	}
	if x.Held() != before {
		t.Errorf("%d questions at once", x.Held())
	}
	x.Release()
	x.Has(120, 36, "499800@example.com")
}

func TestAnAnswerToAnOlderFilterIsDropped(t *testing.T) {
	t.Parallel()
	d := &crowd{n: 50}
	x := show(t, d, "fr")
	x.Hold()
	x.Press("/")
	x.Type("ab")
	x.Press("esc")
	before := d.lists
	x.Release()
	if d.lists != before+1 {
		t.Errorf("%d questions for one filter typed at once", d.lists-before)
	}
	if got := x.Text(120, 36); strings.Contains(got, "trouvé") || !strings.Contains(got, "50@example.com") && !strings.Contains(got, " 1@example.com") {
		t.Errorf("the answer to an older filter shows:\n%s", got)
	}
}

func TestTheSortGoesRoundAndTurns(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	first := func() string {
		for l := range strings.Lines(x.Text(120, 36)) {
			if strings.HasPrefix(l, " ▸") {
				return strings.Fields(strings.TrimSpace(l))[1]
			}
		}
		return ""
	}
	var got []string
	for range 8 {
		got = append(got, first())
		x.Press("s")
	}
	got = append(got, first())
	x.Press("S")
	got = append(got, first())
	want := []string{"Bricolage", "Levrault,", "Évrard,", "Évrard,", "Évrard,", "Évrard,", "Évrard,", "Évrard,", "Bricolage", "Ñandú,"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestMarksAreCountedAndStayThroughFilterAndSort(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("space", "space")
	x.Has(120, 36, "2 marqués")
	x.Press("a")
	x.Has(120, 36, "5 marqués")
	x.Press("esc", "home", "v", "j", "j")
	x.Has(120, 36, "3 marqués")
	x.Press("k")
	x.Has(120, 36, "2 marqués") // a range goes back
	x.Press("v", "s", "/")
	x.Type("martin")
	x.Press("enter")
	x.Has(120, 36, "1 trouvé", "2 marqués")
	x.Press("space", "s")
	x.Has(120, 36, "3 marqués")
	x.Has(120, 36, "tri : type")
	x.Golden("marks", 120, 36)
	x.Golden("marks", 80, 24)
	x.Press("esc")
	if strings.Contains(x.Text(120, 36), "marqué") {
		t.Error("esc leaves marks")
	}
}

func TestManyAreTaggedAtOnceAndAsBeforeAfterOneUndo(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := show(t, d, "fr")
	tagged := func(rule string) int {
		t.Helper()
		n, err := d.Count(context.Background(), rule)
		if err != nil {
			t.Fatal(err)
		}
		return n.Matched
	}
	x.Press("a", "t")
	x.Golden("tag", 80, 24)
	x.Type("salon")
	x.Press("enter")
	if n := tagged(`tag = "salon"`); n != 5 {
		t.Fatalf("%d tagged", n)
	}
	x.Press("t")
	x.Type("-vip")
	x.Press("enter")
	if n := tagged(`tag = "vip"`); n != 0 {
		t.Fatalf("%d still tagged", n)
	}
	x.Press("z")
	if n := tagged(`tag = "vip"`); n != 1 {
		t.Errorf("%d tagged after the undo", n)
	}
	x.Press("z")
	if n := tagged(`tag = "salon"`); n != 0 {
		t.Errorf("%d tagged after both", n)
	}
	if n := tagged(`tag = "jardin"`); n != 1 {
		t.Error("another tag is gone")
	}
	x.Press("z")
	if said := x.Said[len(x.Said)-1]; !strings.Contains(said, "rien à annuler") {
		t.Errorf("said %q", said)
	}
}

func TestACorrectionIsTakenBack(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := show(t, d, "fr")
	x.Press("home", "j", "e")
	x.Type("X")
	x.Press("ctrl+s")
	key := func() string {
		c, err := d.Contact(context.Background(), "h.evrard@gmail.example")
		if err != nil {
			t.Fatal(err)
		}
		return c.FirstName
	}
	changed := key()
	x.Press("z")
	if changed == "Hélène" || key() != "Hélène" {
		t.Errorf("%q, then %q", changed, key())
	}
}

func TestMarksTagAndColumnsSpeakEnglish(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "en")
	x.Press("space", "space", "s", "/")
	x.Type("ma")
	x.Press("enter")
	x.Golden("marks", 120, 36)
	x.Golden("marks", 80, 24)
	x.Press("t")
	x.Golden("tag", 80, 24)
	x = show(t, &crowd{n: 50}, "en")
	x.Press("C")
	x.Golden("columns", 80, 24)
}

// uncounted is a desk whose columns are not read yet: its totals are those of
// last time.
type uncounted struct{ crowd }

func (c *uncounted) ContactTotals(context.Context) (campaigns.ContactTotals, error) {
	return campaigns.ContactTotals{Contacts: 50, Customers: 41, Prospects: 8, Opposed: 1, At: noon.Add(-20 * time.Hour)}, nil
}

func TestNumbersOfLastTimeSayOfWhen(t *testing.T) {
	t.Parallel()
	x := show(t, &uncounted{crowd{n: 50}}, "fr")
	x.Golden("before", 120, 36)
	x.Has(120, 36, "≈ Clients 41", "21/11 16:00")
	show(t, &uncounted{crowd{n: 50}}, "en").Golden("before", 80, 24)
}

func TestColumnsAreChosenAndRemembered(t *testing.T) {
	t.Parallel()
	d := &crowd{n: 50}
	x := show(t, d, "fr")
	x.Press("C")
	x.Golden("columns", 80, 24)
	x.Press("space", "space", "j", "j", "j", "j", "space", "enter") // the city
	x.Has(160, 36, "Ville")
	again := show(t, d, "fr")
	again.Has(160, 36, "Ville")
	if d.memos["contacts.columns"] == "" {
		t.Error("nothing is kept")
	}
}

func TestWhatIsMaskedIsNotExportedEither(t *testing.T) {
	t.Parallel()
	for masked, want := range map[bool]bool{false: true, true: false} {
		x := show(t, shop(t), "fr")
		x.Session.ExportContacts = func(context.Context, string, []model.ContactID, func(int)) error { return nil }
		if masked {
			x.Press("M")
		}
		x.Press("o")
		if asked := x.Modal() != nil; asked != want {
			t.Errorf("masked %v: asked for a file: %v", masked, asked)
		}
	}
}

func TestAMaskedScreenShowsNoAddress(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("M", "enter")
	x.Has(120, 36, "h••••@gmail.example")
	x.Press("e")
	for _, size := range tuitest.AllSizes {
		if got := x.Text(size.W, size.H); strings.Contains(got, "h.evrard") || strings.Contains(got, "achats@") {
			t.Errorf("an address shows:\n%s", got)
		}
	}
}

func TestAnOppositionIsAskedForByName(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := show(t, d, "fr")
	x.Press("/")
	x.Type("martin")
	x.Press("enter", "O")
	x.Has(120, 36, "Benoît Martin")
	x.Press("enter") // Cancel is the default
	if c, _ := d.Contact(context.Background(), "b.martin@example.com"); c.Suppressed != nil {
		t.Fatal("an opposition was recorded by Enter alone")
	}
	x.Press("O", "tab", "enter")
	c, err := d.Contact(context.Background(), "b.martin@example.com")
	if err != nil || c.Suppressed == nil || c.Suppressed.Source != "tableau de bord" {
		t.Fatalf("%+v %v", c.Suppressed, err)
	}
	x.Has(120, 36, "✗ b.martin", "opposition")
	x.Press("O")
	if said := x.Said[len(x.Said)-1]; said != "cette personne s’est déjà opposée" {
		t.Errorf("said %q", said)
	}
}

func TestAnotherScreenOpensOnePerson(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Open("b.martin@example.com")
	x.Has(80, 24, "Benoît Martin", "commande", "12,50")
	x.Press("esc")
	key, _ := cursorLine(x)
	if !strings.Contains(key, "Martin") {
		t.Errorf("the list stands on %q", key)
	}
}

func cursorLine(x *tuitest.Driver) (string, bool) {
	for l := range strings.Lines(x.Text(120, 36)) {
		if strings.HasPrefix(l, " ▸") {
			return l, true
		}
	}
	return "", false
}

func TestEverySizeHoldsHostileNames(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		x := show(t, &crowd{n: 200}, lang)
		x.Sizes()
		x.Press("enter")
		x.Sizes()
		x.Press("enter")
		x.Sizes()
		x.Press("esc", "e")
		x.Sizes()
		x.Press("esc", "w")
		x.Type("tout")
		x.Sizes()
	}
}

func TestAnyKeysKeepTheFrame(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			show(t, &crowd{n: 200}, lang).Storm(400)
		})
	}
}

func TestDataThatChangesIsReadAgain(t *testing.T) {
	t.Parallel()
	d := &crowd{n: 30}
	x := show(t, d, "fr")
	asks := len(d.asks)
	for range 8 {
		x.Tick()
	}
	if len(d.asks) != asks {
		t.Errorf("%d more questions while nothing changed", len(d.asks)-asks)
	}
	d.live.Revision++
	d.n = 31
	for range 4 {
		x.Tick()
	}
	x.Press("G")
	x.Has(120, 36, "31@example.com")
}

// BenchmarkHoldJ is a key held down in a list of half a million: the key, the
// rows it asks for, and the lines.
func BenchmarkHoldJ(b *testing.B) {
	x := tuitest.New(b, &crowd{n: 500_000}, "fr")
	x.Show(screen.Contacts, contacts.New(x.Session))
	x.Lines(160, 48)
	for b.Loop() {
		x.Press("j")
		x.Lines(160, 48)
	}
}

var _ campaigns.Desk = (*crowd)(nil)
