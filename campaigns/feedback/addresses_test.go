package feedback

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"testing"
)

func TestTheMACOfAddressesIsThatOfTheStandardLibraryAndAllocatesNothing(t *testing.T) {
	text := []byte("0123456789abcdef")
	for n := range 200 {
		key := bytes.Repeat([]byte{byte(n + 1)}, n)
		a := NewAddresses(key, "retours@boutique.example")
		h := hmac.New(sha256.New, key)
		h.Write([]byte("blanche bounce seal\x00"))
		h.Write(text)
		if got := a.mac("seal", text); !bytes.Equal(got[:], h.Sum(nil)) {
			t.Fatalf("a key of %d bytes", n)
		}
	}
	a := NewAddresses(text, "retours@boutique.example")
	if n := testing.AllocsPerRun(100, func() { _ = a.Of(7, 9) }); n > 2 {
		t.Errorf("%v allocations an address", n)
	}
}
