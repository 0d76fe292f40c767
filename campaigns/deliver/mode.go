package deliver

import (
	"sync"

	"blanche/model"
)

// Mode is how commands and replies are interleaved on a connection.
type Mode string

// The modes, from the most careful to the fastest. Auto takes the fastest that
// a relay offers and steps down when it cannot keep its word.
const (
	Auto Mode = "auto"
	// Strict waits for the reply to each command: four round trips a message.
	Strict Mode = "strict"
	// Grouped sends MAIL, RCPT and DATA together: two round trips.
	Grouped Mode = "grouped"
	// BDAT sends the text of a message as one chunk (RFC 3030) and the MAIL and
	// RCPT of the next in the same write: one round trip. A text never leaves
	// before its recipient was taken, so that nothing of it can be read as a
	// command by a relay that does not skip a chunk it refuses. Nothing proves
	// that both sides speak of the same message: Auto does not choose it.
	BDAT Mode = "bdat"
	// Streamed sends the text of a message, its final dot and the MAIL, RCPT and
	// DATA of the next in one write: one round trip. The 354 in between proves
	// each time that both sides speak of the same message.
	Streamed Mode = "streamed"
)

// valid accepts the empty mode as Auto.
func (m *Mode) valid() error {
	switch *m {
	case "":
		*m = Auto
	case Auto, Strict, Grouped, BDAT, Streamed:
	default:
		return model.Invalid("deliver.bad_mode", "mode", string(*m)).Hint("deliver.bad_mode_hint")
	}
	return nil
}

// mode is the one to use with a relay that offers something, when nothing
// forces one. Streamed stands before BDAT: as fast or faster, and in step.
func (o *offers) mode() Mode {
	if o.pipelining {
		return Streamed
	}
	return Strict
}

// pace orders the modes by how much they ask of a relay.
var pace = map[Mode]int{Strict: 0, Grouped: 1, BDAT: 2, Streamed: 2}

// strikes is how many times a relay that once pipelined well may fall out of
// step before it is not asked to any more.
const strikes = 3

// manner is the mode of a pool: the one forced, or the best offered as long as
// the relay keeps its word. It only ever steps down.
type manner struct {
	mu     sync.Mutex
	forced bool
	mode   Mode // Auto: not lowered
	why    string
	proven [2]bool // a group of commands was answered well: alone, behind a text
	faults int
}

func newManner(m Mode) manner { return manner{forced: m != Auto, mode: m} }

// of is the mode for a relay that makes these offers.
func (m *manner) of(o *offers) Mode {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.forced || m.mode != Auto && o.pipelining {
		return m.mode
	}
	return o.mode()
}

// works records that a group was answered well.
func (m *manner) works(tail bool) {
	m.mu.Lock()
	m.proven[place(tail)] = true
	m.mu.Unlock()
}

func place(tail bool) int {
	if tail {
		return 1
	}
	return 0
}

// blame records that a group of commands went wrong, and reports whether the
// mode is lower for it. A line lost is held against pipelining only as long as
// it never worked; with is what the connection used, tail whether the group
// went behind a text.
func (m *manner) blame(with Mode, tail, lost bool, why string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.forced || with == Strict {
		return false
	}
	if m.mode != Auto && pace[m.mode] < pace[with] {
		return true // another connection met it meanwhile
	}
	proven := m.proven[place(tail)]
	if lost && proven {
		return false
	}
	if m.faults++; proven && m.faults < strikes {
		return false
	}
	to := Strict
	if tail && with != Grouped {
		to = Grouped // the group behind the text was the trouble, not the group
	}
	m.mode, m.why, m.faults, m.proven = to, why, 0, [2]bool{}
	return true
}

// unchunked records that a relay refused the BDAT it offers.
func (m *manner) unchunked() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.forced {
		return false
	}
	if m.mode == Auto || m.mode == BDAT {
		m.mode, m.why = Streamed, "BDAT refused"
	}
	return true
}
