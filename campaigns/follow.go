package campaigns

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"blanche/campaigns/bus"
	"blanche/campaigns/worker"
	"blanche/model"
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

// told is how far the mailboxes were told: up to which line of the audit, and
// where each campaign stood.
type told struct {
	mu    sync.Mutex
	known bool // false while nobody listens
	seq   uint64
	shown map[string]model.Status
}

// begin takes the end of the audit as told, unless somebody listens already.
func (t *told) begin(ctx context.Context, s *Service) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known {
		return
	}
	if head, err := s.store.Audit().Head(ctx); err == nil {
		t.seq, t.known, t.shown = head.Seq, true, map[string]model.Status{}
	}
}

// tellAll gives the mailboxes what was added to the audit since the last time,
// and where the campaigns of a live picture stand. What it reads is durable:
// nobody is shown what a crash could take back.
func (s *Service) tellAll(ctx context.Context, l *Live) {
	t := &s.told
	if !s.bus.Listened() {
		t.mu.Lock()
		t.known = false
		t.mu.Unlock()
		return
	}
	s.showMoved(ctx)
	t.begin(ctx, s) // who listens came while its head could not be read
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range l.Running {
		if last, known := t.shown[c.Name]; !known || !reflect.DeepEqual(last, c.Status) {
			t.shown[c.Name] = c.Status
			s.bus.Show(c.Status)
		}
	}
	head, err := s.store.Audit().Head(ctx)
	if err != nil || !t.known || head.Seq <= t.seq {
		return
	}
	facts := make([]bus.Fact, 0, bus.Facts)
	_ = s.store.Audit().Lines(ctx, t.seq+1, func(line *model.AuditLine) error {
		e := &line.Entry
		facts = append(facts, bus.Fact{At: e.At, Act: e.Act, Who: e.Who, Object: e.Object, Seq: line.Seq})
		t.seq = line.Seq
		if len(facts) == bus.Facts {
			s.bus.Tell(facts...)
			facts = facts[:0]
		}
		return nil
	})
	s.bus.Tell(facts...)
}

// tellNotice gives the mailboxes what the sending has to say beside its
// figures: trouble, and its end.
func (s *Service) tellNotice(n *worker.Notice) {
	if n.Event.Level == model.LevelInfo || slices.Contains(n.Event.Args, any("email")) {
		return // what somebody asked for is in the audit, what became of one person in the ledger
	}
	event, object := veiledEvent(n.Event), "folder"
	if n.Name != "" {
		object = objectCampaign(n.Name)
	}
	s.bus.Tell(bus.Fact{At: n.Event.At, Act: bus.Notice, Who: model.System().Name, Object: object, Notice: &event})
}
