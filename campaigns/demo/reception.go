package demo

import (
	"math/rand/v2"
	"sync/atomic"

	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// greylistedShare is the part of the addresses that a mailbox provider asks to
// try again the first time.
const greylistedShare = 0.06

// greylisted tells whether the first try to an address is deferred.
func (s *Shop) greylisted(email string) bool { return s.chance(email) < greylistedShare }

// chance is a number in [0, 1) that belongs to an address.
func (s *Shop) chance(email string) float64 {
	h := s.Seed ^ 14695981039346656037 // FNV-1a, then mixed by PCG
	for i := range len(email) {
		h = (h ^ uint64(email[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(h, s.Seed)).Float64()
}

// Orange finds now and then that there are too many connections: after so many
// messages, of every so many, it turns one away. Counted, not timed: however
// fast the time of the demonstration runs, the lane slows down, and comes back.
const (
	orangeTakes = 30
	orangeTurns = 1
	orangeRound = 120
)

// reception is how the relay of the demonstration receives messages: addresses
// that do not exist are refused, some are deferred at their first try, before
// or after the text, and Orange has its moods.
func (s *Shop) reception(today model.Date) relay.Behaviour {
	var orange atomic.Int64
	dead := map[string]bool{}
	for i := range s.People {
		if p := &s.People[i]; p.dead(today) {
			dead[p.Contact.Email] = true
		}
	}
	return func(to string, try int) relay.Act {
		if model.LaneOf(to) == model.LaneOrange {
			if n := (orange.Add(1) - 1) % orangeRound; n >= orangeTakes && n < orangeTakes+orangeTurns {
				return relay.SlowRcpt
			}
		}
		switch u := s.chance(to); {
		case dead[to]:
			return relay.RefuseRcpt
		case try == 1 && u < greylistedShare*2/3:
			return relay.DeferRcpt
		case try == 1 && u < greylistedShare:
			return relay.DeferDot
		}
		return relay.Take
	}
}
