package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"blanche/model"
)

// read runs a method that only reads, of a campaign that may have no plan.
func (l ledger) read(ctx context.Context, method string, id model.CampaignID, do func(*campaign)) error {
	return l.s.do(ctx, method, func(*step) error {
		if c := l.s.campaigns[id]; c != nil {
			do(c)
		}
		return nil
	})
}

func (l ledger) HasPlan(ctx context.Context, id model.CampaignID) (has bool, err error) {
	err = l.read(ctx, "HasPlan", id, func(*campaign) { has = true })
	return has && err == nil, err
}

func (l ledger) HeldOut(ctx context.Context, id model.CampaignID) (out []model.HeldOut, err error) {
	err = l.read(ctx, "HeldOut", id, func(c *campaign) { out = slices.Clone(c.held) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (l ledger) Apart(ctx context.Context, id model.CampaignID) (out []model.ContactID, err error) {
	err = l.read(ctx, "Apart", id, func(c *campaign) { out = slices.Clone(c.apart) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (l ledger) Strata(ctx context.Context, id model.CampaignID) (out []string, err error) {
	err = l.read(ctx, "Strata", id, func(c *campaign) { out = slices.Clone(c.strata) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (l ledger) Members(ctx context.Context, id model.CampaignID) (out []model.ContactID, err error) {
	err = l.read(ctx, "Members", id, func(c *campaign) {
		for _, line := range c.lines {
			out = append(out, line.Contact)
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (l ledger) NextDue(ctx context.Context, id model.CampaignID) (due time.Time, err error) {
	err = l.read(ctx, "NextDue", id, func(c *campaign) {
		for _, line := range c.lines {
			if line.State == model.StateDeferred && (due.IsZero() || line.NextTry.Before(due)) {
				due = line.NextTry
			}
		}
	})
	if err != nil {
		return time.Time{}, err
	}
	return due, nil
}

func (l ledger) Tally(ctx context.Context, id model.CampaignID) (model.Tally, error) {
	t := model.Tally{Versions: map[uint16]int{}}
	err := l.read(ctx, "Tally", id, func(c *campaign) { t = c.tally() })
	if err != nil {
		return model.Tally{}, err
	}
	return t, nil
}

func (c *campaign) tally() model.Tally {
	t := model.Tally{HeldOut: len(c.held), Planned: len(c.lines), Versions: map[uint16]int{}}
	for i := range c.lines {
		line := &c.lines[i]
		t.ByState[line.State]++
		t.ByLane[line.Lane][line.State]++
		t.ByCell[line.Cell][line.State]++
		if line.State == model.StateAccepted || line.State == model.StateBounced {
			t.Versions[line.Version]++
		}
	}
	return t
}

func (l ledger) Lines(ctx context.Context, id model.CampaignID, states []model.State, f func(model.Recipient) error) error {
	var lines []model.Recipient
	err := l.read(ctx, "Lines", id, func(c *campaign) {
		for _, line := range c.lines {
			if slices.Contains(states, line.State) {
				lines = append(lines, line)
			}
		}
	})
	for _, line := range lines {
		if err == nil {
			err = f(line)
		}
	}
	return err
}

func (l ledger) Of(ctx context.Context, id model.CampaignID, contact model.ContactID) (r model.Recipient, found bool, err error) {
	err = l.read(ctx, "Of", id, func(c *campaign) {
		i, ok := slices.BinarySearchFunc(c.lines, contact, func(r model.Recipient, id model.ContactID) int { return cmp.Compare(r.Contact, id) })
		if ok {
			r, found = c.lines[i], true
		}
	})
	if err != nil {
		return model.Recipient{}, false, err
	}
	return r, found, nil
}
