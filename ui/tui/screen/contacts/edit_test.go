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

func TestSomebodyFasterDoesNotCostWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := editing(t, d)
	x.Press("ctrl+u")
	x.Type("Ben")
	seen := martin(t, d)
	if _, err := d.EditContact(context.Background(), seen.ID, seen.Version, []campaigns.FieldChange{{Field: "city", Value: "Villeurbanne"}, {Field: "first_name", Value: "Bénédict"}}); err != nil {
		t.Fatal(err)
	}
	x.Press("ctrl+s")
	if x.Modal() == nil {
		t.Fatalf("nothing says that somebody was faster; errors %v", x.Errors)
	}
	x.Has(120, 36, "Modifié entre-temps", "Lyon", "Villeurbanne", "Bénédict")
	x.Golden("conflict", 120, 36)
	x.Press("tab", "enter")
	x.Has(120, 36, "Villeurbanne", "Ben")
	if c := martin(t, d); c.FirstName != "Bénédict" {
		t.Errorf("saved before the second time: %q", c.FirstName)
	}
	x.Press("ctrl+s")
	if c := martin(t, d); c.FirstName != "Ben" || c.City != "Villeurbanne" {
		t.Errorf("%q in %q", c.FirstName, c.City)
	}
}

// The control: cancelled, the form keeps what was typed and nothing is saved.
func TestAConflictCancelledKeepsTheForm(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := editing(t, d)
	x.Type("X")
	seen := martin(t, d)
	if _, err := d.EditContact(context.Background(), seen.ID, seen.Version, []campaigns.FieldChange{{Field: "city", Value: "Bron"}}); err != nil {
		t.Fatal(err)
	}
	x.Press("ctrl+s", "esc")
	x.Has(120, 36, "BenoîtX", "Modifier")
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
