package web_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/web"
)

const topic = "arn:aws:sns:eu-west-3:123456789012:retours"

// office is a counter with the hooks of every vendor, signed by keys of the test.
type office struct {
	*counter
	hooks   http.Handler
	proof   *campaigns.VendorProof
	grid    *ecdsa.PrivateKey
	amazon  *rsa.PrivateKey
	cert    []byte
	asked   []string // of Amazon
	offline bool
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{counter: newCounter(t, campaigns.HookSecrets{})}
	var err error
	if o.grid, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	if o.amazon, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: o.now().AddDate(0, -1, 0), NotAfter: o.now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &o.amazon.PublicKey, o.amazon)
	if err != nil {
		t.Fatal(err)
	}
	o.cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	o.prove(o.s.SpendToken)
	o.says(http.StatusOK, "", "/v1/contacts", `[{"email":"lea@client.example"},{"email":"max@client.example"}]`)
	return o
}

// prove has hooks judged by the settings, with a memory of tokens.
func (o *office) prove(spend func(context.Context, string, [sha256.Size]byte) (bool, error)) {
	o.proof = campaigns.NewVendorProof(campaigns.VendorSettings{
		SESTopics: []string{topic}, SendGridKey: &o.grid.PublicKey,
		Mailgun: []string{"mailgun-key-0123456789"}, Postmark: []string{"postmark-0123456789"}, Brevo: []string{"brevo-0123456789", "brevo-of-before"},
	}, func(_ context.Context, url string) ([]byte, error) {
		if o.offline {
			return nil, errors.New("no network")
		}
		o.asked = append(o.asked, url)
		return o.cert, nil
	}, spend)
	o.hooks = web.Vendors(o.s, o.proof, o.now)
}

// Mailgun does not sign the event: a token that was heard is good for nothing else,
// also in another life of the process.
func TestATokenOfMailgunIsSpentOverARestart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	good := o.signed("mailgun", `{"event":"delivered"}`)
	forged := good
	forged.body = strings.Replace(good.body, `{"event":"delivered"}`, complaint("mailgun", "max@client.example"), 1)
	if w := o.tell(o.hooks, "mailgun", good); w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	restart := func() {
		o.close()
		o.ahead.Add(int64(time.Hour))
		o.open(campaigns.HookSecrets{})
		o.prove(o.s.SpendToken)
	}
	for range 2 {
		if w := o.tell(o.hooks, "mailgun", forged); w.Code != http.StatusUnauthorized || o.silent("max@client.example") {
			t.Errorf("forged: %d", w.Code)
		}
		if w := o.tell(o.hooks, "mailgun", good); w.Code != http.StatusOK {
			t.Errorf("told again: %d", w.Code)
		}
		restart()
	}
	// The control: a memory of this life alone.
	seen := map[string][sha256.Size]byte{}
	o.prove(func(_ context.Context, token string, body [sha256.Size]byte) (bool, error) {
		was, known := seen[token]
		seen[token] = body
		return !known || was == body, nil
	})
	if w := o.tell(o.hooks, "mailgun", forged); w.Code != http.StatusOK || !o.silent("max@client.example") {
		t.Errorf("the control has no effect: %d", w.Code)
	}
}

// hook is a request of a vendor.
type hook struct {
	body    string
	headers map[string]string
}

func (o *office) signed(vendor, event string) hook {
	o.Helper()
	stamp := fmt.Sprint(o.now().Unix())
	switch vendor {
	case "ses":
		return o.envelope("Notification", event)
	case "sendgrid":
		sum := sha256.Sum256([]byte(stamp + event))
		sig, err := ecdsa.SignASN1(rand.Reader, o.grid, sum[:])
		if err != nil {
			o.Fatal(err)
		}
		return hook{event, map[string]string{"X-Twilio-Email-Event-Webhook-Timestamp": stamp, "X-Twilio-Email-Event-Webhook-Signature": base64.StdEncoding.EncodeToString(sig)}}
	case "mailgun":
		token := fmt.Sprintf("%x", sha256.Sum256([]byte(event)))[:50]
		mac := hmac.New(sha256.New, []byte("mailgun-key-0123456789"))
		mac.Write([]byte(stamp + token))
		return hook{fmt.Sprintf(`{"signature":{"timestamp":"%s","token":"%s","signature":"%x"},"event-data":%s}`, stamp, token, mac.Sum(nil), event), nil}
	case "postmark":
		return hook{event, map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("blanche:postmark-0123456789"))}}
	}
	return hook{event, map[string]string{"Authorization": "Bearer brevo-0123456789"}}
}

