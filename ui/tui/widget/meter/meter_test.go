package meter_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"blanche/ui/tui/widget/internal/cells"
	"blanche/ui/tui/widget/meter"
)

func TestTheZoneBlancheStandsAtTheEnd(t *testing.T) {
	t.Parallel()
	th := cells.Plain()
	got := []string{
		meter.Bar(th, 40, meter.Parts{Done: 7381, Planned: 10800, Holdout: 1200}),
		meter.Bar(th, 40, meter.Parts{Done: 0, Planned: 100}),
		meter.Bar(th, 40, meter.Parts{Done: 1, Planned: 1_000_000, Holdout: 1}),
		meter.Bar(th, 40, meter.Parts{Done: 100, Planned: 100, Holdout: 900}),
		meter.Thin(th, 40, meter.Parts{Done: 7381, Planned: 10800, Holdout: 1200}),
		meter.Thin(th, 10, meter.Parts{Done: 1, Planned: 1000, Holdout: 1}),
		meter.Gauge(th, 8, 0.5),
		meter.Gauge(cells.Themes()[3], 8, 0.55),
	}
	want := []string{
		"██████████████████████▌░░░░░░░░░░ ⁞ ▓▓▓▓",
		"░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
		"▏░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ ⁞ ▓▓",
		"█████████████████ ⁞ ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓",
		"━━━━━━━━━━━━━━━━━━━━━━─────────── ⁞ ▓▓▓▓",
		"━─────────",
		"████░░░░",
		"####....",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func terms(name string) []meter.Term {
	return []meter.Term{{"7 381", "acceptés", "acc."}, {"61", "refusés", "ref."}, {"3 358", name, "rest."}}
}

func TestABalanceThatDoesNotHoldIsShown(t *testing.T) {
	t.Parallel()
	th := cells.Plain()
	got := []string{
		meter.Balance(th, 60, terms("restants"), "10 800", true),
		meter.Balance(th, 45, terms("restants"), "10 800", true),
		meter.Balance(th, 60, terms("restants"), "10 801", false),
	}
	want := []string{
		"7 381 acceptés + 61 refusés + 3 358 restants = 10 800 ✓     ",
		"7 381 acc. + 61 ref. + 3 358 rest. = 10 800 ✓",
		"7 381 acceptés + 61 refusés + 3 358 restants = 10 801 ✗     ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestMetersAreExactlyTheirWidth(t *testing.T) {
	t.Parallel()
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			for _, p := range []meter.Parts{{}, {1, 3, 0}, {3, 3, 1}, {9, 3, 1}, {-1, 3, 1000}, {1 << 40, 1 << 41, 1 << 39}} {
				cells.Line(t, meter.Bar(th, size.W, p), size.W)
				cells.Line(t, meter.Thin(th, size.W, p), size.W)
			}
			cells.Line(t, meter.Gauge(th, size.W, 2), size.W)
			for _, name := range cells.Names {
				cells.Line(t, meter.Balance(th, size.W, terms(strings.TrimSpace(ansi.Strip(name))), "10 800", false), size.W)
			}
		}
	}
}
