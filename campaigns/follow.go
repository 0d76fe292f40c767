package campaigns

import (
	"context"
	"sync"

	"blanche/campaigns/bus"
)

// Follow is a mailbox of what happens from now on, with where the campaigns
// under way stand. In a process that does not send, only its closing comes.
func (s *Service) Follow(ctx context.Context) *bus.Mailbox {
	m := s.bus.Open(ctx)
	s.told.begin(ctx, s)
	for _, c := range s.Live().Running {
		s.bus.Show(c.Status)
	}
	return m
}

// told is the number of the last line of the audit that the mailboxes were told.
type told struct {
	mu    sync.Mutex
	seq   uint64
	known bool // false while nobody listens
}

// begin takes the end of the audit as told, unless somebody listens already.
func (t *told) begin(ctx context.Context, s *Service) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known {
		return
	}
	if head, err := s.store.Audit().Head(ctx); err == nil {
		t.seq, t.known = head.Seq, true
	}
}
