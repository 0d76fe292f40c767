package campaigns

import (
	"context"
	"errors"
	"slices"

	"blanche/campaigns/audience"
	"blanche/model"
)

// drawn is an audience with its zone blanche.
type drawn struct {
	base      *audience.Base // of a fresh draw
	rule      string
	share     float64
	plan      model.Plan
	sum       audience.Summary
	universal model.UniversalDraw
}

// ids are the planned people.
func (d *drawn) ids() []model.ContactID {
	ids := make([]model.ContactID, len(d.plan.Planned))
	for i, p := range d.plan.Planned {
		ids[i] = p.Contact
	}
	return ids
}

// frozen reports whether a campaign has its plan. The salt is kept before the
// plan: a plan found by a campaign without one is that of another campaign, which
// had this number in a newer crm.db, and nobody of it may be written to.
func (s *Service) frozen(ctx context.Context, c *model.Campaign) (bool, error) {
	frozen, err := s.store.Ledger().HasPlan(ctx, c.ID)
	if err == nil && frozen && c.Salt == "" && !c.External {
		return false, model.Refused("store.foreign_plan", "name", c.Name)
	}
	return frozen, err
}

// isForeign reports that a plan is another campaign's.
func isForeign(err error) bool { return errors.Is(err, model.Refused("store.foreign_plan")) }

// audience is who a campaign is for: those of its plan once there is one, else
// those who would be drawn now.
func (s *Service) audience(ctx context.Context, c *model.Campaign) (drawn, error) {
	ledger := s.store.Ledger()
	frozen, err := s.frozen(ctx, c)
	if err != nil {
		return drawn{}, err
	}
	if !frozen {
		salt := "preflight" // the size of a draw is the same for all salts
		if c.Spec.Unit != "" {
			if salt, err = s.salt(ctx, c); err != nil {
				return drawn{}, err
			}
		}
		return s.draw(ctx, &c.Spec, salt)
	}
	d := drawn{rule: c.Audience, share: c.Share}
	members, err := ledger.Members(ctx, c.ID)
	if err != nil {
		return d, err
	}
	d.plan.Planned = make([]model.Planned, len(members))
	for i, id := range members {
		d.plan.Planned[i].Contact = id
	}
	if d.plan.HeldOut, err = ledger.HeldOut(ctx, c.ID); err != nil {
		return d, err
	}
	d.plan.Apart, err = ledger.Apart(ctx, c.ID)
	d.sum = audience.Summary{
		Matched: c.Matched, Excluded: exclusions(c.NotSent), Quotas: c.Quotas,
		Planned: len(members), HeldOut: len(d.plan.HeldOut), Target: len(members) + len(d.plan.HeldOut),
	}
	return d, err
}

// notSent is what a campaign keeps of the people that its rule matched and that
// could not be written to.
func notSent(e model.Exclusions) map[string]int {
	return map[string]int{
		model.ExclOpposed: e.Opposed, model.ExclConsent: e.NoConsent, model.ExclBounced: e.Bounced,
		model.ExclInvalid: e.Invalid, model.ExclTopic: e.Topic, model.ExclOften: e.Frequency, model.ExclPressure: e.Pressure, model.ExclUniversal: e.Universal,
	}
}

func exclusions(by map[string]int) model.Exclusions {
	return model.Exclusions{
		Opposed: by[model.ExclOpposed], NoConsent: by[model.ExclConsent], Bounced: by[model.ExclBounced],
		Invalid: by[model.ExclInvalid], Topic: by[model.ExclTopic], Frequency: by[model.ExclOften], Pressure: by[model.ExclPressure], Universal: by[model.ExclUniversal],
	}
}

// draw finds who a campaign is for and who of them is left alone. The same
// salt gives the same people.
func (s *Service) draw(ctx context.Context, spec *model.CampaignSpec, salt string) (drawn, error) {
	b, rule, err := s.rule(ctx, spec.Audience)
	if err != nil {
		return drawn{}, err
	}
	f, err := s.facts(ctx, spec)
	if err != nil {
		return drawn{}, err
	}
	universal, err := s.universal(ctx)
	if err != nil {
		return drawn{}, err
	}
	universal.Mailed = spec.MailUniversal && universal.Share > 0
	f.Apart = apartOf(&universal)
	share := spec.Share
	if spec.ShareAuto {
		if share, err = s.adviseShare(ctx, spec); err != nil {
			return drawn{}, err
		}
	}
	strata := spec.Strata
	if strata == nil {
		strata = audience.DefaultStrata()
	}
	plan, sum, err := b.Plan(audience.Ask{Rule: rule, Share: share, Strata: strata, Unit: s.unitOf(spec), Salt: salt}, f)
	universal.Taken = sum.Excluded.Universal
	return drawn{base: b, rule: rule.String(), share: share, plan: plan, sum: sum, universal: universal}, err
}

