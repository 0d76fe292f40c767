package feedback

import (
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
	"sync"
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
// the event beside it: each token is good for one body (Spent).
func VerifyMailgun(keys []string, body []byte, spent *Spent, now time.Time) error {
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
	if !spent.take(string(s.Token), body, now) {
		return ErrForged
	}
	return nil
}

// Spent remembers which body each token came with, for as long as the token would
// be taken. The zero value is ready; it is safe for concurrent use.
type Spent struct {
	mu   sync.Mutex
	seen map[string][sha256.Size]byte
	line []spentToken // in the order of arrival
}

type spentToken struct {
	token string
	at    time.Time
}

// maxSpent bounds the memory: of more hooks than that in a day the first are
// forgotten.
const maxSpent = 1 << 17

// take reports whether a token is new, or came with the same body: the vendor
// repeats what it did not see answered.
func (s *Spent) take(token string, body []byte, now time.Time) bool {
	sum := sha256.Sum256(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if was, known := s.seen[token]; known {
		return was == sum
	}
	if s.seen == nil {
		s.seen = map[string][sha256.Size]byte{}
	}
	for len(s.line) > 0 && (len(s.line) >= maxSpent || now.Sub(s.line[0].at) > vendorPast+vendorFuture) {
		delete(s.seen, s.line[0].token)
		s.line = s.line[1:]
	}
	s.seen[token], s.line = sum, append(s.line, spentToken{token, now})
	return true
}

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
