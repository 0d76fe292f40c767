package feedback

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // as topics sign by default
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

var proofDay = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

// amazon signs as SNS does, with a certificate of its own.
type amazon struct {
	*testing.T
	key  *rsa.PrivateKey
	cert []byte // PEM
}

func newAmazon(t *testing.T) *amazon {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sns.amazonaws.com"}, NotBefore: proofDay.AddDate(0, -1, 0), NotAfter: proofDay.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &amazon{t, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

func (a *amazon) sign(e SNS) SNS {
	var err error
	var sig []byte
	if e.Version == "1" {
		sum := sha1.Sum([]byte(e.signed()))
		sig, err = rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA1, sum[:])
	} else {
		sum := sha256.Sum256([]byte(e.signed()))
		sig, err = rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, sum[:])
	}
	if err != nil {
		a.Fatal(err)
	}
	e.Signature = base64.StdEncoding.EncodeToString(sig)
	return e
}

func TestAnEnvelopeOfSNSIsBelievedOnlyAsItWasSigned(t *testing.T) {
	t.Parallel()
	a, subject := newAmazon(t), "Amazon SES Email Event Notification"
	block, _ := pem.Decode(a.cert)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	base := SNS{
		Type: SNSNotification, MessageID: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", TopicARN: "arn:aws:sns:eu-west-3:123456789012:retours",
		Message: `{"notificationType":"Bounce"}`, Timestamp: "2026-11-22T14:59:38.237Z", Version: "2", CertURL: "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-0000.pem",
	}
	for _, version := range []string{"1", "2"} {
		for _, with := range []*string{nil, &subject} {
			for _, kind := range []string{SNSNotification, SNSConfirmation, SNSEnd} {
				e := base
				e.Version, e.Subject, e.Type = version, with, kind
				if e = a.sign(e); e.Verify(cert, proofDay) != nil {
					t.Errorf("version %s of %s is refused", version, kind)
				}
				raw, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				if read, err := ReadSNS(raw); with != nil && (err != nil || read.Verify(cert, proofDay) != nil) {
					t.Errorf("version %s of %s is refused as it comes in: %v", version, kind, err)
				}
			}
		}
	}
	for name, change := range map[string]func(*SNS){
		"message":   func(e *SNS) { e.Message = `{"notificationType":"Complaint"}` },
		"topic":     func(e *SNS) { e.TopicARN += "x" },
		"moment":    func(e *SNS) { e.Timestamp = "2026-11-22T14:59:39.237Z" },
		"id":        func(e *SNS) { e.MessageID = "0" },
		"subject":   func(e *SNS) { e.Subject = &subject },
		"type":      func(e *SNS) { e.Type = SNSConfirmation },
		"no type":   func(e *SNS) { e.Type = "Other" },
		"version":   func(e *SNS) { e.Version = "1" },
		"version 3": func(e *SNS) { e.Version = "3" },
		"signature": func(e *SNS) { e.Signature = "AAAA" },
		"nothing":   func(e *SNS) { e.Signature = "" },
	} {
		e := a.sign(base)
		change(&e)
		if e.Verify(cert, proofDay) == nil {
			t.Errorf("another %s is believed", name)
		}
	}
	old := a.sign(base)
	if err := old.Verify(cert, proofDay.AddDate(0, 0, 2)); !errors.Is(err, ErrStale) {
		t.Errorf("two days later: %v", err)
	}
	if err := old.Verify(cert, proofDay.AddDate(2, 0, 0)); !errors.Is(err, ErrForged) {
		t.Errorf("after the certificate: %v", err)
	}
}

func TestACertificateIsFetchedFromAmazonAloneAndOnce(t *testing.T) {
	t.Parallel()
	a := newAmazon(t)
	var asked []string
	fetch := func(_ context.Context, url string) ([]byte, error) {
		asked = append(asked, url)
		return a.cert, nil
	}
	var kept Certificates
	for _, url := range []string{
		"", "http://sns.eu-west-3.amazonaws.com/SimpleNotificationService-00.pem", "https://sns.eu-west-3.amazonaws.com.evil.example/SimpleNotificationService-00.pem",
		"https://evil.example/sns.eu-west-3.amazonaws.com/SimpleNotificationService-00.pem", "https://sns.evil.example/SimpleNotificationService-00.pem",
		"https://sns.a.b.amazonaws.com/SimpleNotificationService-00.pem", "https://x@sns.eu-west-3.amazonaws.com/SimpleNotificationService-00.pem",
		"https://sns.eu-west-3.amazonaws.com:8443/SimpleNotificationService-00.pem", "https://s3.eu-west-3.amazonaws.com/SimpleNotificationService-00.pem",
		"https://sns.eu-west-3.amazonaws.com/other.pem", "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-00.pem?x=1",
		"https://sns.eu-west-3.amazonaws.com/a/../SimpleNotificationService-00.pem", "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-%30.pem",
		"https://sns.eu-west-3.amazonaws.com\\@evil.example/SimpleNotificationService-00.pem", "//sns.eu-west-3.amazonaws.com/SimpleNotificationService-00.pem",
	} {
		if _, err := kept.Of(t.Context(), &SNS{CertURL: url}, fetch); !errors.Is(err, ErrForged) {
			t.Errorf("%q: %v", url, err)
		}
	}
	if len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
	for _, host := range []string{"sns.eu-west-3.amazonaws.com", "sns.us-gov-west-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn"} {
		for range 3 {
			if _, err := kept.Of(t.Context(), &SNS{CertURL: "https://" + host + "/SimpleNotificationService-00aaff.pem"}, fetch); err != nil {
				t.Errorf("%s: %v", host, err)
			}
		}
	}
	if len(asked) != 3 {
		t.Errorf("asked %q", asked)
	}
	for i := range 3 * maxCertificates {
		if _, err := kept.Of(t.Context(), &SNS{CertURL: fmt.Sprintf("https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-%d.pem", i)}, fetch); err != nil {
			t.Fatal(err)
		}
	}
	if len(kept.kept) > maxCertificates {
		t.Errorf("%d are kept", len(kept.kept))
	}
}

