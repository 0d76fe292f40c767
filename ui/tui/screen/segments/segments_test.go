package segments_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"blanche/model"
	"blanche/ui/tui/tuitest"
)

var sizes = []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}}

func TestTheSegmentsAsGoldens(t *testing.T) {
	t.Parallel()
	d := shop(t)
	for _, lang := range []string{"fr", "en"} {
		for _, size := range sizes {
			x := show(t, d, lang)
			x.Golden("list", size.W, size.H)
			x.Press("j", "enter", "j")
			x.Golden("builder", size.W, size.H)
			x.Press("w")
			x.Golden("why", size.W, size.H)
			x.Press("esc", "a")
			x.Type("dernier")
			x.Golden("field", size.W, size.H)
			x.Press("esc", "t")
			x.Type(" et vile = 3")
			x.Golden("mistake", size.W, size.H)
			x = show(t, d, lang)
			x.Press("o", "j", "enter")
			x.Golden("overlap", size.W, size.H)
			x.Press("esc", "m", "space", "down", "space", "left")
			x.Golden("rfm", size.W, size.H)
			x.Press("esc", "i")
			x.Golden("frozen", size.W, size.H)
		}
		empty := show(t, newHouse(t), lang)
		empty.Golden("empty", 80, 24)
		empty.Press("m")
		empty.Golden("rfm-empty", 80, 24)
		empty.Press("esc", "i")
		empty.Golden("frozen-empty", 80, 24)
	}
}

func TestEverySizeAndEveryKeyKeepsTheSegmentsInTheirPlace(t *testing.T) {
	t.Parallel()
	d := shop(t)
	for _, lang := range []string{"fr", "en"} {
		x := show(t, d, lang)
		x.Sizes()
		x.Storm(200)
		for _, keys := range []string{"enter", "enter w", "enter a", "enter t", "m", "i", "o enter", "n"} {
			x = show(t, d, lang)
			x.Press(strings.Fields(keys)...)
			x.Sizes()
			x.Storm(40)
		}
	}
}

func TestTheTextAndTheFormAreTheSameTree(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("n")
	x.Type("client et panier_moyen >= 50")
	x.Has(120, 36, "TOUTES ces conditions", "Client", "Panier moyen au moins 50,00", "personnes")
	x.Press("tab", "j", "a")
	x.Type("vile") // nothing is called so
	x.Press("enter")
	x.Press("backspace", "backspace", "backspace", "backspace")
	x.Type("VILLE")
	x.Press("enter", "enter")
	x.Type("nan")
	x.Press("tab", "enter")
	x.Has(120, 36, `client et ville = "Nantes" et panier_moyen >= 50`, "Ville est Nantes")
	x.Press("o")
	x.Has(120, 36, `client ou ville = "Nantes" ou panier_moyen >= 50`, "UNE de ces conditions")
	x.Press("n")
	x.Has(120, 36, `client ou non ville = "Nantes" ou panier_moyen >= 50`)
	x.Press("x")
	x.Has(120, 36, "client ou panier_moyen >= 50")
	x.Press("z")
	x.Has(120, 36, `client ou non ville = "Nantes" ou panier_moyen >= 50`)
}

func TestAnOtherGroupIsMadeAroundACondition(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "en")
	x.Press("n")
	x.Type("customer and orders > 1")
	x.Press("tab", "j", "A")
	x.Type("town or city")
	x.Press("ctrl+u")
	x.Type("cit")
	x.Press("enter", "enter")
	x.Type("Rezé")
	x.Press("enter")
	x.Has(120, 36, `(customer or city = "Rezé") and orders > 1`)
}

func TestATextThatCannotBeReadIsKeptWithThePlaceOfTheMistake(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("n")
	x.Type("client et vile = Nantes")
	x.Has(120, 36, "client et vile = Nantes", "Colonne 11", "ville")
	x.Press("tab", "a")
	if !slices.Contains(x.Said, x.Session.P.T("segment.unread")) {
		t.Errorf("said %q", x.Said)
	}
	x.Press("t", "end")
	for range len("vile = Nantes") {
		x.Press("backspace")
	}
	x.Type("ville = Nantes")
	x.Has(120, 36, "Ville est Nantes")
}

func TestOneCountIsOnItsWayAtATime(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("n")
	x.Hold()
	x.Type("client")
	asked := x.Held()
	x.Type(" et commandes > 1")
	if x.Held()-asked > len(" et commandes > 1")/2 && asked == 0 {
		t.Errorf("%d questions for one line", x.Held())
	}
	x.Release()
	x.Has(120, 36, "Commandes plus de 1")
}

func TestASegmentIsSavedCopiedAndDeletedAfterAQuestion(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := show(t, d, "fr")
	x.Press("n")
	x.Type("commandes > 3")
	x.Press("ctrl+s")
	x.Type("gros")
	x.Press("enter")
	x.Press("esc", "esc")
	x.Has(120, 36, "gros", "4 segments")
	x.Press("home", "c")
	x.Type("copie")
	x.Press("enter")
	x.Has(120, 36, "copie", "5 segments")
	x.Press("home", "x", "enter") // the default is to keep it
	x.Has(120, 36, "5 segments")
	x.Press("x", "tab", "enter")
	x.Has(120, 36, "4 segments")
}

func TestLeavingARuleThatIsNotSavedAsks(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("enter", "n", "esc")
	if x.Modal() == nil {
		t.Fatal("what was written is lost without a question")
	}
	x.Press("esc")
	x.Has(120, 36, "non gardée")
}

func TestTheCellsOfTheGridMakeARule(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("m", "space", "down", "space", "enter")
	x.Has(120, 36, "rfm_récence >= 4 et rfm_fréquence = 5", "TOUTES ces conditions")
}

func TestWhoMayNotSeePeopleCountsThem(t *testing.T) {
	t.Parallel()
	d := shop(t)
	desk := d.service.As(model.Actor{Name: "tom", Role: model.Technical, From: "local"})
	x := show(t, desk, "fr")
	x.Has(120, 36, "clients", "3 segments")
	x.Press("enter")
	x.Has(120, 36, "personnes")
	if strings.Contains(x.Text(120, 36), "@") {
		t.Errorf("an address is shown to who may see nobody:\n%s", x.Text(120, 36))
	}
	x.Press("w")
	if len(x.Said) == 0 || !strings.Contains(x.Said[len(x.Said)-1], x.Session.P.T("team.role.manager")) {
		t.Errorf("said %q", x.Said)
	}
}

func TestTheMaskHidesThePeopleOfASample(t *testing.T) {
	t.Parallel()
	x := show(t, shop(t), "fr")
	x.Press("enter")
	x.Has(120, 36, "@mail.example")
	x.Press("M")
	if text := x.Text(120, 36); strings.Contains(text, "Levrault") || strings.Contains(text, "p01@mail") {
		t.Errorf("masked, and somebody is seen:\n%s", text)
	}
}

func TestASnapshotIsDeletedByItsNameTypedBack(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := show(t, d, "fr")
	x.Press("i", "x")
	x.Type("clients")
	x.Press("enter")
	if all, _ := d.FrozenSegments(context.Background()); len(all) != 1 {
		t.Error("deleted by half its name")
	}
	x.Type("-2026-11-22")
	x.Press("enter")
	if all, _ := d.FrozenSegments(context.Background()); len(all) != 0 {
		t.Error("not deleted")
	}
	x.Press("esc", "F")
	x.Press("enter")
	if all, _ := d.FrozenSegments(context.Background()); len(all) != 1 {
		t.Errorf("not frozen: %+v %v", all, x.Errors)
	}
}
