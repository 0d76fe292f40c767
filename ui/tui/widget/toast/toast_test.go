package toast_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/tui/widget/internal/cells"
	"blanche/ui/tui/widget/toast"
)

var start = time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)

func at(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }

func TestNewsPassAndErrorsStay(t *testing.T) {
	t.Parallel()
	ts := toast.New(cells.Plain(), i18n.New("fr"))
	if ts.Line(40, at(0)) != "" {
		t.Error("something shows at once")
	}
	ts.Info("Fiche enregistrée", at(0))
	if next, ok := ts.Next(at(1)); !ok || !next.Equal(at(4)) {
		t.Errorf("it goes at %v", next)
	}
	if got := ts.Line(24, at(3.9)); got != " ✓ Fiche enregistrée    " {
		t.Errorf("%q", got)
	}
	if ts.Line(24, at(4)) != "" {
		t.Error("news stay after four seconds")
	}
	ts.Error(errors.New("disk full"), at(5))
	ts.Info("Autre chose", at(6))
	for _, s := range []float64{6, 60, 86400} {
		if got := ts.Line(60, at(s)); !strings.Contains(got, "disk full") {
			t.Errorf("after %v s: %q", s, got)
		}
	}
	if ts.Unread() != 1 || !ts.Dismiss() || ts.Dismiss() || ts.Unread() != 0 {
		t.Error("the error is not dismissed once")
	}
	if got := ts.Line(60, at(7)); !strings.Contains(got, "Autre chose") {
		t.Errorf("the news behind the error: %q", got)
	}
	if got := cells.Text(ts.Journal(60, 5)); !strings.Contains(got, "disk full") || strings.Index(got, "Autre") > strings.Index(got, "disk") {
		t.Errorf("the journal is %q", got)
	}
}

func TestTheSameErrorDoesNotFillTheJournal(t *testing.T) {
	t.Parallel()
	ts := toast.New(cells.Plain(), i18n.New("fr"))
	for i := range 1000 {
		ts.Error(errors.New("relay unreachable"), at(float64(i)))
	}
	if n := len(ts.Entries()); n != 1 {
		t.Errorf("%d entries", n)
	}
	for i := range 1000 {
		ts.Warn(string(rune('a'+i%26)), "", at(float64(i)))
	}
	if n := len(ts.Entries()); n > 200 {
		t.Errorf("the journal keeps %d", n)
	}
}

func TestToastsAreExactlyTheirSize(t *testing.T) {
	t.Parallel()
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			ts := toast.New(th, i18n.New("en"))
			cells.Exact(t, ts.Journal(size.W, size.H), size.W, size.H)
			for i, name := range cells.Names {
				ts.Info(name, at(float64(i)))
				cells.Line(t, ts.Line(size.W, at(float64(i))), size.W)
			}
			for i, name := range cells.Names {
				ts.Warn(name, name, at(float64(i)))
				ts.Error(model.Refused("campaign.x", "name", name), at(float64(i)))
				cells.Line(t, ts.Line(size.W, at(float64(i))), size.W)
			}
			cells.Exact(t, ts.Journal(size.W, size.H), size.W, size.H)
		}
	}
}
