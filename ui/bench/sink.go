package bench

import (
	"bufio"
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Sink is an SMTP server that takes every message and keeps none: as little
// work as a server can do. It offers PIPELINING, SIZE and 8BITMIME.
type Sink struct {
	rtt      time.Duration
	listen   net.Listener
	messages atomic.Int64
	bytes    atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once closed
	done  sync.WaitGroup
}

// NewSink serves an address until Close. rtt is waited before each group of
// answers, as if the server were far away.
func NewSink(addr string, rtt time.Duration) (*Sink, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Sink{rtt: rtt, listen: l, conns: map[net.Conn]bool{}}
	s.done.Go(s.accept)
	return s, nil
}

// Addr is where the sink listens.
func (s *Sink) Addr() string { return s.listen.Addr().String() }

// Count is what it has taken until now.
func (s *Sink) Count() (Count, error) {
	return Count{Messages: int(s.messages.Load()), Bytes: s.bytes.Load(), CPU: cpuTime().Seconds(), known: true}, nil
}

// Close drops every connection.
func (s *Sink) Close() {
	_ = s.listen.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.done.Wait()
}

func (s *Sink) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.conns == nil {
			_ = c.Close()
		} else {
			s.conns[c] = true
			s.done.Go(func() { s.serve(c) })
		}
		s.mu.Unlock()
	}
}

// serve speaks with one client. Answers wait until what the client sent ahead
// is used up, and leave together.
func (s *Sink) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	t := talk{r: bufio.NewReaderSize(c, 64<<10), w: bufio.NewWriterSize(c, 4<<10), rtt: s.rtt}
	t.say("220 sink.example\r\n")
	for {
		line, err := t.line()
		if err != nil {
			return
		}
		switch verb(line) {
		case "MAIL", "RCPT", "RSET", "NOOP", "HELO":
			t.say("250 ok\r\n")
		case "DATA":
			t.say("354 go\r\n")
			n, err := t.body()
			if err != nil {
				return
			}
			s.messages.Add(1)
			s.bytes.Add(n)
			t.say("250 ok\r\n")
		case "EHLO":
			t.say("250-sink.example\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250 8BITMIME\r\n")
		case "QUIT":
			t.say("221 bye\r\n")
			_ = t.w.Flush()
			return
		default:
			t.say("500 what\r\n")
		}
	}
}

// talk is one connection.
type talk struct {
	r   *bufio.Reader
	w   *bufio.Writer
	rtt time.Duration
}

func (t *talk) say(answer string) { _, _ = t.w.WriteString(answer) }

// line reads the next one, of a command or of a message.
func (t *talk) line() ([]byte, error) {
	if t.r.Buffered() == 0 && t.w.Buffered() > 0 {
		if t.rtt > 0 {
			time.Sleep(t.rtt)
		}
		if err := t.w.Flush(); err != nil {
			return nil, err
		}
	}
	return t.r.ReadSlice('\n')
}

var dot = []byte(".\r\n")

// body reads to the lone dot.
func (t *talk) body() (n int64, err error) {
	whole := true // the last piece ended a line
	for {
		line, err := t.line()
		if err != nil && err != bufio.ErrBufferFull {
			return n, err
		}
		n += int64(len(line))
		if whole && bytes.Equal(line, dot) {
			return n, nil
		}
		whole = err == nil
	}
}

// verb is the command of a line, in upper case.
func verb(line []byte) string {
	if len(line) < 4 {
		return ""
	}
	var v [4]byte
	for i := range v {
		v[i] = line[i] &^ 0x20
	}
	return string(v[:])
}
