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
func simSeeds(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("BLANCHE_SIM_SEEDS")); err == nil {
		return n
	}
	return usual
}

// simulate is one bad day in a bubble of its own.
func simulate(t *testing.T, seed uint64, change func(*sim)) (s *sim, faults []string) {
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
		faults = s.run(newVault(t, s))
	})
	return s, faults
}

func TestSimulatedBadDays(t *testing.T) {
	t.Parallel()
	if one, err := strconv.ParseUint(os.Getenv("BLANCHE_SIM_SEED"), 10, 64); err == nil {
		s, faults := simulate(t, one, nil)
		t.Log(s.plan, "\n", strings.Join(s.log, "\n"))
		for _, f := range faults {
			t.Error(f)
		}
		return
	}
	var next, steps, crashes, doubts, bad atomic.Int64
	n := int64(simSeeds(2000))
	begin := time.Now()
	t.Cleanup(func() {
		t.Logf("%d bad days in %s, %d steps looked at, %d crashes, %d uncertain by them", n, time.Since(begin).Round(time.Millisecond),
			steps.Load(), crashes.Load(), doubts.Load())
	})
	for range runtime.GOMAXPROCS(0) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for seed := next.Add(1); seed <= n && bad.Load() < 5; seed = next.Add(1) {
				s, faults := simulate(t, uint64(seed), nil)
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

// newVault is a store in memory, or, when it is asked for, the one on disk.
func newVault(t *testing.T, s *sim) simVault {
	if os.Getenv("BLANCHE_SIM_STORE") == "bolt" {
		return newSimBolt(t)
	}
	return &simMemory{memory.New(memory.Options{Now: s.now})}
}

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
