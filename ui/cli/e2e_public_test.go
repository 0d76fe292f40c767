package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
)

const outsideCampaign = `+++
name = "noel-15"
kind = "newsletter"
title = "Noël"
audience = 'city = "evry"'
subject = "Bonjour"
lang = "fr"
[holdout]
share = 0.0
+++
Bonjour, [le cadeau](https://boutique.example/cadeau). [Lire]({{ browser_url }}) · [Votre avis]({{ answer_url }}?note=9)
`

// The secrets of who calls from outside.
const (
	requestSecret = "0123456789abcdef-request"
	shopifySecret = "0123456789abcdef-shopify"
	mailgunSecret = "0123456789abcdef-mailgun"
	brevoSecret   = "0123456789abcdef-brevo"
)

// outskirts is a service that is open to the outside, and the links of everybody.
type outskirts struct {
	*outsider
	service *process
	mu      sync.Mutex
	mail    map[string]string
	narrow  string // a token that is good for contacts alone
}

const outsidePeople = 40

func newOutskirts(t *testing.T) *outskirts {
	t.Helper()
	at := vacant(t)
	s := newShop(t, fmt.Sprintf("[public]\nurl = \"http://%s\"\nlisten = %q\n[hooks]\nsecret_file = \"r.secret\"\nshopify_secret_file = \"s.secret\"\n[feedback.mailgun]\nsecret_file = \"m.secret\"\n[feedback.brevo]\nsecret_file = \"b.secret\"\n", at, at))
	for file, secret := range map[string]string{"r": requestSecret, "s": shopifySecret, "m": mailgunSecret, "b": brevoSecret} {
		s.write("data/"+file+".secret", []byte(secret+"\n"))
	}
	o := &outskirts{outsider: &outsider{at: "http://" + at}, mail: map[string]string{}}
	s.listen(relay.Options{Keep: func(_, to string, data []byte) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.mail[to] = string(data)
	}})
	o.program = newProgram(s)
	var b strings.Builder
	b.WriteString("email;prenom;ville;suivi\n")
	for i := range outsidePeople {
		fmt.Fprintf(&b, "%s;Élodie;Évry;oui\n", outsideOf(i))
	}
	o.write("people.csv", []byte(b.String()))
	o.must("import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	o.write("noel.md", []byte(outsideCampaign))
	o.must("campaign", "new", "noel.md")
	o.token = strings.TrimSpace(o.must("token", "add", "till", "--scope", "orders,contacts,events"))
	o.narrow = strings.TrimSpace(o.must("token", "add", "site", "--scope", "contacts"))
	o.service = o.serve("--http", "127.0.0.1:0")
	o.must("campaign", "start", "noel-15", "--confirm", strconv.Itoa(outsidePeople))
	until(t, "the end of the campaign", func() bool { return o.status("noel-15").State == "done" })
	return o
}

func outsideOf(i int) string { return fmt.Sprintf("p%d@clients.example", i) }

// link is the path of a kind of page in the message of somebody.
func (o *outskirts) link(i int, path string) string {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(strings.ReplaceAll(o.mail[outsideOf(i)], "\r\n", "\n"))))
	if err != nil && len(text) == 0 {
		o.t.Fatal(err)
	}
	m := regexp.MustCompile(regexp.QuoteMeta(o.at+path) + `[\w-]{44}`).FindString(string(text))
	if m == "" {
		o.t.Fatalf("no %s in the message of %d:\n%s", path, i, text)
	}
	return strings.TrimPrefix(m, o.at)
}

// call is one request, and what is wanted of its answer.
type call struct {
	name, method, path, body string
	head                     []string // name, value…
	code                     int
	says                     string   // in the body
	wants                    []string // headers: name, value…; an empty value is none
}

// asker sends a request as some program does.
type asker func(t *testing.T, c *call, at string) *http.Response

func askNet(t *testing.T, c *call, at string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), c.method, at+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(c.head); i += 2 {
		r.Header.Set(c.head[i], c.head[i+1])
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return answer
}

