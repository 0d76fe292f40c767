package web_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/ui/web"
)

func TestRequestsAreCountedByKindAndNameNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	site := newSite(&desk{}, web.Limits{Rate: 0.001, Burst: 14})
	site.Mount("/v1/", web.API(o.s, campaigns.NewHookProof(campaigns.HookSecrets{}), o.now))
	site.Mount(web.PathVendors, o.hooks)
	for _, p := range [][3]string{
		{"GET", "/u/" + known, ""},
		{"POST", "/u/" + known, "x=1"},
		{"GET", "/u/lea@client.example", ""},
		{"GET", "/lea@client.example", ""},
		{"GET", "/v1/lea@client.example", ""},
		{"GET", "/v1/hooks/lea@client.example", ""},
		{"POST", "/in/lea@client.example", "{}"},
		{"GET", "/c/" + known, ""},
		{"HEAD", "/p/" + known, ""},
		{"PUT", "/a/" + known, ""},
		{"POST", "/v1/orders", "{}"},
		{"POST", "/v1/hooks/shopify", "{}"},
		{"POST", "/in/brevo", "{}"},
		{"GET", "/healthz", ""},
		{"GET", "/v/" + known, ""}, // one too many
	} {
		get(site, p[0], p[1], p[2])
	}
	want := map[web.Request]uint64{
		{Kind: "unsubscribe", Status: 200}: 2, {Kind: "unsubscribe", Status: 404}: 1, {Kind: "other", Status: 404}: 4, {Kind: "click", Status: 302}: 1,
		{Kind: "preferences", Status: 200}: 1, {Kind: "answer", Status: 405}: 1, {Kind: "api_orders", Status: 401}: 1,
		{Kind: "shop_shopify", Status: http.StatusUnsupportedMediaType}: 1, {Kind: "vendor_brevo", Status: 401}: 1, {Kind: "health", Status: 200}: 1, {Kind: "view", Status: 503}: 1,
	}
	if d := cmp.Diff(want, site.Requests()); d != "" {
		t.Error(d)
	}
}
