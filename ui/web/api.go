package web

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Gate lets other programs in.
type Gate interface {
	// Admit is the desk of who has a secret that is good for something, and the
	// name of their token; model.KindRefused for everybody else.
	Admit(ctx context.Context, secret string, scope model.Scope, from string) (campaigns.Desk, string, error)
	// ShopDesk is the desk of a shop whose signature was verified.
	ShopDesk(shop, from string) campaigns.Desk
	// HookRefused remembers that a call was not heeded.
	HookRefused(program string, kind model.Scope, err error)
}

// The bounds of a request. A shop sends one order at a time, of any length; the
// others can cut what they send.
const (
	maxBody     = 64 << 10
	maxShopBody = 256 << 10
	maxItems    = 1000
)

// retryAfter is when a program may come again that was sent away, in seconds.
const retryAfter = "5"

//go:embed openapi.json
var openAPI []byte

// API answers other programs under /v1/. What it says in 2xx is durable. It says the same to who has no token, one of another scope, and one
// that is over.
func API(gate Gate, proof *campaigns.HookProof, now func() time.Time) http.Handler {
	a := &api{gate: gate, proof: proof, now: now}
	mux := http.NewServeMux()
	for _, scope := range model.Scopes() {
		mux.HandleFunc("POST /v1/"+string(scope), a.items(scope))
	}
	for _, shop := range []string{"shopify", "woocommerce"} {
		mux.HandleFunc("POST /v1/hooks/"+shop, a.shop(shop))
	}
	mux.HandleFunc("GET /v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) { send(w, http.StatusOK, openAPI) })
	mux.HandleFunc("/", a.lost)
	return mux
}

type api struct {
	gate  Gate
	proof *campaigns.HookProof
	now   func() time.Time
}

type (
	problem struct {
		Error string `json:"error"`
	}
	taken struct {
		Results []campaigns.ItemResult `json:"results"`
	}
)

// say answers in JSON.
func say(w http.ResponseWriter, code int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		code, body = http.StatusInternalServerError, []byte(`{"error":"internal"}`)
	}
	send(w, code, body)
}

func send(w http.ResponseWriter, code int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if code == http.StatusServiceUnavailable || code == http.StatusTooManyRequests {
		h.Set("Retry-After", retryAfter)
	}
	if code == http.StatusRequestEntityTooLarge {
		h.Set("Connection", "close") // nobody reads the rest
	}
	if code == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(code)
	_, _ = w.Write(body) // who left does not hear it
}

// lost answers what is at no address, and what is at one by another method.
func (a *api) lost(w http.ResponseWriter, r *http.Request) {
	allow := ""
	path := strings.TrimPrefix(r.URL.Path, "/v1/")
	switch {
	case path == r.URL.Path:
	case path == "openapi.json":
		allow = "GET, HEAD"
	case path == "hooks/shopify" || path == "hooks/woocommerce":
		allow = http.MethodPost
	default:
		for _, s := range model.Scopes() {
			if path == string(s) {
				allow = http.MethodPost
			}
		}
	}
	if allow == "" {
		say(w, http.StatusNotFound, problem{"not_found"})
		return
	}
	w.Header().Set("Allow", allow)
	say(w, http.StatusMethodNotAllowed, problem{"method_not_allowed"})
}

// items takes one item or a list of them.
func (a *api) items(scope model.Scope) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || secret == "" { // RFC 9110: the name of a scheme has no case
			say(w, http.StatusUnauthorized, problem{"unauthorized"})
			return
		}
		desk, name, err := a.gate.Admit(r.Context(), strings.TrimSpace(secret), scope, address(r))
		if err != nil {
			a.gate.HookRefused("", scope, err)
			fail(w, err)
			return
		}
		body, ok := read(w, r, maxBody)
		if !ok {
			return
		}
		telling, err := a.proof.Request(r.Header.Get("X-Blanche-Timestamp"), r.Header.Get("X-Blanche-Signature"), body, a.now())
		if err != nil {
			a.gate.HookRefused(name, scope, err)
			fail(w, err)
			return
		}
		items, code := list(body)
		if code != "" {
			say(w, http.StatusBadRequest, problem{code})
			return
		}
		results, err := desk.TakeItems(r.Context(), campaigns.ItemRequest{Kind: scope, Items: items, Source: name, Telling: telling})
		if err != nil {
			a.proof.Forgive(telling)
			fail(w, err)
			return
		}
		say(w, worth(results), taken{results})
	}
}

