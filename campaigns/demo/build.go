package demo

import (
	"context"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

// Sizes of the steps in which a store is filled.
const (
	stepOrders = 8000
	stepClaims = 1000
	stepDays   = 45 // people who joined within that many days come in one step
)

// Build fills an empty store with a shop: everything that the product would
// have written itself had it been there for eighteen months, through the same
// methods. What comes last of Sent keeps the plan that the shop drew.
func Build(ctx context.Context, st store.Store, s *Shop) error {
	for _, step := range []func(context.Context, store.Store) error{
		s.putPeople, s.putPoints, s.putOrders, s.putSegments, s.putCampaigns, s.putResponses, s.putSuppressions, s.putStaff,
	} {
		if err := step(ctx, st); err != nil {
			return err
		}
	}
	return nil
}

// putPeople brings people in as files would, so that the days on which they
// were created go with the days on which they joined.
func (s *Shop) putPeople(ctx context.Context, st store.Store) error {
	rows, steps := make([]model.Contact, 0, len(s.People)), s.pointsSteps()
	for i := 0; i < len(s.People); {
		rows = rows[:0]
		from := s.People[i].joined
		for ; i < len(s.People) && s.People[i].joined < from+stepDays; i++ {
			rows = append(rows, s.came(i, steps))
		}
		if _, err := st.Contacts().Merge(ctx, rows, rows[len(rows)-1].Created); err != nil {
			return err
		}
	}
	return nil
}

func (s *Shop) putOrders(ctx context.Context, st store.Store) error {
	for step := range slices.Chunk(s.Orders, stepOrders) {
		if _, err := st.Orders().Put(ctx, unknown(step)); err != nil {
			return err
		}
	}
	return nil
}

// unknown are orders as a file brings them: without the number of the buyer.
func unknown(orders []model.Order) []model.Order {
	out := slices.Clone(orders)
	for i := range out {
		out[i].Contact = 0
	}
	return out
}

func (s *Shop) putSegments(ctx context.Context, st store.Store) error {
	for name, rule := range map[string]string{
		"fideles-nantes": `client et ville = "Nantes"`,
		"champions":      `rfm = champions`,
		"endormis":       `client et dernier_achat < il y a 240j`,
	} {
		if err := st.Segments().Save(ctx, model.Segment{Name: name, Rule: rule, Updated: s.End.AddDate(0, -3, 0)}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Shop) putCampaigns(ctx context.Context, st store.Store) error {
	for _, c := range s.Sent {
		kept, err := st.Campaigns().Create(ctx, c.record())
		if err != nil {
			return err
		}
		if err := st.Ledger().Plan(ctx, kept.ID, c.Plan); err != nil {
			return err
		}
		if err := s.settle(ctx, st.Ledger(), c, kept.ID); err != nil {
			return err
		}
	}
	return nil
}

// record is a campaign of the past as the product keeps it.
func (c *Campaign) record() model.Campaign {
	written, spec := c.Started.AddDate(0, 0, -3), c.Spec
	if spec.From == "" {
		spec.From = from // as the desk fills it in
	}
	return model.Campaign{
		Name: spec.Name, State: model.Done, Spec: spec, Rate: c.Spec.Rate,
		Versions: []model.CampaignVersion{{Number: 1, At: written, Source: string(c.Source)}},
		Created:  written, CheckedAt: written.Add(50 * time.Minute), StartedAt: c.Started, FinishedAt: c.finished(),
		Salt: c.Salt, Audience: c.Rule, Matched: c.Drawn.Matched, Target: c.Drawn.Target, HeldOut: c.Drawn.HeldOut,
		Share: c.Spec.Share, Quotas: c.Drawn.Quotas,
		NotSent: map[string]int{
			model.ExclOpposed: c.Drawn.Excluded.Opposed, model.ExclConsent: c.Drawn.Excluded.NoConsent,
			model.ExclBounced: c.Drawn.Excluded.Bounced, model.ExclInvalid: c.Drawn.Excluded.Invalid,
			model.ExclTopic: c.Drawn.Excluded.Topic, model.ExclOften: c.Drawn.Excluded.Frequency,
			model.ExclPressure: c.Drawn.Excluded.Pressure,
		},
	}
}

// retryAfter is how long a past campaign waited before it tried again.
const retryAfter = 6 * time.Minute

// finished is when the last message of a past campaign was settled.
func (c *Campaign) finished() time.Time {
	return c.leaves(len(c.Plan.Planned)).Add(2 * retryAfter)
}

// settle writes what became of each recipient of a past campaign: accepted at
// the first try or, after greylisting, at the second; refused when the address
// did not exist any more.
func (s *Shop) settle(ctx context.Context, ledger store.Ledger, c *Campaign, id model.CampaignID) error {
	for _, now := range []time.Time{c.Started, c.finished()} {
		for {
			claims, err := ledger.Claim(ctx, id, model.Claims(stepClaims), now)
			if err != nil {
				return err
			}
			if len(claims) == 0 {
				break
			}
			results := make([]model.Outcome, len(claims))
			for i, claim := range claims {
				results[i] = s.outcome(c, claim)
			}
			if _, err := ledger.Commit(ctx, results, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Shop) outcome(c *Campaign, claim model.Claim) model.Outcome {
	who := int(claim.Contact) - 1
	o := model.Outcome{
		Campaign: claim.Campaign, Ordinal: claim.Ordinal, State: model.StateAccepted, Version: 1,
		At: c.leaves(int(claim.Ordinal)), Attempts: claim.Attempts + 1,
	}
	switch {
	case !c.reached[who]:
		o.State, o.Code, o.Text = model.StateRefused, "550 5.1.1", "no such user here"
	case claim.Attempts > 0:
		o.At = o.At.Add(retryAfter)
	case s.greylisted(s.People[who].Contact.Email):
		o.State, o.Code, o.Text = model.StateDeferred, "450 4.2.0", "greylisted, try again later"
		o.NextTry = o.At.Add(retryAfter)
	}
	return o
}

// putSuppressions notes, a month at a time, who said no more and whose address
// was found dead.
func (s *Shop) putSuppressions(ctx context.Context, st store.Store) error {
	type key struct {
		reason model.SuppressReason
		month  string
	}
	emails, last := map[key][]string{}, map[key]time.Time{}
	note := func(reason model.SuppressReason, email string, at time.Time) {
		if at.IsZero() || !at.Before(s.End) {
			return
		}
		k := key{reason, at.Format("2006-01")}
		emails[k] = append(emails[k], email)
		if at.After(last[k]) {
			last[k] = at
		}
	}
	for i := range s.People {
		note(model.SuppressOpposed, s.People[i].Contact.Email, s.People[i].Opposed)
		note(model.SuppressBounced, s.People[i].Contact.Email, s.bounced[i])
	}
	sources := map[model.SuppressReason]string{model.SuppressOpposed: "unsubscribe", model.SuppressBounced: "550 5.1.1"}
	ctx = store.Telling(ctx, s.unheardOnce())
	for k, list := range emails {
		if err := st.Suppressions().AddMany(ctx, list, model.Suppression{Reason: k.reason, At: last[k], Source: sources[k.reason]}); err != nil {
			return err
		}
	}
	return nil
}
