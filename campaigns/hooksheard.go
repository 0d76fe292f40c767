package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// heardHead is before the names of those who call from outside, in the notebook.
const heardHead = "heard/"

// callers are those who may call under the name of what they are, not of a token.
func callers() []string {
	all := []string{"shop:shopify", "shop:woocommerce"}
	for _, v := range Vendors() {
		all = append(all, "vendor:"+v)
	}
	return all
}

// heardFrom remembers that somebody called, by the day: it may be lost.
func (s *Service) heardFrom(name string) {
	if s.opt.Notebook == nil {
		return
	}
	now := s.Now()
	if at, known := s.lastHeard(name); known && model.DateOf(at, s.cfg.Zone) == model.DateOf(now, s.cfg.Zone) {
		return
	}
	_ = s.opt.Notebook.Keep(heardHead+name, []byte(now.Format(time.RFC3339)))
}

func (s *Service) lastHeard(name string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, string(s.recalled(heardHead+name)))
	return at, err == nil
}

// LastHeard is when each provider of mail ("vendor:brevo") and each shop
// ("shop:shopify") last proved itself here, by the day; those who never did are
// missing.
func (s *Service) LastHeard(context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	for _, name := range callers() {
		if at, known := s.lastHeard(name); known {
			out[name] = at.In(s.cfg.Zone)
		}
	}
	return out, nil
}

func (d door) LastHeard(ctx context.Context) (map[string]time.Time, error) {
	return ask(ctx, d, "LastHeard", func(ctx context.Context) (map[string]time.Time, error) { return d.s.LastHeard(ctx) })
}
