package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Limits are what the outside may take of the machine. Zero values are the
// defaults.
type Limits struct {
	Connections int           // at once; 1024
	AtOnce      int           // requests under way; 512
	Rate        float64       // requests a second of one address; 50
	Burst       int           // of them at once; 200
	Body        int64         // bytes of a form; 64 KiB
	Header      time.Duration // to send the headers; 5 s
	Read        time.Duration // to send everything; 10 s
	Write       time.Duration // to answer; 30 s, more than an opposition waits for a message
	Idle        time.Duration // between requests; 60 s
	// Proxies are whose word is taken for the address of who asks
	// (X-Forwarded-For); nobody's when empty.
	Proxies []netip.Prefix
}

func (l Limits) orDefault() Limits {
	set(&l.Connections, 1024)
	set(&l.AtOnce, 512)
	set(&l.Rate, 50)
	set(&l.Burst, 200)
	set(&l.Body, 64<<10)
	set(&l.Header, 5*time.Second)
	set(&l.Read, 10*time.Second)
	set(&l.Write, 30*time.Second)
	set(&l.Idle, time.Minute)
	return l
}

func set[T int | int64 | float64 | time.Duration](v *T, d T) {
	if *v == 0 {
		*v = d
	}
}

// ParseProxies reads addresses and networks, separated by commas.
func ParseProxies(text string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		p, err := netip.ParsePrefix(word)
		if err != nil {
			a, err := netip.ParseAddr(word)
			if err != nil {
				return nil, err
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}

func (l *Limits) trusted(a netip.Addr) bool {
	for _, p := range l.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// whoAsks is the key of a request's context under which its origin stands.
type whoAsks struct{}

// client is who is counted as one: of IPv6 the network that one customer has (/64).
func client(who netip.Addr) netip.Addr {
	if who.Is6() {
		if p, err := who.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return who
}

// origin is who asks: the other end of the connection or, where that is a proxy of
// the shop, the last address that it did not make up itself.
func (l *Limits) origin(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	who := at.Addr().Unmap()
	if l.trusted(who) {
		said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(said) - 1; i >= 0; i-- {
			a, err := netip.ParseAddr(strings.TrimSpace(said[i]))
			if err != nil {
				break
			}
			if who = a.Unmap(); !l.trusted(who) {
				break
			}
		}
	}
	return who
}

// crowd counts the requests of each address: a bucket that fills with time.
type crowd struct {
	rate, burst float64

	mu    sync.Mutex
	young map[netip.Addr]bucket // who came lately
	old   map[netip.Addr]bucket // and before
	since time.Time
}

type bucket struct {
	left float64
	at   time.Time
}

// crowdKept is how many addresses are known at once, at most, in each of the two
// memories: beyond them the older are forgotten, and begin anew.
const crowdKept = 1 << 15

func newCrowd(l Limits) *crowd {
	return &crowd{rate: l.Rate, burst: float64(l.Burst), young: map[netip.Addr]bucket{}}
}

// enters takes one request of an address, or refuses it.
func (c *crowd) enters(who netip.Addr, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= crowdKept || now.Sub(c.since) > time.Duration(c.burst/c.rate*float64(time.Second))+time.Second {
		c.old, c.young, c.since = c.young, map[netip.Addr]bucket{}, now
	}
	b, known := c.young[who]
	if !known {
		if b, known = c.old[who]; !known {
			b = bucket{c.burst, now}
		}
	}
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.left = min(c.burst, b.left+passed*c.rate)
	}
	b.at = now
	ok := b.left >= 1
	if ok {
		b.left--
	}
	c.young[who] = b
	return ok
}

// bounded is a listener with at most so many connections at once: who comes
// after them waits at the door.
type bounded struct {
	net.Listener
	places chan struct{}
	closed chan struct{}
	once   sync.Once
}

func newBounded(l net.Listener, most int) *bounded {
	return &bounded{Listener: l, places: make(chan struct{}, most), closed: make(chan struct{})}
}

func (b *bounded) Accept() (net.Conn, error) {
	select {
	case b.places <- struct{}{}:
	case <-b.closed:
		return nil, net.ErrClosed
	}
	c, err := b.Listener.Accept()
	if err != nil {
		<-b.places
		return nil, err
	}
	return &counted{Conn: c, leave: sync.OnceFunc(func() { <-b.places })}, nil
}

func (b *bounded) Close() error {
	b.once.Do(func() { close(b.closed) })
	return b.Listener.Close()
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
