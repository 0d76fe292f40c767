package memory

import (
	"context"
	"os"
	"slices"
	"sync"
	"time"

	"blanche/model"
	"blanche/store"
)

// Options say what a simulation wants to do and to see.
type Options struct {
	// Now is the clock of Crash: when what was intended became uncertain. Nil:
	// always the zero time.
	Now func() time.Time
	// Fault is asked at the start of every method, by the name of the method:
	// "Plan", "Claim", "Commit", "ExcludeRest", "Resolve", "Tally", "Lines",
	// "Add", "Lookup"… An error before: nothing was written. An error after: it
	// was, and the caller is not told. It may call Crash. Nil: nothing fails.
	Fault func(method string) (before, after error)
	// Check is given the tally of each campaign that a step changed, before
	// anybody else may change it: it must not call the store. Nil: nobody looks.
	Check func(model.Tally)
}

// Store is a folder in memory. It is safe for use by several goroutines.
type Store struct {
	o Options

	mu         sync.Mutex
	closed     bool
	campaigns  map[model.CampaignID]*campaign
	suppressed map[string]model.Suppression // by model.EmailKey; reason 0: lifted
	responses  *answered
}

// campaign is the ledger of one campaign.
type campaign struct {
	lines []model.Recipient // by ordinal
	held  []model.HeldOut
	apart []model.ContactID
	// strata are those of the planned; nil where they are not known.
	strata []string
}

// New is an empty folder.
func New(o Options) *Store {
	return &Store{o: o, campaigns: map[model.CampaignID]*campaign{}, suppressed: map[string]model.Suppression{}, responses: newAnswered()}
}

// Crash ends the process that holds the folder, and returns what the next one
// finds. It works on a closed store too: opening is the same after any end. The
// store that it was called on has nothing afterwards.
func (s *Store) Crash() *Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := New(s.o)
	next.campaigns, next.suppressed, next.responses = s.campaigns, s.suppressed, s.responses
	s.closed, s.campaigns, s.suppressed, s.responses = true, nil, nil, newAnswered()
	var now time.Time
	if s.o.Now != nil {
		now = second(s.o.Now())
	}
	for _, c := range next.campaigns {
		for i := range c.lines {
			c.lines[i] = recovered(c.lines[i], now)
		}
	}
	return next
}

// recovered is a line as opening leaves it.
func recovered(r model.Recipient, now time.Time) model.Recipient {
	switch r.State {
	case model.StateClaimed:
		r.State, r.Version, r.At = model.StatePlanned, 0, time.Time{}
	case model.StateIntended:
		r.State, r.At, r.Code, r.Text = model.StateUncertain, now, store.CodeInterrupted, ""
		r.Attempts++
	}
	return r
}

// Close ends the use of this handle; Crash opens the folder again.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// Ledger keeps who got what.
func (s *Store) Ledger() store.Ledger { return ledger{s} }

// Suppressions keeps who must not be written to.
func (s *Store) Suppressions() store.Suppressions { return suppressions{s} }

// Responses keeps what came back from outside.
func (s *Store) Responses() store.Responses { return responses{s} }

// step is one atomic step: what it changed can be undone.
type step struct {
	s       *Store
	undo    []func()
	touched []*campaign
}

// do runs a method: everything of it, or nothing.
func (s *Store) do(ctx context.Context, method string, do func(*step) error) error {
	if err := s.entered(ctx); err != nil {
		return err
	}
	var before, after error
	if s.o.Fault != nil {
		before, after = s.o.Fault(method)
	}
	if before != nil {
		return before
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	t := &step{s: s}
	if err := do(t); err != nil {
		for _, undo := range slices.Backward(t.undo) {
			undo()
		}
		return err
	}
	for _, c := range t.touched {
		if s.o.Check != nil {
			s.o.Check(c.tally())
		}
	}
	return after
}

func (s *Store) entered(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	return nil
}

func errClosed() error { return model.Failed(os.ErrClosed, "store.closed") }

// campaign is the ledger of a campaign that must have a plan.
func (t *step) campaign(id model.CampaignID) (*campaign, error) {
	c := t.s.campaigns[id]
	if c == nil {
		return nil, model.NotFound("store.no_plan").Because(store.ErrNotFound)
	}
	return c, nil
}

// set changes a line.
func (t *step) set(c *campaign, r model.Recipient) {
	line := &c.lines[r.Ordinal]
	old := *line
	t.undo = append(t.undo, func() { *line = old })
	*line = r
	if !slices.Contains(t.touched, c) {
		t.touched = append(t.touched, c)
	}
}

// second is an instant as a line keeps it.
func second(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.Unix(t.Unix(), 0).UTC()
}

// milli is an instant as everything else keeps it.
func milli(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}
