package compose

import (
	"crypto/hmac"
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
	mac := hmac.New(sha256.New, secret)
	var b [12]byte
	binary.BigEndian.PutUint32(b[:], uint32(campaign))
	binary.BigEndian.PutUint64(b[4:], uint64(contact))
	mac.Write([]byte("blanche message-id\x00"))
	mac.Write(b[:])
	return "<" + lowerBase32.EncodeToString(mac.Sum(nil)[:20]) + "@" + domain + ">"
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
