package feedback

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"
)

// The errors of a proof.
var (
	ErrForged = errors.New("not signed by the vendor")
	ErrStale  = errors.New("signed too long ago, or in the future")
)

// How far the moment of a signature may be from now. Vendors repeat for a day what
// nobody took (SendGrid 24 h, Mailgun 8 h, SNS 1 h), perhaps under the signature
// of the first time; what comes twice within it counts once by what it says.
const (
	vendorPast   = 25 * time.Hour
	vendorFuture = 5 * time.Minute
)

// fresh judges the moment of a signature.
func fresh(at, now time.Time) error {
	if age := now.Sub(at); at.IsZero() || age > vendorPast || age < -vendorFuture {
		return ErrStale
	}
	return nil
}

// SendGridKey reads the verification key that SendGrid shows: a public key of the
// curve P-256 in base64 of its DER form.
func SendGridKey(text string) (*ecdsa.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	any, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	key, is := any.(*ecdsa.PublicKey)
	if !is || key.Curve != elliptic.P256() {
		return nil, errors.New("not a public key of P-256")
	}
	return key, nil
}

// VerifySendGrid checks the signed event webhook: ECDSA over the SHA-256 of the
// timestamp and the body, as they came in
// (X-Twilio-Email-Event-Webhook-Signature and -Timestamp).
func VerifySendGrid(key *ecdsa.PublicKey, timestamp, signature string, body []byte, now time.Time) error {
	sig, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || key == nil {
		return ErrForged
	}
	h := sha256.New()
	h.Write([]byte(timestamp))
	h.Write(body)
	if !ecdsa.VerifyASN1(key, h.Sum(nil), sig) {
		return ErrForged
	}
	return fresh(seconds(timestamp), now)
}

// VerifyMailgun checks the signature inside a webhook of Mailgun: the HMAC-SHA-256
// of its timestamp and its token, by one of the keys in force. It says nothing of
// the event beside it: each token is good for one body.
func VerifyMailgun(ctx context.Context, keys []string, body []byte, spend Spend, now time.Time) error {
	var h struct {
		Signature mailgunSignature `json:"signature"`
	}
	if json.Unmarshal(body, &h) != nil {
		return ErrForged
	}
	s := &h.Signature
	given, err := hex.DecodeString(string(s.Signature))
	if err != nil || len(s.Token) < 16 || len(s.Token) > 200 {
		return ErrForged
	}
	same := false
	for _, k := range keys {
		mac := hmac.New(sha256.New, []byte(k))
		mac.Write([]byte(s.Timestamp + s.Token))
		same = hmac.Equal(given, mac.Sum(nil)) && k != "" || same
	}
	if !same {
		return ErrForged
	}
	if err := fresh(seconds(string(s.Timestamp)), now); err != nil {
		return err
	}
	is, err := spend(ctx, string(s.Token), sha256.Sum256(body))
	if err == nil && !is {
		err = ErrForged
	}
	return err
}

// Spend remembers the body that a token came with, for at least as long as the
// token would be taken, over restarts, and reports whether it never came with
// another: the vendor repeats what it did not see answered.
type Spend func(ctx context.Context, token string, body [sha256.Size]byte) (bool, error)

// VerifySecret compares what came with each of the secrets in force, in a time that
// does not depend on which: Postmark and Brevo sign nothing.
func VerifySecret(secrets []string, given string) error {
	same, sum := false, sha256.Sum256([]byte(given))
	for _, s := range secrets {
		of := sha256.Sum256([]byte(s))
		same = subtle.ConstantTimeCompare(sum[:], of[:]) == 1 && s != "" || same
	}
	if !same {
		return ErrForged
	}
	return nil
}
