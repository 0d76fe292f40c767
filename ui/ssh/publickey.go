package ssh

import (
	"crypto/rsa"
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"blanche/model"
)

// shortestRSA is the least size of an RSA key, in bits (ANSSI, RGS B1: 2048
// until 2030).
const shortestRSA = 2048

// ParseKey reads a public key in authorized_keys form: type, base64, comment.
// Options are refused, because nothing here would obey them; so are the keys
// that are too weak to prove anything, and certificates, whose authority
// nobody here knows.
func ParseKey(line string) (model.OperatorKey, error) {
	key, comment, options, rest, err := gossh.ParseAuthorizedKey([]byte(line))
	switch {
	case err != nil:
		return model.OperatorKey{}, model.Invalid("door.bad_key").Because(err)
	case len(options) > 0:
		return model.OperatorKey{}, model.Invalid("door.key_options", "options", strings.Join(options, ","))
	case len(strings.TrimSpace(string(rest))) > 0:
		return model.OperatorKey{}, model.Invalid("door.bad_key")
	}
	if err := strong(key); err != nil {
		return model.OperatorKey{}, err
	}
	return model.OperatorKey{
		Line:        strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key))),
		Fingerprint: gossh.FingerprintSHA256(key), Comment: comment,
	}, nil
}

// strong refuses what is too weak, or is no plain key.
func strong(key gossh.PublicKey) error {
	switch key.Type() {
	case gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521, gossh.KeyAlgoSKECDSA256:
		return nil
	case gossh.KeyAlgoRSA:
		crypto, ok := key.(gossh.CryptoPublicKey)
		if !ok {
			break
		}
		if k, ok := crypto.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() >= shortestRSA {
			return nil
		}
		return model.Refused("door.short_key", "bits", shortestRSA)
	}
	return model.Refused("door.weak_key", "type", key.Type())
}
