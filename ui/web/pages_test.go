package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/web"
)

// desk is a public part that knows one token.
type desk struct {
	left, answered int
	scale          int
	choice         campaigns.PublicChoice
	down           error
	opened         []campaigns.PublicHit
}

const known = "AXCB_eDFSjGvD5TO00cnaGdfhNy7lPLepo5S46xrsKpG"

func (d *desk) Page(_ context.Context, _, token string) (campaigns.PublicPage, error) {
	if token != known {
		return campaigns.PublicPage{}, campaigns.ErrNoPage
	}
	return campaigns.PublicPage{
		Shop: "La Boutique d’Élodie", Address: "12 rue des Lilas, 44000 Nantes", Contact: "stop@boutique.example", Lang: "fr",
		Subjects: []string{"nouveautés", "offres", "événements"}, Tracking: model.TrackingGranted,
	}, nil
}

func (d *desk) Leave(context.Context, string) error { d.left++; return nil }

func (d *desk) Choose(_ context.Context, _ string, c campaigns.PublicChoice) error {
	d.choice = c
	return nil
}

func (d *desk) Message(context.Context, string) (string, error) {
	return `<!DOCTYPE html><title>x</title><h1 style="color:red">Bonjour</h1><script>document.title="run"</script>`, nil
}

func (d *desk) Answer(_ context.Context, _ string, note, scale int) error {
	d.answered, d.scale = note, scale
	return nil
}

func (d *desk) Follow(_ context.Context, token string, _ campaigns.PublicHit) (string, error) {
	if token != known {
		return "", campaigns.ErrNoPage
	}
	return "https://boutique.example/cadeau", nil
}

func (d *desk) Opened(_ context.Context, token string, hit campaigns.PublicHit) error {
	if token != known {
		return campaigns.ErrNoPage
	}
	d.opened = append(d.opened, hit)
	return nil
}

func (d *desk) PublicHealth(context.Context) error { return d.down }

func newSite(d campaigns.PublicDesk, l web.Limits) *web.Site {
	return web.New(web.Options{Desk: d, Lang: "fr", Secure: true, Now: time.Now, Limits: l})
}

func get(site http.Handler, method, path, body string, head ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

// everyPage is a request of each page there is.
var everyPage = []struct{ name, method, path, body string }{
	{"unsubscribe", "GET", "/u/" + known, ""},
	{"unsubscribed", "POST", "/u/" + known, "x=1"},
	{"preferences", "GET", "/p/" + known, ""},
	{"chosen", "POST", "/p/" + known, "messages=yes&tracking=no"},
	{"answer", "GET", "/a/" + known + "?note=9", ""},
	{"satisfied", "GET", "/a/" + known + "?of=5", ""},
	{"answered", "POST", "/a/" + known, "note=9&of=10"},
	{"nothing", "GET", "/u/nothing", ""},
}

func TestEveryPageHasItsHeadersAndNothingThatRuns(t *testing.T) {
	t.Parallel()
	style, err := os.ReadFile("pages/style.css")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(style)
	hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	for _, p := range everyPage {
		w := get(newSite(&desk{}, web.Limits{}), p.method, p.path, p.body)
		h := w.Header()
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src " + hash, "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: no %s in %s", p.name, part, policy)
			}
		}
		if !strings.Contains(w.Body.String(), "<style>"+string(style)+"</style>") {
			t.Errorf("%s: the style is not the one of the policy", p.name)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
			"Strict-Transport-Security": "max-age=31536000", "Content-Type": "text/html; charset=utf-8", "Server": "", "Set-Cookie": "", "Location": "", "X-Powered-By": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", p.name, name, got)
			}
		}
		if body := strings.ToLower(w.Body.String()); strings.Contains(body, "<script") || strings.Contains(body, " on") && regexp.MustCompile(` on[a-z]+=`).MatchString(body) || strings.Contains(body, "<img") {
			t.Errorf("%s runs or loads something", p.name)
		}
	}
}

func TestEveryPageCanBeReadByAnybody(t *testing.T) {
	t.Parallel()
	for _, p := range everyPage {
		for _, lang := range []string{"fr", "en"} {
			sep := "?"
			if strings.Contains(p.path, "?") {
				sep = "&"
			}
			body := get(newSite(&desk{}, web.Limits{}), p.method, p.path+sep+"lang="+lang, p.body).Body.String()
			for _, fault := range faults(t, body, lang) {
				t.Errorf("%s %s: %s", p.name, lang, fault)
			}
			if strings.Contains(body, "public.") {
				t.Errorf("%s %s: a sentence is missing\n%s", p.name, lang, body)
			}
		}
	}
}

