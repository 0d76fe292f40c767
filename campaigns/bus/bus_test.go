package bus_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"blanche/campaigns/bus"
	"blanche/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func fact(i int) bus.Fact { return bus.Fact{Act: "contact.edit", Seq: uint64(i)} }

func next(t *testing.T, m *bus.Mailbox) bus.Mail {
	t.Helper()
	mail, err := m.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return mail
}

func TestFactsComeInOrderAndOnce(t *testing.T) {
	t.Parallel()
	var b bus.Bus
	m := b.Open(t.Context())
	defer m.Close()
	var got []uint64
	for i := range 1000 {
		b.Tell(fact(i))
		if i%100 == 99 {
			mail := next(t, m)
			if mail.Resync {
				t.Fatal("a mailbox that is read in time says Resync")
			}
			for _, f := range mail.Facts {
				got = append(got, f.Seq)
			}
		}
	}
	for i, seq := range got {
		if seq != uint64(i) {
			t.Fatalf("fact %d comes at place %d", seq, i)
		}
	}
	if len(got) != 1000 {
		t.Errorf("%d facts of 1000", len(got))
	}
}

func TestAMailboxThatOverflowsSaysResyncAndHoldsWhatCameAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		told   int
		resync bool
		first  uint64
	}{{bus.Facts, false, 0}, {bus.Facts + 1, true, bus.Facts}, {3*bus.Facts + 5, true, 3 * bus.Facts}} {
		var b bus.Bus
		m := b.Open(t.Context())
		for i := range c.told {
			b.Tell(fact(i))
		}
		mail := next(t, m)
		if mail.Resync != c.resync || mail.Facts[0].Seq != c.first || mail.Facts[len(mail.Facts)-1].Seq != uint64(c.told-1) {
			t.Errorf("%d told: resync %v, facts %d to %d", c.told, mail.Resync, mail.Facts[0].Seq, mail.Facts[len(mail.Facts)-1].Seq)
		}
		b.Tell(fact(7))
		if mail := next(t, m); mail.Resync || len(mail.Facts) != 1 {
			t.Errorf("after a Resync: %+v", mail)
		}
		m.Close()
	}
}

func TestProgressIsTheLatestOfEachCampaignAtMostTenTimesASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bus.Bus
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		m := b.Open(ctx)
		go func() { // a hundred pictures a second of two campaigns, for ten seconds
			for i := range 1000 {
				b.Show(model.Status{Name: "noel", Accepted: i}, model.Status{Name: "soldes", Accepted: 2 * i})
				time.Sleep(10 * time.Millisecond)
			}
			cancel()
		}()
		reads, last := 0, bus.Mail{}
		for {
			mail, err := m.Next(ctx)
			if err != nil {
				break
			}
			reads, last = reads+1, mail
		}
		if reads < 90 || reads > 101 {
			t.Errorf("progress was read %d times in ten seconds", reads)
		}
		if len(last.Progress) != 2 || last.Progress[0].Accepted < 985 || last.Progress[1].Accepted != 2*last.Progress[0].Accepted {
			t.Errorf("not the latest: %+v", last.Progress)
		}
	})
}

func TestFactsDoNotWaitForProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bus.Bus
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		m := b.Open(ctx)
		b.Show(model.Status{Name: "noel"})
		next(t, m)
		b.Show(model.Status{Name: "noel"})
		b.Tell(fact(1))
		began := time.Now()
		if mail := next(t, m); len(mail.Facts) != 1 || len(mail.Progress) != 0 || time.Since(began) != 0 {
			t.Errorf("after %v: %+v", time.Since(began), mail)
		}
		if mail := next(t, m); len(mail.Progress) != 1 || time.Since(began) != 100*time.Millisecond {
			t.Errorf("after %v: %+v", time.Since(began), mail)
		}
	})
}

// teller is the bus, or one that a test compares with.
type teller interface{ Tell(...bus.Fact) }

// blocking is the control: a bus of channels, as one would write it first. It
// waits for whoever does not read.
type blocking struct{ boxes []chan bus.Fact }

func (b *blocking) Tell(facts ...bus.Fact) {
	for _, f := range facts {
		for _, box := range b.boxes {
			box <- f
		}
	}
}

// stalls reports whether a publisher of n facts is held up.
func stalls(t *testing.T, b teller, n int) bool {
	t.Helper()
	var over bool
	go func() {
		for i := range n {
			b.Tell(fact(i))
		}
		over = true
	}()
	synctest.Wait()
	return !over
}

