package worker_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
)

// shop is a store with one planned campaign, a relay that only exists in
// memory, and a worker.
type shop struct {
	t       testing.TB
	store   store.Store
	ledger  *flaky
	relay   *mailbox
	notices chan worker.Notice

	mu         sync.Mutex
	suppressed []string
	render     worker.Render
}

const campaign model.CampaignID = 1

func newShop(t testing.TB, people int) *shop {
	return newShopOf(t, people, func(model.ContactID) (model.Lane, model.Cell) { return model.LaneOther, 0 })
}

// newShopOf is a shop whose people are of lanes and cells.
func newShopOf(t testing.TB, people int, of func(model.ContactID) (model.Lane, model.Cell)) *shop {
	t.Helper()
	s := &shop{t: t, store: openStore(t, t.TempDir()), relay: newMailbox(), notices: make(chan worker.Notice, 100_000), render: letter}
	s.ledger = &flaky{Ledger: s.store.Ledger()}
	planAs(t, s.store, people, of)
	return s
}

func openStore(t testing.TB, dir string) store.Store {
	t.Helper()
	st, err := open.Open(context.Background(), open.Options{Dir: dir, Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func plan(t testing.TB, st store.Store, people int) {
	t.Helper()
	planAs(t, st, people, func(model.ContactID) (model.Lane, model.Cell) { return model.LaneOther, 0 })
}

// planAs plans people of lanes and cells.
func planAs(t testing.TB, st store.Store, people int, of func(model.ContactID) (model.Lane, model.Cell)) {
	t.Helper()
	var p model.Plan
	for i := range people {
		id := model.ContactID(i + 1)
		lane, cell := of(id)
		p.Planned = append(p.Planned, model.Planned{Contact: id, Lane: lane, Cell: cell})
	}
	if err := st.Ledger().Plan(context.Background(), campaign, p); err != nil {
		t.Fatal(err)
	}
}

// address is who a contact is: his number tells.
func address(id model.ContactID) string { return fmt.Sprintf("p%d@clients.example", id) }

func letter(_ context.Context, c model.Claim, version uint16) (worker.Message, error) {
	id := c.Contact
	return worker.Message{
		From: "bonjour@boutique.example", To: address(id),
		Data: fmt.Appendf(nil, "Subject: v%d\r\n\r\nBonjour %d\r\n", version, id),
	}, nil
}

func (s *shop) worker(change func(*worker.Options)) *worker.Worker {
	opt := worker.Options{
		Ledger: s.ledger, Sender: s.relay, Now: time.Now,
		Render: func(ctx context.Context, c model.Claim, v uint16) (worker.Message, error) {
			return s.render(ctx, c, v)
		},
		Publish: func(n worker.Notice) { s.notices <- n },
		Suppress: func(_ context.Context, email, _ string) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.suppressed = append(s.suppressed, email)
			return nil
		},
	}
	if change != nil {
		change(&opt)
	}
	s.ledger.window = 128
	if opt.Window != 0 {
		s.ledger.window = opt.Window
	}
	return worker.New(opt)
}

func (s *shop) start(w *worker.Worker, rate float64) {
	s.t.Helper()
	if err := w.Start(context.Background(), worker.Job{ID: campaign, Name: "noel-15", Rate: rate, Version: 1}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) stop(w *worker.Worker) {
	s.t.Helper()
	if err := w.Stop(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// await waits for a notice of a kind.
func (s *shop) await(kind worker.NoticeKind) worker.Notice {
	for n := range s.notices {
		if n.Kind == kind {
			return n
		}
	}
	return worker.Notice{}
}

// awaitEvent waits for an event of a key.
func (s *shop) awaitEvent(key string) model.Event {
	for n := range s.notices {
		if n.Event.Key == key {
			return n.Event
		}
	}
	return model.Event{}
}

// tally counts the ledger and checks the law: the states sum to the plan.
func (s *shop) tally() model.Tally {
	s.t.Helper()
	t, err := s.store.Ledger().Tally(context.Background(), campaign)
	if err != nil {
		s.t.Fatal(err)
	}
	if !t.Balanced() {
		s.t.Fatalf("out of balance: %+v", t)
	}
	return t
}

func (s *shop) want(states map[model.State]int) {
	s.t.Helper()
	got := s.tally()
	for st := range model.States {
		if got.ByState[st] != states[model.State(st)] {
			s.t.Errorf("%s: %d, want %d", model.State(st), got.ByState[st], states[model.State(st)])
		}
	}
}

// once checks that everybody who is accepted got one message, and nobody more.
func (s *shop) once() {
	s.t.Helper()
	got := s.relay.all()
	err := s.store.Ledger().Lines(context.Background(), campaign, every(), func(r model.Recipient) error {
		n := got[address(r.Contact)]
		if n > 1 || (r.State == model.StateAccepted) != (n == 1) && r.State != model.StateUncertain {
			s.t.Errorf("%s is %s and got %d", address(r.Contact), r.State, n)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func every() []model.State {
	var all []model.State
	for st := range model.States {
		all = append(all, model.State(st))
	}
	return all
}

// mailbox is a relay in memory, behind the Sender interface.
type mailbox struct {
	mu       sync.Mutex
	got      map[string]int
	tries    map[string]int
	starts   []time.Time
	now, max int
	takes    time.Duration
	lines    chan struct{} // nil: as many as are asked for
	to       []string      // whom, in the order of the starts
	answer   func(to string, try int) model.Receipt
}

func newMailbox() *mailbox {
	return &mailbox{got: map[string]int{}, tries: map[string]int{}, answer: func(string, int) model.Receipt { return accepted }}
}

var (
	accepted  = model.Receipt{Result: model.SendAccepted, Stage: model.StageDot, Code: 250}
	deferred  = model.Receipt{Result: model.SendDeferred, Stage: model.StageRcpt, Code: 450, Enhanced: "4.2.0", Text: "later"}
	unknown   = model.Receipt{Result: model.SendRefused, Stage: model.StageRcpt, Code: 550, Enhanced: "5.1.1", UserUnknown: true}
	policy    = model.Receipt{Result: model.SendRefused, Stage: model.StageDot, Code: 550, Enhanced: "5.7.1"}
	uncertain = model.Receipt{Result: model.SendUncertain, Stage: model.StageDot, Err: errors.New("EOF")}
	down      = model.Receipt{Result: model.SendNotStarted, Stage: model.StageConnect, Err: model.Busy("deliver.unreachable", "relay", "r")}
	noLogin   = model.Receipt{Result: model.SendNotStarted, Stage: model.StageConnect, Err: model.Refused("deliver.auth_refused", "user", "u", "said", "535")}
	noSender  = model.Receipt{Result: model.SendNotStarted, Stage: model.StageMail, Code: 553, Err: model.Refused("deliver.sender_refused", "said", "553")}
	later     = model.Receipt{Result: model.SendNotStarted, Stage: model.StageMail, Code: 451, Err: model.Refused("deliver.sender_refused", "said", "451")}
	dropped   = model.Receipt{Result: model.SendNotStarted, Stage: model.StageData, Err: model.Busy("deliver.dropped", "relay", "r", "stage", "DATA")}
)

func (m *mailbox) Send(ctx context.Context, e model.Envelope, still func() bool) model.Receipt {
	if m.lines != nil {
		m.lines <- struct{}{}
		defer func() { <-m.lines }()
	}
	if !still() {
		return model.Receipt{Err: context.Canceled}
	}
	m.mu.Lock()
	m.to = append(m.to, e.To)
	m.tries[e.To]++
	r := m.answer(e.To, m.tries[e.To])
	m.starts = append(m.starts, time.Now())
	m.now++
	m.max = max(m.max, m.now)
	takes := m.takes
	m.mu.Unlock()
	if takes > 0 {
		time.Sleep(takes) // how long the relay takes, in the time of the test
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now--
	if r.Result == model.SendAccepted {
		m.got[e.To]++
	}
	return r
}

func (m *mailbox) all() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.got)
}

func (m *mailbox) begun() []time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.starts)
}

func (m *mailbox) order() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.to)
}

// flaky is a ledger whose writes fail while told to, and that checks the laws
// after each commit: the states sum to the plan, at most W are intended.
type flaky struct {
	store.Ledger
	mu     sync.Mutex
	fail   error
	lies   int    // commits to come that are durable and return an error
	broken string // the first time that a law did not hold after a commit
	window int
}

func (f *flaky) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = err
}

func (f *flaky) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	f.mu.Lock()
	err, lie := f.fail, f.lies > 0
	if err == nil && lie {
		f.lies--
	}
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if len(results) > 200 {
		return nil, fmt.Errorf("%d results in one commit", len(results))
	}
	taken, err := f.Ledger.Commit(ctx, results, intents)
	if t, e := f.Tally(ctx, campaign); e == nil && (!t.Balanced() || t.ByState[model.StateIntended] > f.window) {
		f.mu.Lock()
		f.broken = fmt.Sprintf("after a commit: balanced %v, %d intended", t.Balanced(), t.ByState[model.StateIntended])
		f.mu.Unlock()
	}
	if lie && err == nil {
		return nil, model.Failed(errors.New("input/output error"), "store.write_failed", "file", "send.db")
	}
	return taken, err
}

func (f *flaky) lie(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lies = n
}

func (f *flaky) Claim(ctx context.Context, c model.CampaignID, r model.ClaimRequest, now time.Time) ([]model.Claim, error) {
	f.mu.Lock()
	err := f.fail
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return f.Ledger.Claim(ctx, c, r, now)
}
