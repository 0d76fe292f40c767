package say_test

import (
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

// A term decided again is said in words and in the units of a person.
func TestAChangedTermIsSaidInItsUnits(t *testing.T) {
	t.Parallel()
	p := i18n.New("fr")
	for _, c := range []struct{ field, from, to, want string }{
		{"margin", "0.4", "0.355", "marge de 40 % à 35,5 %"},
		{"window", "14", "7", "fenêtre de 14 à 7 jours"},
		{"cost_per_message", "0.02", "0.03", "coût par message de 0,02 € à 0,03 €"},
	} {
		got := say.Change(p, model.StatementChange{Field: c.field, From: c.from, To: c.to, At: time.Date(2026, 11, 22, 20, 6, 0, 0, time.UTC), By: "zoé"})
		plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(got)
		if want := "22/11/2026 20:06, zoé : " + c.want; plain != want {
			t.Errorf("%s: %q, want %q", c.field, plain, want)
		}
	}
}
