package form_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/internal/cells"
)

func campaign(th *theme.Theme) *form.Form {
	return form.New(th, i18n.New("fr"),
		form.Field{Name: "name", Label: "Nom", Required: true, Help: "Un nom que personne d’autre n’a."},
		form.Field{Name: "cost", Label: "Coût", Kind: form.Money},
		form.Field{Name: "share", Label: "Part", Kind: form.Number, Value: "10"},
		form.Field{Name: "kind", Label: "Genre", Kind: form.Choice, Value: "b", Options: []form.Option{{"a", "coupon"}, {"b", "fidélité"}}},
		form.Field{Name: "until", Label: "Fin", Kind: form.Date},
		form.Field{Name: "body", Label: "Message", Kind: form.Body, Rows: 3},
	)
}

var named = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "esc": {Code: tea.KeyEscape},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"ctrl+s": {Code: 's', Mod: tea.ModCtrl},
}

// typed gives keys to a form: names of keys, or text.
func typed(f *form.Form, keys ...string) {
	for _, k := range keys {
		if key, ok := named[k]; ok {
			f.Update(tea.KeyPressMsg(key))
			continue
		}
		for len(k) > 0 {
			r, n := utf8.DecodeRuneInString(k)
			f.Update(tea.KeyPressMsg(tea.Key{Code: r, Text: k[:n]}))
			k = k[n:]
		}
	}
}

func TestAFormReadsValuesAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	f := campaign(cells.Plain())
	if f.Dirty() {
		t.Error("dirty at once")
	}
	typed(f, "Noël", "enter", "1 234,5", "tab", "down", "left", "tab", "24/12/2026", "tab", "Bonjour", "enter", "Élodie", "ctrl+s")
	if f.State() != form.Submitted || !f.Dirty() {
		t.Fatalf("state %v", f.State())
	}
	cost, ok := f.Money("cost")
	share, ok2 := f.Number("share")
	until, ok3 := f.Date("until")
	if cost != 123450 || share != 10 || until != model.NewDate(2026, 12, 24) || !ok || !ok2 || !ok3 {
		t.Errorf("%v %v %v", cost, share, until)
	}
	got := []string{f.Value("name"), f.Value("kind"), f.Value("body"), f.Value("nothing")}
	if d := cmp.Diff([]string{"Noël", "a", "Bonjour\nÉlodie", ""}, got); d != "" {
		t.Error(d)
	}
}

func TestAFormWithAnErrorGoesToItInsteadOfSubmitting(t *testing.T) {
	t.Parallel()
	f := campaign(cells.Plain())
	typed(f, "tab", "douze", "ctrl+s")
	if f.State() != form.Editing || f.Focused() != "name" {
		t.Errorf("state %v at %s", f.State(), f.Focused())
	}
	text := cells.Text(f.Lines(60, 14))
	for _, want := range []string{"À remplir.", "Ce n’est pas un montant"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	typed(f, "N", "tab")
	if strings.Contains(cells.Text(f.Lines(60, 14)), "À remplir.") {
		t.Error("the error stays after it was repaired")
	}
	f.SetError("name", "Ce nom est pris.")
	if f.Focused() != "name" || !strings.Contains(cells.Text(f.Lines(60, 14)), "Ce nom est pris.") {
		t.Error("the answer of the store does not show")
	}
	typed(f, "esc")
	if f.State() != form.Cancelled {
		t.Error("esc does not leave")
	}
}

func TestPastedTextIsHarmless(t *testing.T) {
	t.Parallel()
	f := campaign(cells.Plain())
	f.Update(tea.PasteMsg{Content: "No\x1b[31mël\r\nfin"})
	if got := f.Value("name"); strings.ContainsAny(got, "\x1b\n\r") || !strings.HasPrefix(got, "No") {
		t.Errorf("%q", got)
	}
}

func TestAFormDraws(t *testing.T) {
	t.Parallel()
	f := campaign(cells.Plain())
	typed(f, "Noël", "tab", "tab", "tab")
	want := `  Nom *     Noël
  Coût
  Part      10
▸ Genre       coupon  ● fidélité
  Fin
  Message

`
	if d := cmp.Diff(want, cells.Text(f.Lines(60, 8))+"", cmp.Transformer("trim", func(s string) string { return strings.TrimRight(s, "\n") })); d != "" {
		t.Error(d)
	}
}

func TestFormsAreExactlyTheirSize(t *testing.T) {
	t.Parallel()
	themes := cells.Themes()
	for i, size := range cells.Sizes { // drawing a body is slow: one theme for each size
		th := themes[i%len(themes)]
		for _, name := range cells.Names {
			f := form.New(th, i18n.New("fr"),
				form.Field{Name: "a", Label: "Un libellé assez long pour gêner", Value: name, Help: "De l’aide.", Required: true},
				form.Field{Name: "b", Label: "B", Kind: form.Choice, Options: []form.Option{{"x", "Une option"}, {"y", "Une autre option longue"}}},
				form.Field{Name: "c", Label: "C", Kind: form.Body, Value: name + "\n" + name},
			)
			for _, key := range []string{"", "tab", "tab", "ctrl+s"} {
				typed(f, key)
				cells.Exact(t, f.Lines(size.W, size.H), size.W, size.H)
			}
		}
	}
}
