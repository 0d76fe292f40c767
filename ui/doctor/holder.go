package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Before is who held the data before anybody opened them for the report:
// opening them writes the file of the holder anew.
type Before struct {
	Holder *Holder // of the file holder; nil: there is none
	Alive  bool    // its process is there
	Locked bool    // somebody holds the lock, which decides
	Socket SocketState
	Why    error // why the socket does not answer
}

// Holder is the file of that name in a data folder (store/bolt writes it).
type Holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// SocketState is what the socket of a data folder does.
type SocketState uint8

// What a socket does.
const (
	NoSocket SocketState = iota
	Answers
	Silent
)

// Look finds out who holds a data folder. It opens nothing of it for writing.
func Look(ctx context.Context, data string, p Probes) Before {
	var b Before
	if raw, err := os.ReadFile(filepath.Join(data, "holder")); err == nil {
		var h Holder
		if json.Unmarshal(raw, &h) == nil && h.PID > 0 {
			b.Holder, b.Alive = &h, p.Alive(h.PID)
		}
	}
	b.Locked = p.Locked(filepath.Join(data, "crm.db"))
	if _, err := os.Lstat(socketPath(data)); !errors.Is(err, fs.ErrNotExist) {
		b.Socket = Answers
		if b.Why = p.Dial(ctx, socketPath(data)); b.Why != nil {
			b.Socket = Silent
		}
	}
	return b
}

// values are what the sentences about a holder say.
func (b *Before) values() []any {
	return []any{"pid", strconv.Itoa(b.Holder.PID), "command", b.Holder.Command, "since", b.Holder.Since}
}

func (e *exam) holder(context.Context) Result {
	b := &e.Before
	switch {
	case !b.Locked:
		return ok("free")
	case b.Holder == nil || !b.Alive:
		return warn("unknown", "file", filepath.Join(e.Paths.Data, "crm.db"))
	case b.Holder.PID == e.Probes.PID:
		return ok("here", b.values()...)
	}
	return ok("held", b.values()...)
}

// shutdown: whoever closes the data removes the file of the holder.
func (e *exam) shutdown(context.Context) Result {
	if e.Before.Holder != nil && !e.Before.Locked {
		return warn("unclean", e.Before.values()...)
	}
	return ok("ok")
}

func (e *exam) socket(context.Context) Result {
	b, file := &e.Before, socketPath(e.Paths.Data)
	switch {
	case b.Socket == Answers && b.Holder != nil && keyOf(e.DeskErr) == "cli.holder_silent": // the system takes the call, the process does not
		return fail("frozen", b.values()...)
	case b.Socket == Answers:
		return ok("answers", "file", file)
	case b.Socket == Silent && b.Locked:
		return fail("silent", "file", file, "why", b.Why)
	case b.Socket == Silent:
		return warn("stale", "file", file)
	case b.Locked:
		return warn("closed", "file", file)
	}
	return ok("none")
}