// faults is what somebody who hears the page, or has no mouse, would miss.
func faults(t *testing.T, page, lang string) (out []string) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	count, titles := map[string]int{}, 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		switch n.Data {
		case "html":
			if attr["lang"] != lang {
				out = append(out, "its language is "+attr["lang"])
			}
		case "title", "h1", "button", "a", "legend", "label":
			if strings.TrimSpace(words(n)) == "" {
				out = append(out, "an empty "+n.Data)
			}
			titles++
		case "input":
			if attr["type"] != "hidden" && n.Parent.Data != "label" {
				out = append(out, "no label of "+attr["name"])
			}
		case "fieldset":
			first := n.FirstChild
			for first != nil && first.Type != html.ElementNode {
				first = first.NextSibling
			}
			if first == nil || first.Data != "legend" {
				out = append(out, "a group without a name")
			}
		case "meta":
			if attr["name"] == "viewport" && strings.Contains(attr["content"], "user-scalable=no") {
				out = append(out, "nobody can enlarge it")
			}
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 || count["form"] > 1 {
		out = append(out, fmt.Sprint("its parts: ", count))
	}
	return out
}

func words(n *html.Node) string {
	s := ""
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			s += c.Data
		}
	}
	return s
}

func TestTheColoursCanBeTold(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"1f2328", "ffffff"}, {"1f2328", "f4f4f1"}, {"ffffff", "0b5cad"}, {"0b5cad", "ffffff"}, {"0b5cad", "f4f4f1"}, {"57606a", "f4f4f1"}, {"6b6f76", "ffffff"}} {
		a, b := light(pair[0]), light(pair[1])
		if c := (max(a, b) + 0.05) / (min(a, b) + 0.05); c < 4.5 {
			t.Errorf("%s on %s: %.2f", pair[0], pair[1], c)
		}
	}
}

// light is the relative luminance of a colour (WCAG 2.2).
func light(hex string) float64 {
	sum := 0.0
	for i, part := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += part * c
	}
	return sum
}

// Of whom nothing is known, the browser says the language; a link of ours knows.
func TestAPageOfNobodySpeaksTheLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	site := newSite(&desk{}, web.Limits{})
	for _, c := range []struct{ path, accept, want string }{
		{"/u/nothing", "", "fr"},
		{"/u/nothing", "en-GB,en;q=0.9,fr;q=0.8", "en"},
		{"/u/nothing", "de-DE, fr;q=0.5, en;q=0.3", "fr"},
		{"/u/nothing", "de", "fr"},
		{"/u/" + known, "en", "fr"},
		{"/u/" + known + "?lang=en", "fr", "en"},
	} {
		if got := get(site, "GET", c.path, "", "Accept-Language", c.accept).Header().Get("Content-Language"); got != c.want {
			t.Errorf("%s for %q speaks %s, not %s", c.path, c.accept, got, c.want)
		}
	}
}

