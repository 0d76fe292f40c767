package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Window is how far the moment of a signature may be from now.
const Window = 5 * time.Minute

// Verdict says what a signature is worth.
type Verdict uint8

// The verdicts.
const (
	Genuine Verdict = iota
	Forged          // by none of the secrets, or not readable
	Stale           // signed too long ago, or in the future
)

// sum is the HMAC-SHA-256 (RFC 2104) of some bytes.
func sum(secret string, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	for _, p := range parts {
		_, _ = h.Write(p) // never fails
	}
	return h.Sum(nil)
}

// Sign is what stands in X-Blanche-Signature for a body at a moment:
// "sha256=" and the hexadecimal HMAC of the seconds since 1970, a point, and
// the body.
func Sign(secret string, at time.Time, body []byte) (timestamp, signature string) {
	timestamp = strconv.FormatInt(at.Unix(), 10)
	return timestamp, "sha256=" + hex.EncodeToString(sum(secret, []byte(timestamp+"."), body))
}

// Verify judges a signature of Sign by each of the secrets in force.
func Verify(secrets []string, timestamp, signature string, body []byte, now time.Time) Verdict {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	given, bad := hex.DecodeString(strings.TrimPrefix(signature, "sha256="))
	if err != nil || bad != nil || !matches(secrets, given, []byte(timestamp+"."), body) {
		return Forged
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > Window || age < -Window {
		return Stale
	}
	return Genuine
}

// VerifyShop judges the signature of Shopify (X-Shopify-Hmac-Sha256) and of
// WooCommerce (X-WC-Webhook-Signature): the HMAC of the body, in base64. It has
// no moment: what is told again is known by its id.
func VerifyShop(secrets []string, signature string, body []byte) Verdict {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || !matches(secrets, given, body) {
		return Forged
	}
	return Genuine
}

// matches compares with every secret, in a time that does not depend on which.
func matches(secrets []string, given []byte, parts ...[]byte) bool {
	same := false
	for _, s := range secrets {
		if s != "" && hmac.Equal(given, sum(s, parts...)) {
			same = true
		}
	}
	return same
}
