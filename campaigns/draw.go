package campaigns

import (
	"context"

	"blanche/campaigns/audience"
	"blanche/model"
)

// drawn is an audience with its zone blanche.
type drawn struct {
	rule  string
	share float64
	plan  model.Plan
	sum   audience.Summary
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
	share := spec.Share
	if spec.ShareAuto {
		if share, err = s.adviseShare(ctx, spec); err != nil {
			return drawn{}, err
		}
	}
	strata := spec.Strata
	if len(strata) == 0 {
		strata = audience.DefaultStrata()
	}
	plan, sum, err := b.Plan(audience.Ask{Rule: rule, Share: share, Strata: strata, Salt: salt}, f)
	return drawn{rule: rule.String(), share: share, plan: plan, sum: sum}, err
}

// Holdout is the zone blanche of a launched campaign, by name.
func (s *Service) Holdout(ctx context.Context, name string) (Holdout, error) {
	c, held, err := s.heldOut(ctx, name)
	if err != nil {
		return Holdout{}, err
	}
	h := Holdout{Campaign: name, Salt: c.Salt, Share: c.Share, Target: c.Target, HeldOut: len(held), Strata: c.Quotas, Members: []HoldoutMember{}}
	ids := make([]model.ContactID, len(held))
	stratum := make(map[model.ContactID]string, len(held))
	for i, m := range held {
		ids[i], stratum[m.Contact] = m.Contact, m.Stratum
	}
	people, err := s.store.Contacts().Many(ctx, ids)
	for i := range people {
		h.Members = append(h.Members, HoldoutMember{ID: people[i].ID, Email: people[i].Email, Stratum: stratum[people[i].ID]})
	}
	return h, err
}

func (s *Service) heldOut(ctx context.Context, name string) (model.Campaign, []model.HeldOut, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return c, nil, err
	}
	if c.Salt == "" && !c.External {
		return c, nil, model.Refused("holdout.not_drawn", "name", name).Hint("roi.start_first", "name", name)
	}
	held, err := s.store.Ledger().HeldOut(ctx, c.ID)
	return c, held, err
}

// VerifyHoldout replays the draw from what was frozen, and looks for held-out
// people among those written to.
func (s *Service) VerifyHoldout(ctx context.Context, name string) (HoldoutProof, error) {
	c, held, err := s.heldOut(ctx, name)
	if err != nil {
		return HoldoutProof{}, err
	}
	members, err := s.store.Ledger().Members(ctx, c.ID)
	if err != nil {
		return HoldoutProof{}, err
	}
	proof := HoldoutProof{Campaign: name, HeldOut: len(held), Salt: c.Salt}
	if !c.External {
		proof.Doubt = string(audience.Verify(c.Salt, c.Share, c.Quotas, held, members))
		proof.Replayed = proof.Doubt == ""
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
	return proof, nil
}
