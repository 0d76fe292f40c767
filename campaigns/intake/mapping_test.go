package intake

import (
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
