package campaigns

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"blanche/campaigns/feedback"
	"blanche/model"
)

// VendorSettings are what the providers of mail prove themselves with, each with
// nothing where no hook of theirs is taken. Of a secret there may be two in force,
// while it is being changed.
type VendorSettings struct {
	SESTopics   []string         // ARN of topics of SNS
	SendGridKey *ecdsa.PublicKey // of the signed event webhook
	Mailgun     []string         // HTTP webhook signing keys
	Postmark    []string         // passwords of the webhook
	Brevo       []string         // bearer tokens of the webhook
}

// SendGridKey reads the verification key that SendGrid shows.
func SendGridKey(text string) (*ecdsa.PublicKey, error) { return feedback.SendGridKey(text) }

// Named lists the vendors whose hooks are taken.
func (v *VendorSettings) Named() []string {
	var out []string
	for _, one := range []struct {
		name feedback.Vendor
		is   bool
	}{
		{feedback.SES, len(v.SESTopics) > 0},
		{feedback.SendGrid, v.SendGridKey != nil},
		{feedback.Mailgun, len(v.Mailgun) > 0},
		{feedback.Postmark, len(v.Postmark) > 0},
		{feedback.Brevo, len(v.Brevo) > 0},
	} {
		if one.is {
			out = append(out, string(one.name))
		}
	}
	return out
}

// Vendors lists the providers of mail whose hooks are known.
func Vendors() (all []string) {
	for _, v := range feedback.Vendors() {
		all = append(all, string(v))
	}
	return all
}

// VendorProof judges who sends a hook. It is safe for concurrent use.
type VendorProof struct {
	set   VendorSettings
	fetch feedback.Fetch
	certs feedback.Certificates
	spend feedback.Spend
}

// NewVendorProof judges by some settings. fetch gets a document over https, follows
// no redirect, and reads 64 KiB at most; it is asked for addresses of Amazon SNS
// alone. spend is Service.SpendToken.
func NewVendorProof(set VendorSettings, fetch func(ctx context.Context, url string) ([]byte, error), spend feedback.Spend) *VendorProof {
	return &VendorProof{set: set, fetch: fetch, spend: spend}
}

// SpendToken remembers what a token of a vendor came with, and reports whether it
// never came with something else. It is durable: a restart lets nobody use a token
// again.
func (s *Service) SpendToken(ctx context.Context, token string, body [sha256.Size]byte) (bool, error) {
	return s.store.Heard().Once(ctx, "vendor token\x00"+token, string(body[:]), s.Now())
}

// Takes reports whether hooks of a vendor are taken at all.
func (p *VendorProof) Takes(vendor string) bool { return slices.Contains(p.set.Named(), vendor) }

// Check judges a hook, and returns what it tells, nil where that is nothing more:
// the subscription to a topic of the settings is confirmed on the way. Its errors
// are KindRefused for who is not the vendor, and KindFailure where that could not
// be found out.
func (p *VendorProof) Check(ctx context.Context, vendor string, h http.Header, body []byte, now time.Time) ([]byte, error) {
	err := feedback.ErrForged
	switch feedback.Vendor(vendor) {
	case feedback.SES:
		body, err = p.checkSNS(ctx, body, now)
	case feedback.SendGrid:
		err = feedback.VerifySendGrid(p.set.SendGridKey, h.Get("X-Twilio-Email-Event-Webhook-Timestamp"), h.Get("X-Twilio-Email-Event-Webhook-Signature"), body, now)
	case feedback.Mailgun:
		err = feedback.VerifyMailgun(ctx, p.set.Mailgun, body, p.spend, now)
	case feedback.Postmark:
		err = feedback.VerifySecret(p.set.Postmark, presented(h))
	case feedback.Brevo:
		err = feedback.VerifySecret(p.set.Brevo, presented(h))
	}
	switch {
	case errors.Is(err, feedback.ErrForged):
		return nil, model.Refused("hook.forged")
	case errors.Is(err, feedback.ErrStale):
		return nil, model.Refused("hook.stale")
	case err != nil:
		return nil, err
	}
	return body, nil
}

// checkSNS judges an envelope: only of a topic of the settings, before anything is
// fetched for it.
func (p *VendorProof) checkSNS(ctx context.Context, body []byte, now time.Time) ([]byte, error) {
	e, err := feedback.ReadSNS(body)
	if err != nil || !slices.Contains(p.set.SESTopics, e.TopicARN) {
		return nil, feedback.ErrForged
	}
	cert, err := p.certs.Of(ctx, &e, p.fetch)
	if err == nil {
		err = e.Verify(cert, now)
	}
	if errors.Is(err, feedback.ErrForged) || errors.Is(err, feedback.ErrStale) {
		return nil, err
	}
	if err != nil {
		return nil, model.Failed(err, "feedback.no_certificate", "url", e.CertURL)
	}
	switch e.Type {
	case feedback.SNSNotification:
		return []byte(e.Message), nil
	case feedback.SNSConfirmation:
		if !feedback.AmazonURL(e.SubscribeURL) {
			return nil, feedback.ErrForged
		}
		if _, err := p.fetch(ctx, e.SubscribeURL); err != nil {
			return nil, model.Failed(err, "feedback.not_confirmed", "topic", e.TopicARN)
		}
	}
	return nil, nil
}

// presented is the secret that a request shows: of Bearer, the password of Basic, or
// the header X-Blanche-Token.
func presented(h http.Header) string {
	if token := h.Get("X-Blanche-Token"); token != "" {
		return token
	}
	kind, rest, _ := strings.Cut(h.Get("Authorization"), " ")
	switch strings.ToLower(kind) {
	case "bearer":
		return strings.TrimSpace(rest)
	case "basic":
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest))
		if err != nil {
			return ""
		}
		_, password, _ := strings.Cut(string(raw), ":")
		return password
	}
	return ""
}