func askCurl(t *testing.T, c *call, at string) *http.Response {
	t.Helper()
	args := []string{"-sS", "-i", "--raw", "--path-as-is", "--max-time", "120", "-H", "Expect:"}
	if c.method == http.MethodHead {
		args = append(args, "-I")
	} else {
		args = append(args, "-X", c.method)
	}
	for i := 0; i+1 < len(c.head); i += 2 {
		args = append(args, "-H", c.head[i]+": "+c.head[i+1])
	}
	if c.body != "" {
		args = append(args, "--data-binary", "@-")
	}
	cmd := exec.CommandContext(t.Context(), "curl", append(args, at+c.path)...)
	cmd.Stdin = strings.NewReader(c.body)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: curl: %v", c.name, err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(out)), &http.Request{Method: c.method})
	if err != nil {
		t.Fatalf("%s: %v\n%s", c.name, err, out)
	}
	return answer
}

// try makes a call and compares.
func (o *outskirts) try(t *testing.T, ask asker, c *call) string {
	t.Helper()
	answer := ask(t, c, o.at)
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Errorf("%s: %v", c.name, err)
	}
	body, h := string(raw), answer.Header
	if answer.StatusCode != c.code || !strings.Contains(body, c.says) {
		t.Errorf("%s: %s %s is %d, want %d and %q\n%.300s", c.name, c.method, c.path, answer.StatusCode, c.code, c.says, body)
	}
	wants := append([]string{
		"X-Content-Type-Options", "nosniff", "Cache-Control", "no-store", "Referrer-Policy", "no-referrer", "X-Frame-Options", "DENY",
		"Cross-Origin-Opener-Policy", "same-origin", "X-Robots-Tag", "noindex, nofollow", "Server", "", "X-Powered-By", "", "Set-Cookie", "",
	}, c.wants...)
	for i := 0; i+1 < len(wants); i += 2 {
		if got := h.Get(wants[i]); got != wants[i+1] {
			t.Errorf("%s: %s is %q, want %q", c.name, wants[i], got, wants[i+1])
		}
	}
	if policy := h.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%s: the policy is %q", c.name, policy)
	}
	if to := h.Get("Location"); to != "" && !strings.HasPrefix(to, "https://boutique.example/") {
		t.Errorf("%s leads to %s", c.name, to)
	}
	return body
}

// The real service is asked at every address of its public part, as programs do
// and as curl does: what it answers, with which headers, and what it keeps, which
// is read after it was killed.
func TestServiceAnswersTheOutside(t *testing.T) {
	t.Parallel()
	o := newOutskirts(t)
	t.Run("net/http", func(t *testing.T) { o.askEverything(t, askNet, 0) })
	curl := t.Run("curl", func(t *testing.T) {
		if _, err := exec.LookPath("curl"); err != nil {
			t.Skip("no curl: apt-get install curl")
		}
		o.askEverything(t, askCurl, 20)
	})
	t.Run("headers without end", o.endlessHeaders)
	t.Run("slow", o.outlastSlowOnes)
	t.Run("flood", o.refuseAFlood)
	t.Run("figures", o.tellFigures)
	o.service.kill()
	t.Run("after a restart", o.forgetNothing)
	heard, err := os.ReadFile(filepath.Join(o.env["BLANCHE_DATA"], notebookFile))
	for _, who := range []string{"vendor:brevo", "vendor:mailgun", "shop:shopify"} { // for the doctor
		if !strings.Contains(string(heard), "heard/"+who) || err != nil {
			t.Errorf("%s was not heard: %v", who, err)
		}
	}
	if strings.Contains(string(heard), "heard/vendor:postmark") { // the control: refused
		t.Error("postmark was heard")
	}
	kept := o.kept()
	kept.check(t, 0)
	if _, err := exec.LookPath("curl"); err == nil && curl {
		kept.check(t, 20)
	} else {
		kept.check(t, 0, 20) // the control: nobody of the others did anything
	}
}

