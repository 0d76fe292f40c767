package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Options are what the public part is made of.
type Options struct {
	Desk   campaigns.PublicDesk
	Lang   string // of what is not a person's, fr or en
	Secure bool   // people come by https: they are told to come back that way alone
	Limits Limits
	Now    func() time.Time
}

// Site answers to the outside.
type Site struct {
	opt    Options
	mux    *http.ServeMux
	pages  *pages
	crowd  *crowd
	places chan struct{}

	counting sync.Mutex
	requests map[Request]uint64
}

// New makes a site with the pages of messages, /healthz and /readyz.
func New(o Options) *Site {
	o.Limits = o.Limits.orDefault()
	s := &Site{opt: o, mux: http.NewServeMux(), pages: newPages(o.Lang), crowd: newCrowd(o.Limits), places: make(chan struct{}, o.Limits.AtOnce), requests: map[Request]uint64{}}
	s.mux.HandleFunc(campaigns.PathUnsubscribe+"{token}", s.unsubscribe)
	s.mux.HandleFunc(campaigns.PathPreferences+"{token}", s.preferences)
	s.mux.HandleFunc(campaigns.PathView+"{token}", s.view)
	s.mux.HandleFunc(campaigns.PathAnswer+"{token}", s.answer)
	s.mux.HandleFunc(campaigns.PathClick+"{token}", s.click)
	s.mux.HandleFunc(campaigns.PathOpen+"{token}", s.open)
	s.mux.HandleFunc("/healthz", s.health)
	s.mux.HandleFunc("/readyz", s.health)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.pages.problem(w, r, http.StatusNotFound, "nothing") })
	return s
}

// Mount adds what answers under a pattern of http.ServeMux, before the site is
// served. It is within the limits of the site but that of bodies, which it sets.
func (s *Site) Mount(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// ServeHTTP puts the limits and the headers of every answer around the pages.
func (s *Site) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	w, at := &noted{ResponseWriter: to}, r.URL.Path
	defer func() { s.count(at, cmp.Or(w.status, http.StatusOK)) }()
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", s.pages.policy)
	if s.opt.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	who := s.opt.Limits.origin(r)
	if !s.crowd.enters(client(who), s.opt.Now()) {
		later(w)
		return
	}
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	default:
		later(w)
		return
	}
	if who.IsValid() {
		r = r.WithContext(context.WithValue(r.Context(), whoAsks{}, who))
	}
	if r.Method == http.MethodConnect || at != clean(at) { // a mux would lead elsewhere: nothing here does
		s.pages.problem(w, r, http.StatusNotFound, "nothing")
		return
	}
	s.mux.ServeHTTP(w, r)
}

// clean is a path as an address of ours is written.
func clean(at string) string {
	if at == "/" || !strings.HasSuffix(at, "/") {
		return path.Clean("/" + at)
	}
	return path.Clean("/"+at) + "/"
}

// later is the answer to who comes when there is no room.
func later(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "5")
	w.Header().Set("Connection", "close")
	w.WriteHeader(http.StatusServiceUnavailable)
}

// health tells a monitor, and blanche itself before it sends, that whoever wants
// to say no can.
func (s *Site) health(w http.ResponseWriter, r *http.Request) {
	if !only(w, r, http.MethodGet) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if s.opt.Desk.PublicHealth(ctx) != nil {
		later(w)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// only lets the methods of an address through; HEAD is answered with nothing.
func only(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return false
	}
	allow := ""
	for _, m := range methods {
		allow += m + ", "
	}
	w.Header().Set("Allow", allow+http.MethodHead)
	w.WriteHeader(http.StatusMethodNotAllowed)
	return false
}

// Listen opens the place to answer at.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, model.Busy("public.cannot_listen", "address", address).Because(err)
	}
	return l, nil
}

// Certificate reads the two files of TLS, again for each connection that comes
// after they changed: a renewal needs no restart.
func Certificate(cert, key string) (*tls.Config, error) {
	p := &pair{cert: cert, key: key}
	if _, err := p.get(nil); err != nil {
		return nil, model.Failed(err, "public.bad_certificate", "file", cert)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: p.get, NextProtos: []string{"http/1.1"}}, nil
}

// Serve answers until ctx ends, then lets what was asked be answered, for ten
// seconds at most: an opposition may wait for a message. It closes the listener.
// A nil secret is plain HTTP: behind a proxy that has the certificate.
func (s *Site) Serve(ctx context.Context, l net.Listener, secret *tls.Config, log *slog.Logger) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: s.opt.Limits.Header, ReadTimeout: s.opt.Limits.Read, WriteTimeout: s.opt.Limits.Write, IdleTimeout: s.opt.Limits.Idle,
		MaxHeaderBytes: 8 << 10, // net/http gives up to 8 KiB more: 16 KiB in all
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext:    func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	l = newBounded(l, s.opt.Limits.Connections)
	if secret != nil {
		l = tls.NewListener(l, secret)
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			_ = server.Close()
		}
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	<-ended
	return nil
}

// Reach asks the public part as the outside does, and says why nobody gets there.
func Reach(ctx context.Context, site string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, site+"/healthz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: nil},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// Until is until when the certificate of a site is good; zero where it has none.
func Until(ctx context.Context, site string) (time.Time, error) {
	u, err := url.Parse(site)
	if err != nil || u.Scheme != "https" {
		return time.Time{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	at := u.Host
	if u.Port() == "" {
		at = net.JoinHostPort(u.Hostname(), "443")
	}
	conn, err := (&tls.Dialer{}).DialContext(ctx, "tcp", at)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = conn.Close() }()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0].NotAfter, nil
}
