package deliver

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// The ways in which a relay exceeds what we are ready to read, or says what
// nobody can read.
var (
	errLongLine    = errors.New("reply line too long")
	errLongReply   = errors.New("reply too long")
	errLongSession = errors.New("too much said on one connection")
	errGarbled     = errors.New("not a reply")
	errHalfReply   = errors.New("the line fell silent in the middle of a reply")
	errOutOfStep   = errors.New("answers that nobody asked for")
)

// usualLine is the longest reply line by default: the size of a read buffer.
const usualLine = 4 << 10

// buffers are read buffers of closed connections.
var buffers = sync.Pool{New: func() any { return new([usualLine]byte) }}

// reader reads replies and bounds them: a line, a reply, a session. It holds
// one line, and of a reply what a person may want to read.
type reader struct {
	conn   net.Conn
	limits Limits
	loan   *[usualLine]byte
	buf    []byte
	r, w   int // what is read and not yet used
	all    int // bytes of the session
	until  time.Time
	armed  time.Time // when a read of conn ends at the latest, as was last said

	code int
	said []byte // text of the reply, bounded, with the enhanced code in front
	last reply  // what was told last, so that "250 ok" is made a string once
}

func newReader(c net.Conn, limits Limits) *reader {
	h := &reader{conn: c, limits: limits}
	if limits.Line <= usualLine {
		h.loan = buffers.Get().(*[usualLine]byte)
		h.buf = h.loan[:limits.Line]
	} else {
		h.buf = make([]byte, limits.Line)
	}
	return h
}

// release gives the buffer back; the reader then reads nothing more.
func (h *reader) release() {
	if h.loan != nil {
		buffers.Put(h.loan)
	}
	h.loan, h.buf, h.r, h.w = nil, nil, 0, 0
}

// reply reads one reply, all its lines, until a moment that no trickle of bytes
// puts off, and gives its code (200 to 599). Each, when given, sees the text of
// each line.
func (h *reader) reply(until time.Time, each func(n int, text []byte)) (int, error) {
	h.code, h.said, h.until = 0, h.said[:0], until
	for n, size := 0, 0; ; n++ {
		line, err := h.line(n > 0)
		if err != nil {
			return 0, err
		}
		if size += len(line); size > h.limits.Reply {
			return 0, errLongReply
		}
		code, text, more := parseLine(line)
		if code == 0 || n > 0 && code != h.code {
			return 0, errGarbled
		}
		h.code = code
		h.note(text, n)
		if each != nil {
			each(n, text)
		}
		if !more {
			return code, nil
		}
	}
}

// line is the next line with its end, valid until the next call.
func (h *reader) line(begun bool) ([]byte, error) {
	seen := h.r
	for {
		if i := bytes.IndexByte(h.buf[seen:h.w], '\n'); i >= 0 {
			line := h.buf[h.r : seen+i+1]
			h.r = seen + i + 1
			return line, nil
		}
		if h.r > 0 {
			h.w = copy(h.buf, h.buf[h.r:h.w])
			h.r = 0
		}
		seen = h.w
		if h.w == len(h.buf) {
			return nil, errLongLine
		}
		n, err := h.read()
		h.w += n
		if h.all += n; h.all > h.limits.Session {
			return nil, errLongSession
		}
		if err != nil && n == 0 {
			if begun || h.w > 0 {
				return nil, fmt.Errorf("%w: %w", errHalfReply, err)
			}
			return nil, err
		}
	}
}

// read reads once, until the moment that holds. The line knows one that is not
// later, mostly of a reply before: when that passes, it is told the new one.
func (h *reader) read() (int, error) {
	if h.armed.IsZero() || h.armed.After(h.until) {
		h.arm()
	}
	n, err := h.conn.Read(h.buf[h.w:])
	if n == 0 && h.armed.Before(h.until) && errors.Is(err, os.ErrDeadlineExceeded) {
		h.arm()
		n, err = h.conn.Read(h.buf[h.w:])
	}
	return n, err
}

func (h *reader) arm() {
	h.armed = h.until
	_ = h.conn.SetReadDeadline(h.until)
}

// parseLine takes a reply line apart; code 0 is not a reply (RFC 5321, 4.2).
func parseLine(line []byte) (code int, text []byte, more bool) {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !digit(line[1]) || !digit(line[2]) {
		return 0, nil, false
	}
	code = int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
	if len(line) == 3 {
		return code, nil, false
	}
	if line[3] != ' ' && line[3] != '-' {
		return 0, nil, false
	}
	return code, line[4:], line[3] == '-'
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// mostSaid is how much of a reply is kept for a person to read.
const mostSaid = 500

// note keeps the text of a line: all the first, the others without their
// enhanced code.
func (h *reader) note(text []byte, n int) {
	if n > 0 {
		text = text[len(enhanced(text)):]
		h.said = append(h.said, ' ')
	}
	if room := mostSaid + len("5.999.999 ") - len(h.said); len(text) > room {
		text = text[:max(room, 0)]
	}
	h.said = append(h.said, text...)
}

// told is the reply read last, in words. The strings are its own.
func (h *reader) told() reply {
	code := enhanced(h.said)
	text := h.said[len(code):]
	if h.code == h.last.code && string(code) == h.last.enhanced && string(text) == h.last.raw {
		return h.last
	}
	raw := string(text)
	h.last = reply{code: h.code, enhanced: string(code), text: oneLine(raw), raw: raw}
	return h.last
}

// extra reports whether more was said than was asked for, as far as it came.
func (h *reader) extra() bool { return h.r < h.w }

// surplus is the first reply in what nobody asked for.
func (h *reader) surplus() (reply, bool) {
	line, _, _ := bytes.Cut(h.buf[h.r:h.w], []byte("\n"))
	return parseReply(line)
}

// enhanced is the enhanced status code (RFC 3463) at the beginning of a text.
func enhanced(text []byte) []byte {
	if len(text) < 5 || text[1] != '.' || (text[0] != '2' && text[0] != '4' && text[0] != '5') {
		return nil
	}
	i := digits(text, 2)
	if i == 2 || i == len(text) || text[i] != '.' {
		return nil
	}
	j := digits(text, i+1)
	if j == i+1 || j < len(text) && text[j] != ' ' {
		return nil
	}
	return text[:j]
}

// digits is where at most three digits from i end.
func digits(text []byte, i int) int {
	for n := 0; n < 3 && i < len(text) && digit(text[i]); n++ {
		i++
	}
	return i
}