// Holdout is the zone blanche of a launched campaign, by name.
func (s *Service) Holdout(ctx context.Context, name string) (Holdout, error) {
	c, held, err := s.heldOut(ctx, name)
	if err != nil {
		return Holdout{}, err
	}
	h := Holdout{Campaign: name, Salt: c.Salt, Share: c.Share, Target: c.Target, HeldOut: len(held), Strata: c.Quotas, Members: []HoldoutMember{}, Unit: c.Unit}
	if at := ghostAt(&c); !at.IsZero() {
		at = at.In(s.cfg.Zone)
		h.DrawnAt = &at
	}
	if u := &c.Universal; u.Share > 0 {
		h.Universal = &UniversalProof{Period: u.Period, Share: u.Share, Taken: u.Taken, Mailed: u.Mailed, By: c.Insisted.By}
	}
	ids := make([]model.ContactID, len(held))
	stratum := make(map[model.ContactID]string, len(held))
	for i, m := range held {
		ids[i], stratum[m.Contact] = m.Contact, m.Stratum
	}
	for c := range s.people(ctx, ids, &err) {
		h.Members = append(h.Members, HoldoutMember{ID: c.ID, Email: c.Email, Stratum: stratum[c.ID]})
	}
	return h, err
}

func (s *Service) heldOut(ctx context.Context, name string) (model.Campaign, []model.HeldOut, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return c, nil, err
	}
	if frozen, err := s.frozen(ctx, &c); err != nil || !frozen {
		if err != nil {
			return c, nil, err
		}
		return c, nil, model.Refused("holdout.not_drawn", "name", name).Hint("roi.start_first", "name", name)
	}
	held, err := s.store.Ledger().HeldOut(ctx, c.ID)
	return c, held, err
}

// VerifyHoldout replays both layers of the draw from what was frozen, and looks
// for held-out people among those written to.
func (s *Service) VerifyHoldout(ctx context.Context, name string) (HoldoutProof, error) {
	c, held, err := s.heldOut(ctx, name)
	if err != nil {
		return HoldoutProof{}, err
	}
	members, err := s.store.Ledger().Members(ctx, c.ID)
	if err != nil {
		return HoldoutProof{}, err
	}
	proof := HoldoutProof{Campaign: name, HeldOut: len(held), Salt: c.Salt, Unit: c.Unit}
	if !c.External {
		doubt, err := s.replay(ctx, &c, held, members)
		if err != nil {
			return proof, err
		}
		proof.Doubt, proof.Replayed = string(doubt), doubt == audience.DoubtNone
	}
	planned := make(map[model.ContactID]bool, len(members))
	for _, id := range members {
		planned[id] = true
	}
	for _, h := range held {
		if planned[h.Contact] {
			proof.Touched++
		}
	}
	proof.Universal, err = s.replayUniversal(ctx, &c, held, members)
	return proof, err
}

// replay draws a campaign again.
func (s *Service) replay(ctx context.Context, c *model.Campaign, held []model.HeldOut, members []model.ContactID) (audience.Doubt, error) {
	if !slices.ContainsFunc(c.Quotas, func(q model.StratumQuota) bool { return q.Units > 0 }) {
		return audience.Verify(c.Salt, c.Share, c.Quotas, held, members), nil
	}
	key, err := s.unitKeys(ctx, c.Unit)
	if err != nil {
		return "", err
	}
	return audience.VerifyUnits(c.Salt, c.Share, c.Quotas, held, members, key), nil
}

// unitKeys are the units of a field as they are now.
func (s *Service) unitKeys(ctx context.Context, field string) (func(model.ContactID) string, error) {
	b, err := s.base.get(ctx)
	if err != nil {
		return nil, err
	}
	key, err := b.Units(field, audience.Facts{Now: s.Now()})
	if model.KindOf(err) == model.KindInvalid { // nobody has it any more, or yet
		return func(model.ContactID) string { return "" }, nil
	}
	return key, err
}

// replayUniversal draws the layer above again; nil where there was none.
func (s *Service) replayUniversal(ctx context.Context, c *model.Campaign, held []model.HeldOut, members []model.ContactID) (*UniversalProof, error) {
	u := &c.Universal
	if u.Share == 0 {
		return nil, nil
	}
	proof := &UniversalProof{Period: u.Period, Share: u.Share, Taken: u.Taken, Mailed: u.Mailed, Replayed: u.Mailed}
	if u.Mailed {
		proof.By = c.Insisted.By
		return proof, nil
	}
	apart, err := s.store.Ledger().Apart(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	key, err := s.unitKeys(ctx, u.Unit)
	if err != nil {
		return nil, err
	}
	doubt := audience.VerifyApart(apartOf(u), apart, held, members, key)
	if doubt == audience.DoubtNone && len(apart) != u.Taken {
		doubt = audience.DoubtTaken
	}
	proof.Doubt, proof.Replayed = string(doubt), doubt == audience.DoubtNone
	return proof, nil
}