// envelope is one of SNS, signed.
func (o *office) envelope(kind, message string) hook {
	o.Helper()
	e := map[string]string{
		"Type": kind, "MessageId": "m1", "TopicArn": topic, "Message": message, "Timestamp": o.now().Format(time.RFC3339), "SignatureVersion": "2",
		"SigningCertURL": "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-01.pem",
	}
	names := []string{"Message", "MessageId", "Timestamp", "TopicArn", "Type"}
	if kind != "Notification" {
		e["SubscribeURL"], e["Token"] = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=t", "t"
		names = append(names, "SubscribeURL", "Token")
	}
	slices.Sort(names)
	text := ""
	for _, n := range names {
		text += n + "\n" + e[n] + "\n"
	}
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, o.amazon, crypto.SHA256, sum[:])
	if err != nil {
		o.Fatal(err)
	}
	e["Signature"] = base64.StdEncoding.EncodeToString(sig)
	raw, err := json.Marshal(e)
	if err != nil {
		o.Fatal(err)
	}
	return hook{string(raw), map[string]string{"Content-Type": "text/plain; charset=UTF-8"}}
}

func (o *office) tell(h http.Handler, vendor string, with hook) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/in/"+vendor, strings.NewReader(with.body))
	for name, value := range with.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// complaints are what each vendor says of somebody who complains.
func complaint(vendor, email string) string {
	return fmt.Sprintf(map[string]string{
		"ses":      `{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"%s"}],"complaintFeedbackType":"abuse","feedbackId":"f"},"mail":{}}`,
		"sendgrid": `[{"event":"spamreport","email":"%s","sg_event_id":"e"}]`,
		"mailgun":  `{"event":"complained","recipient":"%s","id":"e"}`,
		"postmark": `{"RecordType":"SpamComplaint","Email":"%s","ID":1}`,
		"brevo":    `{"event":"spam","email":"%s"}`,
	}[vendor], email)
}

// silent reports whether somebody is not written to any more.
func (o *office) silent(email string) bool {
	o.Helper()
	_, known, err := o.store.Suppressions().Get(o.Context(), email)
	if err != nil {
		o.Fatal(err)
	}
	return known
}

var allVendors = []string{"ses", "sendgrid", "mailgun", "postmark", "brevo"}

func TestAForgedComplaintOfAVendorSuppressesNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, vendor := range allVendors {
		event := complaint(vendor, "max@client.example")
		good := o.signed(vendor, event)
		forged := []hook{{event, nil}, {good.body, nil}, {event, map[string]string{"Authorization": "Bearer guessed"}}}
		if vendor == "ses" || vendor == "mailgun" {
			forged = forged[:1] // their signatures are in the body
			forged = append(forged, hook{strings.Replace(good.body, "max@", "lea@", 1), good.headers})
			if vendor == "mailgun" { // which does not sign the event: the token is good once
				o.tell(o.hooks, vendor, o.signed(vendor, `{"event":"delivered"}`))
				forged[1].body = strings.Replace(o.signed(vendor, `{"event":"delivered"}`).body, `{"event":"delivered"}`, event, 1)
			}
		}
		if vendor == "sendgrid" {
			forged = append(forged, hook{strings.Replace(good.body, "max@", "lea@", 1), good.headers}, hook{good.body + " ", good.headers})
		}
		for i, f := range forged {
			if w := o.tell(o.hooks, vendor, f); w.Code != http.StatusUnauthorized || w.Body.String() != `{"error":"unauthorized"}` {
				t.Errorf("%s, forgery %d: %d %s", vendor, i, w.Code, w.Body)
			}
		}
		if o.silent("max@client.example") || o.silent("lea@client.example") {
			t.Fatalf("%s: a forged complaint suppressed somebody", vendor)
		}
	}
	months, err := o.store.Responses().Months(t.Context())
	if err != nil || len(months) > 0 {
		t.Errorf("kept %v, %v", months, err)
	}
	// The control: a hook that asks for no proof lets the same forgery through.
	unguarded := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := o.s.VendorDesk("brevo", "192.0.2.1").TakeVendor(r.Context(), "brevo", []byte(complaint("brevo", "max@client.example"))); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	if w := o.tell(unguarded, "brevo", hook{}); w.Code != http.StatusOK || !o.silent("max@client.example") {
		t.Errorf("the control has no effect: %d", w.Code)
	}
}

