package relay

import (
	"hash/fnv"
	"strconv"
)

// Act is what the relay does with one attempt.
type Act uint8

// The acts.
const (
	Take         Act = iota // 250
	DeferRcpt               // 450 4.2.0 at RCPT
	DeferDot                // 451 4.3.0 after the final dot
	RefuseRcpt              // 550 5.1.1 at RCPT: no such user
	RefusePolicy            // 550 5.7.1 after the final dot
	DropKept                // keeps the message and drops the line without an answer
	DropLost                // reads the message, keeps nothing, drops the line
	DropEarly               // drops the line at RCPT
	SlowRcpt                // 421 at RCPT, as Orange says that there are too many connections
	RefuseFull              // 552 5.2.2 at RCPT: the mailbox is full
)

// Behaviour decides what happens to one attempt: to is the recipient as
// written on the envelope, try counts his attempts from 1.
type Behaviour func(to string, try int) Act

// Shares are the parts of the recipients, from 0 to 1, to whom something
// happens. Defer, Drop and Early happen to their first attempt alone, as
// greylisting does; Refuse is for ever.
type Shares struct {
	Defer  float64
	Refuse float64 // 550 5.1.1
	Policy float64 // 550 5.7.1
	Drop   float64 // after the final dot, half of them kept
	Early  float64 // dropped at RCPT
}

// Behave draws the behaviour of each recipient from a seed.
func (s Shares) Behave(seed uint64) Behaviour {
	return func(to string, try int) Act {
		u := draw(seed, to)
		for _, part := range []struct {
			share float64
			act   Act
			once  bool
		}{
			{s.Refuse, RefuseRcpt, false},
			{s.Policy, RefusePolicy, false},
			{s.Defer / 2, DeferRcpt, true},
			{s.Defer / 2, DeferDot, true},
			{s.Drop / 2, DropKept, true},
			{s.Drop / 2, DropLost, true},
			{s.Early, DropEarly, true},
		} {
			if u < part.share {
				if part.once && try > 1 {
					return Take
				}
				return part.act
			}
			u -= part.share
		}
		return Take
	}
}

// draw is a number in [0, 1) that depends on the seed and the name alone.
func draw(seed uint64, name string) float64 {
	h := fnv.New64a()
	_, _ = h.Write(strconv.AppendUint(nil, seed, 36))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(name))
	x := h.Sum64()
	x ^= x >> 33 // FNV mixes its last bytes little: finish as MurmurHash3 does (Appleby, 2011)
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}
