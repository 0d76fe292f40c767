package logs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"blanche/ui/safe"
)

// Format is the form of a line.
type Format uint8

// The forms of a line.
const (
	Text    Format = iota // time=… level=… msg=… name=value
	JSON                  // an object
	Journal               // <N>level=… msg=…: journald knows the time and takes the priority
)

// Options say where and how to write.
type Options struct {
	Writer io.Writer // one call of Write for each line; nil: nothing is kept
	Format Format
	Level  slog.Leveler     // nil: from Info up
	Now    func() time.Time // nil: the time of the event, as slog takes it
}

// New is a logger. It is safe for concurrent use; what Writer answers with is
// ignored, as slog does: a log that cannot be written stops nothing.
func New(o Options) *slog.Logger {
	if o.Writer == nil {
		return slog.New(slog.DiscardHandler)
	}
	out := &line{to: o.Writer}
	with := &slog.HandlerOptions{Level: o.Level, ReplaceAttr: replace(o.Format)}
	var inner slog.Handler = slog.NewTextHandler(out, with)
	if o.Format == JSON {
		inner = slog.NewJSONHandler(out, with)
	}
	return slog.New(&handler{inner: inner, out: out, now: o.Now, journal: o.Format == Journal})
}

// ToJournal reports whether a stream is connected to journald: variable is the
// value of JOURNAL_STREAM, the device and inode of what systemd gave the
// service as its output (sd_journal_print(3)). A child process may inherit the
// variable with another stream.
func ToJournal(variable string, stream *os.File) bool {
	info, err := stream.Stat()
	if err != nil || variable == "" {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && variable == fmt.Sprintf("%d:%d", st.Dev, st.Ino)
}

// handler stamps events and gives the line its priority; the forms themselves
// are those of slog.
type handler struct {
	inner   slog.Handler
	out     *line
	now     func() time.Time
	journal bool
}

func (h *handler) Enabled(ctx context.Context, l slog.Level) bool { return h.inner.Enabled(ctx, l) }

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	if h.now != nil {
		r.Time = h.now()
	}
	if !h.journal {
		return h.inner.Handle(ctx, r)
	}
	h.out.turn.Lock()
	defer h.out.turn.Unlock()
	h.out.prefix = priority(r.Level)
	return h.inner.Handle(ctx, r)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	c.inner = h.inner.WithAttrs(attrs)
	return &c
}

func (h *handler) WithGroup(name string) slog.Handler {
	c := *h
	c.inner = h.inner.WithGroup(clean(name))
	return &c
}

// priority is the level as syslog counts them (RFC 5424, 6.2.1).
func priority(l slog.Level) string {
	switch {
	case l >= slog.LevelError:
		return "<3>"
	case l >= slog.LevelWarn:
		return "<4>"
	case l >= slog.LevelInfo:
		return "<6>"
	}
	return "<7>"
}

// line is the last gate: each write of a handler is one finished line, and
// leaves by one write.
type line struct {
	to     io.Writer
	turn   sync.Mutex // of the events, with Journal: prefix belongs to one
	prefix string
}

func (l *line) Write(p []byte) (int, error) {
	text := safe.Text(strings.TrimSuffix(string(p), "\n"))
	if _, err := io.WriteString(l.to, l.prefix+Redact(text)+"\n"); err != nil {
		return 0, err
	}
	return len(p), nil
}

// longest is how many bytes of one value are kept.
const longest = 4096

// replace cleans a name and its value before the form quotes them. Values that
// are neither text nor number are printed here, so that what they print is
// cleaned too.
func replace(f Format) func(groups []string, a slog.Attr) slog.Attr {
	return func(groups []string, a slog.Attr) slog.Attr {
		top := len(groups) == 0
		if f == Journal && top && a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime {
			return slog.Attr{}
		}
		if _, isLevel := a.Value.Any().(slog.Level); isLevel {
			return a
		}
		a.Key = clean(a.Key)
		switch kind := a.Value.Kind(); {
		case secretName.MatchString(a.Key) && kind != slog.KindBool:
			a.Value = slog.StringValue("[secret]")
		case kind == slog.KindString:
			a.Value = slog.StringValue(clean(a.Value.String()))
		case kind == slog.KindAny:
			a.Value = slog.StringValue(clean(printed(a.Value.Any())))
		}
		return a
	}
}

// printed is a value as text. fmt survives values whose methods panic.
func printed(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprintf("%+v", v)
}

func clean(s string) string {
	if len(s) > longest {
		s = s[:1+strings.LastIndexAny(s[:longest], " \t\n,;")] + "…" // half an address would not be known for one
	}
	return Redact(safe.Text(s))
}
