package demo

import (
	"math/rand/v2"

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

// reception is how the relay of the demonstration receives messages: addresses
// that do not exist are refused, some are deferred at their first try, before
// or after the text.
func (s *Shop) reception(today model.Date) relay.Behaviour {
	dead := map[string]bool{}
	for i := range s.People {
		if p := &s.People[i]; p.dead(today) {
			dead[p.Contact.Email] = true
		}
	}
	return func(to string, try int) relay.Act {
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
