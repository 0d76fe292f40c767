package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// copyOf writes the files of a snapshot into a folder.
func copyOf(t *testing.T, s store.Snapshot) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range s.Files() {
		var b bytes.Buffer
		if err := f.WriteTo(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if int64(b.Len()) != f.Size {
			t.Errorf("%s: %d bytes of %d", f.Name, b.Len(), f.Size)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A campaign is created in crm.db before its plan is written in send.db: at one
// moment there is never a plan without its campaign, and at most one campaign
// without its plan. The control: files of two moments come to disagree.
func TestASnapshotIsOneMomentOfBothFiles(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	stop, group := make(chan struct{}), sync.WaitGroup{}
	group.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			c, err := e.Campaigns().Create(context.Background(), model.Campaign{Name: fmt.Sprint("c", n)})
			err = errors.Join(err, e.Ledger().Plan(context.Background(), c.ID, plan(3)))
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 60 {
		s, err := e.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f := s.Facts()
		if d := f.Campaigns - f.Recipients/3; d < 0 || d > 1 {
			t.Errorf("%d campaigns and %d recipients", f.Campaigns, f.Recipients)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for f.Campaigns-factsOf(t, e).Recipients/3 >= 0 { // until files of two moments disagree
			runtime.Gosched()
		}
	}
	close(stop)
	group.Wait()
}

func TestASnapshotIsWhatItsFactsSayWhateverIsWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	shop(t, e)
	if err := e.Erase(t.Context(), 2, start); err != nil {
		t.Fatal(err)
	}
	want := contents(t, e)
	s, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	facts := s.Facts()
	if facts.Contacts != 2 || facts.Orders != 3 || facts.Campaigns != 1 || facts.Recipients != 2 || facts.Audit == nil || facts.Schema != schema {
		t.Errorf("facts: %+v", facts)
	}
	fillers(t, e, 3000)
	if err := e.Ledger().Plan(t.Context(), 2, plan(5000)); err != nil {
		t.Fatal(err)
	}
	dir := copyOf(t, s)
	if err := s.Files()[0].WriteTo(t.Context(), new(bytes.Buffer)); err == nil {
		t.Error("a file was written twice")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := openTest(t, dir)
	if diff := cmp.Diff(want, contents(t, again)); diff != "" {
		t.Errorf("copy: %s", diff)
	}
	got := factsOf(t, again)
	got.Sequence, facts.Sequence = nil, nil
	if diff := cmp.Diff(facts, got); diff != "" {
		t.Errorf("facts of the copy: %s", diff)
	}
}

func TestASnapshotKeepsTheStoreFromClosing(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	fillers(t, e, 5)
	s, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- e.Close() }()
	for {
		if _, err := e.Contacts().Count(t.Context()); err != nil {
			break // closing has begun
		}
	}
	copyOf(t, s)
	select {
	case err := <-closed:
		t.Fatalf("closed: %v", err)
	default:
	}
	if err := errors.Join(s.Close(), <-closed); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Snapshot(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Snapshot: %v", err)
	}
}
