package health

import (
	"time"

	"blanche/ui/i18n"
)

// State is what decides whether the program can do its work.
type State struct {
	Database error // nil: it answered just now
	// Schema of the files, and the one this program writes.
	Schema, Newest int
	Free, Needed   uint64 // bytes of the disk of the data
	Disarmed       bool   // restored and not armed: nothing may leave
	// Beat is how long ago the send loop last showed that it lives, Late the
	// age from which it counts as stuck; Late 0: nothing sends here.
	Beat, Late time.Duration
}

// Check is one line of /readyz.
type Check struct {
	Name    string `json:"check"`
	OK      bool   `json:"ok"`
	Message string `json:"message"`
}

// Checks words the state: every line always, in this order.
func (s State) Checks(p *i18n.Printer) []Check {
	line := func(name string, ok bool, good, bad string) Check {
		if ok {
			return Check{name, true, good}
		}
		return Check{name, false, bad}
	}
	return []Check{
		line("database", s.Database == nil, p.T("health.database_ok"), p.T("health.database_bad", "why", s.Database)),
		line("migrations", s.Schema == s.Newest, p.T("health.migrations_ok", "schema", s.Schema),
			p.T("health.migrations_bad", "schema", s.Schema, "newest", s.Newest)),
		line("disk", s.Free >= s.Needed, p.T("health.disk_ok", "free", megabytes(s.Free)),
			p.T("health.disk_bad", "free", megabytes(s.Free), "needed", megabytes(s.Needed))),
		line("armed", !s.Disarmed, p.T("health.armed_ok"), p.T("health.armed_bad")),
		line("send_loop", s.Late == 0 || s.Beat <= s.Late, p.T("health.send_loop_ok"), p.T("health.send_loop_bad", "ago", s.Beat)),
	}
}

func megabytes(n uint64) int { return int(n >> 20) }
