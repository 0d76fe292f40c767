package feedback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"

	"blanche/model"
)

// Addresses makes the envelope senders of messages, each with a token of the
// campaign and the person, and reads them where reports come in: the report of
// any server names the message, whatever else it says (VERP, D. J. Bernstein,
// 1997).
//
// A token is 224 bits: the numbers, sealed, and a MAC of 128 bits of them, which
// is what seals. The same numbers give the same token; nobody without the key
// can make one, or read in it. It never expires.
type Addresses struct {
	inner, outer  [sha256.BlockSize]byte // the key, as HMAC-SHA-256 pads it (RFC 2104)
	local, domain string
}

// NewAddresses makes the addresses under one of ours, "retours@boutique.example":
// retours+TOKEN@boutique.example. The key is a secret of at least 128 bits. With an
// empty address there are tokens, and no addresses.
func NewAddresses(key []byte, ours string) *Addresses {
	local, domain, _ := strings.Cut(ours, "@")
	a := &Addresses{local: local, domain: domain}
	if len(key) > sha256.BlockSize {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	copy(a.inner[:], key)
	a.outer = a.inner
	for i := range a.inner {
		a.inner[i] ^= 0x36
		a.outer[i] ^= 0x5c
	}
	return a
}

// MaxLocal is how long the part before the @ of our address may be, so that with
// the token it is no longer than 64 bytes (RFC 5321, 4.5.3.1.1).
const MaxLocal = 64 - 1 - tokenLength

const (
	payload     = 4 + 8
	seal        = 16
	tokenLength = (payload+seal)*8/5 + 1
)

// tokens are in lower case: some servers do not keep the case of an address.
var tokens = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Of is the envelope sender of a message.
func (a *Addresses) Of(c model.CampaignID, p model.ContactID) string {
	return a.local + "+" + a.Mark(c, p) + "@" + a.domain
}

// Mark is the token alone, for a header that a vendor hands back.
func (a *Addresses) Mark(c model.CampaignID, p model.ContactID) string {
	var plain [payload]byte
	binary.BigEndian.PutUint32(plain[:], uint32(c))
	binary.BigEndian.PutUint64(plain[4:], uint64(p))
	sum := a.mac("seal", plain[:])
	var token [payload + seal]byte
	copy(token[:], sum[:seal])
	copy(token[seal:], plain[:])
	a.veil(sum[:seal], token[seal:])
	var text [tokenLength]byte
	tokens.Encode(text[:], token[:])
	return string(text[:])
}

// Token is the token of an address of ours, "" of another: it says nothing yet of
// whether the token is genuine.
func (a *Addresses) Token(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || a.local == "" || !strings.EqualFold(address[at+1:], a.domain) {
		return ""
	}
	local, prefix := strings.ToLower(address[:at]), strings.ToLower(a.local)+"+"
	if !strings.HasPrefix(local, prefix) {
		return ""
	}
	return local[len(prefix):]
}

// Open reads a token; false when we did not make it.
func (a *Addresses) Open(token string) (model.CampaignID, model.ContactID, bool) {
	b, err := tokens.DecodeString(token)
	if err != nil || len(b) != payload+seal {
		return 0, 0, false
	}
	plain := b[seal:]
	a.veil(b[:seal], plain)
	sum := a.mac("seal", plain)
	if !hmac.Equal(sum[:seal], b[:seal]) {
		return 0, 0, false
	}
	return model.CampaignID(binary.BigEndian.Uint32(plain)), model.ContactID(binary.BigEndian.Uint64(plain[4:])), true
}

// veil hides the numbers, and shows them again.
func (a *Addresses) veil(sum, text []byte) {
	pad := a.mac("veil", sum)
	for i := range text {
		text[i] ^= pad[i]
	}
}

// mac is HMAC-SHA-256 of a short text and what it is for: each message costs two, so
// nothing is allocated.
func (a *Addresses) mac(use string, text []byte) [sha256.Size]byte {
	var in [sha256.BlockSize + 64]byte
	var out [sha256.BlockSize + sha256.Size]byte
	b := append(append(in[:0], a.inner[:]...), "blanche bounce "...)
	sum := sha256.Sum256(append(append(append(b, use...), 0), text...))
	copy(out[:], a.outer[:])
	copy(out[sha256.BlockSize:], sum[:])
	return sha256.Sum256(out[:])
}
