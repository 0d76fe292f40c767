package worker_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"blanche/model"
)

// simRelay is the other side: it speaks SMTP on lines in memory, and behaves as
// badly as its plan says, as long as it may.
type simRelay struct {
	s    *sim
	plan *simRelayPlan
	done sync.WaitGroup

	mu     sync.Mutex
	dials  int
	open   int
	orange int            // people at Orange under way
	tries  map[string]int // by campaign and person
}

func newSimRelay(s *sim) *simRelay {
	return &simRelay{s: s, plan: &s.plan.relay, tries: map[string]int{}}
}

// wrong draws what goes wrong at a verb: empty is nothing.
func (r *simRelay) wrong(verb string, key ...any) string {
	if !r.s.faulty() || len(r.plan.kinds) == 0 {
		return ""
	}
	spice := simSpice(r.s.plan.seed, append([]any{"wrong ", verb, " "}, key...)...)
	if !chance(spice, r.plan.verbs[verb]) {
		return ""
	}
	return pick(spice, r.plan.kinds...)
}

// down reports whether the relay turns everybody away.
func (r *simRelay) down() bool {
	at := time.Since(r.s.begin)
	for _, storm := range r.plan.storms {
		if r.s.faulty() && storm[0] <= at && at < storm[1] {
			return true
		}
	}
	return false
}

// dial opens a line for a life of the program.
func (r *simRelay) dial(ctx context.Context, l *simLife) (*simConn, error) {
	r.mu.Lock()
	r.dials++
	n := r.dials
	r.mu.Unlock()
	switch wrong := r.wrong("dial", n); {
	case wrong == "silence":
		<-ctx.Done()
		return nil, ctx.Err()
	case wrong != "" || r.down() && n%2 == 0:
		return nil, syscall.ECONNREFUSED
	}
	ours, theirs := newSimLine()
	if !l.connected(ours) {
		return nil, syscall.ECONNREFUSED
	}
	t := &simTalk{
		r: r, n: n, conn: theirs, in: bufio.NewReader(theirs), out: bufio.NewWriter(theirs),
		spice: simSpice(r.s.plan.seed, "talk", n),
	}
	r.done.Go(t.serve)
	return ours, nil
}

// simTalk is one connection, on the side of the relay.
type simTalk struct {
	r     *simRelay
	n     int
	conn  *simConn
	in    *bufio.Reader
	out   *bufio.Writer
	spice *rand.Rand
	mails int

	from, to string
	try      int
	refused  bool // a recipient was asked for and not taken
	orange   bool
	chunks   []byte
}

func (t *simTalk) serve() {
	defer t.conn.Close() //nolint:errcheck // never fails
	defer t.reset()
	r := t.r
	r.mu.Lock()
	r.open++
	many := r.plan.most > 0 && r.open > r.plan.most
	r.mu.Unlock()
	defer func() { r.mu.Lock(); r.open--; r.mu.Unlock() }()
	if many || r.down() {
		t.say("421 4.3.2 too many at once")
		t.flush()
		return
	}
	if !t.does("greet", t.n, "220 relay.example ESMTP", "554 5.7.1 not you", nil) {
		return
	}
	for {
		line, err := t.line()
		if err != nil || !t.obey(line) {
			return
		}
	}
}

// line reads a command; what was answered leaves before it is waited for.
func (t *simTalk) line() (string, error) {
	if t.in.Buffered() == 0 && !t.flush() {
		return "", io.EOF
	}
	line, err := t.in.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

func (t *simTalk) say(reply string) { _, _ = t.out.WriteString(reply + "\r\n") }

func (t *simTalk) flush() bool {
	if t.out.Buffered() == 0 {
		return true
	}
	if d := t.r.plan.latency; d > 0 {
		time.Sleep(d/2 + time.Duration(t.spice.Int64N(int64(d))))
	}
	t.r.s.event("reply")
	return t.out.Flush() == nil
}

// does answers a verb, unless something goes wrong there; it reports whether
// the talk goes on. Act is what the verb does when it is well.
func (t *simTalk) does(verb string, key any, yes, never string, act func()) bool {
	if act == nil {
		act = func() {}
	}
	switch wrong := t.r.wrong(verb, key); wrong {
	case "4xx":
		t.say("451 4.3.0 not now")
	case "5xx":
		t.say(never)
	case "421":
		t.say("421 4.3.2 going down")
		t.flush()
		return false
	case "drop_before":
		return false
	case "drop_after":
		act()
		return false
	case "silence":
		if t.spice.IntN(2) == 0 {
			act()
		}
		t.flush()
		_, _ = io.Copy(io.Discard, t.in)
		return false
	case "garbage":
		if t.spice.IntN(2) == 0 {
			act()
		}
		t.say(pick(t.spice, "what?", "999 nine", "\x00\xff\x1b[2J", "25 0 ok", "352 hm", strings.Repeat("x", 9000)))
	case "half":
		act()
		_, _ = t.out.WriteString(yes[:1+t.spice.IntN(len(yes)-1)])
		t.flush()
		if t.spice.IntN(2) == 0 {
			_, _ = io.Copy(io.Discard, t.in)
		}
		return false
	case "slow":
		act()
		t.flush()
		time.Sleep(time.Duration(t.spice.Int64N(int64(2 * simDot))))
		t.say(yes)
	default:
		act()
		t.say(yes)
	}
	return true
}

// obey does what a command asks.
func (t *simTalk) obey(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		return t.does("EHLO", t.n, t.hello(), "550 5.7.1 not you", nil)
	case "HELO":
		t.say("250 relay.example")
	case "MAIL":
		t.reset()
		t.mails++
		return t.does("MAIL", fmt.Sprint(t.n, " ", t.mails), "250 2.1.0 ok", "550 5.7.1 not you", func() { t.from = between(rest) })
	case "RCPT":
		return t.rcpt(between(rest))
	case "DATA":
		return t.data()
	case "BDAT":
		return t.bdat(rest)
	case "RSET":
		t.reset()
		return t.does("RSET", fmt.Sprint(t.n, " ", t.mails), "250 2.0.0 ok", "550 5.0.0 no", nil)
	case "QUIT":
		t.does("QUIT", t.n, "221 2.0.0 bye", "550 5.0.0 stay", nil)
		t.flush()
		return false
	case "NOOP":
		t.say("250 2.0.0 ok")
	default:
		t.r.s.broken("the relay was told %q", line)
		t.say("500 5.5.1 what?")
	}
	return true
}

