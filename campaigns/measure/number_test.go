package measure

import "testing"

func TestNumbersAreReadAsTheFileWritesThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text    string
		decimal byte
		want    float64
		ok      bool
	}{
		{"12", '.', 12, true},
		{" 12.5 ", ',', 12.5, true},
		{"12,5", '.', 12.5, true},
		{"1,234", ',', 1.234, true},
		{"1,234", '.', 0, false},
		{"1.234,56", ',', 1234.56, true},
		{"1,234.56", '.', 1234.56, true},
		{"1\u202f234,5", ',', 1234.5, true},
		{"-3,5", ',', -3.5, true},
		{"1e3", '.', 1000, true},
		{"", '.', 0, false},
		{"-", '.', 0, false},
		{"NaN", '.', 0, false},
		{"Inf", '.', 0, false},
		{"0x10", '.', 0, false},
		{"1_000", '.', 0, false},
		{"1e999", '.', 0, false},
		{"1,2,3", ',', 0, false},
		{"12 €", ',', 12, true},
		{"1\u00a0234,50\u00a0€", ',', 1234.5, true},
		{"$1,234.50", '.', 1234.5, true},
		{"\u22123,5", ',', -3.5, true},
		{"12 kg", ',', 0, false},
		{"€", ',', 0, false},
		{"1-2", ',', 0, false},
	} {
		got, ok := parseNumber(c.text, c.decimal)
		if ok != c.ok || (ok && got != c.want) {
			t.Errorf("%q with %q: %v %v, want %v %v", c.text, c.decimal, got, ok, c.want, c.ok)
		}
	}
}
