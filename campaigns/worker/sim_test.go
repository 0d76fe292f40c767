package worker_test

import (
	"context"
	"crypto/rand"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"blanche/model"
	"blanche/store"
	"blanche/store/memory"
	"blanche/store/open"
)

// simSeeds is how many bad days are simulated; BLANCHE_SIM_SEEDS says more.
func simSeeds() int64 {
	if n, err := strconv.ParseInt(os.Getenv("BLANCHE_SIM_SEEDS"), 10, 64); err == nil {
		return n
	}
	if raceDetector {
		return 200
	}
	return 2000
}

// simulate is one bad day in a bubble of its own. Two days of one seed have the
// same plan and the same chances; the order of what happens at one instant may
// differ.
func simulate(t *testing.T, seed uint64, open func(testing.TB, *sim) simVault, change func(*sim)) (s *sim, faults []string) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Logf("BLANCHE_SIM_SEED=%d", seed)
			panic(p)
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		s = &sim{t: t, plan: newSimPlan(seed), liveness: seed%2 == 0, verbose: os.Getenv("BLANCHE_SIM_SEED") != ""}
		if change != nil {
			change(s)
		}
		faults = s.run(open(t, s))
	})
	return s, faults
}

// Campaigns are sent on thousands of bad days: the relay answers wrongly,
// falls silent and hangs up, the disk is slow, full and fails before and after it
// has written, the clock jumps, the program is killed at any step or told to
// stop, an operator pauses, resumes, corrects, paces, cancels and takes
// oppositions. After every step the sum of the states is the plan, nobody has
// two messages whom nobody decided to send another, at most W are in doubt, and
// nothing leaves that was acknowledged not to. On every second day the trouble
// ends, and every campaign must.
func TestSimulatedBadDays(t *testing.T) {
	t.Parallel()
	if one, err := strconv.ParseUint(os.Getenv("BLANCHE_SIM_SEED"), 10, 64); err == nil {
		s, faults := simulate(t, one, inMemory, nil)
		t.Log(s.plan, "\n", strings.Join(s.log, "\n"))
		for _, f := range faults {
			t.Error(f)
		}
		return
	}
	badDays(t, 1, simSeeds(), inMemory)
}

// The same days with the store on disk.
func TestSimulatedBadDaysOnDisk(t *testing.T) {
	t.Parallel()
	badDays(t, 100_001, max(simSeeds()/100, 5), onDisk)
}

// badDays simulates seeds from first on, as many at a time as there are cores.
func badDays(t *testing.T, first uint64, n int64, open func(testing.TB, *sim) simVault) {
	t.Helper()
	var next, steps, crashes, doubts, bad atomic.Int64
	begin := time.Now()
	t.Cleanup(func() {
		t.Logf("%d bad days in %s, %d steps looked at, %d crashes, %d uncertain by them", n, time.Since(begin).Round(time.Millisecond),
			steps.Load(), crashes.Load(), doubts.Load())
	})
	for range runtime.GOMAXPROCS(0) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for i := next.Add(1); i <= n && bad.Load() < 5; i = next.Add(1) {
				seed := first + uint64(i) - 1
				s, faults := simulate(t, seed, open, nil)
				steps.Add(int64(s.oracle.steps))
				crashes.Add(int64(s.oracle.crashes))
				doubts.Add(int64(s.oracle.doubtful))
				if len(faults) > 0 {
					bad.Add(1)
					t.Errorf("BLANCHE_SIM_SEED=%d\n%s\n%s", seed, strings.Join(faults, "\n"), s.plan)
				}
			}
		})
	}
}

// Each mistake, made on purpose, is found: a message that leaves before its
// intent is durable (seen by who has two alone), a result that the store loses,
// somebody handed out twice, an opposition acknowledged too early, a pause that
// pauses nothing.
func TestSimulationFindsEachMistake(t *testing.T) {
	t.Parallel()
	for control, most := range map[string]uint64{"late intent": 200, "lost result": 40, "double claim": 40, "no quiet": 400, "no pause": 100, "no pace": 100} {
		t.Run(control, func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= most; seed++ {
				_, faults := simulate(t, seed, inMemory, func(s *sim) { s.control, s.blind = control, true })
				if len(faults) > 0 {
					t.Logf("found by seed %d: %s", seed, faults[0])
					return
				}
			}
			t.Errorf("not found in %d bad days", most)
		})
	}
}

func inMemory(_ testing.TB, s *sim) simVault {
	return &simMemory{memory.New(memory.Options{Now: s.now})}
}

func onDisk(t testing.TB, _ *sim) simVault { return newSimBolt(t) }

// simMemory is a store that only exists in this process.
type simMemory struct{ st *memory.Store }

func (m *simMemory) ledger() store.Ledger { return m.st.Ledger() }

func (m *simMemory) suppress(email string) {
	_ = m.st.Suppressions().Add(context.Background(), email, model.Suppression{Reason: model.SuppressOpposed, At: time.Now()})
}

func (m *simMemory) reopen() { m.st = m.st.Crash() }
func (m *simMemory) close()  { _ = m.st.Close() }

// simBolt is the real store.
type simBolt struct {
	t   testing.TB
	dir string
	st  store.Store
}

func newSimBolt(t testing.TB) *simBolt {
	b := &simBolt{t: t, dir: t.TempDir()}
	b.open()
	return b
}

func (b *simBolt) open() {
	var err error
	b.st, err = open.Open(context.Background(), open.Options{Dir: b.dir, Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *simBolt) ledger() store.Ledger { return b.st.Ledger() }

func (b *simBolt) suppress(email string) {
	err := b.st.Suppressions().Add(context.Background(), email, model.Suppression{Reason: model.SuppressOpposed, At: time.Now()})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *simBolt) reopen() { b.close(); b.open() }
func (b *simBolt) close()  { _ = b.st.Close() }
