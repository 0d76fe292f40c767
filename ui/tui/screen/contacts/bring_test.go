package contacts_test

import (
	"archive/zip"
	"context"
	"slices"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/contacts"
	"blanche/ui/tui/tuitest"
)

const excel = "E-mail;Prénom;Nom;Panier moyen\r\nanne@example.com;Anne;Durand;12,50\r\nluc@example.com;Luc;Petit;8,00\r\npas-une-adresse;Paul;Grand;1,00\r\n"

func TestAFileIsLookedAtTriedThenBroughtIn(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := desk(t)
		x := show(t, d, lang)
		x.Open("+")
		x.Paste(file(t, excel))
		x.Press("enter", "enter") // path, kind: contacts
		x.Has(120, 36, "utf-8", "Prénom", "panier_moyen", "anne@example.com")
		tuitest.Golden(t, "import-how-80x24-"+lang, tuitest.Plain(nameless(x.Text(80, 24))))
		tuitest.Golden(t, "import-how-120x36-"+lang, tuitest.Plain(nameless(x.Text(120, 36))))
		x.Press("right", "enter")
		want := map[string]string{"fr": "Dites ce qui prouve cette base légale.", "en": "Say what proves this legal basis."}[lang]
		if !slices.Contains(x.Said, want) {
			t.Errorf("said %q", x.Said)
		}
		x.Type("salon de mars")
		x.Press("enter", "enter")
		x.Has(120, 36, "pas-une-adresse")
		if n, _ := d.ContactTotals(context.Background()); n.Contacts != 0 {
			t.Fatalf("the dry run stored %d people", n.Contacts)
		}
		tried := x.Text(80, 24)
		x.Press("enter")
		tuitest.Golden(t, "import-tried-"+lang, tuitest.Plain(nameless(tried)))
		tuitest.Golden(t, "import-done-"+lang, tuitest.Plain(nameless(x.Text(80, 24))))
		c, err := d.Contact(context.Background(), "anne@example.com")
		if err != nil || c.Basis != model.BasisConsent || !strings.Contains(c.BasisSource, "salon de mars") {
			t.Fatalf("%+v %v", c.Contact, err)
		}
		x.Press("enter")
		ready(t, d)
		x.Press("R")
		x.Has(120, 36, "anne@example.com", "Petit, Luc")
	}
}

// nameless takes away the path of the test's own folder.
func nameless(text string) []string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	lines[0] = strings.Fields(lines[0])[0]
	return lines
}

func TestAStepBackKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	x := show(t, desk(t), "fr")
	x.Press("i")
	path := file(t, excel)
	x.Paste(path)
	x.Press("enter", "enter", "down", "e")
	x.Type("salon")
	x.Press("enter", "enter")
	x.Has(120, 36, "Ce que l’import ferait")
	x.Press("esc")
	x.Has(120, 36, "salon", "Base légale")
	x.Press("esc")
	x.Has(250, 70, "clients.csv", "Contenu")
	x.Press("esc")
	if x.Screen.Captures() {
		t.Error("the page does not close")
	}
}

func TestAFileThatIsNotThereIsSaid(t *testing.T) {
	t.Parallel()
	x := show(t, desk(t), "fr")
	x.Press("i")
	x.Type("rien.csv")
	x.Press("enter", "enter")
	x.Has(120, 36, "rien.csv", "✗ le fichier rien.csv")
	x.Type("x")
	x.Press("enter")
	if len(x.Errors) > 0 { // it stands on the page, whole
		t.Errorf("%v", x.Errors)
	}
}

func TestASessionFromElsewhereHasNoFiles(t *testing.T) {
	t.Parallel()
	x := tuitest.New(t, desk(t), "fr")
	x.Show(screen.Contacts, contacts.New(x.Session))
	x.Press("i")
	x.Open("+")
	if len(x.Said) != 2 || x.Screen.Captures() {
		t.Errorf("%q", x.Said)
	}
	x.Sizes()
}

