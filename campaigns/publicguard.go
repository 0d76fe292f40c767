package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// How often the public part is asked whether people can say no: while they can,
// and while they cannot.
const (
	reachEvery = 10 * time.Second
	reachAgain = time.Second
)

// watchesDoor reports whether sending depends on a public part.
func (s *Service) watchesDoor() bool { return s.cfg.Public.URL != "" && s.opt.Reach != nil }

// PublicAlarm is why nobody outside could say no now, so that nothing leaves. The
// zero value: they can, or it is not known yet.
type PublicAlarm struct {
	Why    error
	Unread bool // the list of who said no cannot be read; else the site does not answer
	Since  time.Time
}

// reachable is why nobody could say no now: the oppositions cannot be read, or
// the public part does not answer over the network.
func (s *Service) reachable(ctx context.Context) (why error, unread bool) {
	if err := s.Outside().PublicHealth(ctx); err != nil {
		return err, true
	}
	return s.opt.Reach(ctx, s.cfg.Public.URL), false
}

// keepReachable lets nothing leave while nobody could say no.
func (s *Service) keepReachable(ctx context.Context) {
	for {
		why, unread := s.reachable(ctx)
		if ctx.Err() != nil {
			return
		}
		s.pulse.reached(why, unread, s.Now())
		s.readCertificate(ctx, why)
		s.worker.Reachable(s.cfg.Public.URL, why)
		wait := reachEvery
		if why != nil {
			wait = reachAgain
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// certificateEvery is how often the certificate of the public part is looked at.
const certificateEvery = time.Hour

// readCertificate notes until when the certificate of the public part is good.
func (s *Service) readCertificate(ctx context.Context, why error) {
	if now := s.Now(); why == nil && s.opt.Until != nil && now.Sub(s.pulse.read) >= certificateEvery {
		s.pulse.read = now
		if until, err := s.opt.Until(ctx, s.cfg.Public.URL); err == nil {
			s.pulse.mu.Lock()
			s.pulse.until = until
			s.pulse.mu.Unlock()
		}
	}
}

// publicLines block a launch when nobody could say no.
func (s *Service) publicLines(ctx context.Context) []model.CheckLine {
	if !s.watchesDoor() {
		return nil
	}
	if why, _ := s.reachable(ctx); why != nil {
		return []model.CheckLine{{Code: "public_down", Level: model.LevelStop, Args: []any{"url", s.cfg.Public.URL, "why", why}}}
	}
	return []model.CheckLine{{Code: "public", Level: model.LevelOK, Args: []any{"url", s.cfg.Public.URL}}}
}
