package cli

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
)

func hexMAC(secret, text string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// signed are the headers of a program that calls: its token, and the signature of
// a body at a moment.
func signed(token, body string, at time.Time) []string {
	ts, signature := campaigns.SignHook(requestSecret, at, []byte(body))
	return []string{"Content-Type", "application/json", "Authorization", "Bearer " + token, "X-Blanche-Timestamp", ts, "X-Blanche-Signature", signature}
}

// pages are looked at: nothing happens.
func (o *outskirts) pages(first int) []call {
	html := []string{"Content-Type", "text/html; charset=utf-8", "Content-Language", "fr"}
	click := o.link(first, "/c/")
	return []call{
		{name: "unsubscribe", method: "GET", path: o.link(first, "/u/"), code: 200, says: "<form", wants: html},
		{name: "unsubscribe in English", method: "GET", path: o.link(first, "/u/") + "?lang=en", code: 200, says: "Unsubscribe"},
		{name: "unsubscribe, HEAD", method: "HEAD", path: o.link(first, "/u/"), code: 200},
		{name: "preferences", method: "GET", path: o.link(first, "/p/"), code: 200, says: "<form", wants: html},
		{name: "the message", method: "GET", path: o.link(first, "/v/"), code: 200, says: "Bonjour"},
		{name: "an answer", method: "GET", path: o.link(first, "/a/") + "?note=9", code: 200, says: "<form", wants: html},
		{name: "a click", method: "GET", path: click, code: 302, wants: []string{"Location", "https://boutique.example/cadeau?utm_campaign=noel-15"}, head: []string{"User-Agent", "Mozilla/5.0 Firefox/128.0"}},
		{name: "a click, HEAD", method: "HEAD", path: click, code: 302},
		{name: "a click that names a target", method: "GET", path: click + "?to=https://evil.example", code: 302, wants: []string{"Location", "https://boutique.example/cadeau?utm_campaign=noel-15"}, head: []string{"User-Agent", "curl/8"}},
		{name: "a picture", method: "GET", path: "/o/" + strings.Repeat("A", 44), code: 200, wants: []string{"Content-Type", "image/gif"}},
		{name: "alive", method: "GET", path: "/healthz", code: 200, says: "ok\n"},
		{name: "ready", method: "GET", path: "/readyz", code: 200, says: "ok\n"},
		{name: "description", method: "GET", path: "/v1/openapi.json", code: 200, says: `"openapi"`, wants: []string{"Content-Type", "application/json; charset=utf-8"}},
	}
}

// acts are done by people.
func (o *outskirts) acts(first int) []call {
	parts := "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
	plain := []string{"Content-Type", "text/plain; charset=utf-8", "Location", ""}
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	return []call{
		{name: "one click", method: "POST", path: o.link(first+1, "/u/"), body: "List-Unsubscribe=One-Click", head: form, code: 200, says: "ok\n", wants: plain},
		{name: "one click again", method: "POST", path: o.link(first+1, "/u/"), body: "List-Unsubscribe=One-Click", head: form, code: 200, says: "ok\n", wants: plain},
		{name: "one click in parts", method: "POST", path: o.link(first+2, "/u/"), body: parts, head: []string{"Content-Type", "multipart/form-data; boundary=b"}, code: 200, says: "ok\n", wants: plain},
		{name: "unsubscribed", method: "POST", path: o.link(first+3, "/u/"), body: "x=1", head: form, code: 200, says: "<h1"},
		{name: "tracking refused", method: "POST", path: o.link(first+4, "/p/"), body: "messages=yes&tracking=no", head: form, code: 200, says: "<h1"},
		{name: "no message any more", method: "POST", path: o.link(first+5, "/p/"), body: "messages=no", head: form, code: 200, says: "<h1"},
		{name: "answered", method: "POST", path: o.link(first+6, "/a/"), body: "note=9&of=10", head: form, code: 200, says: "<h1"},
		{name: "an answer beyond", method: "POST", path: o.link(first+6, "/a/"), body: "note=99&of=10", head: form, code: 200, says: "<form"},
		{name: "put", method: "PUT", path: o.link(first+11, "/u/"), body: "x=1", code: 405, wants: []string{"Allow", "GET, POST, HEAD"}},
		{name: "delete", method: "DELETE", path: o.link(first+11, "/p/"), code: 405},
		{name: "post to a link", method: "POST", path: o.link(first+11, "/c/"), body: "x=1", code: 405},
		{name: "a form without end", method: "POST", path: o.link(first+11, "/u/"), body: "x=" + strings.Repeat("a", 65<<10), head: form, code: 413},
	}
}

// nothing is what is not there: no page of ours, no door for those who run the
// shop, and nothing of what was asked in the answer.
func (o *outskirts) nothing(first int) (all []call) {
	token := strings.TrimPrefix(o.link(first+11, "/u/"), "/u/")
	for _, path := range []string{
		"/", "/admin", "/login", "/metrics", "/.env", "/debug/pprof/", "/config.toml", "/u/", "/p/" + token, "/c/" + token, "/v/" + token, "/a/" + token,
		"/u/" + token[:43] + "!", "/u/" + token + "A", "/c/https:%2f%2fevil.example", "/u/%2e%2e%2fmetrics",
	} {
		all = append(all, call{name: "nothing at " + path, method: "GET", path: path, code: 404, says: "<h1", wants: []string{"Location", ""}})
	}
	return append(all, call{name: "one click of nobody", method: "POST", path: "/u/" + strings.Repeat("B", 44), body: "List-Unsubscribe=One-Click", code: 404})
}

// programs call with a token and a signature.
func (o *outskirts) programs(first int) []call {
	now := time.Now()
	order := fmt.Sprintf(`{"event_id":"o%d","id":"O%d","date":"2026-11-20","total":10,"email":"%s"}`, first, first, outsideOf(first))
	good, again := signed(o.token, order, now), signed(o.token, order, now.Add(-time.Second))
	leave := fmt.Sprintf(`{"event_id":"u%d","type":"unsubscribe","email":"%s"}`, first, outsideOf(first+9))
	forged := fmt.Sprintf(`{"event_id":"f%d","type":"unsubscribe","email":"%s"}`, first, outsideOf(first+10))
	bad := fmt.Sprintf(`{"id":"%d"`, first)
	shop := fmt.Sprintf(`{"name":"#%d","email":"%s","financial_status":"paid","created_at":"2026-11-20T10:00:00+01:00","total_price":"25.00","currency":"EUR"}`, first, outsideOf(first))
	mac := hmac.New(sha256.New, []byte(shopifySecret))
	mac.Write([]byte(shop))
	shopify := []string{"Content-Type", "application/json", "X-Shopify-Topic", "orders/paid", "X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(mac.Sum(nil))}
	none := slices.Clone(signed(o.token, forged, now))
	none[5], none[7] = strconv.FormatInt(now.Unix(), 10), "sha256="+strings.Repeat("0", 64)
	const no = `{"error":"unauthorized"}`
	events := func(name, body string, code int, says string, head []string) call {
		return call{name: name, method: "POST", path: "/v1/events", body: body, code: code, says: says, head: head}
	}
	return []call{
		{name: "an order", method: "POST", path: "/v1/orders", body: order, head: good, code: 200, says: `"created"`},
		{name: "the same request", method: "POST", path: "/v1/orders", body: order, head: good, code: 409, says: `"replayed"`},
		{name: "the same order", method: "POST", path: "/v1/orders", body: order, head: again, code: 200, says: `"repeated"`},
		events("left by hook", leave, 200, `"created"`, signed(o.token, leave, now)),
		events("of another scope", forged, 401, no, signed(o.narrow, forged, now)),
		events("of no token", forged, 401, no, signed("blanche_till_"+strings.Repeat("A", 43), forged, now)),
		events("without a token", forged, 401, no, []string{"Content-Type", "application/json"}),
		events("without a signature", forged, 401, no, signed(o.token, forged, now)[:4]),
		events("forged", forged, 401, no, none),
		events("too old", forged, 401, no, signed(o.token, forged, now.Add(-6*time.Minute))),
		events("of the future", forged, 401, no, signed(o.token, forged, now.Add(6*time.Minute))),
		events("of another body", forged, 401, no, signed(o.token, leave, now)),
		events("no JSON", bad, 400, `"bad_json"`, signed(o.token, bad, now)),
		events("a form", "a=b", 415, `"not_json"`, []string{"Content-Type", "text/plain", "Authorization", "Bearer " + o.token}),
		events("too much", strings.Repeat(" ", 65<<10), 413, `"too_large"`, signed(o.token, "", now)),
		{name: "get", method: "GET", path: "/v1/orders", code: 405, wants: []string{"Allow", "POST"}},
		{name: "no such kind", method: "POST", path: "/v1/users", body: "{}", code: 404, says: `"not_found"`},
		{name: "a shop", method: "POST", path: "/v1/hooks/shopify", body: shop, head: shopify, code: 200, says: `"created"`},
		{name: "a forged shop", method: "POST", path: "/v1/hooks/shopify", body: strings.Replace(shop, "25.00", "99.00", 1), head: shopify, code: 401, says: no},
		{name: "a shop without settings", method: "POST", path: "/v1/hooks/woocommerce", body: shop, head: shopify, code: 401, says: no},
	}
}

// vendors carry the mail.
func (o *outskirts) vendors(first int) []call {
	brevo := func(i int) string { return fmt.Sprintf(`{"event":"spam","email":"%s"}`, outsideOf(first+i)) }
	bearer := []string{"Authorization", "Bearer " + brevoSecret}
	ts, token := strconv.FormatInt(time.Now().Unix(), 10), fmt.Sprintf("%050d", first)
	mailgun := func(i int) string {
		return fmt.Sprintf(`{"signature":{"timestamp":"%s","token":"%s","signature":"%s"},"event-data":{"event":"complained","recipient":"%s","id":"m%d"}}`,
			ts, token, hexMAC(mailgunSecret, ts+token), outsideOf(first+i), first)
	}
	const taken, no = `{"result":"taken"}`, `{"error":"unauthorized"}`
	return []call{
		{name: "brevo", method: "POST", path: "/in/brevo", body: brevo(7), head: bearer, code: 200, says: taken},
		{name: "brevo again", method: "POST", path: "/in/brevo", body: brevo(7), head: bearer, code: 200, says: taken},
		{name: "brevo, nobody known", method: "POST", path: "/in/brevo", body: `{"event":"spam","email":"nobody@clients.example"}`, head: bearer, code: 200, says: taken},
		{name: "brevo, forged", method: "POST", path: "/in/brevo", body: brevo(10), head: []string{"Authorization", "Bearer guessed"}, code: 401, says: no},
		{name: "brevo, broken", method: "POST", path: "/in/brevo", body: "{", head: bearer, code: 400, says: `"bad_form"`},
		{name: "brevo, too much", method: "POST", path: "/in/brevo", body: strings.Repeat(" ", 257<<10), head: bearer, code: 413},
		{name: "mailgun", method: "POST", path: "/in/mailgun", body: mailgun(8), code: 200, says: taken},
		{name: "mailgun, the signature of another event", method: "POST", path: "/in/mailgun", body: mailgun(10), code: 401, says: no},
		{name: "postmark without settings", method: "POST", path: "/in/postmark", body: "{}", code: 404, says: `"not_found"`},
		{name: "a vendor, GET", method: "GET", path: "/in/brevo", code: 404},
		{name: "no vendor", method: "POST", path: "/in/nobody", body: "{}", code: 404},
	}
}
