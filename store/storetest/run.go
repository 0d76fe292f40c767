package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// Opener opens one data folder (or database), again each time it is called.
// The suite closes what it opened before it opens again.
type Opener func() (store.Store, error)

// Sender is the part of a store that a message needs.
type Sender interface {
	Ledger() store.Ledger
	Suppressions() store.Suppressions
	Close() error
}

// SenderOpener is the Opener of an engine that keeps nothing else.
type SenderOpener func() (Sender, error)

// RunSender runs the part of the suite that is about sending.
func RunSender(t *testing.T, fresh func(t *testing.T) SenderOpener) {
	t.Run("Suppressions", func(t *testing.T) {
		t.Parallel()
		testSuppressions(t, fresh)
	})
	t.Run("Ledger", func(t *testing.T) {
		t.Parallel()
		testLedger(t, fresh)
	})
	t.Run("LedgerMachine", func(t *testing.T) {
		t.Parallel()
		testLedgerMachine(t, fresh)
	})
}

// Run runs the whole suite; fresh makes an Opener of a folder of its own.
func Run(t *testing.T, fresh func(t *testing.T) Opener) {
	for _, part := range []struct {
		name string
		test func(*testing.T, func(*testing.T) Opener)
	}{
		{"Contacts", testContacts},
		{"Orders", testOrders},
		{"Unions", testUnions},
		{"Campaigns", testCampaigns},
		{"Segments", testSegments},
		{"Frozen", testFrozen},
		{"Mappings", testMappings},
		{"Tokens", testTokens},
		{"Heard", testHeard},
		{"Outbox", testOutbox},
		{"Pacing", testPacing},
		{"Operators", testOperators},
		{"Audit", testAudit},
		{"Witness", testWitness},
		{"AuditMachine", testAuditMachine},
		{"Consents", testConsents},
		{"Points", testPoints},
		{"Retag", testRetag},
		{"ErasedMeanwhile", testErasedMeanwhile},
		{"Upkeep", testUpkeep},
		{"Contexts", testContexts},
		{"Close", testClose},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, fresh)
		})
	}
	RunSender(t, func(t *testing.T) SenderOpener {
		open := fresh(t)
		return func() (Sender, error) { return open() }
	})
	t.Run("Responses", func(t *testing.T) {
		t.Parallel()
		RunResponses(t, func(t *testing.T) AnsweringOpener {
			open := fresh(t)
			return func() (Answering, error) { return open() }
		})
	})
}

// start is the hour at which every test begins.
var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// fataler is the part of a test that can stop it; both *testing.T and *rapid.T
// are one.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// folder is a store that can be closed and opened again.
type folder struct {
	store.Store
	t    fataler
	open Opener
}

func openFolder(t fataler, open Opener) *folder {
	t.Helper()
	f := &folder{t: t, open: open}
	f.start()
	return f
}

// testFolder is a fresh folder that is closed at the end of the test.
func testFolder(t *testing.T, fresh func(*testing.T) Opener) *folder {
	t.Helper()
	f := openFolder(t, fresh(t))
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return f
}

func (f *folder) start() {
	f.t.Helper()
	s, err := f.open()
	if err != nil {
		f.t.Fatalf("open: %v", err)
	}
	f.Store = s
}

func (f *folder) reopen() {
	f.t.Helper()
	if err := f.Close(); err != nil {
		f.t.Fatalf("close: %v", err)
	}
	f.start()
}

// sends is the part of a folder that sends, which can be opened again.
type sends struct {
	Sender
	t    fataler
	open SenderOpener
}

func openSends(t fataler, open SenderOpener) *sends {
	t.Helper()
	s, err := open()
	return &sends{Sender: must(t, s, err), t: t, open: open}
}

func testSends(t *testing.T, fresh func(*testing.T) SenderOpener) *sends {
	t.Helper()
	f := openSends(t, fresh(t))
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return f
}

func (f *sends) reopen() {
	f.t.Helper()
	must(f.t, 0, f.Close())
	s, err := f.open()
	f.Sender = must(f.t, s, err)
}

// must stops the test on an error.
func must[T any](t fataler, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
	return v
}

func wantIs(t *testing.T, what string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: error %v, want %v", what, err, target)
	}
}

// testContexts: a method refuses a context that has ended and a store that is
// closed, and writes nothing.
func testContexts(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for name, call := range everyMethod(ended) {
		if err := call(f); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: %v", name, err)
		}
	}
	n, err := f.Contacts().Count(context.Background())
	if must(t, n, err) != 0 {
		t.Errorf("%d contacts were written", n)
	}
	closed := openFolder(t, fresh(t))
	must(t, 0, closed.Close())
	for name, call := range everyMethod(context.Background()) {
		if call(closed) == nil {
			t.Errorf("%s of a closed store: no error", name)
		}
	}
	if err := closed.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

// testClose: closing waits for a scan under way, which sees everybody, and
// whoever comes after is refused.
func testClose(t *testing.T, fresh func(*testing.T) Opener) {
	f := testFolder(t, fresh)
	const people = 4100 // more than two pages
	rows := make([]model.Contact, people)
	for i := range rows {
		rows[i].Email = fmt.Sprintf("%d@mail.example", i)
	}
	merge(t, f, rows...)
	begun, release, scanned, closed := make(chan bool), make(chan bool), make(chan error), make(chan error)
	seen := 0
	go func() {
		scanned <- f.Contacts().Scan(ctx, 1, func(*model.Contact) error {
			if seen == 0 {
				close(begun)
				<-release
			}
			seen++
			return nil
		})
	}()
	<-begun
	go func() { closed <- f.Close() }()
	for {
		if _, err := f.Contacts().Count(ctx); err != nil {
			break // closing has begun
		}
	}
	close(release)
	if err := errors.Join(<-scanned, <-closed); err != nil || seen != people {
		t.Errorf("the scan saw %d of %d: %v", seen, people, err)
	}
}
