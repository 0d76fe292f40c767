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
