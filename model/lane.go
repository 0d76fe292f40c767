package model

import (
	_ "embed"
	"slices"
	"strings"
	"time"
)

// Lane is the mailbox provider of a recipient; each has its own habits.
type Lane uint8

// The lanes a French shop writes to. The values are stored: never renumber them.
const (
	LaneOther Lane = iota
	LaneGmail
	LaneMicrosoft
	LaneYahoo
	LaneOrange
	LaneFree
	LaneSFR
	LaneLaPoste
	Lanes int = iota
)

var laneNames = [...]string{"other", "gmail", "microsoft", "yahoo", "orange", "free", "sfr", "laposte"}

func (l Lane) String() string { return laneNames[l] }

// MarshalText writes the code of the lane.
func (l Lane) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// ParseLane reads the code of a lane.
func ParseLane(s string) (Lane, bool) {
	i := slices.Index(laneNames[:], s)
	return Lane(max(i, 0)), i >= 0
}

// lanesFile says which domains, and which families of mail exchangers, belong to
// which lane.
//
//go:embed lanes.txt
var lanesFile string

// laneDomains are the domains of addresses; laneHosts the ends of the names of
// mail exchangers, each beginning with a dot.
var laneDomains, laneHosts = readLanes(lanesFile)

// readLanes reads lines of "lane domain…" and "lane mx .end…"; # begins a
// remark. The file is part of the program: a mistake in it does not start.
func readLanes(file string) (domains, hosts map[string]Lane) {
	domains, hosts = map[string]Lane{}, map[string]Lane{}
	for line := range strings.Lines(file) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		lane, ok := ParseLane(words[0])
		if !ok || len(words) < 2 {
			panic("model: lanes.txt: " + line)
		}
		into, names := domains, words[1:]
		if names[0] == "mx" {
			into, names = hosts, names[1:]
		}
		for _, name := range names {
			into[name] = lane
		}
	}
	return domains, hosts
}

// LaneOf is the lane of an address, by its domain. The fictional domains of
// demonstrations (gmail.example…) fall in the lane of their first label.
func LaneOf(email string) Lane {
	d := Domain(email)
	if l, ok := laneDomains[d]; ok {
		return l
	}
	if label, ok := strings.CutSuffix(d, ".example"); ok {
		if l, ok := ParseLane(label); ok {
			return l
		}
	}
	return LaneOther
}

// LaneOfHost is the lane of a mail exchanger, by the end of its name: a company
// whose mail is kept by Google is Gmail's, whatever its domain.
func LaneOfHost(host string) Lane {
	host = "." + strings.ToLower(strings.TrimSuffix(host, "."))
	for i := range len(host) {
		if host[i] == '.' {
			if l, ok := laneHosts[host[i:]]; ok {
				return l
			}
		}
	}
	return LaneOther
}

// LanePace is how one lane may be used, by all campaigns together.
type LanePace struct {
	Connections int     `json:"connections"` // messages at once; 0: as many as the relay takes
	Rate        float64 `json:"rate"`        // messages a second; 0: no limit
	// Ceiling is the most messages of a day, 0 none: set by hand, or by the
	// warm-up.
	Ceiling int `json:"ceiling"`
}

// Pacing is how fast everything leaves: changed while sending, in effect at
// once, kept over restarts.
type Pacing struct {
	Rate   float64         `json:"rate"` // messages a second of all campaigns together; 0: no limit
	Lanes  [Lanes]LanePace `json:"lanes"`
	WarmUp WarmUp          `json:"warm_up"`
}

// DefaultPacing is what a folder starts with: Orange takes one or two
// connections at a time (its reply 421 OFR004_104), the other French providers
// a few.
func DefaultPacing() Pacing {
	var p Pacing
	p.Lanes[LaneOrange].Connections = 2
	p.Lanes[LaneSFR].Connections = 4
	p.Lanes[LaneFree].Connections = 4
	p.Lanes[LaneLaPoste].Connections = 4
	return p
}

// WarmUp lets a new sender address grow: each lane has a ceiling of messages a
// day, First on the first day, more by the share Growth each day that went well,
// one step down after a day of too many deferrals or complaints.
type WarmUp struct {
	On     bool             `json:"on"`
	First  int              `json:"first"`
	Growth float64          `json:"growth"`
	Days   [Lanes]WarmUpDay `json:"days"`
}

// WarmUpDay is where a lane stands in its warm-up.
type WarmUpDay struct {
	Step       int  `json:"step"`                 // days that went well, less those that did not
	Day        Date `json:"day"`                  // the day that Step is of; zero before the first
	Complaints int  `json:"complaints,omitempty"` // of that day
}

// Ceiling is the most messages of today to a lane, by hand or by the warm-up,
// whichever is less; 0 none.
func (p *Pacing) Ceiling(l Lane) int {
	hand, warm := p.Lanes[l].Ceiling, p.WarmUp.Ceiling(p.WarmUp.Days[l].Step)
	if hand == 0 || warm != 0 && warm < hand {
		return warm
	}
	return hand
}

// Ceiling is the most messages that a lane may get on a day at a step.
func (w *WarmUp) Ceiling(step int) int {
	if !w.On {
		return 0
	}
	n := float64(w.First)
	for range step {
		n *= 1 + w.Growth
		if n > 1e9 {
			return 1e9
		}
	}
	return max(1, int(n))
}

// Hours are when a campaign may leave, by the clock of the shop. The zero value
// is always. From is before To, both minutes since midnight; a day without
// either hour is the whole day.
type Hours struct {
	Days     [7]bool // by time.Weekday; none set: every day
	From, To int
}

// Always reports whether there is no restriction.
func (h Hours) Always() bool { return h == Hours{} }

// Open reports whether a message may leave at an instant, in its own zone.
func (h Hours) Open(at time.Time) bool {
	minute := at.Hour()*60 + at.Minute()
	return h.day(at.Weekday()) && (h.From == 0 && h.To == 0 || h.From <= minute && minute < h.To)
}

func (h Hours) day(d time.Weekday) bool { return h.Days == [7]bool{} || h.Days[d] }

// Next is the first instant, at or after a time, at which a message may leave:
// that time, or the beginning of a minute. It asks Open for each minute of two weeks,
// so that it is right whatever the clock does: hours that begin in one that a
// change of the clock skips begin after it, and those that come twice come twice.
func (h Hours) Next(at time.Time) time.Time {
	if h.Open(at) {
		return at
	}
	end := at.AddDate(0, 0, 15) // the only day of a week may be that of the hour skipped
	for open := at.Truncate(time.Minute).Add(time.Minute); open.Before(end); open = open.Add(time.Minute) {
		if h.Open(open) {
			return open
		}
	}
	return at
}