func TestAVendorWhoProvesItselfIsHeardAndAnsweredTheSameForEverybody(t *testing.T) {
	t.Parallel()
	for _, vendor := range allVendors {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			known := o.tell(o.hooks, vendor, o.signed(vendor, complaint(vendor, "lea@client.example")))
			again := o.tell(o.hooks, vendor, o.signed(vendor, complaint(vendor, "lea@client.example")))
			unknown := o.tell(o.hooks, vendor, o.signed(vendor, complaint(vendor, "nobody@client.example")))
			quiet := o.tell(o.hooks, vendor, o.signed(vendor, map[string]string{
				"ses": `{"notificationType":"Delivery"}`, "sendgrid": `[{"event":"delivered"},{"event":"open"}]`, "mailgun": `{"event":"opened"}`,
				"postmark": `{"RecordType":"Open"}`, "brevo": `{"event":"click"}`,
			}[vendor]))
			for _, w := range []*httptest.ResponseRecorder{known, again, unknown, quiet} {
				if w.Code != http.StatusOK || w.Body.String() != `{"result":"taken"}` {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
			if !o.silent("lea@client.example") || !o.silent("nobody@client.example") || o.silent("max@client.example") {
				t.Error("not who was named is suppressed")
			}
			tally, err := o.store.Responses().Tally(t.Context(), 0)
			if err != nil || tally.Count(model.ResponseComplaint) != 2 || tally.Count(model.ResponseOpen)+tally.Count(model.ResponseClick) != 0 {
				t.Errorf("%+v, %v", tally.Hits, err)
			}
			broken := o.tell(o.hooks, vendor, o.signed(vendor, map[string]string{"mailgun": "[]"}[vendor]+strings.Repeat("{", map[bool]int{true: 0, false: 1}[vendor == "mailgun"])))
			if broken.Code != http.StatusBadRequest {
				t.Errorf("a broken body: %d %s", broken.Code, broken.Body)
			}
		})
	}
}

func TestATopicIsConfirmedOnlyWhenTheSettingsNameIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := o.envelope("SubscriptionConfirmation", "confirm")
	other.body = strings.Replace(other.body, ":retours", ":autres", 1)
	if w := o.tell(o.hooks, "ses", other); w.Code != http.StatusUnauthorized || len(o.asked) > 0 {
		t.Errorf("%d, asked %q", w.Code, o.asked)
	}
	o.offline = true
	if w := o.tell(o.hooks, "ses", o.envelope("SubscriptionConfirmation", "confirm")); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("without a network: %d", w.Code)
	}
	o.offline = false
	if w := o.tell(o.hooks, "ses", o.envelope("SubscriptionConfirmation", "confirm")); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if len(o.asked) != 2 || !strings.Contains(o.asked[0], "SimpleNotificationService") || !strings.Contains(o.asked[1], "Action=ConfirmSubscription") {
		t.Errorf("asked %q", o.asked)
	}
	o.ahead.Add(int64(48 * time.Hour))
	stale := o.envelope("Notification", complaint("ses", "lea@client.example"))
	o.ahead.Add(int64(48 * time.Hour))
	if w := o.tell(o.hooks, "ses", stale); w.Code != http.StatusUnauthorized || o.silent("lea@client.example") {
		t.Errorf("two days old: %d", w.Code)
	}
}

