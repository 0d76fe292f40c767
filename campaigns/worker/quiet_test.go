package worker_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
	"blanche/store/volatile"
)

// listed is a ledger in memory that looks at suppressions as the one on disk
// does: in the step that takes the intent.
type listed struct {
	store.Ledger
	mu  sync.Mutex
	out map[string]bool

	front atomic.Int64 // intents so far
}

func (l *listed) suppress(email string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out[email] = true
}

func (l *listed) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := make([]bool, len(intents))
	l.front.Add(int64(len(intents)))
	var left []model.Intent
	for i, in := range intents {
		if taken[i] = !l.out[in.Email]; taken[i] {
			left = append(left, in)
			continue
		}
		results = append(results, model.Outcome{Campaign: in.Campaign, Ordinal: in.Ordinal, State: model.StateExcluded, At: in.At, Code: "opposed"})
	}
	_, err := l.Ledger.Commit(ctx, results, left)
	return taken, err
}

// races is a relay that knows who may no longer be written to.
type races struct {
	mu     sync.Mutex
	acked  map[string]bool
	late   int // transactions that began after the acknowledgement
	random *rand.Rand
}

func (r *races) Send(_ context.Context, e model.Envelope, still func() bool) model.Receipt {
	r.mu.Lock()
	queue, transfer := r.random.IntN(400), r.random.IntN(400)
	r.mu.Unlock()
	time.Sleep(time.Duration(queue) * time.Microsecond) // it waits for a line
	r.mu.Lock()
	if !still() {
		r.mu.Unlock()
		return model.Receipt{Err: errors.New("held back")}
	}
	if r.acked[e.To] {
		r.late++
	}
	r.mu.Unlock()
	time.Sleep(time.Duration(transfer) * time.Microsecond) // it takes the message
	return accepted
}

func (r *races) ack(email string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acked[email] = true
}

// race suppresses people while they are written to, and acknowledges it.
func race(t *testing.T, people int, acknowledge func(*worker.Worker, string) error) (late, excluded int) {
	t.Helper()
	st := openStore(t, t.TempDir())
	l := &listed{Ledger: volatile.Over(st.Ledger()), out: map[string]bool{}}
	relay := &races{acked: map[string]bool{}, random: rand.New(rand.NewPCG(3, 5))}
	finished := make(chan struct{})
	var p model.Plan
	for i := range people {
		p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(i + 1)})
	}
	if err := l.Plan(t.Context(), campaign, p); err != nil {
		t.Fatal(err)
	}
	w := worker.New(worker.Options{
		Ledger: l, Sender: relay, Render: letter, Now: time.Now, Connections: 16,
		Publish: func(n worker.Notice) {
			if n.Kind == worker.NoticeFinished {
				close(finished)
			}
		},
	})
	if err := w.Start(t.Context(), worker.Job{ID: campaign, Name: "noel-15", Version: 1, Rate: 4000}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	const hands = 8
	for h := range hands {
		all.Go(func() {
			// Each runs along with the sending, at another distance from its front.
			for i := h; i < people; i += hands {
				for l.front.Load() < int64(i-20*(h-2)) && !done(finished) {
					time.Sleep(50 * time.Microsecond) // polling a condition
				}
				email := address(model.ContactID(i + 1))
				l.suppress(email)
				if err := acknowledge(w, email); err != nil {
					t.Error(err)
				}
				relay.ack(email)
			}
		})
	}
	all.Wait()
	<-finished
	if err := w.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	tally, err := l.Tally(t.Context(), campaign)
	if err != nil || !tally.Finished() || !tally.Balanced() {
		t.Errorf("%+v, %v", tally, err)
	}
	return relay.late, tally.ByState[model.StateExcluded]
}

func done(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Ten thousand oppositions race with the queue; a thousand under the race detector,
// which has a step of its own for all of them without it.
func TestNothingLeavesForAnAddressAfterItsOppositionIsAcknowledged(t *testing.T) {
	t.Parallel()
	people := 10_000
	if raceDetector && os.Getenv("BLANCHE_LONG") == "" {
		people = 1000
	}
	late, excluded := race(t, people, func(w *worker.Worker, email string) error { return w.Quiet(t.Context(), email) })
	if late > 0 {
		t.Errorf("%d got a message after the acknowledgement", late)
	}
	if excluded < people/20 || excluded > people*19/20 {
		t.Errorf("%d of %d were excluded: no race", excluded, people)
	}
	t.Logf("%d of %d people were suppressed in time", excluded, people)
}

// The control: acknowledged as soon as the suppression is durable, some get a
// message that was announced before.
func TestWithoutTheQuietSomeGetAMessageAfterTheAcknowledgement(t *testing.T) {
	t.Parallel()
	if late, _ := race(t, 3000, func(*worker.Worker, string) error { return nil }); late == 0 {
		t.Error("the check does not see that the acknowledgement came too early")
	}
}

func TestQuietHoldsBackWhatIsAnnouncedAndWaitsForWhatIsOnTheWire(t *testing.T) {
	inShop(t, 20, func(s *shop) {
		s.relay.takes = 10 * time.Second
		s.relay.lines = make(chan struct{}, 1)
		w := s.worker(nil)
		s.start(w, 0)
		time.Sleep(time.Second)
		synctest.Wait()
		opposes := func(email string) {
			err := s.store.Suppressions().Add(context.Background(), email, model.Suppression{Reason: model.SuppressOpposed, At: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
		}
		begun := s.relay.order()[0]
		opposes(begun)
		at := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if err := w.Quiet(ctx, begun); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("on the wire: %v", err)
		}
		cancel()
		if err := w.Quiet(context.Background(), " "+begun); err != nil || time.Since(at) < 8*time.Second || time.Since(at) > 10*time.Second {
			t.Errorf("on the wire: %v after %v", err, time.Since(at))
		}
		if err := w.Quiet(context.Background(), "nobody@clients.example"); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		waiting := address(20)
		for n := model.ContactID(19); slices.Contains(s.relay.order(), waiting); n-- {
			waiting = address(n)
		}
		opposes(waiting)
		at = time.Now()
		if err := w.Quiet(context.Background(), waiting); err != nil || time.Since(at) > 9*time.Minute {
			t.Errorf("announced: %v after %v", err, time.Since(at))
		}
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 19, model.StateExcluded: 1})
		s.stop(w)
	})
}

func TestWhatWaitsForALineIsHeldBackAlsoOnceQuietHasGivenUp(t *testing.T) {
	inShop(t, 20, func(s *shop) {
		s.relay.takes = 10 * time.Second
		s.relay.lines = make(chan struct{}, 1)
		w := s.worker(nil)
		s.start(w, 0)
		time.Sleep(time.Second)
		synctest.Wait()
		late := address(20)
		if s.relay.order()[0] == late {
			late = address(19)
		}
		err := s.store.Suppressions().Add(context.Background(), late, model.Suppression{Reason: model.SuppressOpposed, At: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := w.Quiet(ctx, late); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("it does not wait for a line: %v", err)
		}
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 19, model.StateExcluded: 1})
		s.stop(w)
	})
}
