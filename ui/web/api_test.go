package web_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
	"blanche/ui/web"
)

// counter is a shop with a folder, and the API over it.
type counter struct {
	*testing.T
	dir   string
	s     *campaigns.Service
	store store.Store
	api   http.Handler
	token string
	ahead atomic.Int64
}

func (c *counter) now() time.Time {
	return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.ahead.Load()))
}

func newCounter(t *testing.T, secrets campaigns.HookSecrets) *counter {
	t.Helper()
	c := &counter{T: t, dir: filepath.Join(t.TempDir(), "data")}
	c.open(secrets)
	t.Cleanup(c.close)
	c.token = c.newToken("till", model.Scopes()...)
	return c
}

func (c *counter) open(secrets campaigns.HookSecrets) {
	c.Helper()
	st, err := open.Open(c.Context(), open.Options{Dir: c.dir, Rand: rand.Reader, Now: c.now, Command: "test"})
	if err != nil {
		c.Fatal(err)
	}
	s, err := campaigns.Open(c.Context(), st, campaigns.Options{Config: campaigns.DefaultConfig(), Now: c.now, Rand: rand.Reader})
	if err != nil {
		c.Fatal(err)
	}
	c.s, c.store, c.api = s, st, web.API(s, campaigns.NewHookProof(secrets), c.now)
}

func (c *counter) close() {
	if err := errors.Join(c.s.Close(context.Background()), c.store.Close()); err != nil {
		c.Error(err)
	}
}

func (c *counter) newToken(name string, scope ...model.Scope) string {
	c.Helper()
	secret, _, err := c.s.As(model.Actor{Name: "ines", Role: model.Admin, From: model.FromLocal}).AddToken(c.Context(), name, scope, time.Time{})
	if err != nil {
		c.Fatal(err)
	}
	return secret
}

// post sends a body, with the headers given as name, value.
func (c *counter) post(path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.token)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	return w
}

// says posts and compares the code and the body.
func (c *counter) says(code int, want, path, body string, headers ...string) {
	c.Helper()
	w := c.post(path, body, headers...)
	if got := strings.TrimSpace(w.Body.String()); w.Code != code || want != "" && got != want {
		c.Errorf("%s %s: %d %s, not %d %s", path, body, w.Code, got, code, want)
	}
}

func results(all ...string) string { return `{"results":[` + strings.Join(all, ",") + `]}` }

const (
	created   = `{"result":"created"}`
	updated   = `{"result":"updated"}`
	unchanged = `{"result":"unchanged"}`
	repeated  = `{"result":"unchanged","reason":"repeated"}`
	outdated  = `{"result":"unchanged","reason":"outdated"}`
)

func TestEveryExampleOfTheDescriptionIsTakenAndAnsweredAsItSays(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	r := httptest.NewRecorder()
	c.api.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/v1/openapi.json", nil))
	var d description
	if err := json.Unmarshal(r.Body.Bytes(), &d); r.Code != http.StatusOK || err != nil {
		t.Fatal(r.Code, err)
	}
	sent := 0
	for path, methods := range d.Paths {
		op := methods["post"]
		media := op.RequestBody.Content["application/json"]
		for name, e := range media.Examples {
			var given any
			if err := json.Unmarshal(e.Value, &given); err != nil {
				t.Fatal(err)
			}
			if why := d.flaw(media.Schema, given); why != "" {
				t.Errorf("%s %s: %s", path, name, why)
			}
			w := c.post(path, string(e.Value))
			if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "refused") {
				t.Errorf("%s %s: %d %s", path, name, w.Code, w.Body)
			}
			answeredAs(t, &d, path, w)
			sent++
		}
	}
	if sent != 8 {
		t.Errorf("%d examples", sent)
	}
	for path := range d.Paths {
		if strings.HasSuffix(path, ".json") || !strings.HasPrefix(path, "/v1/") {
			continue
		}
		for _, w := range []*httptest.ResponseRecorder{
			c.post(path, "{"), c.post(path, "[]"), c.post(path, `{"id":[{}]}`), c.post(path, "{}", "Authorization", ""), c.post(path, strings.Repeat(" ", 300<<10)), c.post(path, "{}", "Content-Type", "text/plain"),
		} {
			answeredAs(t, &d, path, w)
		}
	}
	t.Run("control", func(t *testing.T) {
		for _, wrong := range []string{`{"results":[{"result":"lost"}]}`, `{"results":[{}]}`, `{"result":[]}`, `{"results":[{"result":"created","id":1}]}`} {
			var v any
			if err := json.Unmarshal([]byte(wrong), &v); err != nil {
				t.Fatal(err)
			}
			if d.flaw(&schema{Ref: "#/components/schemas/Results"}, v) == "" {
				t.Errorf("%s passes", wrong)
			}
		}
	})
}

