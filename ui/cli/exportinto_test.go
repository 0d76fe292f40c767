package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/ssh"
)

// exporter is a session over a desk, whose files are in a folder of their own.
func exporter(t *testing.T, desk campaigns.Desk) (*session, string) {
	t.Helper()
	dir := t.TempDir()
	var out, errs bytes.Buffer
	a := App{
		In: strings.NewReader(""), Out: &out, Err: &errs, Dir: dir, Files: ssh.OSFiles(dir), Width: 80,
		Env: func(string) (string, bool) { return "", false },
	}
	s := newSession(a, nil)
	s.desk = desk
	return s, dir
}

// TestAnExportThatIsInterruptedLeavesNothing takes a desk that fails after some
// rows; the control is the one that does not.
func TestAnExportThatIsInterruptedLeavesNothing(t *testing.T) {
	t.Parallel()
	cut := errors.New("cut")
	for _, why := range []error{cut, context.Canceled, nil} {
		s, dir := exporter(t, &rowsDesk{n: 5000, fails: why})
		into, no, none := "out.csv", false, ""
		if err := os.WriteFile(filepath.Join(dir, "kept.csv"), []byte("kept"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := s.flow(t.Context(), &outflow{&no, &no, &none, &into}, orderColumns, func(ctx context.Context, desk campaigns.Desk, x *export) error {
			return desk.EachOrder(ctx, "", x.order)
		})
		if !errors.Is(err, why) {
			t.Errorf("%v: %v", why, err)
		}
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 2, false: 1}[why == nil]; len(files) != want {
			t.Errorf("%v: %d files, not %d: %v", why, len(files), want, files)
		}
	}
}

// rowsDesk gives orders, then fails.
type rowsDesk struct {
	campaigns.Desk
	n     int
	fails error
}

func (d *rowsDesk) EachOrder(_ context.Context, _ string, f func(*model.Order) error) error {
	for i := range d.n {
		if err := f(&model.Order{ID: fmt.Sprint(i), Email: "lea@clients.example"}); err != nil {
			return err
		}
	}
	return d.fails
}

func (d *rowsDesk) Now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
