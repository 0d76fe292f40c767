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
	m, err := s.messages.render(ctx, model.Claim{Campaign: c, Contact: who}, version)
	return string(m.Data), err
}

// Repairs are the places where the lines found here are repaired, by code.
func Repairs() map[string]model.Repair { return repairs }

// Hasty lets an opposition return before what is under way has ended.
func (s *Service) Hasty() { s.hasty = true }

// Ghostless counts no ghosts for the pressure cap.
func (s *Service) Ghostless(yes bool) { s.ghostless = yes }

// Tell gives the desk a notice of its worker, as late as a test wants.
func (s *Service) Tell(n worker.Notice) { s.heard(n) }

// Guards are the methods of the desk with the right that each stands under.
func Guards() map[string]model.Action {
	all := map[string]model.Action{}
	for method, g := range guards {
		all[method] = g.action
	}
	return all
}

// Acts are the methods of the desk that leave a line in the audit, with its code.
func Acts() map[string]string {
	all := map[string]string{}
	for method, g := range guards {
		if g.act != "" {
			all[method] = g.act
		}
	}
	return all
}

// Unguarded are the methods of the desk that everybody may ask.
func Unguarded() []string { return unguarded }

// Veil hides addresses.
func Veil(s string) string { return veil(s) }

// VeiledError is an error without the addresses in it.
func VeiledError(err error) error { return veiledError(err) }

// LimitBooks gives the books of the campaigns so many bytes; 0: the default.
func (s *Service) LimitBooks(limit int) {
	s.books.mu.Lock()
	defer s.books.mu.Unlock()
	s.books.limit = limit
}

// Books is how many campaigns have their book in memory.
func (s *Service) Books() int {
	s.books.mu.Lock()
	defer s.books.mu.Unlock()
	return len(s.books.all)
}

// TakeTurn holds the turn of a campaign, as a long step in its life does.
func (s *Service) TakeTurn(ctx context.Context, name string) (release func(), err error) {
	return s.turns.take(ctx, name)
}