// worth is 422 when nothing was taken.
func worth(results []campaigns.ItemResult) int {
	for _, one := range results {
		if one.Result != campaigns.ItemRefused {
			return http.StatusOK
		}
	}
	return http.StatusUnprocessableEntity
}

// shop takes what a shop sends in its own form. What is refused is answered with
// 200: the shop would send the same again, and give up the address in the end.
func (a *api) shop(name string) http.HandlerFunc {
	signature, topic := "X-Shopify-Hmac-Sha256", "X-Shopify-Topic"
	event := "X-Shopify-Webhook-Id"
	if name == "woocommerce" {
		signature, topic, event = "X-Wc-Webhook-Signature", "X-Wc-Webhook-Topic", "X-Wc-Webhook-Delivery-Id"
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if name == "woocommerce" && wooPing(r) {
			say(w, http.StatusOK, taken{[]campaigns.ItemResult{}})
			return
		}
		body, ok := read(w, r, maxShopBody)
		if !ok {
			return
		}
		if err := a.proof.Shop(name, r.Header.Get(signature), body); err != nil {
			a.gate.HookRefused(name, model.ScopeOrders, err)
			fail(w, err)
			return
		}
		item, ok, err := campaigns.ShopItem(name, r.Header.Get(topic), body)
		if err != nil {
			say(w, http.StatusBadRequest, problem{"bad_json"})
			return
		}
		if !ok {
			say(w, http.StatusOK, taken{[]campaigns.ItemResult{}})
			return
		}
		if id := r.Header.Get(event); id != "" {
			if item["event_id"], err = json.Marshal(id); err != nil {
				say(w, http.StatusBadRequest, problem{"bad_json"})
				return
			}
		}
		results, err := a.gate.ShopDesk(name, address(r)).TakeItems(r.Context(), campaigns.ItemRequest{
			Kind: model.ScopeOrders, Items: []map[string]json.RawMessage{item}, Shop: name,
		})
		if err != nil {
			fail(w, err)
			return
		}
		say(w, http.StatusOK, taken{results})
	}
}

// wooPing reports that WooCommerce asks whether anybody is here, which it does when
// a webhook is saved: unsigned, with the number of the webhook alone. It refuses to
// keep the webhook as it is unless that is answered with 200.
func wooPing(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" || r.ContentLength < 0 || r.ContentLength > maxPing {
		return false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPing))
	number, is := strings.CutPrefix(string(body), "webhook_id=")
	return err == nil && is && number != "" && strings.Trim(number, "0123456789") == ""
}

// maxPing is more than the bytes that such a question has.
const maxPing = 64

// read takes the body of a request, in JSON and within bounds.
func read(w http.ResponseWriter, r *http.Request, most int64) ([]byte, bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		say(w, http.StatusUnsupportedMediaType, problem{"not_json"})
		return nil, false
	}
	return readAny(w, r, most)
}

// readAny takes a body of any type: SNS calls its JSON text/plain.
func readAny(w http.ResponseWriter, r *http.Request, most int64) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err == nil {
		return body, true
	}
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		say(w, http.StatusRequestEntityTooLarge, problem{"too_large"})
	} else {
		say(w, http.StatusBadRequest, problem{"unreadable"})
	}
	return nil, false
}

// list reads one object, or a list of objects.
func list(body []byte) (items []map[string]json.RawMessage, code string) {
	body = bytes.TrimSpace(body)
	var err error
	if len(body) > 0 && body[0] == '[' {
		err = json.Unmarshal(body, &items)
	} else {
		items = make([]map[string]json.RawMessage, 1)
		err = json.Unmarshal(body, &items[0])
	}
	switch {
	case err != nil:
		return nil, "bad_json"
	case len(items) == 0:
		return nil, "no_item"
	case len(items) > maxItems:
		return nil, "too_many"
	}
	for _, one := range items {
		if one == nil {
			return nil, "bad_json"
		}
	}
	return items, ""
}

// fail answers with what an error is worth, and nothing of what it says.
func fail(w http.ResponseWriter, err error) {
	switch model.KindOf(err) {
	case model.KindRefused:
		say(w, http.StatusUnauthorized, problem{"unauthorized"})
	case model.KindConflict:
		say(w, http.StatusConflict, problem{"replayed"})
	default:
		say(w, http.StatusServiceUnavailable, problem{"try_again"})
	}
}

// address is where a request comes from: as the site knows it, which knows the
// proxies of the shop, else the other end of the connection.
func address(r *http.Request) string {
	if who, known := r.Context().Value(whoAsks{}).(netip.Addr); known {
		return who.String()
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
