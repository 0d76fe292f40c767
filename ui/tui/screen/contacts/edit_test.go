package contacts_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/tuitest"
)

// editing opens the form of Benoît Martin.
func editing(t *testing.T, d campaigns.Desk) *tuitest.Driver {
	t.Helper()
	x := show(t, d, "fr")
	x.Press("/")
	x.Type("martin")
	x.Press("enter", "e")
	x.Has(120, 36, "Modifier", "Benoît")
	return x
}

func martin(t *testing.T, d campaigns.Desk) model.Contact {
	t.Helper()
	c, err := d.Contact(context.Background(), "4")
	if err != nil {
		t.Fatal(err)
	}
	return c.Contact
}

func TestACorrectionIsSavedFieldByField(t *testing.T) {
	t.Parallel()
	d := shop(t)
	before := martin(t, d)
	x := editing(t, d)
	x.Press("ctrl+u")
	x.Type("Jean Benoît")
	x.Press("tab", "tab", "tab", "right") // kind
	x.Press("tab", "tab", "tab", "tab", "tab")
	x.Type("24/12/1980")
	x.Press("tab", "tab")
	x.Type("vip, jardin")
	x.Press("ctrl+s")
	after := martin(t, d)
	want := before
	want.FirstName, want.Kind, want.Birth, want.Tags = "Jean Benoît", model.B2B, model.NewDate(1980, 12, 24), []string{"jardin", "vip"}
	want.Version, want.Updated = after.Version, after.Updated
	if diff := cmp.Diff(want, after); diff != "" {
		t.Error(diff)
	}
	x.Has(120, 36, "Martin, Jean Benoît", "client B2B")
	if x.Screen.Captures() {
		t.Error("the form stays open after it was saved")
	}
}

func TestAnAddressThatIsTakenIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	x := editing(t, shop(t))
	x.Press("tab", "tab", "tab", "tab", "ctrl+u")
	x.Type("nobody")
	x.Press("ctrl+s")
	x.Has(120, 36, "Cette adresse ne peut pas exister.")
	x.Press("ctrl+u")
	x.Type("zoe@example.com")
	x.Press("ctrl+s")
	x.Has(160, 48, "cette adresse est celle d’un autre contact", "zoe@example.com")
}

// faster lets ines change a contact while somebody has it in a form.
func faster(t *testing.T, d campaigns.Desk, set ...campaigns.FieldChange) {
	t.Helper()
	seen := martin(t, d)
	ines := d.(house).service.As(model.Actor{Name: "ines", Role: model.Maker, From: "192.0.2.7"})
	if _, err := ines.EditContact(context.Background(), seen.ID, seen.Version, set); err != nil {
		t.Fatal(err)
	}
}

func TestFieldsApartAreMergedWithOneKey(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := editing(t, d)
	x.Press("ctrl+u")
	x.Type("Ben")
	faster(t, d, campaigns.FieldChange{Field: "city", Value: "Villeurbanne"}, campaigns.FieldChange{Field: "postcode", Value: "69100"})
	x.Press("ctrl+s")
	if x.Modal() == nil {
		t.Fatalf("nothing says that somebody was faster; errors %v", x.Errors)
	}
	x.Has(120, 36, "Modifié entre-temps", "ines", "Lyon", "Villeurbanne", "ne se touchent pas")
	x.Golden("apart", 120, 36)
	x.Press("enter")
	if c := martin(t, d); c.FirstName != "Ben" || c.City != "Villeurbanne" || x.Screen.Captures() {
		t.Errorf("%q in %q, form open %v, errors %v", c.FirstName, c.City, x.Screen.Captures(), x.Errors)
	}
}

func TestWhereBothWroteEachFieldIsChosen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys        []string
		first, last string
		open        bool
	}{
		"mine":     {[]string{"enter"}, "Ben", "Martin-Roy", false},
		"theirs":   {[]string{"space", "enter"}, "Bénédict", "Martin-Roy", false},
		"retried":  {[]string{"e", "ctrl+s"}, "Ben", "Martin-Roy", false},
		"reviewed": {[]string{"e"}, "Bénédict", "Martin", true},
		"given up": {[]string{"x"}, "Bénédict", "Martin", false},
		"stayed":   {[]string{"esc"}, "Bénédict", "Martin", true},
	} {
		d := shop(t)
		x := editing(t, d)
		x.Press("ctrl+u")
		x.Type("Ben")
		x.Press("tab")
		x.Type("-Roy")
		faster(t, d, campaigns.FieldChange{Field: "city", Value: "Villeurbanne"}, campaigns.FieldChange{Field: "first_name", Value: "Bénédict"}, campaigns.FieldChange{Field: "tracking", Value: "refused"})
		x.Press("ctrl+s")
		x.Has(120, 36, "Bénédict", "choisissez")
		if name == "mine" {
			x.Golden("conflict", 120, 36)
			x.Golden("conflict", 80, 24)
			x.Sizes()
		}
		x.Press(c.keys...)
		if got := martin(t, d); got.FirstName != c.first || got.LastName != c.last || got.City != "Villeurbanne" || x.Screen.Captures() != c.open {
			t.Errorf("%s: %q %q in %q, form open %v, errors %v", name, got.FirstName, got.LastName, got.City, x.Screen.Captures(), x.Errors)
		}
	}
}

// The control: stayed in the form, what was typed is there, and saving again
// says again that somebody was faster.
func TestAConflictLeftKeepsTheForm(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := editing(t, d)
	x.Type("X")
	faster(t, d, campaigns.FieldChange{Field: "city", Value: "Bron"})
	x.Press("ctrl+s", "esc")
	x.Has(120, 36, "BenoîtX", "Modifier")
	x.Press("ctrl+s")
	if x.Modal() == nil {
		t.Error("the second save was not refused")
	}
	if c := martin(t, d); c.FirstName != "Benoît" || c.City != "Bron" {
		t.Errorf("%q in %q", c.FirstName, c.City)
	}
}

func TestNothingTypedSavesNothing(t *testing.T) {
	t.Parallel()
	d := shop(t)
	before := martin(t, d)
	x := editing(t, d)
	x.Press("ctrl+s")
	if after := martin(t, d); after.Version != before.Version {
		t.Error("a write for nothing")
	}
	if len(x.Said) == 0 || !strings.Contains(x.Said[len(x.Said)-1], "rien") {
		t.Errorf("said %q", x.Said)
	}
}
