package campaigns

import (
	"time"

	"blanche/campaigns/compose"
)

// DKIM is the signature of the messages; the zero value signs nothing, since
// the relay most often does. It holds private keys and prints none of them.
type DKIM struct{ signer *compose.Signer }

// DKIMKey is a private key as its file holds it, and its selector.
type DKIMKey = compose.SigningKey

// DKIMRecord is what the domain publishes for a key.
type DKIMRecord = compose.KeyRecord

// NewDKIM reads the keys that sign for a domain, one or two (RSA and Ed25519).
// Errors are model.Invalid.
func NewDKIM(domain string, keys ...DKIMKey) (DKIM, error) {
	signer, err := compose.NewSigner(domain, keys...)
	return DKIM{signer}, err
}

// On reports whether messages are signed here.
func (d DKIM) On() bool { return d.signer != nil }

// Records are what to publish in DNS; none when nothing is signed.
func (d DKIM) Records() ([]DKIMRecord, error) { return d.signer.Records() }

// Cost is what signing adds to a message of 11 KB on this machine, on one
// processor: the least of five; 0 when nothing is signed.
func (d DKIM) Cost(now func() time.Time) (time.Duration, error) { return d.signer.Cost(now) }

// String stands for the keys.
func (d DKIM) String() string {
	if !d.On() {
		return "off"
	}
	return "on"
}

// GoString is String.
func (d DKIM) GoString() string { return d.String() }
