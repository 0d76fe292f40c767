package intake

import "testing"

func TestAWholeNameIsCutWhereAPersonWouldCutIt(t *testing.T) {
	t.Parallel()
	for whole, want := range map[string][2]string{
		"Dupont, Jean":            {"Jean", "Dupont"},
		"DUPONT Jean":             {"Jean", "DUPONT"},
		"Jean DUPONT":             {"Jean", "DUPONT"},
		"Jean Pierre DE LA TOUR":  {"Jean Pierre", "DE LA TOUR"},
		"Jean Dupont":             {"Jean", "Dupont"},
		"Mme Léa MARTIN":          {"Léa", "MARTIN"},
		"M. Noé Durand":           {"Noé", "Durand"},
		"Monsieur Durand":         {"", "Durand"},
		"M. Durand":               {"", "Durand"},
		"Dr. House":               {"", "House"},
		"M Durand":                {"M", "Durand"}, // a letter before one name may be a first name
		"JEAN DUPONT":             {"JEAN", "DUPONT"},
		"Marie-Claude N’Guyen":    {"Marie-Claude", "N’Guyen"},
		"Durand":                  {"", "Durand"},
		"Mme":                     {"", "Mme"},
		"LE GOFF Anne Marie":      {"Anne Marie", "LE GOFF"},
		"Zoé de La Rochefoucauld": {"Zoé", "de La Rochefoucauld"},
	} {
		if first, last := splitName(whole); first != want[0] || last != want[1] {
			t.Errorf("%q: %q, %q; want %q", whole, first, last, want)
		}
	}
}
