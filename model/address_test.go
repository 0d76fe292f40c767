package model

import (
	"math/rand/v2"
	"net/mail"
	"strings"
	"testing"
)

// FuzzPlainAddressesAreAddresses compares the quick look at what is before the @
// with the parser of the standard library.
func FuzzPlainAddressesAreAddresses(f *testing.F) {
	for _, local := range []string{"a", "a.b", ".a", "a.", "a..b", "o'neil+x", `"a"`, "é", "a b", "a!#$%&'*+-/=?^_`{|}~z", ""} {
		f.Add(local)
	}
	f.Fuzz(func(t *testing.T, local string) {
		if !plainLocal(local) {
			return
		}
		if a, err := mail.ParseAddress(local + "@boutique.example"); err != nil || a.Address != local+"@boutique.example" {
			t.Errorf("%q is no address: %v", local, err)
		}
	})
}

// spelled draws texts of the signs that addresses are made of, and of some that
// they are not.
func spelled(r *rand.Rand) string {
	signs := []rune("aaabcXYZ019...-_@@ é\u00a0\u0130+\"\t")
	text := make([]rune, r.IntN(20))
	for i := range text {
		text[i] = signs[r.IntN(len(signs))]
	}
	if r.IntN(2) == 0 {
		return string(text) + "@" + string(text[:len(text)/2]) + ".example"
	}
	return string(text)
}

func TestAPlainAddressIsAnAddress(t *testing.T) {
	t.Parallel()
	r, plain := rand.New(rand.NewPCG(1, 1)), 0
	for range 200_000 {
		s := spelled(r)
		if PlainAddress(s) {
			plain++
			if !validEmail(s) {
				t.Fatalf("%q is none", s)
			}
		}
		if got, want := EmailKey(s), strings.ToLower(strings.TrimSpace(s)); got != want {
			t.Fatalf("%q is found under %q, want %q", s, got, want)
		}
	}
	if plain < 1000 {
		t.Errorf("only %d were plain", plain)
	}
	for _, s := range []string{"lea.petit@mail.example", "a_b-c@d-e.example", strings.Repeat("a", 64) + "@b.example"} {
		if !PlainAddress(s) {
			t.Errorf("%s is not plain", s)
		}
	}
	for _, s := range []string{"a@b", "a..b@c.example", ".a@c.example", "a.@c.example", "a@-c.example", "a@c-.example", "a@c.example.", "a@b@c.example", "a b@c.example", strings.Repeat("a", 65) + "@b.example", "a@" + strings.Repeat("b", 64) + ".example"} {
		if PlainAddress(s) {
			t.Errorf("%s is plain", s)
		}
	}
}
