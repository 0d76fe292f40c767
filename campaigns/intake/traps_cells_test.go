package intake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

// cards are the people of a store, each on one line: the fields that are there.
func (f *fake) cards() []string {
	var out []string
	for _, c := range f.people {
		parts := []string{strings.TrimSuffix(c.Email, "@mail.example")}
		add := func(name, v string) {
			if v != "" {
				parts = append(parts, name+v)
			}
		}
		add("", c.FirstName)
		add("", c.LastName)
		add("", c.City)
		add("", c.Phone)
		add("carte ", c.Card)
		if c.Birth != 0 {
			add("né ", c.Birth.String())
		}
		if c.Points != 0 {
			add("points ", fmt.Sprint(c.Points))
		}
		if c.Basis != model.BasisNone {
			add("", c.Basis.String())
		}
		for _, a := range c.Attrs {
			add(a.Name+"=", a.Value)
		}
		out = append(out, strings.Join(parts, "|"))
	}
	return out
}

func TestTrapCellsAreReadAsAPersonWouldOrRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		people  []string
		rejects []model.Reject
	}{
		"sep-line":                 {[]string{"lea|Léa|Nantes"}, nil},
		"sep-line-against-commas":  {[]string{"lea|Léa, dite Lou|Nantes, Loire"}, nil},
		"empty-columns-at-the-end": {[]string{"lea|Durand|Nantes", "noe|Petit|Brest", "zoe|Grand"}, nil},
		"quoted-line-before-a-bad-quote": {[]string{"lea|Léa Marie|Nantes", "max|Max|Paris"}, []model.Reject{
			{Line: 4, Value: `noe@mail.example;"Noé "le grand";Brest`, Reason: badRow},
			{Line: 5, Value: `zoe@mail.example;Zoé;"Lyon`, Reason: badRow},
		}},
		"total-line": {[]string{"lea|Durand|points 1200", "noe|Petit|points 300"}, []model.Reject{
			{Line: 5, Column: "email", Value: "Total", Reason: invalidEmail},
			{Line: 6, Column: "email", Reason: missingEmail},
		}},
		"formulas": {[]string{ // kept as texts, guarded again when they leave
			`lea|Durand|alerte==HYPERLINK("http://x.example";"ici")|calcul==SOMME(A1:A3)`, `noe|Petit|alerte=-2+3|calcul==B2&" x"`, `zoe|=1+1|alerte=+33612345678|calcul=@SUM(1)`,
		}, nil},
		"scientific": {[]string{"max|+33698765432|carte 12345|ventes=1,5E+03"}, []model.Reject{
			{Line: 2, Column: "téléphone", Value: "3,36123E+10", Reason: invalidNumber},
			{Line: 3, Column: "téléphone", Value: "3.36123E+10", Reason: invalidNumber},
			{Line: 4, Column: "carte", Value: "3,70012E+12", Reason: invalidNumber},
		}},
		"excel-serial-dates": {[]string{"noe|né 1980-03-12|derniere_visite=45001"}, []model.Reject{
			{Line: 2, Column: "naissance", Value: "29221", Reason: invalidDate},
		}},
		"impossible-dates": {[]string{"zoe|né 1984-02-29|visite=2024-03-13"}, []model.Reject{
			{Line: 2, Column: "naissance", Value: "31/02/1984", Reason: invalidDate},
			{Line: 3, Column: "naissance", Value: "29/02/2023", Reason: invalidDate},
			{Line: 5, Column: "consent_date", Value: "31/02/2024", Reason: invalidDate},
		}},
		"smart-quotes-windows-1252": {[]string{"lea|D’Arcy|mot=“L’été” – 10 €…|panier=1250.50", "noe|Œdipe|mot=‹cœur›|panier=12000.10"}, nil},
		"narrow-spaces-in-amounts":  {[]string{"lea|points 1200|depense=12000|panier=1250.50", "noe|points 2000|depense=1500.5|panier=-3.00", "zoe|points 3000|depense=0.99|panier=7"}, nil},
		"yes-and-no": {[]string{ // letters are letters in a free column, until somebody says that they are a yes and a no
			"a|consent|fidele=Oui|lettre=O|pro=Vrai", "b|consent|fidele=NON|lettre=N|pro=FAUX", "c|consent|fidele=oui|lettre=n|pro=vrai",
			"d|fidele=non|lettre=o|pro=Faux", "e|fidele=Oui|lettre=O|pro=Vrai", "f|fidele=Non|lettre=O|pro=Vrai", "g", "h",
		}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			rep := f.load(t, Contacts, trap(t, name+".csv"))
			if d := cmp.Diff(tt.people, f.cards()); d != "" {
				t.Errorf("people (-want +got):\n%s", d)
			}
			if d := cmp.Diff(append([]model.Reject{}, tt.rejects...), rep.Rejects); d != "" {
				t.Errorf("rejects (-want +got):\n%s", d)
			}
			again := f.load(t, Contacts, trap(t, name+".csv"))
			if again.Created+again.Updated != 0 || again.Rejected != rep.Rejected {
				t.Errorf("the same file again: %+v", again)
			}
		})
	}
}

func TestYesAndNoKeepPeopleOutOrLetThemIn(t *testing.T) {
	t.Parallel()
	f := newFake()
	rep := f.load(t, Contacts, trap(t, "yes-and-no.csv"), func(o *Options) { o.Map = map[string]string{"Lettre": "lettre:oui-non"} })
	for name, want := range map[string]string{"a": "true", "b": "false", "c": "false", "d": "true"} {
		c := f.person(t, name+"@mail.example")
		if got, _ := c.Attr("lettre"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if rep.Opposed != 2 || rep.Rejected != 0 {
		t.Errorf("%d opposed, %d rejected", rep.Opposed, rep.Rejected)
	}
}

func TestPreviewSaysWhichColumnsAreAmountsAndWhichAYesOrANo(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]map[string]string{
		"narrow-spaces-in-amounts": {"Panier": "number", "Dépense": "number"},
		"yes-and-no":               {"Fidèle": "boolean", "Pro": "boolean", "Lettre": "text"},
		"excel-serial-dates":       {"Dernière visite": "number"},
		"impossible-dates":         {"Visite": "date"},
		"formulas":                 {"Calcul": "text"},
		"scientific":               {"Ventes": "text"},
	} {
		f := newFake()
		p, err := Look(t.Context(), f.options(Contacts, trap(t, file+".csv")))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Columns {
			if of := want[c.Header]; of != "" && of != c.Type {
				t.Errorf("%s, %s: %s, want %s", file, c.Header, c.Type, of)
			}
		}
	}
}