// answeredAs compares an answer with the description of its code.
func answeredAs(t *testing.T, d *description, path string, w *httptest.ResponseRecorder) {
	t.Helper()
	said, known := d.Paths[path]["post"].Responses[strconv.Itoa(w.Code)]
	if !known {
		t.Errorf("%s answers %d %s: not in the description", path, w.Code, w.Body)
		return
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	if why := d.flaw(said.Content["application/json"].Schema, v); why != "" {
		t.Errorf("%s %d: %s in %s", path, w.Code, why, w.Body)
	}
}

func TestTheSameOrderThreeTimesIsOneOrder(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	c.says(http.StatusOK, results(created), "/v1/contacts", `{"email":"lea@client.example"}`)
	one := `{"id":"1001","date":"2026-11-22","total":49.9,"email":"lea@client.example"}`
	c.says(http.StatusOK, results(created), "/v1/orders", one)
	c.says(http.StatusOK, results(unchanged), "/v1/orders", one)
	c.says(http.StatusOK, results(unchanged, unchanged), "/v1/orders", "["+one+","+one+"]")
	c.ahead.Add(int64(400 * 24 * time.Hour))
	c.says(http.StatusOK, results(unchanged), "/v1/orders", one)
	p, err := c.store.Contacts().ByEmail(t.Context(), "lea@client.example")
	if err != nil || p.Orders != 1 || p.Spend != 4990 {
		t.Errorf("%d orders, %d cents: %v", p.Orders, p.Spend, err)
	}
	if n, err := c.s.Count(t.Context(), "spend >= 49 and orders = 1"); err != nil || n.Matched != 1 {
		t.Errorf("the segment has %+v, %v", n, err)
	}
}

func TestAnOrderIsTakenAsOurOwnJSONWritesIt(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	c.says(http.StatusOK, results(created), "/v1/orders", `{"id":"A1","source":"till","email":"lea@client.example","date":"2026-11-22T14:05:00+01:00","total_cents":4990,"currency":"EUR","status":"paid","channel":"web","code":"NOEL"}`)
	c.says(http.StatusOK, results(unchanged), "/v1/orders", `{"id":"A1","source":"till","email":"lea@client.example","date":"2026-11-22T14:05:00+01:00","total":"49.90","currency":"EUR","status":"paid","channel":"web","code":"NOEL"}`,
		"Authorization", "bearer "+c.token)
	c.says(http.StatusUnprocessableEntity, results(`{"result":"refused","reason":"invalid_number","field":"total_cents"}`), "/v1/orders", `{"id":"A2","email":"lea@client.example","date":"2026-11-22","total_cents":49.9}`)
	if o, err := c.store.Orders().Get(t.Context(), "till", "A1"); err != nil || o.Total != 4990 || o.Code != "NOEL" {
		t.Errorf("%+v %v", o, err)
	}
}

func TestWhatAShopTriesIsNoOrder(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{Shopify: []string{"s"}, WooCommerce: []string{"w"}})
	form := "application/x-www-form-urlencoded; charset=UTF-8"
	c.says(http.StatusOK, results(), "/v1/hooks/woocommerce", "webhook_id=12", "Content-Type", form) // as it saves a webhook
	for _, body := range []string{"webhook_id=", "webhook_id=1&x=2", "id=1", "webhook_id=" + strings.Repeat("1", 100), ""} {
		c.says(http.StatusUnsupportedMediaType, "", "/v1/hooks/woocommerce", body, "Content-Type", form)
	}
	c.says(http.StatusUnsupportedMediaType, "", "/v1/hooks/shopify", "webhook_id=12", "Content-Type", form)
	order := func(more string) string {
		return `{"name":"#9","financial_status":"paid","created_at":"2026-11-20T10:00:00+01:00","total_price":"10.00","currency":"EUR",` + more + `}`
	}
	post := func(body, want string) {
		t.Helper()
		c.says(http.StatusOK, want, "/v1/hooks/shopify", body, "X-Shopify-Hmac-Sha256", shopSign("s", body), "X-Shopify-Topic", "orders/create")
	}
	post(order(`"test":true,"email":"lea@client.example"`), results())
	if n, err := c.store.Orders().Count(t.Context()); n != 0 || err != nil {
		t.Errorf("%d orders, %v", n, err)
	}
	post(order(`"test":false,"email":"","customer":{"id":1,"email":"lea@client.example"}`), results(created)) // the buyer is known by their record alone
	if o, err := c.store.Orders().Get(t.Context(), "shopify", "#9"); err != nil || o.Email != "lea@client.example" {
		t.Errorf("%+v %v", o, err)
	}
}