func TestAGetShowsAndAPostActs(t *testing.T) {
	t.Parallel()
	d := &desk{}
	site := newSite(d, web.Limits{})
	for _, path := range []string{"/u/" + known, "/p/" + known, "/a/" + known + "?note=3"} {
		get(site, "GET", path, "")
		if w := get(site, "HEAD", path, ""); w.Code != 200 || w.Body.Len() > 0 {
			t.Errorf("HEAD %s: %d %s", path, w.Code, w.Body)
		}
		if w := get(site, "PUT", path, ""); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("PUT %s: %d", path, w.Code)
		}
	}
	if d.left != 0 || d.answered != 0 || d.choice.Tracking != nil {
		t.Fatalf("%+v", d)
	}
	w := get(site, "POST", "/u/"+known, "List-Unsubscribe=One-Click")
	if w.Code != 200 || w.Body.String() != "ok\n" || w.Header().Get("Location") != "" || d.left != 1 {
		t.Errorf("one click: %d %s %d", w.Code, w.Body, d.left)
	}
	get(site, "POST", "/p/"+known+"?lang=en", "messages=yes&tracking=yes&frequency=weekly&subjects_shown=1&subject=offres")
	if c := d.choice; c.Leave || c.Tracking == nil || !*c.Tracking || c.Frequency != "weekly" || len(*c.Subjects) != 1 || !strings.HasPrefix(c.Wording, "If you agree") {
		t.Errorf("%+v", c)
	}
	get(site, "POST", "/a/"+known, "note=11&of=10")
	if get(site, "POST", "/a/"+known, "note=7&of=10"); d.answered != 7 || d.scale != 10 {
		t.Errorf("answered %d", d.answered)
	}
	if w := get(site, "POST", "/u/"+known, "x="+strings.Repeat("a", 65<<10)); w.Code != http.StatusRequestEntityTooLarge || d.left != 1 {
		t.Errorf("a body of 65 KiB: %d", w.Code)
	}
	if w := get(site, "POST", "/u/"+known, "a=%zz&List-Unsubscribe=One-Click"); w.Code != 200 || d.left != 2 {
		t.Errorf("a no in a form that cannot be read whole: %d, left %d", w.Code, d.left)
	}
	for i, kind := range []string{"multipart/form-data", "multipart/form-data; boundary=b", "x/y; ;;="} {
		if w := get(site, "POST", "/u/"+known, "--b\r\nxx", "Content-Type", kind); w.Code != 200 || d.left != 3+i {
			t.Errorf("a no as %s: %d, left %d", kind, w.Code, d.left)
		}
	}
	d.choice = campaigns.PublicChoice{}
	for _, path := range []string{"/p/", "/a/"} { // half a choice is none
		if w := get(site, "POST", path+known, "tracking=yes&note=3&of=10&x=%zz"); w.Code != 400 || d.choice.Tracking != nil || d.answered != 7 {
			t.Errorf("%s with a form that cannot be read whole: %d %+v", path, w.Code, d.choice)
		}
	}
	for _, path := range []string{"/u/../healthz", "//u/" + known, "/u//" + known, "/./u/" + known} { // nothing leads elsewhere
		if w := get(site, "GET", path, ""); w.Code != 404 || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	if w := get(site, "GET", "/c/"+known, ""); w.Code != 302 || w.Header().Get("Location") != "https://boutique.example/cadeau" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := get(site, "GET", "/healthz", ""); w.Code != 200 {
		t.Error(w.Code)
	}
	d.down = io.ErrUnexpectedEOF
	if w := get(site, "GET", "/healthz", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Error(w.Code)
	}
}

func TestAFloodOfOneAddressIsRefusedAndTheOthersAreNot(t *testing.T) {
	t.Parallel()
	proxies, err := web.ParseProxies("192.0.2.1, 10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	site := newSite(&desk{}, web.Limits{Rate: 1, Burst: 5, Proxies: proxies})
	code := func(forwarded string) int {
		w := get(site, "GET", "/u/"+known, "", "X-Forwarded-For", forwarded)
		if w.Code == 503 && w.Header().Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		return w.Code
	}
	for i := range 6 { // the address before that of the proxy is made up by who asks
		if got, want := code(fmt.Sprintf("203.0.113.%d, 198.51.100.7", i)), 200+303*(i/5); got != want {
			t.Errorf("request %d: %d", i, got)
		}
	}
	if got := code("198.51.100.8"); got != 200 {
		t.Errorf("somebody else: %d", got)
	}
}

// served is a site on a port of this machine.
func served(t *testing.T, l web.Limits) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	listener, err := web.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- newSite(&desk{}, l).Serve(ctx, listener, nil, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func TestFiveHundredSlowConnectionsHoldNobodyUp(t *testing.T) {
	t.Parallel()
	at := served(t, web.Limits{Header: time.Second})
	var slow []net.Conn
	for range 500 {
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "POST /u/"+known+" HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	if err := web.Reach(t.Context(), "http://"+at); err != nil {
		t.Errorf("500 slow connections: %v", err)
	}
	for _, c := range slow { // each is closed by the other end, in its time
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Minute))
		if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatal("a slow connection stays")
		}
	}
}

func TestHeadersBeyondSixteenKilobytesAreRefused(t *testing.T) {
	t.Parallel()
	at := served(t, web.Limits{})
	for size, want := range map[int]string{4 << 10: "200", 17 << 10: "431"} {
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: "+strings.Repeat("a", size)+"\r\n\r\n")
		answer, _ := io.ReadAll(c)
		if !strings.HasPrefix(string(answer), "HTTP/1.1 "+want) {
			t.Errorf("%d bytes: %.40s", size, answer)
		}
	}
}
