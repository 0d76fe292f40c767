package audit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/audit"
	"blanche/ui/tui/tuitest"
)

func show(t *testing.T, shop campaigns.Desk, lang string) *tuitest.Driver {
	t.Helper()
	d := tuitest.New(t, shop, lang)
	d.Show(screen.Audit, audit.New(d.Session))
	return d
}

func TestTheAuditAsGoldens(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}} {
			shop := tuitest.NewShop()
			d := show(t, shop, lang)
			d.Press("v")
			d.Golden("audit", size.W, size.H)
			d.Press("G", "k", "enter")
			d.Golden("line", size.W, size.H)
			d.Press("left")
			d.Golden("erased", size.W, size.H)
			d.Press("esc", "/")
			d.Type("qui:ines note")
			d.Golden("filter", size.W, size.H)
			shop.Proof = model.AuditProof{Lines: 1284, Flaws: []model.AuditFlaw{{Seq: 12, What: "hash"}, {Seq: 13, What: "order"}, {Seq: 1284, What: "cut"}, {Seq: 3, What: "new"}}}
			d = show(t, shop, lang)
			d.Press("v")
			d.Golden("broken", size.W, size.H)
		}
	}
}

func TestEverySizeAndEveryKeyKeepsTheAuditInItsPlace(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := show(t, tuitest.NewShop(), lang)
		d.Sizes()
		d.Storm(300)
		d = show(t, tuitest.NewShop(), lang)
		for range 12 { // each kind of line in full
			d.Press("enter")
			d.Sizes()
			d.Press("esc", "down")
		}
	}
}

func TestTheChainIsProvenInASentence(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewShop()
	d := show(t, shop, "fr")
	d.Press("v")
	if said := strings.Join(d.Said, " "); !strings.Contains(said, "1\u202f284 lignes, chaîne intacte") {
		t.Errorf("said %q", said)
	}
	d.Has(120, 36, "chaîne intacte", "3 détails effacés")
	shop.Proof.Flaws = []model.AuditFlaw{{Seq: 12, What: "hash"}}
	d.Press("v")
	if len(d.Errors) != 1 {
		t.Errorf("errors %v", d.Errors)
	}
	d.Has(120, 36, "ligne 12", "1 défaut")
	d.Press("esc", "esc")
	d.Has(120, 36, "1 défaut", "Quand")
}

func TestTheFilterTakesWhoActObjectAndText(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]campaigns.AuditQuery{
		"qui:ines":                          {Who: "ines"},
		"who:ines act:campaign":             {Who: "ines", Act: "campaign"},
		"acte:contact.edit noel":            {Act: "contact.edit", Text: "noel"},
		"objet:campagne:noel-15":            {Object: "campaign:noel-15"},
		"contact:12":                        {Object: "contact:12"},
		"campagne:noel-15 trop cher":        {Object: "campaign:noel-15", Text: "trop cher"},
		"depuis:01/11/2026":                 {Since: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		"deliver:thing 250 2.0.0 marie@x.e": {Text: "deliver:thing 250 2.0.0 marie@x.e"},
	} {
		s := &asked{Shop: tuitest.NewShop()}
		d := show(t, s, "fr")
		d.Press("/")
		d.Type(typed)
		got := s.last
		got.N = 0
		if got != want {
			t.Errorf("%q asks for %+v, not %+v", typed, got, want)
		}
	}
}

// asked remembers the last question.
type asked struct {
	*tuitest.Shop
	last campaigns.AuditQuery
	n    int
}

func (a *asked) AuditLines(ctx context.Context, q campaigns.AuditQuery) ([]model.AuditLine, error) {
	a.last = q
	a.n++
	return a.Shop.AuditLines(ctx, q)
}

func TestALongAuditIsReadAPageAtATime(t *testing.T) {
	t.Parallel()
	s := &asked{Shop: tuitest.NewShop()}
	old := s.Audit
	s.Audit = nil
	for i := range 1000 {
		l := old[i%len(old)]
		l.Seq = uint64(1000 - i)
		s.Audit = append(s.Audit, l)
	}
	d := show(t, s, "fr")
	if s.n != 1 {
		t.Errorf("%d questions to begin with", s.n)
	}
	for range 150 {
		d.Press("down")
	}
	if s.n != 2 || s.last.Before != 801 {
		t.Errorf("%d questions, the last before %d", s.n, s.last.Before)
	}
	d.Lines(120, 36)
	d.Press("G", "G", "G", "G", "G")
	d.Press("enter")
	d.Has(120, 36, "première ligne")
}

func TestNewLinesComeAboveAndTheCursorStays(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewShop()
	d := show(t, shop, "fr")
	d.Lines(120, 36)
	d.Press("down", "down")
	before := cursorLine(d)
	l := shop.Audit[0]
	l.Seq++
	l.Entry.Who = "nouvelle"
	shop.Audit = append([]model.AuditLine{l}, shop.Audit...)
	d.Press("R")
	d.Has(120, 36, "41 lignes")
	if after := cursorLine(d); after != before {
		t.Errorf("the cursor went from %q to %q", before, after)
	}
	d.Press("home")
	d.Has(120, 36, "nouvelle")
	l.Seq++
	l.Entry.Who = "encore"
	shop.Audit = append([]model.AuditLine{l}, shop.Audit...)
	d.Press("R")
	if at := cursorLine(d); !strings.Contains(at, "encore") {
		t.Errorf("at the newest line, the cursor stays on %q", at)
	}
}

func cursorLine(d *tuitest.Driver) string {
	for l := range strings.Lines(d.Text(120, 36)) {
		if strings.Contains(l, "▸") {
			return l
		}
	}
	return ""
}

func TestALineLeadsToWhatItIsAbout(t *testing.T) {
	t.Parallel()
	d := show(t, tuitest.NewShop(), "fr")
	d.Press("/")
	d.Type("contact:12")
	d.Press("enter", "o")
	if len(d.Gone) != 1 || d.Gone[0] != (screen.Goto{Screen: screen.Contacts, Name: "12"}) {
		t.Errorf("went to %v", d.Gone)
	}
}

// Who did it is named whole, in 80 columns and a name as long as those of programs
// that knock with a token too: what was done gives way.
func TestWhoDidItIsNamedWhole(t *testing.T) {
	t.Parallel()
	const who = "token:boutique-en-ligne"
	for _, lang := range []string{"fr", "en"} {
		shop := tuitest.NewShop()
		for i := range shop.Audit {
			if i%3 == 0 {
				shop.Audit[i].Entry.Who = who
			}
		}
		d := show(t, shop, lang)
		for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}} {
			d.Golden("token", size.W, size.H)
			if page := d.Text(size.W, size.H); strings.Count(page, who+" ") < 5 {
				t.Errorf("%s, %d columns:\n%s", lang, size.W, page)
			}
		}
	}
}
