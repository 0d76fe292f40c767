package naming_test

import (
	"testing"

	"blanche/campaigns/internal/naming"
)

func TestATitleHasOneName(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Dépenses 2025": "depenses_2025", " N° de carte ": "n_de_carte", "CŒUR": "coeur", "e-mail": "e_mail", "zip_code": "zip_code", "日本": "", "Prix (€)": "prix",
	} {
		if got := naming.Column(title); got != want {
			t.Errorf("%q is %q, want %q", title, got, want)
		}
	}
}

func TestASwappedLetterIsOneMistake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "ville", 5},
		{"ville", "ville", 0},
		{"vile", "ville", 1},
		{"villle", "ville", 1},
		{"fisrt_name", "first_name", 1},
		{"été", "ete", 2},
		{"ca", "abc", 3},
		{"kitten", "sitting", 3},
	} {
		if got, back := naming.Distance(c.a, c.b), naming.Distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%q to %q: %d, back %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}
