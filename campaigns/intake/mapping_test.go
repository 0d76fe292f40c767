package intake

import (
	"errors"
	"testing"

	"blanche/model"
)

func TestFileOfTheSameTitlesIsReadAsTheLastOne(t *testing.T) {
	t.Parallel()
	till := model.FileMapping{Name: "caisse", Kind: "contacts", Titles: []string{"Contact 1", "Zone"}, Map: map[string]string{"Contact 1": "email", "Zone": "city"}}
	const first, moved, more = "Contact 1;Zone\na@x.example;Lyon\n", "ZONE;contact 1;reason\nLyon;a@x.example;bad_row\n", "Contact 1;Zone;Autre\na@x.example;Lyon;x\n"
	for name, tt := range map[string]struct {
		file, mapping string
		own           map[string]string
		want          string // "" when the file cannot be read without
	}{
		"the same titles":             {first, "", nil, "caisse"},
		"in another order, corrected": {moved, "", nil, "caisse"},
		"one title more":              {more, "", nil, ""},
		"one title more, by name":     {more, "caisse", nil, "caisse"},
		"none wanted":                 {first, NoMapping, nil, ""},
		"the person says it":          {first, "", map[string]string{"Contact 1": "email"}, "said"},
	} {
		f := newFake()
		o := f.options(Contacts, tt.file)
		o.Saved, o.Mapping, o.Map = []model.FileMapping{till}, tt.mapping, tt.own
		look, err := Look(t.Context(), o)
		switch {
		case tt.want == "" && look.Missing == nil:
			t.Errorf("%s: it was read by %q", name, look.Mapping)
		case tt.want == "":
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case tt.want == "said":
			if look.Mapping != "" || look.Columns[1].Attr != "zone" {
				t.Errorf("%s: %+v", name, look)
			}
		case look.Mapping != tt.want:
			t.Errorf("%s: %q", name, look.Mapping)
		}
	}
}

func TestMistypedAddressIsCorrectedOnlyWhereAPersonSaidSo(t *testing.T) {
	t.Parallel()
	const file = "email;ville\nlea@gmial.com;Lyon\nNoe@gmial.com;Brest\nlea@gmail.com;Nantes\n"
	f := newFake()
	rep := f.load(t, Contacts, file, func(o *Options) { o.Correct = map[string]string{"lea@gmial.com": "lea@gmail.com"} })
	if rep.Created != 2 || rep.Unchanged != 1 || rep.TyposFound != 1 || rep.Typos[0].Email != "noe@gmial.com" {
		t.Errorf("%+v", rep)
	}
	g := newFake()
	g.load(t, Contacts, "email\nlea@gmial.com\n", func(o *Options) { o.Correct = map[string]string{"lea@gmial.com": "lea@gmail.com"} })
	if lea := g.person(t, "lea@gmail.com"); lea.Email != "lea@gmail.com" {
		t.Errorf("%+v", lea)
	}
	if lea := f.person(t, "lea@gmail.com"); lea.City != "Nantes" {
		t.Errorf("%+v", lea)
	}
}

func TestFileThatLacksAColumnIsShownAllTheSame(t *testing.T) {
	t.Parallel()
	f := newFake()
	look, err := Look(t.Context(), f.options(Contacts, "Contact 1;Zone\nlea@mail.example;Lyon\n"))
	if err != nil || len(look.Columns) != 2 || look.Missing == nil || look.Lines[0].Reject == nil {
		t.Errorf("%+v %v", look, err)
	}
	if _, err := Import(t.Context(), f.options(Contacts, "Contact 1;Zone\nlea@mail.example;Lyon\n")); err == nil {
		t.Error("it came in")
	}
}

func TestNewAttributeNamedLikeAFieldNeedsItsType(t *testing.T) {
	t.Parallel()
	const file = "email;Ville;Taille;Le;Pro;Grade\na@mail.example;Lyon;1,5;03/04/2026;oui;A1\nb@mail.example;Nantes;grand;05/06/2026;non;B2\n"
	try := func(to map[string]string, with ...func(*Options)) (*fake, model.ImportReport, error) {
		f := newFake()
		o := f.options(Contacts, file)
		o.Map = to
		for _, w := range with {
			w(&o)
		}
		rep, err := Import(t.Context(), o)
		return f, rep, err
	}
	var e *model.Error
	if _, _, err := try(map[string]string{"Ville": "vile"}); !errors.As(err, &e) || e.Key != "import.new_attribute" || e.Args[5] != "city" {
		t.Errorf("%v", err)
	}
	if _, _, err := try(map[string]string{"Ville": "vile:couleur"}); !errors.As(err, &e) || e.Key != "import.type_unknown" {
		t.Errorf("%v", err)
	}
	for _, to := range []string{"vile:text", "attr.vile", "vile : texte"} {
		f, rep, err := try(map[string]string{"Ville": to})
		if err != nil || len(rep.Attributes) != 1 || rep.Attributes[0] != "vile" {
			t.Errorf("%s: %v %+v", to, err, rep)
			continue
		}
		a := f.person(t, "a@mail.example")
		if v, _ := a.Attr("vile"); v != "Lyon" {
			t.Errorf("%s: %+v", to, a)
		}
	}
	if _, _, err := try(map[string]string{"Ville": "vile"}, func(o *Options) { o.Known = func(name string) bool { return name == "vile" } }); err != nil {
		t.Errorf("one that is there: %v", err)
	}
	if _, rep, err := try(map[string]string{"Grade": "niveau_du_club"}); err != nil || rep.Created != 2 || rep.Attributes[0] != "niveau_du_club" {
		t.Errorf("nothing like it is known: %v %+v", err, rep)
	}
	f, rep, err := try(map[string]string{"Taille": "taille:number", "Le": "le:text", "Pro": "est_pro:boolean"})
	if err != nil || rep.Rejected != 1 || rep.Rejects[0].Reason != invalidNumber || rep.Rejects[0].Column != "Taille" {
		t.Fatalf("%v %+v", err, rep)
	}
	a := f.person(t, "a@mail.example")
	for name, want := range map[string]string{"taille": "1.5", "le": "03/04/2026", "est_pro": "true"} {
		if v, _ := a.Attr(name); v != want {
			t.Errorf("%s is %q, want %q", name, v, want)
		}
	}
	look, err := Look(t.Context(), func() Options {
		o := newFake().options(Contacts, file)
		o.Map = map[string]string{"Ville": "vile"}
		return o
	}())
	if err != nil || look.Doubted == nil || look.Columns[1].Attr != "vile" {
		t.Errorf("%v %+v", err, look)
	}
}
