package intake

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

func TestAColumnIsNeverWhatPeopleChoseOnTheirPageByItsTitleAlone(t *testing.T) {
	t.Parallel()
	const file = "email;Subjects;Frequency;sujets;fréquence\na@x.example;vins;monthly;fromages;hebdo\n"
	f := newFake()
	rep := f.load(t, Contacts, file)
	a := f.person(t, "a@x.example")
	want := []model.Attr{{Name: "frequence", Value: "hebdo"}, {Name: "frequency_imported", Value: "monthly"}, {Name: "subjects_imported", Value: "vins"}, {Name: "sujets", Value: "fromages"}}
	if d := cmp.Diff(want, a.Attrs); d != "" {
		t.Error(d)
	}
	if wish := model.WishOf(&a); wish.Any() {
		t.Errorf("the file made a wish: %+v", wish)
	}
	if d := cmp.Diff([]model.KeptApart{{Column: "Subjects", Attribute: "subjects_imported"}, {Column: "Frequency", Attribute: "frequency_imported"}}, rep.KeptApart); d != "" {
		t.Error(d)
	}
	for how, with := range map[string]func(*Options){
		"named so by a person": func(o *Options) { o.Map = map[string]string{"Le": "frequency", "De": "subjects:text"} },
		"inside an object":     func(o *Options) { o.Map = map[string]string{"Tout": "json"} },
	} {
		f = newFake()
		f.load(t, Contacts, "email;Le;De;Tout\na@x.example;monthly;vins;\"{\"\"frequency\"\": \"\"monthly\"\", \"\"subjects\"\": \"\"vins\"\"}\"\n", with)
		a = f.person(t, "a@x.example")
		if wish := model.WishOf(&a); wish.Any() {
			t.Errorf("%s: %+v", how, a.Attrs)
		}
	}
}

func TestAWishThatOurOwnExportWroteComesBack(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"email;attr.frequency;attr.subjects\na@x.example;monthly;vins\n",
		"email;frequency;subjects;basis_source;suppressed_at\na@x.example;monthly;vins;;\n", // written before titles said attr.
	} {
		f := newFake()
		rep := f.load(t, Contacts, file)
		a := f.person(t, "a@x.example")
		if wish := model.WishOf(&a); wish.Every != 30 || !wish.Chose || len(rep.KeptApart) > 0 {
			t.Errorf("%+v, %+v", wish, rep.KeptApart)
		}
	}
	if AttrTitle(model.AttrFrequency) != "attr.frequency" || AttrTitle(model.AttrSubjects) != "attr.subjects" || AttrTitle("sujets") != "sujets" {
		t.Error("an export does not say that the column is a wish")
	}
}
