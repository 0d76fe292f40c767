package compose

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"net/url"

	"blanche/model"
)

// MessageID is the Message-ID of a campaign to a person, with its angle
// brackets: a keyed hash (HMAC-SHA-256, 160 bits) at the domain of the sender.
// The same people, campaign and secret always give the same one, so that a
// second sending can be recognised; without the secret nobody can tell who it
// is for.
func MessageID(secret []byte, domain string, campaign model.CampaignID, contact model.ContactID) string {
	const label = "blanche message-id\x00"
	var text [len(label) + 12]byte
	n := copy(text[:], label)
	binary.BigEndian.PutUint32(text[n:], uint32(campaign))
	binary.BigEndian.PutUint64(text[n+4:], uint64(contact))
	sum := mac(secret, text[:])
	var memory [128]byte
	id := lowerBase32.AppendEncode(append(memory[:0], '<'), sum[:20])
	return string(append(append(append(id, '@'), domain...), '>'))
}

// mac is HMAC-SHA-256 (RFC 2104) of a short text, in memory of its own: that of
// the standard library allocates nine times, for each message.
func mac(secret, text []byte) [sha256.Size]byte {
	var inner, outer [sha256.BlockSize + 64]byte
	if len(secret) > sha256.BlockSize {
		sum := sha256.Sum256(secret)
		secret = sum[:]
	}
	copy(inner[:], secret)
	copy(outer[:], secret)
	for i := range sha256.BlockSize {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	n := sha256.BlockSize + copy(inner[sha256.BlockSize:], text)
	sum := sha256.Sum256(inner[:n])
	n = sha256.BlockSize + copy(outer[sha256.BlockSize:], sum[:])
	return sha256.Sum256(outer[:n])
}

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// UnsubscribeMailto is the mailto: by which a person opposes: the address that
// receives oppositions, and a subject that names the campaign and, where given,
// an opaque token of the person.
func UnsubscribeMailto(address, campaign, token string) string {
	subject := "unsubscribe " + campaign
	if token != "" {
		subject += " " + token
	}
	return "mailto:" + address + "?subject=" + url.PathEscape(subject)
}
