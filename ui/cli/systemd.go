package cli

import (
	"context"
	"net"
	"strconv"
	"time"
)

// notifier tells systemd (Type=notify) how the process is. Elsewhere it tells
// nobody.
type notifier struct {
	socket string
	every  time.Duration // of the watchdog; 0 none
	now    func() time.Time
}

func (s *session) notifier() notifier {
	n := notifier{socket: s.Env.Get("NOTIFY_SOCKET"), now: time.Now}
	if usec, err := strconv.ParseInt(s.Env.Get("WATCHDOG_USEC"), 10, 64); err == nil && usec > 0 {
		n.every = time.Duration(usec) * time.Microsecond
	}
	return n
}

// say sends one word; that nobody hears it changes nothing.
func (n notifier) say(word string) {
	if n.socket == "" {
		return
	}
	address := n.socket
	if address[0] == '@' { // an abstract socket
		address = "\x00" + address[1:]
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	_, _ = c.Write([]byte(word))
}

func (n notifier) ready()    { n.say("READY=1") }
func (n notifier) stopping() { n.say("STOPPING=1") }

// watch feeds the watchdog while the send loop beats: a process whose loop is
// stuck is restarted by systemd, however alive the rest of it is.
func (n notifier) watch(ctx context.Context, beat func() time.Time) {
	if n.every == 0 || n.socket == "" {
		return
	}
	go func() {
		tick := time.NewTicker(n.every / 4)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if n.now().Sub(beat()) < n.every/2 {
					n.say("WATCHDOG=1")
				}
			}
		}
	}()
}
