package model

import (
	"net/mail"
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