func TestTabCompletesThePath(t *testing.T) {
	t.Parallel()
	x := show(t, desk(t), "fr")
	names := []string{"data/clients-été.csv", "data/clients-hiver.csv"}
	x.Session.Complete = func(typed string) []string {
		var out []string
		for _, n := range names {
			if strings.HasPrefix(n, typed) {
				out = append(out, n)
			}
		}
		return out
	}
	x.Press("i")
	x.Type("da")
	x.Press("tab")
	x.Has(120, 36, "data/clients-", "data/clients-été.csv", "data/clients-hiver.csv")
	x.Type("h")
	x.Press("tab", "tab")
	x.Has(120, 36, "data/clients-hiver.csv", "▸ Contenu")
}

// slow is a desk whose import goes on until it is stopped.
type slow struct {
	crowd
	started chan struct{}
}

func (s *slow) Import(ctx context.Context, r campaigns.ImportRequest) (model.ImportReport, error) {
	if r.DryRun {
		return model.ImportReport{Rows: 10, DryRun: true}, nil
	}
	r.Progress(campaigns.ImportProgress{Bytes: 40, Size: 100, Rows: 4, RowsPerSecond: 1200})
	close(s.started)
	<-ctx.Done()
	return model.ImportReport{Rows: 4, Created: 4}, ctx.Err()
}

func TestEscStopsAnImportAndSaysWhatStays(t *testing.T) {
	t.Parallel()
	d := &slow{crowd: crowd{n: 5}, started: make(chan struct{})}
	x := show(t, d, "fr")
	x.Press("i")
	x.Paste(file(t, excel))
	x.Press("enter", "enter", "enter")
	cmd := x.Screen.Do("import.run", "")
	answer := make(chan any)
	go func() { answer <- cmd() }()
	<-d.started
	x.Has(80, 24, "40", "4 lignes", "Échap", "1\u202f200 lignes/s")
	x.Sizes()
	x.Press("esc")
	if x.Modal() == nil {
		t.Fatal("nothing is asked")
	}
	x.Press("tab", "enter")
	x.Send(<-answer)
	x.Has(80, 24, "Import arrêté", "créés")
}

func TestAPartOfAnArchiveAndASheetOfAWorkbookAreChosen(t *testing.T) {
	t.Parallel()
	d := desk(t)
	x := show(t, d, "fr")
	x.Press("i")
	x.Paste(file(t, zipped(t, "orders.csv", "id;date;total;email\n1;2026-01-02;10;a@mail.example\n", "customers.csv", excel, "leads.csv", "email;ville\nzoe@mail.example;Lyon\n")))
	x.Press("enter", "enter")
	x.Has(120, 36, "‹ customers.csv ›", "anne@example.com") // under the cursor: it is the first thing to decide
	x.Press("right")
	x.Has(120, 36, "leads.csv", "zoe@mail.example")
	x.Press("right")
	x.Has(80, 24, "orders.csv", "1")
	x.Press("left", "enter", "enter")
	if _, err := d.Contact(context.Background(), "zoe@mail.example"); err != nil {
		t.Error(err, x.Errors, x.Text(80, 24))
	}
}

// zipped is an archive of files, each a name and its text.
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b strings.Builder
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := z.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// till is a file whose titles say nothing.
const till = "Contact 1;Zone;Le;Code\nlea@gmial.com;Lyon;03/04/2026;x1\nnoe@mail.example;Évry;05/06/2026;x2\n"

