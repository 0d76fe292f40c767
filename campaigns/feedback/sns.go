package feedback

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // version 1 of the signatures of SNS, which topics have by default
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// The types of an envelope of SNS.
const (
	SNSNotification = "Notification"
	SNSConfirmation = "SubscriptionConfirmation"
	SNSEnd          = "UnsubscribeConfirmation"
)

// SNS is an envelope of Amazon SNS, in which SES tells what became of messages.
type SNS struct {
	Type         string
	MessageID    string `json:"MessageId"`
	TopicARN     string `json:"TopicArn"`
	Subject      *string
	Message      string
	Timestamp    string
	Version      string `json:"SignatureVersion"`
	Signature    string
	CertURL      string `json:"SigningCertURL"`
	SubscribeURL string
	Token        string
}

// ReadSNS reads an envelope: nothing of it is true before Verify.
func ReadSNS(body []byte) (SNS, error) {
	var e SNS
	if json.Unmarshal(body, &e) != nil || e.Type == "" {
		return SNS{}, ErrVendor
	}
	return e, nil
}

// Verify checks the signature by the certificate that CertURL names, and its moment.
// What is signed is the lines of the fields, in the order of their names (Amazon,
// "Verifying the signatures of Amazon SNS messages").
func (e *SNS) Verify(cert *x509.Certificate, now time.Time) error {
	key, is := cert.PublicKey.(*rsa.PublicKey)
	sig, err := base64.StdEncoding.DecodeString(e.Signature)
	text := e.signed()
	if !is || err != nil || text == "" || now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return ErrForged
	}
	switch e.Version {
	case "1":
		sum := sha1.Sum([]byte(text))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], sig)
	case "2":
		sum := sha256.Sum256([]byte(text))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig)
	default:
		return ErrForged
	}
	if err != nil {
		return ErrForged
	}
	return fresh(instant(e.Timestamp), now)
}

// signed is the text that a signature is of, "" for a type that nobody knows.
func (e *SNS) signed() string {
	var b strings.Builder
	line := func(name, value string) { b.WriteString(name + "\n" + value + "\n") }
	switch e.Type {
	case SNSNotification:
		line("Message", e.Message)
		line("MessageId", e.MessageID)
		if e.Subject != nil {
			line("Subject", *e.Subject)
		}
		line("Timestamp", e.Timestamp)
	case SNSConfirmation, SNSEnd:
		line("Message", e.Message)
		line("MessageId", e.MessageID)
		line("SubscribeURL", e.SubscribeURL)
		line("Timestamp", e.Timestamp)
		line("Token", e.Token)
	default:
		return ""
	}
	line("TopicArn", e.TopicARN)
	line("Type", e.Type)
	return b.String()
}

var (
	amazonHost = regexp.MustCompile(`^sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?$`)
	amazonCert = regexp.MustCompile(`^/SimpleNotificationService-[0-9A-Za-z]{1,80}\.pem$`)
)

// AmazonURL accepts an address of SNS itself, over https: no other is ever asked.
func AmazonURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && u.Fragment == "" && amazonHost.MatchString(u.Host)
}

// amazonCertURL accepts the address of a certificate of SNS.
func amazonCertURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && AmazonURL(address) && u.RawQuery == "" && amazonCert.MatchString(u.Path) && u.RawPath == ""
}

// Fetch gets what lies at an address, of at most 64 KiB.
type Fetch func(ctx context.Context, url string) ([]byte, error)

// Certificates keeps those that signatures were checked by. The zero value is ready;
// it is safe for concurrent use.
type Certificates struct {
	mu   sync.Mutex
	kept map[string]*x509.Certificate
}

// maxCertificates is more than Amazon has in force for the topics of one shop.
const maxCertificates = 16

// Of is the certificate of an envelope, fetched once. ErrForged: it is none of
// Amazon's, or no certificate; another error is that of fetch.
func (c *Certificates) Of(ctx context.Context, e *SNS, fetch Fetch) (*x509.Certificate, error) {
	if !amazonCertURL(e.CertURL) {
		return nil, ErrForged
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if cert := c.kept[e.CertURL]; cert != nil {
		return cert, nil
	}
	raw, err := fetch(ctx, e.CertURL)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, ErrForged
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, ErrForged
	}
	if c.kept == nil || len(c.kept) >= maxCertificates {
		c.kept = map[string]*x509.Certificate{}
	}
	c.kept[e.CertURL] = cert
	return cert, nil
}