func TestAnEventIsHeardOnceAndALateVersionNever(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	order := func(event, status, version string) string {
		return `{"event_id":"` + event + `","id":"1","date":"2026-11-22","total":10,"email":"a@b.example","status":"` + status + `","updated_at":"` + version + `"}`
	}
	paid, back := order("e1", "paid", "2026-11-22T10:00:00Z"), order("e2", "refunded", "2026-11-22T11:00:00Z")
	c.says(http.StatusOK, results(created), "/v1/orders", paid)
	c.says(http.StatusOK, results(repeated), "/v1/orders", paid)
	c.says(http.StatusOK, results(updated), "/v1/orders", back)
	c.says(http.StatusOK, results(repeated), "/v1/orders", paid)
	c.says(http.StatusOK, results(outdated), "/v1/orders", order("e3", "paid", "2026-11-22T10:00:00Z"))
	c.ahead.Add(int64(8 * 24 * time.Hour))
	c.says(http.StatusOK, results(outdated), "/v1/orders", paid) // its id is forgotten, its age is not
	c.says(http.StatusOK, results(outdated, unchanged), "/v1/orders", "["+order("e8", "paid", "2026-11-22T09:00:00Z")+","+order("e9", "refunded", "2026-11-22T11:00:00Z")+"]")
	other := c.newToken("site", model.ScopeOrders) // another program has its own ids
	c.says(http.StatusOK, results(created), "/v1/orders", `{"event_id":"e9","id":"2","date":"2026-11-22","total":10,"email":"a@b.example"}`, "Authorization", "Bearer "+other)
}

func TestAnItemIsTakenWhollyOrNotAtAllAndTheOthersAre(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	bad := func(field, reason string) string {
		return `{"result":"refused","reason":"` + reason + `","field":"` + field + `"}`
	}
	c.says(http.StatusOK, results(created, bad("date", "invalid_date"), bad("total", "missing_field"), bad("email", "missing_field"), created), "/v1/orders", `[
		{"id":"1","date":"2026-11-22","total":10,"email":"a@b.example"},
		{"id":"2","date":"22 nov","total":10,"email":"a@b.example"},
		{"id":"3","date":"2026-11-22","email":"a@b.example"},
		{"id":"4","date":"2026-11-22","total":10},
		{"id":"5","date":"2026-11-22","total":"-10.00","card":"77","status":"paid"}]`)
	c.says(http.StatusUnprocessableEntity, results(bad("email", "invalid_email")), "/v1/contacts", `{"email":"nobody"}`)
	c.says(http.StatusUnprocessableEntity, results(bad("event_id", "unreadable")), "/v1/contacts", `{"email":"a@b.example","event_id":[7]}`)
	c.says(http.StatusOK, "", "/v1/contacts", `{"email":"n@b.example","event_id":7}`)
	c.says(http.StatusOK, results(repeated), "/v1/contacts", `{"email":"n@b.example","event_id":"7"}`)
	c.says(http.StatusUnprocessableEntity, results(bad("type", "unknown_type")), "/v1/events", `{"type":"died","email":"a@b.example"}`)
	c.says(http.StatusUnprocessableEntity, results(bad("campaign", "unknown_campaign")), "/v1/redemptions", `{"code":"X","campaign":"no-such"}`)
	if n, err := c.store.Orders().Count(t.Context()); n != 2 || err != nil {
		t.Errorf("%d orders, %v", n, err)
	}
}

func TestWhoeverSaysNoByHookIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	c.says(http.StatusOK, results(created), "/v1/contacts", `{"email":"tom@client.example","consent":"yes","consent_source":"form"}`)
	c.says(http.StatusOK, results(updated), "/v1/contacts", `{"email":"tom@client.example","opt_out":true}`)
	c.says(http.StatusOK, "", "/v1/contacts", `{"email":"tom@client.example","consent":"yes","opt_out":false}`)
	c.says(http.StatusOK, results(created), "/v1/events", `{"event_id":"u1","type":"unsubscribe","email":"lea@client.example"}`)
	c.says(http.StatusOK, results(repeated), "/v1/events", `{"event_id":"u1","type":"unsubscribe","email":"lea@client.example"}`)
	for _, email := range []string{"tom@client.example", "lea@client.example"} {
		if sup, known, err := c.store.Suppressions().Get(t.Context(), email); !known || sup.Reason != model.SuppressOpposed || err != nil {
			t.Errorf("%s: %+v %v", email, sup, err)
		}
	}
}

func TestTheSameIsSaidToWhoeverHasNoGoodToken(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	narrow := c.newToken("narrow", model.ScopeContacts)
	gone := c.newToken("gone", model.ScopeOrders)
	admin := c.s.As(model.Actor{Name: "ines", Role: model.Admin, From: model.FromLocal})
	if err := admin.RevokeToken(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	over, _, err := admin.AddToken(t.Context(), "over", model.Scopes(), c.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	order := `{"id":"1","date":"2026-11-22","total":10,"email":"a@b.example"}`
	c.says(http.StatusOK, results(created), "/v1/orders", order, "Authorization", "Bearer "+over)
	c.ahead.Add(int64(time.Hour))
	for name, auth := range map[string]string{
		"none": "", "empty": "Bearer ", "made up": "Bearer blanche_till_" + strings.Repeat("A", 43), "of nobody": "Bearer blanche_no_" + strings.Repeat("A", 43),
		"of another scope": "Bearer " + narrow, "revoked": "Bearer " + gone, "over": "Bearer " + over, "cut": "Bearer " + c.token[:len(c.token)-1], "basic": "Basic " + c.token,
	} {
		w := c.post("/v1/orders", order, "Authorization", auth)
		if w.Code != http.StatusUnauthorized || strings.TrimSpace(w.Body.String()) != `{"error":"unauthorized"}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	t.Run("control", func(t *testing.T) {
		c.says(http.StatusOK, results(unchanged), "/v1/orders", strings.Replace(order, `"id"`, `"source":"over","id"`, 1))
	})
}

func TestASignedRequestIsGoodOnceAndForFiveMinutes(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{Request: []string{"old", "new"}})
	body := `{"id":"1","date":"2026-11-22","total":10,"email":"a@b.example"}`
	signed := func(secret string, at time.Time, over string) []string {
		ts, sig := campaigns.SignHook(secret, at, []byte(over))
		return []string{"X-Blanche-Timestamp", ts, "X-Blanche-Signature", sig}
	}
	c.says(http.StatusOK, results(created), "/v1/orders", body, signed("new", c.now(), body)...)
	for range 1000 {
		c.says(http.StatusConflict, `{"error":"replayed"}`, "/v1/orders", body, signed("new", c.now(), body)...)
	}
	for name, spelled := range map[string]func(sig string) string{
		"in capitals": func(sig string) string { return "sha256=" + strings.ToUpper(strings.TrimPrefix(sig, "sha256=")) },
		"bare":        func(sig string) string { return strings.TrimPrefix(sig, "sha256=") },
	} {
		h := signed("new", c.now(), body)
		h[3] = spelled(h[3])
		if w := c.post("/v1/orders", body, h...); w.Code != http.StatusConflict {
			t.Errorf("the same signature %s: %d", name, w.Code)
		}
	}
	c.says(http.StatusConflict, `{"error":"replayed"}`, "/v1/orders", body, signed("old", c.now(), body)...)
	c.says(http.StatusOK, results(unchanged), "/v1/orders", body, signed("old", c.now().Add(-5*time.Minute), body)...)
	for name, h := range map[string][]string{
		"none": nil, "of another secret": signed("older", c.now(), body), "of another body": signed("new", c.now(), body+" "),
		"too old": signed("new", c.now().Add(-5*time.Minute-time.Second), body), "of the future": signed("new", c.now().Add(6*time.Minute), body),
	} {
		if w := c.post("/v1/orders", body, h...); w.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	h := signed("new", c.now(), body)
	h[1] = strconv.FormatInt(c.now().Unix()+1, 10) // the moment is part of what is signed
	c.says(http.StatusUnauthorized, "", "/v1/orders", body, h...)
}

func shopSign(secret, body string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func TestAnOrderOfAShopIsTheOneOfItsExport(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{Shopify: []string{"s1", "s2"}, WooCommerce: []string{"w"}})
	shopify := `{"name":"#1001","email":"lea@client.example","financial_status":"partially_refunded","created_at":"2026-11-20T10:00:00+01:00","updated_at":"2026-11-21T10:00:00+01:00",
		"total_price":"100.00","currency":"EUR","discount_codes":[{"code":"NOEL"}],"refunds":[{"transactions":[{"kind":"refund","status":"success","amount":"25.10"},{"kind":"refund","status":"failure","amount":"9.00"}]}]}`
	send := func(secret, topic string) *httptest.ResponseRecorder {
		return c.post("/v1/hooks/shopify", shopify, "Authorization", "", "X-Shopify-Hmac-Sha256", shopSign(secret, shopify), "X-Shopify-Topic", topic, "X-Shopify-Webhook-Id", "w1")
	}
	if w := send("s2", "orders/updated"); strings.TrimSpace(w.Body.String()) != results(created) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send("s1", "orders/updated"); strings.TrimSpace(w.Body.String()) != results(repeated) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send("s1", "refunds/create"); strings.TrimSpace(w.Body.String()) != results() {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send("s3", "orders/updated"); w.Code != http.StatusUnauthorized {
		t.Errorf("a wrong secret: %d", w.Code)
	}
	o, err := c.store.Orders().Get(t.Context(), "shopify", "#1001")
	if err != nil || o.Total != 7490 || o.Status != model.OrderPaid || o.Code != "NOEL" || o.Email != "lea@client.example" {
		t.Errorf("%+v, %v", o, err)
	}
	woo := `{"id":727,"status":"processing","currency":"EUR","total":"29.35","date_created_gmt":"2026-11-22T16:28:02","date_paid_gmt":null,"date_modified_gmt":"2026-11-22T16:28:08",
		"customer_id":0,"billing":{"email":"tom@client.example"},"coupon_lines":[{"code":"dix"}],"refunds":[{"total":"-4.35"}]}`
	c.says(http.StatusOK, results(created), "/v1/hooks/woocommerce", woo, "X-WC-Webhook-Signature", shopSign("w", woo), "X-WC-Webhook-Topic", "order.updated")
	o, err = c.store.Orders().Get(t.Context(), "woocommerce", "727")
	if err != nil || o.Total != 2500 || o.Status != model.OrderPaid || o.Code != "dix" || o.ExternalID != "" {
		t.Errorf("%+v, %v", o, err)
	}
	till := `{"name":"#1002","financial_status":"paid","created_at":"2026-11-20T10:00:00+01:00","total_price":"10.00"}` // sold over the counter, to nobody known
	c.says(http.StatusOK, results(`{"result":"refused","reason":"missing_field","field":"email"}`), "/v1/hooks/shopify", till,
		"X-Shopify-Hmac-Sha256", shopSign("s1", till), "X-Shopify-Topic", "orders/create")
	plain := newCounter(t, campaigns.HookSecrets{})
	plain.says(http.StatusUnauthorized, "", "/v1/hooks/shopify", shopify, "X-Shopify-Hmac-Sha256", shopSign("", shopify), "X-Shopify-Topic", "orders/updated")
}

func TestARequestHasBounds(t *testing.T) {
	t.Parallel()
	c := newCounter(t, campaigns.HookSecrets{})
	c.says(http.StatusRequestEntityTooLarge, `{"error":"too_large"}`, "/v1/orders", `{"id":"`+strings.Repeat("1", 64<<10)+`"}`)
	c.says(http.StatusBadRequest, `{"error":"too_many"}`, "/v1/orders", "["+strings.Repeat("{},", 1000)+"{}]")
	c.says(http.StatusBadRequest, `{"error":"bad_json"}`, "/v1/orders", `[{},null]`)
	c.says(http.StatusBadRequest, `{"error":"bad_json"}`, "/v1/orders", `{} {}`)
	c.says(http.StatusUnsupportedMediaType, "", "/v1/orders", `{}`, "Content-Type", "application/x-www-form-urlencoded")
	for path, want := range map[string]int{"/v1/orders": http.StatusMethodNotAllowed, "/v1/": http.StatusNotFound, "/v1/admin": http.StatusNotFound, "/v1/openapi.json": http.StatusOK} {
		w := httptest.NewRecorder()
		c.api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("GET %s: %d %v", path, w.Code, w.Header())
		}
	}
}

func FuzzWhateverComesInIsAnsweredWithinTheDescription(f *testing.F) {
	for _, seed := range []string{`{"id":1,"date":"2026-11-22","total":1e3,"email":"a@b.example"}`, `[{"email":"a@b.example","tags":["x",{}]}]`, `{"type":"answer","value":1.5}`, `{"code":"\u0000"}`, `{"consent_date":"0000-00-00"}`} {
		for i := range 6 {
			f.Add(uint8(i), []byte(seed))
		}
	}
	paths := []string{"/v1/orders", "/v1/contacts", "/v1/redemptions", "/v1/events", "/v1/hooks/shopify", "/v1/hooks/woocommerce"}
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		api := web.API(mute{}, campaigns.NewHookProof(campaigns.HookSecrets{Shopify: []string{"s"}, WooCommerce: []string{"s"}}), time.Now)
		path := paths[int(which)%len(paths)]
		r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer x")
		r.Header.Set("X-Shopify-Hmac-Sha256", shopSign("s", string(body)))
		r.Header.Set("X-Shopify-Topic", "orders/create")
		r.Header.Set("X-WC-Webhook-Signature", shopSign("s", string(body)))
		r.Header.Set("X-WC-Webhook-Topic", "order.created")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if !json.Valid(w.Body.Bytes()) || w.Code >= 500 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	})
}

// mute lets everybody in, and reads what they bring without keeping it.
type mute struct{}

func (mute) HookRefused(string, model.Scope, error) {}

func (mute) Admit(context.Context, string, model.Scope, string) (campaigns.Desk, string, error) {
	return reader{}, "x", nil
}

func (mute) ShopDesk(string, string) campaigns.Desk { return reader{} }

type reader struct{ campaigns.Desk }

func (reader) TakeItems(_ context.Context, r campaigns.ItemRequest) ([]campaigns.ItemResult, error) {
	return make([]campaigns.ItemResult, len(r.Items)), nil
}
