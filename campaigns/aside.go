package campaigns

import (
	"context"
	"errors"
	"slices"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// UniversalState is the universal zone blanche as it stands.
type UniversalState struct {
	Share    float64 // 0: the shop has none
	Period   string  // "2026-H2"
	People   int     // left alone, of Of
	Of       int
	Insisted int // campaigns of the half-year that wrote to it all the same
}

// Universal tells how the universal zone blanche stands.
func (s *Service) Universal(ctx context.Context) (UniversalState, error) {
	u, err := s.universal(ctx)
	if err != nil || !(u.Share > 0) {
		return UniversalState{}, err
	}
	state := UniversalState{Share: u.Share, Period: u.Period}
	members, apart, _, err := s.universalArms(ctx, &u)
	if err != nil {
		return UniversalState{}, err
	}
	state.Of, state.People = len(members), len(apart)
	all, err := s.store.Campaigns().List(ctx)
	for i := range all {
		if c := &all[i].Universal; c.Mailed && c.Period == u.Period {
			state.Insisted++
		}
	}
	return state, err
}

// Aside is why an address should get nothing of a campaign, not even a copy to
// try it.
type Aside string

// What an address may be.
const (
	AsideNot       Aside = ""
	AsideHoldout   Aside = "holdout"   // held out of the campaign
	AsideUniversal Aside = "universal" // in the universal zone blanche, of its freeze or of now
)

// Aside tells whether an address is that of somebody left alone. A copy of a test
// is outside the ledger: it is said before it leaves and counts for no leak, since
// it is the shop's own people who get such copies, and one of a zone blanche of
// thousands moves nothing; what must not happen is that nobody knows.
func (s *Service) Aside(ctx context.Context, name, address string) (Aside, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return AsideNot, err
	}
	who, err := s.store.Contacts().ByEmail(ctx, address)
	if errors.Is(err, store.ErrNotFound) {
		return AsideNot, nil
	}
	if err != nil {
		return AsideNot, err
	}
	if frozen, err := s.frozen(ctx, &c); err != nil {
		return AsideNot, err
	} else if frozen {
		held, err := s.store.Ledger().HeldOut(ctx, c.ID)
		if err != nil || slices.ContainsFunc(held, func(h model.HeldOut) bool { return h.Contact == who.ID }) {
			return AsideHoldout, err
		}
		apart, err := s.store.Ledger().Apart(ctx, c.ID)
		if err != nil || slices.Contains(apart, who.ID) {
			return AsideUniversal, err
		}
	}
	u, err := s.universal(ctx)
	if err != nil || !(u.Share > 0) {
		return AsideNot, err
	}
	key, err := s.unitKeys(ctx, u.Unit)
	if err == nil && (audience.Apart{Salt: u.Salt, Share: u.Share, Unit: u.Unit}).Has(who.ID, key(who.ID)) {
		return AsideUniversal, nil
	}
	return AsideNot, err
}
