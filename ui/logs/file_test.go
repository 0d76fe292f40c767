package logs

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"blanche/ui/i18n"
)

// small is a log that turns its files away after a few lines.
func small(t *testing.T, path string, size int64) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.size = size
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Two logs of one name, as two processes have them, each written by several
// goroutines: no line is cut, mixed or written twice, and none is lost while
// there is room for all.
func TestConcurrentWritersLoseNoLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state", "blanche.log")
	files := []*File{small(t, path, 20_000), small(t, path, 20_000)}
	const writers, lines = 4, 100
	var all sync.WaitGroup
	for i, f := range files {
		for w := range writers {
			l := New(Options{Writer: f}).With("who", fmt.Sprintf("%d.%d", i, w))
			all.Go(func() {
				for n := range lines {
					l.Info("line", "n", n)
				}
			})
		}
	}
	all.Wait()
	seen := map[string]int{}
	for i := range Files {
		name := fmt.Sprintf("%s.%d", path, i)
		if i == 0 {
			name = path
		}
		info, err := os.Stat(name)
		if err != nil {
			continue
		}
		if info.Mode().Perm() != 0o600 || info.Size() > 25_000 {
			t.Errorf("%s: %v, %d bytes", name, info.Mode(), info.Size())
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for s := bufio.NewScanner(strings.NewReader(string(text))); s.Scan(); {
			_, rest, ok := strings.Cut(s.Text(), "msg=line ")
			if !ok || strings.Contains(rest, "msg=") {
				t.Fatalf("a broken line: %s", s.Text())
			}
			seen[rest]++
		}
	}
	if len(seen) != len(files)*writers*lines {
		t.Errorf("%d lines, want %d", len(seen), len(files)*writers*lines)
	}
	for line, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", line, n)
		}
	}
}

func TestALogNeverTakesMoreThanItsRoom(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := small(t, filepath.Join(dir, "blanche.log"), 1000)
	for range 200 {
		if _, err := fmt.Fprintf(f, "%0*d\n", 99, 0); err != nil {
			t.Fatal(err)
		}
	}
	found, err := filepath.Glob(filepath.Join(dir, "blanche.log*"))
	if err != nil || len(found) != Files+1 { // and the lock
		t.Errorf("%v, %v", found, err)
	}
	for _, name := range found {
		if info, err := os.Stat(name); err != nil || info.Size() > 1000 {
			t.Errorf("%s: %v, %v", name, info.Size(), err)
		}
	}
}

func TestALogIsItsOwnersOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "blanche.log")
	if err := os.WriteFile(path, []byte("old\n"), 0o644); err != nil { //nolint:gosec // open to all on purpose
		t.Fatal(err)
	}
	f := small(t, path, Size)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != 4 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Remove(path); err != nil { // somebody tidies up
		t.Fatal(err)
	}
	slog.New(slog.NewTextHandler(f, nil)).Info("again")
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Errorf("%v, %v", info, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("x")); err == nil {
		t.Error("a closed log takes lines")
	}
	link := filepath.Join(dir, "link.log")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	_, err := Open(link)
	if message, hint := i18n.New("en").Err(err); err == nil || !strings.Contains(message, link) || hint == "" {
		t.Errorf("%v, %q, %q", err, message, hint)
	}
}
