package ssh

import (
	"encoding/base64"
	"errors"
	"strings"

	charm "charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// Algorithms that a door speaks: those that current OpenSSH has and nothing is
// known against. Strict key exchange (against CVE-2023-48795) is on whenever the
// client knows it. No SHA-1, no CBC, no NIST curve for the exchange, no
// encrypt-and-MAC.
var (
	keyExchanges = []string{
		gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519,
	}
	ciphers = []string{
		gossh.CipherAES128GCM, gossh.CipherAES256GCM, gossh.CipherChaCha20Poly1305, gossh.CipherAES256CTR,
	}
	macs    = []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM}
	proving = []string{
		gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521, gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512,
	}
)

// provedBy is where the connection keeps the key whose signature was checked.
const provedBy = "key@blanche"

func (d *door) config(ctx charm.Context) *gossh.ServerConfig {
	c, _ := ctx.Value(connKey{}).(*conn)
	config := &gossh.ServerConfig{
		MaxAuthTries:            d.limits.AuthTries,
		PublicKeyAuthAlgorithms: proving,
		AuthLogCallback: func(_ gossh.ConnMetadata, _ string, err error) {
			if err == nil && c != nil {
				c.proved()
			}
		},
	}
	config.KeyExchanges, config.Ciphers, config.MACs = keyExchanges, ciphers, macs
	if !d.local {
		config.VerifiedPublicKeyCallback = remember
	}
	return config
}

// remember notes the key whose signature was checked, which an offered key
// never gets as far as (CVE-2024-45337).
func remember(_ gossh.ConnMetadata, key gossh.PublicKey, p *gossh.Permissions, _ string) (*gossh.Permissions, error) {
	if p == nil {
		p = &gossh.Permissions{}
	}
	if p.Extensions == nil {
		p.Extensions = map[string]string{}
	}
	p.Extensions[provedBy] = base64.StdEncoding.EncodeToString(key.Marshal())
	return p, nil
}

var errNotProved = errors.New("no key was proved")

// provedKey is the key of a connection, from what the handshake left and from
// nothing that a callback for offered keys has seen.
func provedKey(c *gossh.ServerConn) (gossh.PublicKey, error) {
	if c.Permissions == nil || c.Permissions.Extensions[provedBy] == "" {
		return nil, errNotProved
	}
	raw, err := base64.StdEncoding.DecodeString(c.Permissions.Extensions[provedBy])
	if err != nil {
		return nil, err
	}
	return gossh.ParsePublicKey(raw)
}

// mayEnter asks Authorize about a key that is strong enough to ask about.
func (d *door) mayEnter(key gossh.PublicKey) bool {
	if strong(key) != nil {
		return false
	}
	k := newKey(key)
	return d.opt.Authorize(k.Authorized, k.Fingerprint)
}

func newKey(key gossh.PublicKey) *Key {
	return &Key{
		Authorized:  strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key))),
		Fingerprint: gossh.FingerprintSHA256(key),
	}
}
