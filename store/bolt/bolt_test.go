package bolt

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"blanche/store"
	"blanche/store/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		child()
		return
	}
	goleak.VerifyTestMain(m)
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func options(dir string) Options {
	return Options{Dir: dir, Rand: rand.Reader, Now: func() time.Time { return start }, Command: "test"}
}

func openTest(t testing.TB, dir string) *Engine {
	t.Helper()
	e, err := Open(context.Background(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func TestBoltKeepsTheContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		return func() (store.Store, error) {
			e, err := Open(context.Background(), options(filepath.Join(dir, "data")))
			if err != nil {
				return nil, err
			}
			return e, nil
		}
	})
}
