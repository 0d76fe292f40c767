package logstest

import (
	"bufio"
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"blanche/ui/logs"
)

// whole is an address that nobody masked: every person of a test lives at
// .example, every canary anywhere.
var whole = regexp.MustCompile(`(?i)canary[\w.+-]*(@|%40|&#64;|\\u0040)|[\w.+-]+(@|%40)[\w.-]*\.example\b`)

// Find lists the addresses in a text that are not masked.
func Find(text []byte) []string {
	var found []string
	for _, m := range whole.FindAll(text, -1) {
		found = append(found, string(m))
	}
	return found
}

// Logger is a logger whose lines are searched when the test ends.
func Logger(t testing.TB) *slog.Logger {
	return logs.New(logs.Options{Writer: Writer(t), Level: slog.LevelDebug})
}

// Writer keeps what is written, and searches it when the test ends.
func Writer(t testing.TB) *Lines {
	t.Helper()
	w := &Lines{}
	t.Cleanup(func() { searched(t, w.String()) })
	return w
}

// Check searches the lines of a log in what a program wrote on its standard
// error: what it says to a person there may name people.
func Check(t testing.TB, written string) {
	t.Helper()
	var log strings.Builder
	for line := range strings.Lines(written) {
		if strings.Contains(line, "level=") {
			log.WriteString(line)
		}
	}
	searched(t, log.String())
}

// searched wants no address in a log, and keeps it for a second search.
func searched(t testing.TB, log string) {
	t.Helper()
	for _, address := range Find([]byte(log)) {
		t.Errorf("the log shows %s", address)
	}
	if dir := os.Getenv("BLANCHE_TEST_LOGS"); dir != "" && log != "" {
		keep(t, filepath.Join(dir, strings.NewReplacer("/", "-", "\\", "-").Replace(t.Name())+".log"), log)
	}
}

// Search looks through every regular file under a folder whose name says that
// it is a log (.log, .log.1…), and returns how many lines it read.
func Search(t testing.TB, dir string) (lines int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.Contains(d.Name(), ".log") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); lines++ {
			for _, address := range Find(s.Bytes()) {
				t.Errorf("%s shows %s", path, address)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return lines
}

// Lines is what was written, safe for concurrent use.
type Lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps p.
func (l *Lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is everything written so far.
func (l *Lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func keep(t testing.TB, path, log string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(log)
		_ = f.Close()
	}
	if err != nil {
		t.Error(err)
	}
}
