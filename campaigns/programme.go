package campaigns

import (
	"cmp"
	"context"
	"slices"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/measure"
	"blanche/model"
	"blanche/store"
)

// Programme is what the campaigns of a year brought together: those of one kind
// pooled, the margin of all added up, and beside them the universal zone blanche,
// which is the only comparison of the programme as a whole.
type Programme struct {
	Year      int                   `json:"year"`
	Kinds     []ProgrammeKind       `json:"kinds"`     // most campaigns first
	Money     *measure.PooledMoney  `json:"money"`     // of the causal, closed and sound ones; nil without any
	Counted   int                   `json:"counted"`   // how many these are
	LeftOut   []measure.LeftOut     `json:"left_out"`  // the others, with the reason
	Universal []UniversalComparison `json:"universal"` // by half-year; empty where none stood
	Alpha     float64               `json:"alpha"`
}

// ProgrammeKind is the campaigns of one kind: pooled from two on, alone else.
type ProgrammeKind struct {
	Kind      string                   `json:"kind"`
	Campaigns int                      `json:"campaigns"`
	Pooled    *measure.PooledCampaigns `json:"pooled"`
	Alone     *model.Statement         `json:"alone"`
}

// UniversalComparison is everybody of the base against those whom no campaign
// writes to for half a year: rung 1c, the effect of the whole programme.
type UniversalComparison struct {
	Period    string          `json:"period"` // "2026-H2"
	Share     float64         `json:"share"`
	Campaigns int             `json:"campaigns"` // that left in it
	Statement model.Statement `json:"statement"`
}

// programmeAlpha is the risk of the ranges of a programme, that of a statement.
const programmeAlpha = 0.05

// Programme is what the campaigns that left in a year brought together. A
// campaign that cannot be measured is left out, never an error.
func (s *Service) Programme(ctx context.Context, year int) (Programme, error) {
	out := Programme{Year: year, Kinds: []ProgrammeKind{}, LeftOut: []measure.LeftOut{}, Universal: []UniversalComparison{}, Alpha: programmeAlpha}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return out, err
	}
	var sent []*model.Campaign
	var statements []model.Statement
	by := map[string][]model.Statement{}
	for i := range all {
		c := &all[i]
		if c.StartedAt.IsZero() || c.StartedAt.In(s.cfg.Zone).Year() != year {
			continue
		}
		sent = append(sent, c)
		st, err := s.ROI(ctx, c.Name)
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if err != nil {
			continue
		}
		statements = append(statements, st)
		by[c.Spec.Kind] = append(by[c.Spec.Kind], st)
	}
	sum := measure.SumStatements(statements, programmeAlpha)
	out.Money, out.Counted, out.LeftOut = sum.Money, sum.Counted, sum.LeftOut
	for kind, list := range by {
		if k, ok := programmeKind(kind, list); ok {
			out.Kinds = append(out.Kinds, k)
		}
	}
	slices.SortFunc(out.Kinds, func(a, b ProgrammeKind) int {
		return cmp.Or(cmp.Compare(b.Campaigns, a.Campaigns), cmp.Compare(a.Kind, b.Kind))
	})
	out.Universal, err = s.universals(ctx, year, sent)
	return out, err
}

// programmeKind is the campaigns of a kind; false when none of them says anything.
func programmeKind(kind string, list []model.Statement) (ProgrammeKind, bool) {
	k := ProgrammeKind{Kind: kind}
	if pooled, err := measure.PoolStatements(list, programmeAlpha); err == nil {
		k.Pooled, k.Campaigns = &pooled, len(pooled.Campaigns)
		return k, true
	}
	for i := range list {
		if measure.SumStatements(list[i:i+1], programmeAlpha).Counted == 1 {
			k.Alone, k.Campaigns = &list[i], 1
			return k, true
		}
	}
	return k, false
}

// universals compares everybody with the universal zone blanche of each half of a
// year in which one stood.
func (s *Service) universals(ctx context.Context, year int, sent []*model.Campaign) ([]UniversalComparison, error) {
	out := []UniversalComparison{}
	for half := range 2 {
		first := time.Date(year, time.Month(1+6*half), 1, 0, 0, 0, 0, s.cfg.Zone)
		if first.After(s.Now()) {
			break
		}
		u, costs, inside, err := s.stood(ctx, first, sent)
		if err != nil {
			return out, err
		}
		if !(u.Share > 0) {
			continue
		}
		st, err := s.againstUniversal(ctx, &u, first, costs, inside)
		if err != nil {
			return out, err
		}
		out = append(out, UniversalComparison{Period: u.Period, Share: u.Share, Campaigns: len(inside), Statement: st})
	}
	return out, nil
}