func TestASlowReaderHoldsUpNeitherThePublisherNorTheOthers(t *testing.T) {
	t.Parallel()
	const n = 10_000
	synctest.Test(t, func(t *testing.T) {
		var b bus.Bus
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		slow, fast := b.Open(ctx), b.Open(ctx)
		seen, resyncs := 0, 0
		var reader sync.WaitGroup
		reader.Go(func() {
			for {
				mail, err := fast.Next(ctx)
				if err != nil {
					return
				}
				seen += len(mail.Facts)
				if mail.Resync {
					resyncs++
				}
			}
		})
		for range n / 100 {
			if stalls(t, &b, 100) {
				t.Fatal("the publisher waits for somebody who does not read")
			}
		}
		cancelled, stop := context.WithCancel(ctx)
		mail, err := slow.Next(cancelled)
		stop()
		if err != nil || !mail.Resync || len(mail.Facts) > bus.Facts {
			t.Errorf("the slow one: %v, %v, %d facts", err, mail.Resync, len(mail.Facts))
		}
		cancel()
		reader.Wait()
		if seen != n || resyncs != 0 {
			t.Errorf("the fast one saw %d facts of %d, %d times Resync", seen, n, resyncs)
		}
	})
	t.Run("control", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			slow := make(chan bus.Fact, bus.Facts)
			if !stalls(t, &blocking{boxes: []chan bus.Fact{slow}}, n) {
				t.Error("a bus that blocks does not block: the test sees nothing")
			}
			for range n { // let the publisher end
				<-slow
			}
			synctest.Wait()
		})
	})
}

func TestAMailboxEndsWithItsContextItsOwnerOrTheBus(t *testing.T) {
	t.Parallel()
	var b bus.Bus
	gone := errors.New("the terminal is gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	byContext, byOwner, byBus := b.Open(ctx), b.Open(t.Context()), b.Open(t.Context())
	cancel(gone)
	if _, err := byContext.Next(t.Context()); !errors.Is(err, gone) {
		t.Errorf("by its context: %v", err)
	}
	byOwner.Close()
	byOwner.Close()
	if _, err := byOwner.Next(t.Context()); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("by its owner: %v", err)
	}
	if !b.Listened() {
		t.Error("one is left")
	}
	b.Close()
	if _, err := byBus.Next(t.Context()); !errors.Is(err, bus.ErrClosed) || b.Listened() {
		t.Errorf("by the bus: %v", err)
	}
	if _, err := b.Open(t.Context()).Next(t.Context()); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("a mailbox of a closed bus: %v", err)
	}
	if _, err := bus.Closed(gone).Next(t.Context()); !errors.Is(err, gone) {
		t.Errorf("born closed: %v", err)
	}
	byBus.Close()
}

func TestAThousandMailboxesLeaveNothing(t *testing.T) {
	t.Parallel()
	var b bus.Bus
	before := runtime.NumGoroutine()
	for i := range 1000 {
		ctx, cancel := context.WithCancel(t.Context())
		m := b.Open(ctx)
		b.Tell(fact(i))
		next(t, m)
		if i%2 == 0 {
			m.Close()
		}
		cancel()
		if _, err := m.Next(t.Context()); err == nil {
			t.Fatal("still open")
		}
	}
	if b.Listened() {
		t.Error("somebody is still thought to listen")
	}
	if n := runtime.NumGoroutine(); n > before+100 { // other tests run beside this one
		t.Errorf("%d goroutines, %d before", n, before)
	}
}

func TestWhatNobodyHearsCostsNothing(t *testing.T) {
	var b bus.Bus
	f, st := fact(1), model.Status{Name: "noel"}
	if n := testing.AllocsPerRun(1000, func() {
		b.Tell(f)
		b.Show(st)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Two hundred facts fit into a mailbox: nobody may miss one, or see one twice.
func TestSeveralPublishersAndReadersAtOnce(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 50
	var b bus.Bus
	var all sync.WaitGroup
	for range 8 {
		m := b.Open(t.Context())
		all.Go(func() {
			seen := map[string]uint64{}
			for n := 0; n < writers*each; {
				mail, err := m.Next(t.Context())
				if err != nil || mail.Resync {
					t.Error(err, mail.Resync)
					return
				}
				for _, f := range mail.Facts {
					if seen[f.Who]++; f.Seq != seen[f.Who] {
						t.Errorf("fact %d of %s comes at place %d", f.Seq, f.Who, seen[f.Who])
					}
					n++
				}
			}
			m.Close()
		})
	}
	for w := range writers {
		all.Go(func() {
			for i := range each {
				b.Tell(bus.Fact{Who: fmt.Sprint(w), Seq: uint64(i + 1)})
				b.Show(model.Status{Name: fmt.Sprint(w), Accepted: i})
			}
		})
	}
	all.Wait()
}
