package cli

import (
	"context"
	"path/filepath"

	"blanche/campaigns"
	"blanche/ui/logs"
)

// useLogged is use for the screens: where this process comes to hold the data,
// what happens at its doors goes to a file, since the terminal is the screens'.
// Without that file they work as well.
func (s *session) useLogged(ctx context.Context) (campaigns.Desk, error) {
	s.looks = true
	if s.inside != nil || s.settings == nil {
		return s.use(ctx, true)
	}
	f, err := logs.Open(filepath.Join(s.settings.Paths.State, "blanche.log"))
	if err != nil {
		return s.use(ctx, true)
	}
	s.logger = logs.New(logs.Options{Writer: f, Now: s.Now})
	desk, err := s.use(ctx, true)
	release := s.closeDesk
	if release == nil {
		return desk, firstOf(err, f.Close())
	}
	s.closeDesk = func(ctx context.Context) error { return firstOf(release(ctx), f.Close()) }
	return desk, err
}
