package intake

import "testing"

func TestWhatIsTypedTakesTheFormOfFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ field, value, country, want string }{
		{"phone", "06 12 34 56 78", "", "+33612345678"},
		{"phone", "0470 12 34 56", "BE", "+32470123456"},
		{"phone", "demander Léa", "", "demander Léa"},
		{"phone", "", "", ""},
		{"postcode", "44 000", "FR", "44000"},
		{"postcode", "1000", "FR", "01000"},
		{"postcode", "1000", "BE", "1000"},
		{"card", "1234 5678", "", "12345678"},
		{"city", "Saint  Herblain", "", "Saint  Herblain"},
	} {
		if got := Normal(tt.field, tt.value, tt.country); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.field, tt.value, got, tt.want)
		}
		if again := Normal(tt.field, tt.want, tt.country); again != tt.want {
			t.Errorf("%s %q again: %q", tt.field, tt.want, again)
		}
	}
}
