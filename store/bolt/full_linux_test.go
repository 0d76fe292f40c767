package bolt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"blanche/model"
)

const blindEnv = "BLANCHE_STORE_BLIND" // the control: nobody looks how much is left

func init() {
	children["full"], children["readonly"] = fullChild, readonlyChild
}

// alone starts this binary as a child in a file system of its own, in which it
// may mount.
func alone(t *testing.T, what, dir string, env ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), childEnv+"="+what, folderEnv+"="+dir), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		one := []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = one
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || strings.HasPrefix(string(out), "no mount") {
		t.Skipf("a disk of our own needs the right to mount: %v %s", err, out)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestAFullDiskRefusesCleanlyAndLosesNothing(t *testing.T) {
	t.Parallel()
	if out := alone(t, "full", t.TempDir()); out != "ok\n" {
		t.Error(out)
	}
}

// The control: when nobody looks how much is left, imports take the last of it,
// and the results of what was sent find no room.
func TestTheFullDiskFindsWhoLeavesNoRoomForResults(t *testing.T) {
	t.Parallel()
	if out := alone(t, "full", t.TempDir(), blindEnv+"=1"); !strings.Contains(out, "results: ") {
		t.Errorf("nothing was found: %s", out)
	}
}

func TestAReadOnlyFolderIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := openTest(t, dir)
	fill(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if out := alone(t, "readonly", dir); out != "ok\n" {
		t.Error(out)
	}
}

// fullChild fills a disk of eight megabytes and goes on when there is room again.
func fullChild(dir string) error {
	if err := errors.Join(syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""), syscall.Mount("none", dir, "tmpfs", 0, "size=8m")); err != nil {
		fmt.Println("no mount", err)
		os.Exit(0)
	}
	o := options(filepath.Join(dir, "data"))
	if os.Getenv(blindEnv) != "" {
		o.free = func(string) (uint64, error) { return math.MaxUint64, nil }
	}
	e, err := Open(context.Background(), o)
	if err != nil {
		return err
	}
	f := fullDisk{e: e, ctx: context.Background(), filler: filepath.Join(dir, "filler")}
	if err := errors.Join(e.Ledger().Plan(f.ctx, 1, plan(20_000)), f.claim()); err != nil {
		return err
	}
	if err := f.fillUp(); err != nil {
		return err
	}
	if e, err = f.full(o); err != nil {
		return err
	}
	defer func() { _ = e.Close() }()
	return f.after(e)
}

type fullDisk struct {
	e      *Engine
	ctx    context.Context
	filler string
	people int                    // imported
	open   []model.Outcome        // announced, without a result that was acknowledged
	done   map[model.Ordinal]bool // results that were
}

// claim announces five hundred messages, and thinks of their results.
func (f *fullDisk) claim() error {
	claims, err := f.e.Ledger().Claim(f.ctx, 1, model.Claims(500), start)
	if err != nil {
		return err
	}
	var intents []model.Intent
	var next []model.Outcome
	for _, c := range claims {
		intents = append(intents, model.Intent{Campaign: 1, Ordinal: c.Ordinal, Email: "a@mail.example", Version: 1, At: start})
		next = append(next, model.Outcome{
			Campaign: 1, Ordinal: c.Ordinal, State: model.StateRefused, At: start, Attempts: 1, Code: "550", Text: strings.Repeat("x", 500),
		})
	}
	if _, err := f.e.Ledger().Commit(f.ctx, nil, intents); err != nil {
		return err
	}
	f.open = append(f.open, next...)
	return nil
}

func (f *fullDisk) settle() error {
	_, err := f.e.Ledger().Commit(f.ctx, f.open, nil)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	if f.done == nil {
		f.done = map[model.Ordinal]bool{}
	}
	for _, o := range f.open {
		f.done[o.Ordinal] = true
	}
	f.open = nil
	return nil
}

