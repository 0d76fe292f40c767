package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

const (
	folderEnv  = "BLANCHE_STORE_FOLDER"  // of a child that is not the writer
	compactEnv = "BLANCHE_STORE_COMPACT" // where the child dies
)

// compactChild compacts a folder, and dies at a step.
func compactChild(dir string) {
	e, err := Open(context.Background(), options(dir))
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	e.upkeep.step = func(step string) {
		fmt.Println(step)
		if step == os.Getenv(compactEnv) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	if _, err = e.Compact(context.Background()); err != nil {
		fmt.Println("error", err)
	}
	_ = e.Close()
}

// contents are the live records of a folder, by path and key, without those
// that each opening or compaction writes.
func contents(t *testing.T, e *Engine) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, r := range everyRecord(t, e) {
		if !bytes.Equal(r.key, keySequence) && !bytes.Equal(r.path[0], bucketUnsettled) {
			all[fmt.Sprintf("%s %q %q", r.file.name, r.path, r.key)] = string(r.value)
		}
	}
	return all
}

func TestACompactionThatWasKilledLeavesTheFolderAsItWas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	shop(t, e)
	fillers(t, e, 500)
	want := contents(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{
		"copied send.db", "synced send.db", "renamed send.db", "copied crm.db", "synced crm.db", "renamed crm.db", "",
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"=compact", folderEnv+"="+dir, compactEnv+"="+step)
		out, _ := cmd.CombinedOutput()
		if !strings.HasSuffix(strings.TrimSpace(string(out)), step) || strings.Contains(string(out), "error") {
			t.Fatalf("%s: %s", step, out)
		}
		e := openTest(t, dir)
		if diff := cmp.Diff(want, contents(t, e)); diff != "" {
			t.Errorf("%s: %s", step, diff)
		}
		if h, err := e.Check(t.Context()); err != nil || len(h.Damaged) != 0 {
			t.Errorf("%s: %+v, %v", step, h, err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".*.compact.*"))
	if len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

// fillers adds people.
func fillers(t testing.TB, e *Engine, n int) {
	t.Helper()
	rows := make([]model.Contact, n)
	for i := range rows {
		rows[i] = model.Contact{Email: fmt.Sprintf("filler%d@mail.example", i), City: "Lyon"}
	}
	if _, err := e.Contacts().Merge(context.Background(), rows, start); err != nil {
		t.Fatal(err)
	}
}

func TestCompactionGivesRoomBackWhileOthersReadAndWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	fillers(t, e, 3000)
	for range 5 { // pages that nobody needs any more
		fillers(t, e, 3000)
		for i := range 20 {
			if err := e.Segments().Save(t.Context(), model.Segment{Name: fmt.Sprint("s", i), Rule: strings.Repeat("x", 20_000)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range 20 {
		if err := e.Segments().Delete(t.Context(), fmt.Sprint("s", i)); err != nil {
			t.Fatal(err)
		}
	}
	sequence := factsOf(t, e).Sequence
	stop, group := make(chan struct{}), sync.WaitGroup{}
	work := func(do func(n int) error) {
		group.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := do(n); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	written := 0
	work(func(int) error {
		seen := 0
		err := e.Contacts().Scan(t.Context(), 1, func(*model.Contact) error { seen++; return nil })
		if err == nil && seen < 3000 {
			err = fmt.Errorf("a scan saw %d", seen)
		}
		return err
	})
	work(func(n int) error {
		written++
		return e.Suppressions().Add(t.Context(), fmt.Sprintf("no%d@mail.example", n), model.Suppression{Reason: model.SuppressOpposed, At: start})
	})
	for range 4 {
		done, err := e.Compact(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range done {
			if c.After > c.Before && c.File == "crm.db" || c.After == 0 {
				t.Errorf("%+v", c)
			}
		}
	}
	close(stop)
	group.Wait()
	if _, n, err := e.Suppressions().Lookup(t.Context()); err != nil || n != written {
		t.Errorf("%d of %d suppressions: %v", n, written, err)
	}
	for name, n := range factsOf(t, e).Sequence {
		if n < sequence[name] {
			t.Errorf("%s: the number of writes went from %d to %d", name, sequence[name], n)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if h, err := openTest(t, dir).Check(t.Context()); err != nil || h.Contacts != 3000 || len(h.Damaged) != 0 {
		t.Errorf("Check: %+v, %v", h, err)
	}
}

func factsOf(t testing.TB, e *Engine) store.Facts {
	t.Helper()
	s, err := e.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	return s.Facts()
}

func TestACompactionAndACopyKeepOutOfEachOthersWay(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	fillers(t, e, 10)
	s, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Compact(t.Context()); model.KindOf(err) != model.KindBusy {
		t.Errorf("Compact during a snapshot: %v", err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	e.upkeep.step = func(string) {
		if _, err := e.Snapshot(t.Context()); model.KindOf(err) != model.KindBusy {
			t.Errorf("Snapshot during a compaction: %v", err)
		}
		if _, err := e.Compact(t.Context()); model.KindOf(err) != model.KindBusy {
			t.Errorf("Compact during a compaction: %v", err)
		}
	}
	if _, err := e.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFolderIsNotCompacted(t *testing.T) {
	t.Parallel()
	e := openTest(t, t.TempDir())
	fillers(t, e, 10)
	for _, r := range everyRecord(t, e) {
		if bytes.Equal(r.path[0], bucketContact) && bytes.Equal(r.key, key64(4)) {
			bad := bytes.Clone(r.value)
			bad[len(bad)-1] ^= 1
			r.put(t, bad)
		}
	}
	_, err := e.Compact(t.Context())
	if !errors.Is(err, store.ErrDamaged) || !strings.Contains(fmt.Sprint(err), "key=4") {
		t.Errorf("Compact: %v", err)
	}
}

// Whoever waited for the lock of a file that was replaced holds nothing.
func TestALockOnAFileThatWasReplacedIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	fillers(t, e, 10)
	o := options(dir)
	opened := make(chan struct{}, 100)
	o.openFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag, mode)
		opened <- struct{}{}
		return f, err
	}
	second := make(chan error)
	go func() {
		db, err := openNamed(filepath.Join(dir, "crm.db"), crmLayout.options(o, 10*time.Second))
		if err == nil {
			_ = db.Close()
		}
		second <- err
	}()
	<-opened // it has the file, and waits for its lock
	if _, err := e.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-second; !isHeld(err) {
		t.Errorf("opened the old file: %v", err)
	}
}
