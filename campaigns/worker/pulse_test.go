package worker_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// hung is a ledger that does not come back, from Commit or from Claim, until it
// is let go.
type hung struct {
	store.Ledger
	commit, claim chan struct{} // nil comes back at once
}

func (h *hung) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	if h.commit != nil {
		<-h.commit
	}
	return h.Ledger.Commit(ctx, results, intents)
}

func (h *hung) Claim(ctx context.Context, c model.CampaignID, r model.ClaimRequest, now time.Time) ([]model.Claim, error) {
	if h.claim != nil {
		<-h.claim
	}
	return h.Ledger.Claim(ctx, c, r, now)
}

// age is how old the last sign of life is after ten minutes of a sending.
func age(t *testing.T, prepare func(*shop, *worker.Options) (release func())) (old time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, 200)
		release := func() {}
		w := s.worker(func(o *worker.Options) {
			o.Connections, o.Window = 2, 8
			release = prepare(s, o)
		})
		s.start(w, 0)
		time.Sleep(10 * time.Minute)
		old = time.Since(w.Beat())
		release()
		s.stop(w)
	})
	return old
}

const alive = 5 * time.Second

func TestTheLoopsBeatWhateverTheyWaitFor(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*shop, *worker.Options) func(){
		"nothing to do": func(*shop, *worker.Options) func() { return func() {} },
		"a relay that takes hours": func(s *shop, _ *worker.Options) func() {
			s.relay.takes = 3 * time.Hour
			return func() {}
		},
		"a relay that is away": func(s *shop, _ *worker.Options) func() {
			s.relay.answer = func(string, int) model.Receipt { return down }
			return func() {}
		},
		"everybody is deferred": func(s *shop, _ *worker.Options) func() {
			s.relay.answer = func(string, int) model.Receipt { return deferred }
			return func() {}
		},
		"a store that refuses to write": func(s *shop, _ *worker.Options) func() {
			s.ledger.set(errors.New("no space left on device"))
			return func() { s.ledger.set(nil) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if old := age(t, prepare); old > alive {
				t.Errorf("the last sign of life is %v old", old)
			}
		})
	}
}

// The control of the test above: a loop that is stuck does not beat, though
// every other one does.
func TestALoopThatIsStuckDoesNotBeat(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]func(until chan struct{}) *hung{
		"the committer in the store":    func(until chan struct{}) *hung { return &hung{commit: until} },
		"a campaign that claims people": func(until chan struct{}) *hung { return &hung{claim: until} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old := age(t, func(_ *shop, o *worker.Options) func() {
				until := make(chan struct{})
				stuck := h(until)
				stuck.Ledger, o.Ledger = o.Ledger, stuck
				return func() { close(until) }
			})
			if old < 9*time.Minute {
				t.Errorf("the last sign of life is %v old, of a loop that is stuck since ten minutes", old)
			}
		})
	}
}

func TestAPausedOrEndedCampaignDoesNotHoldUpThePulse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, 50)
		w := s.worker(nil)
		s.start(w, 1)
		time.Sleep(10 * time.Second)
		w.Pause(campaign)
		time.Sleep(time.Hour)
		if old := time.Since(w.Beat()); old > alive {
			t.Errorf("paused: %v", old)
		}
		w.Resume(campaign)
		time.Sleep(time.Hour)
		if old := time.Since(w.Beat()); old > alive {
			t.Errorf("done: %v", old)
		}
		s.stop(w)
	})
}