func TestAColumnIsNamedAndTheFileIsReadAnewAtOnce(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := desk(t)
		x := show(t, d, lang)
		x.Press("i")
		x.Paste(file(t, till))
		x.Press("enter", "enter")
		tuitest.Golden(t, "import-missing-80x24-"+lang, tuitest.Plain(nameless(x.Text(80, 24))))
		x.Press("down", "down", "down", "e")
		for range "contact_1" {
			x.Press("backspace")
		}
		x.Type("ema")
		x.Press("tab", "enter")
		x.Has(120, 36, "E-mail", "lea@gmial.com", map[string]string{"fr": "03/04/2026", "en": "3 Apr 2026"}[lang])
		x.Press("down", "down", "down", "x")
		x.Press("up", "up", "up", "up", "e") // keep
		x.Type("caisse")
		x.Press("enter")
		tuitest.Golden(t, "import-mapped-120x36-"+lang, tuitest.Plain(nameless(x.Text(120, 36))))
		x.Press("pgup", "pgup", "down", "down", "down", "right", "right") // dates: month first
		x.Has(120, 36, map[string]string{"fr": "04/03/2026", "en": "4 Mar 2026"}[lang])
		x.Press("left", "left", "enter")
		x.Press("t")
		x.Press("space")
		tuitest.Golden(t, "import-typos-80x24-"+lang, tuitest.Plain(nameless(x.Text(80, 24))))
		x.Press("enter")
		tuitest.Golden(t, "import-corrected-80x24-"+lang, tuitest.Plain(nameless(x.Text(80, 24))))
		x.Press("enter")
		if _, err := d.Contact(context.Background(), "lea@gmail.com"); err != nil {
			t.Fatal(err, x.Errors, x.Text(80, 24))
		}
		x.Press("enter", "i")
		x.Paste(file(t, till))
		x.Press("enter", "enter")
		x.Has(120, 36, "caisse", "E-mail")
	}
}

func TestARuleIsCountedWhileItIsTyped(t *testing.T) {
	t.Parallel()
	d := shop(t)
	for _, lang := range []string{"fr", "en"} {
		x := show(t, d, lang)
		x.Press("w")
		x.Type("customer and ")
		x.Has(120, 36, "✗")
		x.Type("orders >= 1")
		x.Golden("rule", 80, 24)
		x.Golden("rule", 120, 36)
		x.Press("enter")
		x.Type("clients-" + lang)
		x.Press("enter")
		if s, err := d.Segment(context.Background(), "clients-"+lang); err != nil || s.Rule != "customer and orders >= 1" {
			t.Errorf("%+v %v", s, err)
		}
		x.Press("w")
		x.Type("custumer")
		x.Golden("rule-error", 80, 24)
		x.Press("esc")
	}
}

func TestATypeIsChosenForAFreeColumnAndADoubtfulNameIsSaid(t *testing.T) {
	t.Parallel()
	d := desk(t)
	x := show(t, d, "fr")
	x.Press("i")
	x.Paste(file(t, "email;Zone;Pro;Opt-out\na@mail.example;10;oui;\nb@mail.example;20;non;\nc@mail.example;20;peut-être;oui\n"))
	x.Press("enter", "enter")
	x.Press("down", "down", "down", "down")
	x.Has(120, 36, "zone (nombre)")
	x.Press("t")
	x.Has(120, 36, "zone (texte)")
	x.Press("down", "t", "t", "t", "t")
	x.Has(120, 36, "pro (oui/non)", "la ligne 4 serait refusée")
	x.Press("up", "e")
	for range "zone:text" {
		x.Press("backspace")
	}
	x.Type("vile")
	x.Press("enter")
	x.Has(120, 36, "serait un nouvel attribut", "(city)")
	x.Press("enter")
	x.Has(120, 36, "nouvelles oppositions", "refusés")
	x.Press("enter")
	c, err := d.Contact(context.Background(), "a@mail.example")
	if err != nil {
		t.Fatal(err, x.Errors, x.Text(120, 36))
	}
	zone, _ := c.Contact.Attr("vile")
	pro, _ := c.Contact.Attr("pro")
	if zone != "10" || pro != "true" {
		t.Errorf("zone %q, pro %q", zone, pro)
	}
}