func TestTheHooksOfVendorsHaveBounds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		method, path string
		size, code   int
	}{
		{"POST", "/in/brevo", 257 << 10, http.StatusRequestEntityTooLarge},
		{"POST", "/in/sendgrid", 1<<20 + 1, http.StatusRequestEntityTooLarge},
		{"POST", "/in/sendgrid", 768 << 10, http.StatusUnauthorized},
		{"POST", "/in/mandrill", 1, http.StatusNotFound},
		{"GET", "/in/brevo", 0, http.StatusNotFound},
		{"PUT", "/in/brevo", 0, http.StatusMethodNotAllowed},
		{"POST", "/in/", 0, http.StatusNotFound},
	} {
		w := httptest.NewRecorder()
		o.hooks.ServeHTTP(w, httptest.NewRequest(c.method, c.path, strings.NewReader(strings.Repeat(" ", c.size))))
		if w.Code != c.code {
			t.Errorf("%s %s of %d bytes: %d, not %d", c.method, c.path, c.size, w.Code, c.code)
		}
	}
	none := web.Vendors(o.s, campaigns.NewVendorProof(campaigns.VendorSettings{}, nil, nil), o.now)
	for _, vendor := range allVendors {
		if w := o.tell(none, vendor, o.signed(vendor, complaint(vendor, "lea@client.example"))); w.Code != http.StatusNotFound {
			t.Errorf("%s without settings: %d", vendor, w.Code)
		}
	}
	// Who sends slowly holds a place, not the door: the ninth is asked to come again.
	slow := waiting{began: make(chan struct{}, 8), until: make(chan struct{})}
	t.Cleanup(func() { close(slow.until) })
	for range 8 {
		go o.hooks.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/in/brevo", slow))
	}
	for range 8 {
		<-slow.began
	}
	if w := o.tell(o.hooks, "brevo", hook{}); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("the ninth body at once: %d", w.Code)
	}
	events := make([]string, 400)
	for i := range events {
		events[i] = fmt.Sprintf(`{"event":"bounce","email":"p%d@client.example","reason":"550 5.7.1 policy","sg_event_id":"e%d"}`, i, i)
	}
	batch := newOffice(t)
	began := time.Now() // told, never judged
	if w := batch.tell(batch.hooks, "sendgrid", batch.signed("sendgrid", "["+strings.Join(events, ",")+"]")); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	t.Logf("%d bounces at once in %v", len(events), time.Since(began).Round(time.Millisecond))
}

// waiting is a body that comes when it is too late.
type waiting struct{ began, until chan struct{} }

func (w waiting) Read([]byte) (int, error) {
	w.began <- struct{}{}
	<-w.until
	return 0, errors.New("gone")
}

func TestTheAuditOfAHookNamesWhoSentItBehindTheProxy(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	site := web.New(web.Options{Desk: o.s.Outside(), Lang: "fr", Now: o.now, Limits: web.Limits{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}})
	site.Mount(web.PathVendors, o.hooks)
	site.Mount("/v1/", o.api)
	from := func(remote, forwarded, email string) string {
		r := httptest.NewRequest(http.MethodPost, "/in/brevo", strings.NewReader(complaint("brevo", email)))
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-For", forwarded)
		r.Header.Set("Authorization", "Bearer brevo-of-before")
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		lines, err := o.s.AuditLines(t.Context(), campaigns.AuditQuery{N: 1})
		if err != nil || len(lines) == 0 {
			t.Fatal(err)
		}
		last := lines[0].Entry
		if last.Who != "vendor:brevo" {
			t.Errorf("%+v", last)
		}
		return last.From
	}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"10.1.2.3:4000", "203.0.113.9", "203.0.113.9"},
		{"10.1.2.3:4000", "198.51.100.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"}, // what comes before is made up
		{"192.0.2.50:4000", "203.0.113.9", "192.0.2.50"},                        // nobody's proxy
		{"10.1.2.3:4000", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"},
		{"10.1.2.3:4000", "rubbish", "10.1.2.3"},
	} {
		if got := from(c.remote, c.forwarded, fmt.Sprintf("p%d@client.example", len(c.remote+c.forwarded))); got != c.want {
			t.Errorf("%s for %q is %s, not %s", c.remote, c.forwarded, got, c.want)
		}
	}
}
