package ssh

import "time"

// Limits are what the callers together, and each of them, may cost. A field
// left zero takes its default.
type Limits struct {
	// Handshake is the time to prove a key, everything included. OpenSSH gives
	// 120 s; a person types no password here, so a slow line needs 1 s or 2.
	Handshake time.Duration // 10 s
	// AuthTries is how many keys may be offered: an agent with more than six is
	// told so by every server.
	AuthTries int // 6
	// Unproved connections, all addresses together and each: an outsider can
	// hold these and no more, for the time of a handshake. An office behind one
	// address may come all at once in the morning.
	Unproved, UnprovedEach int // 256, 64
	// Failures is how many connections of an address may end without a proved
	// key; it gets one back each second. OpenSSH has the same since 9.8
	// (PerSourcePenalties): a handshake costs a third of a millisecond.
	Failures int // 64
	// Connections is how many may be open at all, proved or not.
	Connections int // 512
	// Channels is how many one connection may open: a multiplexing client
	// (ControlMaster) needs a few.
	Channels int // 10
	// Linger is how long a proved connection may stay without a session: the
	// time between two commands of a multiplexing client.
	Linger time.Duration // 1 min

	// Sessions over the network, all keys together and each. A screen costs
	// about 3 MB.
	Sessions, SessionsEach int // 100, 10
	// LocalSessions by the Unix socket: it guards against a runaway loop of
	// commands, not against a person.
	LocalSessions int // 256

	// Idle ends screens over the network when no key was pressed, whatever they
	// draw meanwhile. Max ends any session over the network.
	Idle time.Duration // 30 min
	Max  time.Duration // 12 h

	// Stall is how long a terminal may refuse output, and StallPipe a pipe over
	// the network (a pager may be reading). A local pipe waits for its reader
	// as pipes do.
	Stall     time.Duration // 30 s
	StallPipe time.Duration // 10 min

	// KeyRate and KeyBurst bound what is typed, in bytes a second and at once: a
	// held key gives 100 bytes a second, a mouse 2,000, a paste of 64 KB goes in
	// whole.
	KeyRate, KeyBurst int // 8 KiB, 96 KiB
	// LineRate and LineBurst bound all that one connection of the network may
	// send, whatever it is, in bytes a second and at once: a file of 100 MB comes
	// in within seconds, and deciphering takes a twentieth of a core.
	LineRate, LineBurst int // 16 MiB, 1 MiB
	// Asks bounds the requests of SSH that a connection of the network may make
	// (sizes, signals, signs of life), a second and at once.
	Asks, AsksBurst int // 100, 500

	// Dead is how long a connection of the network may leave what was sent to it
	// unacknowledged: a laptop that was closed, a line that was cut.
	Dead time.Duration // 2 min

	// Grace is how long a session may take to end when it is told to, before its
	// connection is cut: the time to restore a screen. A command that settles
	// what is on the wire gets what the context of Close gives.
	Grace time.Duration // 5 s
}

// orDefaults fills what was left open.
func (l Limits) orDefaults() Limits {
	const second = time.Second
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&l.Handshake, 10 * second},
		{&l.Linger, time.Minute},
		{&l.Idle, 30 * time.Minute},
		{&l.Max, 12 * time.Hour},
		{&l.Stall, 30 * second},
		{&l.StallPipe, 10 * time.Minute},
		{&l.Dead, 2 * time.Minute},
		{&l.Grace, 5 * second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	for _, d := range []struct {
		field *int
		value int
	}{
		{&l.AuthTries, 6},
		{&l.Unproved, 256},
		{&l.UnprovedEach, 64},
		{&l.Failures, 64},
		{&l.Connections, 512},
		{&l.Channels, 10},
		{&l.Sessions, 100},
		{&l.SessionsEach, 10},
		{&l.LocalSessions, 256},
		{&l.KeyRate, 8 << 10},
		{&l.KeyBurst, 96 << 10},
		{&l.LineRate, 16 << 20},
		{&l.LineBurst, 1 << 20},
		{&l.Asks, 100},
		{&l.AsksBurst, 500},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return l
}
