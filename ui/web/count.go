package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"blanche/campaigns"
	"blanche/model"
)

// Request is what was asked for, and what was answered. Of who asked it says
// nothing, nor which address that was: Kind is one of a list.
type Request struct {
	Kind   string
	Status int
}

// kinds are the addresses of pages.
var kinds = map[string]string{
	campaigns.PathUnsubscribe: "unsubscribe", campaigns.PathPreferences: "preferences", campaigns.PathView: "view",
	campaigns.PathAnswer: "answer", campaigns.PathClick: "click", campaigns.PathOpen: "open",
}

// kindOf is the kind of a path: a page, a kind of thing that programs tell, a shop,
// a provider; "other" for what is nowhere.
func kindOf(path string) string {
	if len(path) >= 3 && kinds[path[:3]] != "" {
		return kinds[path[:3]]
	}
	if path == "/healthz" || path == "/readyz" {
		return "health"
	}
	if what, is := strings.CutPrefix(path, "/v1/"); is && slices.Contains(model.Scopes(), model.Scope(what)) {
		return "api_" + what
	}
	if shop, is := strings.CutPrefix(path, "/v1/hooks/"); is && (shop == "shopify" || shop == "woocommerce") {
		return "shop_" + shop
	}
	if vendor, is := strings.CutPrefix(path, PathVendors); is && slices.Contains(campaigns.Vendors(), vendor) {
		return "vendor_" + vendor
	}
	return "other"
}

// Requests are how many were answered since the site was made.
func (s *Site) Requests() map[Request]uint64 {
	s.counting.Lock()
	defer s.counting.Unlock()
	return maps.Clone(s.requests)
}

func (s *Site) count(path string, status int) {
	r := Request{kindOf(path), status}
	s.counting.Lock()
	s.requests[r]++
	s.counting.Unlock()
}

// noted is an answer whose status is remembered.
type noted struct {
	http.ResponseWriter
	status int
}

func (n *noted) WriteHeader(status int) {
	if n.status == 0 {
		n.status = status
	}
	n.ResponseWriter.WriteHeader(status)
}

func (n *noted) Write(b []byte) (int, error) {
	if n.status == 0 {
		n.status = http.StatusOK
	}
	return n.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }
