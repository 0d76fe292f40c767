package cli

import (
	"context"
	"crypto/tls"
	"strings"

	"blanche/campaigns"
	"blanche/ui/config"
	"blanche/ui/web"
)

// site makes what the outside may reach.
func (s *session) site(house House, set *config.Loaded) (*web.Site, error) {
	proxies, err := web.ParseProxies(set.Public.Proxies)
	if err != nil {
		return nil, err
	}
	site := web.New(web.Options{
		Desk: house.Outside(), Lang: set.Config.Lang, Secure: strings.HasPrefix(set.Public.URL, "https://"), Now: s.Now,
		Limits: web.Limits{Proxies: proxies},
	})
	site.Mount("/v1/", web.API(house, campaigns.NewHookProof(set.Hooks), s.Now))
	site.Mount(web.PathVendors, web.Vendors(house, campaigns.NewVendorProof(set.Vendors, web.Fetch, house.SpendToken), s.Now))
	return site, nil
}

// servePublic answers to the outside, with the certificate of the settings or,
// without one, in clear: behind a proxy that has it.
func (s *session) servePublic(ctx context.Context, site *web.Site, set *config.Loaded, address string) error {
	var secret *tls.Config
	if set.Public.Certificate != "" {
		var err error
		if secret, err = web.Certificate(set.Public.Certificate, set.Public.Key); err != nil {
			return err
		}
	}
	l, err := web.Listen(ctx, address)
	if err != nil {
		return err
	}
	s.note(s.p.T("cli.serve.public", "address", l.Addr().String(), "url", set.Public.URL))
	s.behind(func() error { return site.Serve(ctx, l, secret, s.logger) })
	return nil
}
