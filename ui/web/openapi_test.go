package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/web"
)

func TestTheDescriptionHasEveryAddressForProgramsAndNoOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	api := web.API(o.s, campaigns.NewHookProof(campaigns.HookSecrets{Shopify: []string{"s"}, WooCommerce: []string{"w"}}), o.now)
	site := newSite(&desk{}, web.Limits{})
	site.Mount("/v1/", api)
	site.Mount(web.PathVendors, o.hooks)
	ask := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader("{}")))
		return w
	}
	var d description
	if err := json.Unmarshal(ask(http.MethodGet, "/v1/openapi.json").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	want := []string{"/healthz", "/in/{vendor}", "/readyz", "/v1/hooks/shopify", "/v1/hooks/woocommerce", "/v1/openapi.json"}
	for _, scope := range model.Scopes() {
		want = append(want, "/v1/"+string(scope))
	}
	slices.Sort(want)
	var got []string
	for path, methods := range d.Paths {
		got = append(got, path)
		for method, op := range methods {
			at := strings.Replace(path, "{vendor}", "brevo", 1)
			w := ask(strings.ToUpper(method), at)
			if _, described := op.Responses[strconv.Itoa(w.Code)]; !described || w.Code == http.StatusNotFound {
				t.Errorf("%s %s answers %d", method, at, w.Code)
			}
			if w := ask(http.MethodPut, at); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
				t.Errorf("PUT %s answers %d, Allow %q", at, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("described: %q, served: %q", got, want)
	}
	for _, vendor := range campaigns.Vendors() {
		if w := ask(http.MethodPost, "/in/"+vendor); w.Code == http.StatusNotFound || d.Paths["/in/{vendor}"]["post"].Responses[strconv.Itoa(w.Code)].Content == nil {
			t.Errorf("/in/%s answers %d", vendor, w.Code)
		}
	}
}
