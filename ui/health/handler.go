package health

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"blanche/ui/i18n"
)

// Options are what the answers are made of.
type Options struct {
	State   func(context.Context) State          // for /readyz
	Stats   func(context.Context) (Stats, error) // for /metrics
	Printer *i18n.Printer                        // words messages and HELP lines; nil: English
	Build   Build
	Started time.Time
	Now     func() time.Time
	// Rest answers at every other address; nil: nothing does.
	Rest http.Handler
}

// Build says which program this is.
type Build struct{ Version, Commit, Go string }

// patience is how long the answers wait for what they are made of.
const patience = 5 * time.Second

// Handler serves the three addresses and nothing else.
func Handler(o Options) http.Handler {
	if o.Printer == nil {
		o.Printer = i18n.New("en")
	}
	h := &handler{o}
	routes := map[string]http.HandlerFunc{"/healthz": h.alive, "/readyz": h.ready, "/metrics": h.metrics}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		route, known := routes[r.URL.Path]
		switch {
		case !known && h.Rest != nil:
			h.Rest.ServeHTTP(w, r)
		case !local(r.Host):
			w.WriteHeader(http.StatusMisdirectedRequest)
		case !known:
			w.WriteHeader(http.StatusNotFound)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.ContentLength != 0:
			w.Header().Set("Connection", "close")
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		default:
			ctx, cancel := context.WithTimeout(r.Context(), patience)
			defer cancel()
			route(w, r.WithContext(ctx))
		}
	})
}

// local reports whether the host of a request is this machine. A page that had
// its name point here (DNS rebinding) asks under its own name.
func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

type handler struct{ Options }

func (h *handler) alive(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

// readyJSON is the answer of /readyz.
type readyJSON struct {
	Ready  bool    `json:"ready"`
	Checks []Check `json:"checks"`
}

func (h *handler) ready(w http.ResponseWriter, r *http.Request) {
	out := readyJSON{Ready: true, Checks: h.State(r.Context()).Checks(h.Printer)}
	for _, c := range out.Checks {
		out.Ready = out.Ready && c.OK
	}
	status := http.StatusOK
	if !out.Ready {
		status = http.StatusServiceUnavailable
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		status = http.StatusInternalServerError
	}
	answer(w, status, "application/json", body.Bytes())
}

func (h *handler) metrics(w http.ResponseWriter, r *http.Request) {
	stats, err := h.Stats(r.Context())
	if err != nil {
		// A scrape with half of the series would look like a shop that lost its
		// contacts: none is better, and shows as down.
		answer(w, http.StatusServiceUnavailable, "text/plain; charset=utf-8", nil)
		return
	}
	answer(w, http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", h.exposition(&stats, ownProcess()))
}

// answer writes a whole answer; net/http leaves the body of a HEAD out.
func answer(w http.ResponseWriter, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is not our trouble
}