func (t *simTalk) hello() string {
	lines := []string{"relay.example"}
	if t.r.plan.pipelining {
		lines = append(lines, "PIPELINING")
	}
	if t.r.plan.chunking {
		lines = append(lines, "CHUNKING")
	}
	if t.r.plan.eightBit {
		lines = append(lines, "8BITMIME")
	}
	lines = append(lines, "SMTPUTF8")
	return "250-" + strings.Join(lines[:len(lines)-1], "\r\n250-") + "\r\n250 " + lines[len(lines)-1]
}

// between is what stands between < and >.
func between(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}

func (t *simTalk) reset() {
	t.from, t.to, t.refused, t.chunks = "", "", false, nil
	if t.orange {
		t.orange = false
		t.r.mu.Lock()
		t.r.orange--
		t.r.mu.Unlock()
	}
}

func (t *simTalk) rcpt(to string) bool {
	r := t.r
	if t.from == "" {
		t.say("503 5.5.1 MAIL first")
		return true
	}
	t.refused = true
	r.mu.Lock()
	r.tries[t.from+" "+to]++
	t.try = r.tries[t.from+" "+to]
	many := model.LaneOf(to) == model.LaneOrange && r.plan.orange > 0 && r.orange >= r.plan.orange && r.s.faulty()
	r.mu.Unlock()
	switch {
	case simSpice(r.s.plan.seed, "unknown", to).Float64() < r.plan.unknown:
		t.say("550 5.1.1 no such user")
		return true
	case many && t.spice.IntN(2) == 0:
		t.say("421 4.7.0 OFR004_104 [104] Too many connections, slow down. https://postmaster.orange.fr/")
		t.flush()
		return false
	case many:
		t.say("450 4.7.0 OFR004_104 [104] Too many connections, slow down")
		return true
	}
	return t.does("RCPT", t.key(to), "250 2.1.5 ok", pick(t.spice, "550 5.7.1 policy", "552 5.2.2 full"), func() {
		t.to, t.refused = to, false
		if model.LaneOf(to) == model.LaneOrange && !t.orange {
			t.orange = true
			r.mu.Lock()
			r.orange++
			r.mu.Unlock()
		}
	})
}

func (t *simTalk) key(to string) string { return fmt.Sprint(t.from, " ", to, " ", t.try) }

func (t *simTalk) data() bool {
	if t.to == "" && (!t.refused || t.spice.IntN(2) == 0) {
		t.say("503 5.5.1 RCPT first")
		return true
	}
	taken := false
	if !t.does("DATA", t.key(t.to), "354 go", "554 5.7.1 no", func() { taken = true }) {
		return false
	}
	if !taken {
		return true
	}
	var text strings.Builder
	for {
		line, err := t.line()
		if err != nil {
			return false // cut in the middle of a text: nothing is kept
		}
		if line == "." {
			return t.end(text.String())
		}
		text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
	}
}

func (t *simTalk) bdat(rest string) bool {
	size, last, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(size)
	if err != nil || n < 0 || n > 1<<20 {
		t.say("501 5.5.4 how many?")
		return false
	}
	chunk := make([]byte, n)
	if _, err := io.ReadFull(t.in, chunk); err != nil {
		return false
	}
	if t.to == "" {
		t.say("503 5.5.1 RCPT first")
		return true
	}
	t.chunks = append(t.chunks, chunk...)
	if !strings.EqualFold(last, "LAST") {
		t.say("250 2.0.0 more")
		return true
	}
	return t.end(string(t.chunks))
}

// end is the end of a text: from here on the relay may have the message.
func (t *simTalk) end(text string) bool {
	from, to := t.from, t.to
	if to == "" {
		t.say("554 5.5.1 nobody to give it to")
		return true
	}
	key := t.key(to)
	defer t.reset()
	return t.does("dot", key, "250 2.0.0 queued", pick(t.spice, "554 5.7.1 not wanted", "550 5.7.26 unsigned"), func() {
		t.r.s.oracle.kept(from, to, text)
	})
}
