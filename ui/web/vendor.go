package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// PathVendors is where providers of mail tell what became of messages: /in/ses and
// so on.
const PathVendors = "/in/"

// The bounds of what vendors tell at once. A body is read before its signature can
// be checked: so many of them at a time, and no more.
const (
	maxVendorBody  = 256 << 10
	maxBatchBody   = 1 << 20 // SendGrid tells up to 768 KiB at once
	vendorsAtOnce  = 8
	maxFetched     = 64 << 10
	vendorsTakeFor = 25 * time.Second
)

// VendorGate is the desk of a vendor whose proof was checked.
type VendorGate interface {
	VendorDesk(vendor, from string) campaigns.Desk
	// SpendToken remembers what a token came with: see feedback.Spend.
	SpendToken(ctx context.Context, token string, body [sha256.Size]byte) (bool, error)
}

// Vendors answers providers of mail under /in/, those that the settings name. What
// it answers in 2xx is durable, and the same for whom we know and whom we do not;
// who is not the vendor is 401, and nothing of theirs is written.
func Vendors(gate VendorGate, proof *campaigns.VendorProof, now func() time.Time) http.Handler {
	v := &vendors{gate: gate, proof: proof, now: now, places: make(chan struct{}, vendorsAtOnce)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+PathVendors+"{vendor}", v.take)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodPost {
			say(w, http.StatusNotFound, problem{"not_found"})
			return
		}
		w.Header().Set("Allow", http.MethodPost)
		say(w, http.StatusMethodNotAllowed, problem{"method_not_allowed"})
	})
	return mux
}

type vendors struct {
	gate   VendorGate
	proof  *campaigns.VendorProof
	now    func() time.Time
	places chan struct{}
}

// heard is the answer to every hook that was taken, whatever it told.
var heard = struct {
	Result string `json:"result"`
}{"taken"}

func (v *vendors) take(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("vendor")
	if !v.proof.Takes(name) {
		say(w, http.StatusNotFound, problem{"not_found"})
		return
	}
	select {
	case v.places <- struct{}{}:
		defer func() { <-v.places }()
	default:
		say(w, http.StatusServiceUnavailable, problem{"try_again"})
		return
	}
	most := int64(maxVendorBody)
	if name == "sendgrid" {
		most = maxBatchBody
	}
	body, ok := readAny(w, r, most)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), vendorsTakeFor)
	defer cancel()
	told, err := v.proof.Check(ctx, name, r.Header, body, v.now())
	if err == nil && told != nil {
		_, err = v.gate.VendorDesk(name, address(r)).TakeVendor(ctx, name, told)
	}
	switch {
	case err == nil:
		say(w, http.StatusOK, heard)
	case model.KindOf(err) == model.KindInvalid:
		say(w, http.StatusBadRequest, problem{"bad_form"})
	default:
		fail(w, err)
	}
}

// Fetch gets a document over https, following nowhere, 64 KiB at most.
func Fetch(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, maxFetched))
}