// askEverything asks as twelve people and some programs, from a first number on.
func (o *outskirts) askEverything(t *testing.T, ask asker, first int) {
	for _, table := range [][]call{o.pages(first), o.acts(first), o.nothing(first), o.programs(first), o.vendors(first)} {
		for i := range table {
			o.try(t, ask, &table[i])
		}
	}
	// The same is said to everybody, and whatever was said before: a token of
	// somebody who has left says what it said to them when they did, and a made-up
	// one what another made-up one does.
	left := call{name: "left again", method: "POST", path: o.link(first+3, "/u/"), body: "x=1", code: 200}
	fresh := call{name: "left for the first time", method: "POST", path: o.link(first+12, "/u/"), body: "x=1", code: 200}
	if a, b := o.try(t, ask, &left), o.try(t, ask, &fresh); strings.ReplaceAll(a, left.path, "") != strings.ReplaceAll(b, fresh.path, "") {
		t.Errorf("who has left is told from who has not:\n%s\n%s", a, b)
	}
	short := call{name: "no token", method: "GET", path: "/u/x", code: 404}
	other := call{name: "a made-up one", method: "GET", path: "/u/" + strings.Repeat("A", 44), code: 404}
	if o.try(t, ask, &short) != o.try(t, ask, &other) {
		t.Error("tokens that are none are told apart")
	}
}

// endlessHeaders are answered before they end.
func (o *outskirts) endlessHeaders(t *testing.T) {
	for size, want := range map[int]string{7 << 10: "200", 17 << 10: "431"} {
		c, err := net.Dial("tcp", strings.TrimPrefix(o.at, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: "+strings.Repeat("a", size)+"\r\n\r\n")
		if answer, _ := io.ReadAll(c); !strings.HasPrefix(string(answer), "HTTP/1.1 "+want) {
			t.Errorf("%d bytes of headers: %.60s", size, answer)
		}
	}
}

// outlastSlowOnes holds 500 connections that say nothing more, and asks beside
// them; each is closed by the service in its time.
func (o *outskirts) outlastSlowOnes(t *testing.T) {
	var slow []net.Conn
	for range 500 {
		c, err := net.Dial("tcp", strings.TrimPrefix(o.at, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "POST /u/x HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	begin := time.Now()
	o.try(t, askNet, &call{name: "beside 500 slow ones", method: "GET", path: "/healthz", code: 200})
	t.Logf("beside 500 slow connections it answers after %s", time.Since(begin).Round(time.Millisecond))
	for _, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(longEnough))
		if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatal("a slow connection stays")
		}
	}
}

// refuseAFlood sends more than one address may at once: the rest is asked to come
// again, and after a moment everybody may.
func (o *outskirts) refuseAFlood(t *testing.T) {
	client, codes := &http.Client{}, map[int]int{}
	defer client.CloseIdleConnections()
	for begin := time.Now(); codes[503] <= 20 && time.Since(begin) < longEnough; {
		r, err := client.Get(o.at + "/u/x")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
		if codes[r.StatusCode]++; r.StatusCode == 503 && r.Header.Get("Retry-After") == "" {
			t.Fatal("503 without Retry-After")
		}
	}
	if codes[404] < 200 || codes[503] == 0 {
		t.Errorf("a flood: %v", codes)
	}
	until(t, "room", func() bool { return strings.HasPrefix(o.try2("/healthz"), "200") })
}

// tellFigures reads what a monitor is told of all that: how much, of nobody.
func (o *outskirts) tellFigures(t *testing.T) {
	r, err := http.Get(regexp.MustCompile(`http://[0-9.:]+`).FindString(o.service.err.String()) + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	raw, err := io.ReadAll(r.Body)
	text := string(raw)
	for _, want := range []string{
		`blanche_public_requests_total{kind="unsubscribe",status="200"} `, `blanche_public_requests_total{kind="click",status="302"} `, `blanche_public_requests_total{kind="api_events",status="401"} `,
		`blanche_public_requests_total{kind="vendor_brevo",status="200"} `, `blanche_public_requests_total{kind="shop_shopify",status="401"} `, `blanche_public_requests_total{kind="unsubscribe",status="503"} `,
		"blanche_public_reachable 1\n", `blanche_hooks_out_letters{state="dead"} 0`, "blanche_responses_waiting 0\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s (%v)", want, err)
		}
	}
	if strings.Contains(text, "clients.example") || strings.Contains(text, "@") || strings.Contains(text, strings.TrimPrefix(o.link(0, "/u/"), "/u/")) {
		t.Errorf("somebody is named:\n%s", text)
	}
}

// forgetNothing asks the next life of the service what the one before refused.
func (o *outskirts) forgetNothing(t *testing.T) {
	next := o.serve()
	defer next.kill()
	all := o.vendors(0)
	for i := range all {
		if c := &all[i]; c.name == "mailgun, the signature of another event" || c.name == "brevo again" {
			o.try(t, askNet, c)
		}
	}
	o.try(t, askNet, &call{name: "a link of before", method: "GET", path: o.link(0, "/u/"), code: 200, says: "<form"})
}

func (o *outskirts) try2(path string) string {
	r, err := http.Get(o.at + path)
	if err != nil {
		return err.Error()
	}
	_ = r.Body.Close()
	return r.Status
}

// keptOutside is what the store holds when the service is dead.
type keptOutside struct {
	why      map[string]model.SuppressReason
	tracking map[string]model.Tracking
	spend    map[string]model.Cents
	tally    store.ResponseTally
}

func (o *outskirts) kept() (k keptOutside) {
	o.t.Helper()
	ctx := context.Background()
	s, err := open.Open(ctx, open.Options{Dir: filepath.Clean(o.env["BLANCHE_DATA"]), Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	k = keptOutside{map[string]model.SuppressReason{}, map[string]model.Tracking{}, map[string]model.Cents{}, store.ResponseTally{}}
	for i := range outsidePeople {
		email := outsideOf(i)
		c, err := s.Contacts().ByEmail(ctx, email)
		if err != nil {
			o.t.Fatal(err)
		}
		k.tracking[email], k.spend[email] = c.Tracking, c.Spend
		if sup, known, err := s.Suppressions().Get(ctx, email); known && err == nil {
			k.why[email] = sup.Reason
		}
	}
	c, err := s.Campaigns().Get(ctx, "noel-15")
	if err == nil {
		k.tally, err = s.Responses().Tally(ctx, c.ID)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return k
}

// check compares with what people and programs said, from some first numbers on.
func (k *keptOutside) check(t *testing.T, first ...int) {
	t.Helper()
	from := first[0]
	if len(first) > 1 {
		for i := first[1]; i < first[1]+20; i++ {
			if k.why[outsideOf(i)] != 0 || k.spend[outsideOf(i)] != 0 {
				t.Errorf("%s did nothing: %v", outsideOf(i), k.why[outsideOf(i)])
			}
		}
	}
	for i := range 20 {
		want := model.SuppressReason(0)
		switch i {
		case 1, 2, 3, 5, 9, 12:
			want = model.SuppressOpposed
		case 7, 8:
			want = model.SuppressComplaint
		}
		email := outsideOf(from + i)
		if got := k.why[email]; got != want {
			t.Errorf("%s is suppressed for %v, want %v", email, got, want)
		}
		if got, want := k.tracking[email], map[bool]model.Tracking{true: model.TrackingRefused, false: model.TrackingGranted}[i == 4]; got != want {
			t.Errorf("%s: tracking %v, want %v", email, got, want)
		}
		if got, want := k.spend[email], map[bool]model.Cents{true: 3500}[i == 0]; got != want {
			t.Errorf("%s spent %d, want %d", email, got, want)
		}
	}
	if k.tally.Answers[model.NoteOf(9, 10)] == 0 || k.tally.Hits[model.ResponseClick][model.AgentPerson] == 0 || k.tally.Count(model.ResponseComplaint) < 2 {
		t.Errorf("what came back: %+v", k.tally)
	}
}