// stood is the universal zone blanche of a half-year, as its campaigns kept it,
// else as the settings have it now; what the campaigns of the half-year cost, and
// which they are.
func (s *Service) stood(ctx context.Context, first time.Time, sent []*model.Campaign) (u model.UniversalDraw, costs model.Cents, inside []*model.Campaign, err error) {
	period := halfYear(first)
	for _, c := range sent {
		if halfYear(c.StartedAt.In(s.cfg.Zone)) != period {
			continue
		}
		inside = append(inside, c)
		costs += c.Spec.FixedCents + c.Spec.PerMessageCents*model.Cents(c.Target-c.HeldOut)
		if c.Universal.Share > 0 {
			u = c.Universal
		}
	}
	if u.Share == 0 && halfYear(s.Now()) == period && len(inside) == 0 {
		u, err = s.universal(ctx)
	}
	return u, costs, inside, err
}

// againstUniversal measures a half-year: all orders of everybody, from its first
// day on.
func (s *Service) againstUniversal(ctx context.Context, u *model.UniversalDraw, first time.Time, costs model.Cents, inside []*model.Campaign) (model.Statement, error) {
	members, apart, key, err := s.universalArms(ctx, u)
	if err != nil {
		return model.Statement{}, err
	}
	start, end := model.DateOf(first, s.cfg.Zone), model.DateOf(first.AddDate(0, 6, 0), s.cfg.Zone)
	days, today := int(end-start), model.DateOf(s.Now(), s.cfg.Zone)
	book := measure.NewBook(members, days)
	if err := s.store.Orders().Scan(ctx, func(sale store.Sale) error {
		book.Add(uint32(sale.Contact), int(sale.Day-start)+1, sale.Cents)
		return nil
	}); err != nil {
		return model.Statement{}, err
	}
	day := min(int(today-start)+1, days)
	book.Until(day)
	if u.Unit != "" {
		book.Units(func(id uint32) string { return key(model.ContactID(id)) })
	}
	reached, err := s.universalReached(ctx, apart, inside)
	if err != nil {
		return model.Statement{}, err
	}
	st := book.Statement(measure.Terms{
		Campaign: u.Period, Day: day, Margin: s.cfg.Margin, Fixed: costs, Share: u.Share, Reached: reached,
		Window:    model.StatementWindow{Start: first, End: end.In(s.cfg.Zone).Add(-time.Second), Days: days, Closed: today >= end},
		ReturnsIn: max(0, int(end)+s.cfg.ReturnsDays-int(today)),
	})
	if st.Method == model.MethodHoldout {
		st.Rung = model.RungUniversal
	}
	return st, nil
}

// universalArms are everybody of the base, those of the universal zone blanche
// held out; who these are; and with whom each was drawn.
func (s *Service) universalArms(ctx context.Context, u *model.UniversalDraw) ([]measure.Member, map[model.ContactID]bool, func(model.ContactID) string, error) {
	key, err := s.unitKeys(ctx, u.Unit)
	if err != nil {
		return nil, nil, nil, err
	}
	last, err := s.store.Contacts().Last(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	a := audience.Apart{Salt: u.Salt, Share: u.Share, Unit: u.Unit}
	members, apart := make([]measure.Member, 0, last), map[model.ContactID]bool{}
	err = s.store.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
		out := a.Has(c.ID, key(c.ID))
		if out {
			apart[c.ID] = true
		}
		members = append(members, measure.Member{Customer: uint32(c.ID), Holdout: out})
		return nil
	})
	return members, apart, key, err
}

// universalReached is how many of the universal zone blanche a campaign of the
// half-year was planned for all the same.
func (s *Service) universalReached(ctx context.Context, apart map[model.ContactID]bool, inside []*model.Campaign) (int, error) {
	reached := map[model.ContactID]bool{}
	for _, c := range inside {
		planned, err := s.store.Ledger().Members(ctx, c.ID)
		if err != nil {
			return 0, err
		}
		for _, id := range planned {
			if apart[id] {
				reached[id] = true
			}
		}
	}
	return len(reached), nil
}
