package campaigns

import (
	"context"

	"blanche/campaigns/worker"
	"blanche/model"
)

// Wordings is how many compiled wordings are kept.
func (s *Service) Wordings() int {
	s.messages.mu.RLock()
	defer s.messages.mu.RUnlock()
	return len(s.messages.by)
}

// Render writes the message of one person in one version.
func (s *Service) Render(ctx context.Context, c model.CampaignID, who model.ContactID, version uint16) (string, error) {
	m, err := s.messages.render(ctx, c, who, version)
	return string(m.Data), err
}

// Tell gives the desk a notice of its worker, as late as a test wants.
func (s *Service) Tell(n worker.Notice) { s.heard(n) }