func (f *fullDisk) importSome() error {
	rows := benchRows(f.people, 500)
	_, err := f.e.Contacts().Merge(f.ctx, rows, start)
	if err == nil {
		f.people += len(rows)
	}
	return err
}

// isFull reports whether an error is the one that says so.
func isFull(err error) bool {
	var worded *model.Error
	return errors.As(err, &worded) && worded.Kind == model.KindBusy && worded.Key == "store.disk_full" && errors.Is(err, syscall.ENOSPC)
}

// fillUp imports until that is refused, sends until that is, and still has the
// results of what it sent written.
func (f *fullDisk) fillUp() error {
	var err error
	for err == nil {
		err = f.importSome()
	}
	if !isFull(err) {
		return fmt.Errorf("import: %w", err)
	}
	for err = nil; err == nil; {
		if err = f.settle(); err == nil {
			err = f.claim()
		}
	}
	if !isFull(err) || len(f.open) > 0 {
		return fmt.Errorf("claim, %d open: %w", len(f.open), err)
	}
	return nil
}

// full takes what is left of the disk: nothing that grows can be written, all
// that is there can be read, also by the next process.
func (f *fullDisk) full(o Options) (*Engine, error) {
	if err := os.WriteFile(f.filler, make([]byte, 16<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		return nil, fmt.Errorf("there is room left: %w", err)
	}
	many := make([]string, 50_000)
	for i := range many {
		many[i] = fmt.Sprintf("n%d@mail.example", i)
	}
	if err := f.e.Suppressions().AddMany(f.ctx, many, model.Suppression{Reason: model.SuppressOpposed, At: start}); !isFull(err) {
		return nil, fmt.Errorf("on a full disk: %w", err)
	}
	if free, err := f.e.Room(f.ctx); err != nil || free > sendRoom {
		return nil, fmt.Errorf("%d are left: %w", free, err)
	}
	if err := errors.Join(f.verify(f.e), f.e.Close()); err != nil {
		return nil, err
	}
	e, err := Open(f.ctx, o)
	if err != nil {
		return nil, fmt.Errorf("opening on a full disk: %w", err)
	}
	return e, f.verify(e)
}

// verify looks for everything that was acknowledged.
func (f *fullDisk) verify(e *Engine) error {
	h, err := e.Check(f.ctx)
	if err != nil || len(h.Damaged) > 0 || h.Contacts != f.people {
		return fmt.Errorf("%d contacts, want %d, %v, %w", h.Contacts, f.people, h.Damaged, err)
	}
	n := 0
	err = e.Ledger().Lines(f.ctx, 1, []model.State{model.StateRefused}, func(r model.Recipient) error {
		if n++; !f.done[r.Ordinal] {
			return fmt.Errorf("recipient %d has a result of nobody", r.Ordinal)
		}
		return nil
	})
	if err != nil || n != len(f.done) {
		return fmt.Errorf("%d results, want %d, %w", n, len(f.done), err)
	}
	return nil
}

// after: there is room again.
func (f *fullDisk) after(e *Engine) error {
	f.e = e
	if err := syscall.Mount("none", filepath.Dir(e.dir), "tmpfs", syscall.MS_REMOUNT, "size=24m"); err != nil {
		return err
	}
	if err := errors.Join(f.importSome(), f.claim(), f.settle(), f.verify(e), e.Close(), checkPages(e.dir)); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	return nil
}

// readonlyChild opens a folder on a disk that is read only.
func readonlyChild(dir string) error {
	err := errors.Join(syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""), syscall.Mount(dir, dir, "", syscall.MS_BIND, ""),
		syscall.Mount("none", dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	if err != nil {
		fmt.Println("no mount", err)
		os.Exit(0)
	}
	for _, dir := range []string{dir, filepath.Join(dir, "new")} {
		_, err = Open(context.Background(), options(dir))
		var worded *model.Error
		if !errors.As(err, &worded) || worded.Kind != model.KindRefused || worded.Key != "store.read_only_folder" {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	return nil
}
