package doctor

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// The times that a working clock lies between: before the first, this program
// did not exist.
var (
	earliest = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// The differences of clocks that matter: signatures and certificates count in
// minutes, statements in days.
const (
	driftWarn = 30 * time.Second
	driftFail = 5 * time.Minute
	stepWarn  = 2 * time.Second
	stepFail  = 5 * time.Minute
	ahead     = 5 * time.Minute // a file may be written so much later than now
)

func (e *exam) clock(context.Context) Result {
	if e.now.Before(earliest) || e.now.After(latest) {
		return fail("year", "now", e.now)
	}
	files, _ := filepath.Glob(filepath.Join(e.Paths.Data, "*.db"))
	for _, name := range files {
		if info, err := os.Stat(name); err == nil && info.ModTime().After(e.now.Add(ahead)) {
			return warn("back", "now", e.now, "file", name, "at", info.ModTime())
		}
	}
	return ok("ok", "now", e.now)
}

func (e *exam) clockDrift(ctx context.Context) Result {
	if e.Settings == nil || e.Settings.Public.URL == "" {
		return skip("nobody")
	}
	url := e.Settings.Public.URL
	off, err := e.Probes.Date(ctx, url)
	switch {
	case err != nil:
		return skip("unreachable", "url", url, "why", err)
	case off.Abs() > driftFail:
		return fail("far", "url", url, "off", off.Abs())
	case off.Abs() > driftWarn:
		return warn("off", "url", url, "off", off.Abs())
	}
	return ok("ok", "url", url)
}

// clockStep compares the clock on the wall with the one that only goes on.
func (e *exam) clockStep(context.Context) Result {
	if e.Ran < time.Minute {
		return skip("young")
	}
	off := (e.now.Round(0).Sub(e.Started.Round(0)) - e.Ran).Abs()
	switch {
	case off > stepFail:
		return fail("far", "off", off, "started", e.Started)
	case off > stepWarn:
		return warn("stepped", "off", off, "started", e.Started)
	}
	return ok("ok", "started", e.Started)
}

func (e *exam) timezone(context.Context) Result {
	if e.Settings == nil {
		return skip("unknown")
	}
	given, name := e.Settings.Given("timezone"), e.Settings.Config.Zone.String()
	switch {
	case given:
		return ok("ok", "zone", name)
	case name == "UTC" || name == "":
		return warn("utc")
	case name == "Local":
		return warn("unnamed", "now", e.now)
	}
	return ok("ok", "zone", name)
}