func TestASignatureOfSendGridIsOfTheMomentAndTheBody(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public, err := SendGridKey(base64.StdEncoding.EncodeToString(der))
	if err != nil {
		t.Fatal(err)
	}
	body, at := []byte("[{\"event\":\"bounce\"}]\r\n"), fmt.Sprint(proofDay.Unix())
	sum := sha256.Sum256(append([]byte(at), body...))
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := base64.StdEncoding.EncodeToString(sig)
	if err := VerifySendGrid(public, at, signature, body, proofDay.Add(20*time.Hour)); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"another body":   VerifySendGrid(public, at, signature, body[1:], proofDay),
		"another moment": VerifySendGrid(public, at+"0", signature, body, proofDay),
		"no signature":   VerifySendGrid(public, at, "", body, proofDay),
		"not base64":     VerifySendGrid(public, at, "é", body, proofDay),
		"no key":         VerifySendGrid(nil, at, signature, body, proofDay),
		"too late":       VerifySendGrid(public, at, signature, body, proofDay.AddDate(0, 0, 2)),
		"too early":      VerifySendGrid(public, at, signature, body, proofDay.Add(-time.Hour)),
	} {
		if err == nil {
			t.Errorf("%s is believed", name)
		}
	}
	other, err := x509.MarshalPKIXPublicKey(newAmazon(t).key.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "AAAA", base64.StdEncoding.EncodeToString(other)} {
		if _, err := SendGridKey(text); err == nil {
			t.Errorf("%.20q is a key", text)
		}
	}
}

func TestATokenOfMailgunIsGoodForOneBody(t *testing.T) {
	t.Parallel()
	hook := func(key, token, event string, at time.Time) []byte {
		stamp := fmt.Sprint(at.Unix())
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(stamp + token))
		return fmt.Appendf(nil, `{"signature":{"timestamp":"%s","token":"%s","signature":"%s"},"event-data":{"event":"%s"}}`, stamp, token, hex.EncodeToString(mac.Sum(nil)), event)
	}
	seen := map[string][sha256.Size]byte{}
	spend := func(_ context.Context, token string, sum [sha256.Size]byte) (bool, error) {
		was, known := seen[token]
		if !known {
			seen[token], was = sum, sum
		}
		return was == sum, nil
	}
	token, keys := strings.Repeat("8fc7", 12), []string{"old-key", "key"}
	body := hook("key", token, "complained", proofDay)
	for range 2 { // Mailgun repeats what it did not see answered
		if err := VerifyMailgun(t.Context(), keys, body, spend, proofDay); err != nil {
			t.Error(err)
		}
	}
	for name, err := range map[string]error{
		"the same token with another event": VerifyMailgun(t.Context(), keys, hook("key", token, "unsubscribed", proofDay), spend, proofDay),
		"another key":                       VerifyMailgun(t.Context(), keys, hook("other", token+"1", "complained", proofDay), spend, proofDay),
		"no key":                            VerifyMailgun(t.Context(), []string{""}, hook("", token+"2", "complained", proofDay), spend, proofDay),
		"a short token":                     VerifyMailgun(t.Context(), keys, hook("key", "short", "complained", proofDay), spend, proofDay),
		"too late":                          VerifyMailgun(t.Context(), keys, hook("key", token+"3", "complained", proofDay), spend, proofDay.AddDate(0, 0, 2)),
		"too early":                         VerifyMailgun(t.Context(), keys, hook("key", token+"4", "complained", proofDay), spend, proofDay.Add(-time.Hour)),
		"nothing":                           VerifyMailgun(t.Context(), keys, nil, spend, proofDay),
	} {
		if err == nil {
			t.Errorf("%s is believed", name)
		}
	}
	if err := VerifyMailgun(t.Context(), keys, hook("old-key", token+"5", "complained", proofDay), spend, proofDay); err != nil {
		t.Error("the key of before:", err)
	}
	if len(seen) != 2 {
		t.Errorf("%d tokens are remembered: what is not believed is not", len(seen))
	}
	broken := func(context.Context, string, [sha256.Size]byte) (bool, error) { return false, errors.New("no disk") }
	if err := VerifyMailgun(t.Context(), keys, body, broken, proofDay); err == nil || errors.Is(err, ErrForged) {
		t.Errorf("without a memory: %v", err)
	}
}

func TestASecretIsComparedWhole(t *testing.T) {
	t.Parallel()
	secrets := []string{"0123456789abcdef", "fedcba9876543210"}
	for _, s := range secrets {
		if VerifySecret(secrets, s) != nil {
			t.Errorf("%s is refused", s)
		}
	}
	for _, s := range []string{"", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF"} {
		if VerifySecret(secrets, s) == nil || VerifySecret([]string{""}, s) == nil || VerifySecret(nil, s) == nil {
			t.Errorf("%q is believed", s)
		}
	}
}
