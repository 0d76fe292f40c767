package volatile

import (
	"context"
	"slices"
	"sync"
	"time"

	"blanche/model"
	"blanche/store"
)

// ledger keeps the lines of each plan that it saw made.
type ledger struct {
	store.Ledger // the plans
	mu           sync.Mutex
	plans        map[model.CampaignID]*plan
}

// plan is the lines of a campaign.
type plan struct {
	lines   []model.Recipient
	heldOut int
	// waiting are those to be handed out, by lane and cell, the next one last.
	waiting [model.Lanes][model.Cells][]model.Ordinal
}

// Over is a ledger that leaves nothing but plans in another one.
func Over(under store.Ledger) store.Ledger {
	return &ledger{Ledger: under, plans: map[model.CampaignID]*plan{}}
}

// Plan keeps a plan below, and its lines here.
func (l *ledger) Plan(ctx context.Context, id model.CampaignID, p model.Plan) error {
	if err := l.Ledger.Plan(ctx, id, p); err != nil {
		return err
	}
	out := &plan{lines: make([]model.Recipient, len(p.Planned)), heldOut: len(p.HeldOut)}
	for i, one := range slices.Backward(p.Planned) {
		o := model.Ordinal(i)
		out.lines[i] = model.Recipient{Ordinal: o, Contact: one.Contact, Lane: one.Lane, Cell: one.Cell}
		out.waiting[one.Lane][one.Cell] = append(out.waiting[one.Lane][one.Cell], o)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plans[id] = out
	return nil
}

// of is the plan of a campaign; one that was made before has no lines.
func (l *ledger) of(id model.CampaignID) *plan {
	if p, ok := l.plans[id]; ok {
		return p
	}
	return &plan{}
}

// Claim hands out recipients; a deferred one again when its time has come.
func (l *ledger) Claim(_ context.Context, id model.CampaignID, r model.ClaimRequest, now time.Time) (out []model.Claim, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of(id)
	for lane := range p.waiting {
		for cell := range p.waiting[lane] {
			list := &p.waiting[lane][cell]
			for r.Cells.Has(model.Cell(cell)) && r.Lanes[lane] > 0 && r.Most > 0 && len(*list) > 0 {
				line := &p.lines[(*list)[len(*list)-1]]
				if line.NextTry.After(now) {
					break
				}
				*list = (*list)[:len(*list)-1]
				r.Lanes[lane]--
				r.Most--
				line.State, line.NextTry = model.StateClaimed, time.Time{}
				out = append(out, model.Claim{
					Campaign: id, Ordinal: line.Ordinal, Contact: line.Contact, Lane: line.Lane, Cell: line.Cell, Attempts: line.Attempts,
				})
			}
		}
	}
	return out, nil
}

// Commit notes results and intents.
func (l *ledger) Commit(_ context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range results {
		o := &results[i]
		p := l.of(o.Campaign)
		line := &p.lines[o.Ordinal]
		line.State, line.At, line.Attempts, line.NextTry, line.Code, line.Text = o.State, o.At, o.Attempts, o.NextTry, o.Code, o.Text
		if o.Version != 0 {
			line.Version = o.Version
		}
		if o.State == model.StatePlanned || o.State == model.StateDeferred { // at the bottom: after everybody else
			list := &p.waiting[line.Lane][line.Cell]
			*list = slices.Insert(*list, 0, o.Ordinal)
		}
	}
	taken := make([]bool, len(intents))
	for i := range intents {
		line := &l.of(intents[i].Campaign).lines[intents[i].Ordinal]
		line.State, line.Version, line.At, taken[i] = model.StateIntended, intents[i].Version, intents[i].At, true
	}
	return taken, nil
}

// NextDue is when the next deferred recipient may be tried.
func (l *ledger) NextDue(_ context.Context, id model.CampaignID) (due time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.of(id).lines {
		line := &l.of(id).lines[i]
		if line.State == model.StateDeferred && (due.IsZero() || line.NextTry.Before(due)) {
			due = line.NextTry
		}
	}
	return due, nil
}

// move gives a new state to everybody in one of some states, and counts them.
func (l *ledger) move(id model.CampaignID, to model.State, code string, at time.Time, from ...model.State) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of(id)
	for i := range p.lines {
		line := &p.lines[i]
		if !slices.Contains(from, line.State) {
			continue
		}
		line.State, line.At, line.Code, n = to, at, code, n+1
		if to == model.StatePlanned {
			p.waiting[line.Lane][line.Cell] = append(p.waiting[line.Lane][line.Cell], line.Ordinal)
		}
	}
	if to == model.StateExcluded {
		p.waiting = [model.Lanes][model.Cells][]model.Ordinal{}
	}
	return n, nil
}

// ExcludeRest excludes everybody planned or deferred.
func (l *ledger) ExcludeRest(_ context.Context, id model.CampaignID, reason string, at time.Time) (int, error) {
	return l.move(id, model.StateExcluded, reason, at, model.StatePlanned, model.StateDeferred)
}

// Resolve decides about the uncertain recipients.
func (l *ledger) Resolve(_ context.Context, id model.CampaignID, to model.State, at time.Time) (int, error) {
	return l.move(id, to, "", at, model.StateUncertain)
}

// Bounced notes that a message came back.
func (l *ledger) Bounced(_ context.Context, id model.CampaignID, who model.ContactID, code, text string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of(id)
	for i := range p.lines {
		line := &p.lines[i]
		if line.Contact == who && (line.State == model.StateAccepted || line.State == model.StateUncertain) {
			line.State, line.Code, line.Text = model.StateBounced, code, text
			return true, nil
		}
	}
	return false, nil
}

// Again plans again the refused whose refusal may pass.
func (l *ledger) Again(_ context.Context, id model.CampaignID) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of(id)
	for i := range p.lines {
		line := &p.lines[i]
		if line.State != model.StateRefused || !model.RefusalMayPass(line.Code) {
			continue
		}
		*line = model.Recipient{Ordinal: line.Ordinal, Contact: line.Contact, Lane: line.Lane, Cell: line.Cell}
		p.waiting[line.Lane][line.Cell] = append(p.waiting[line.Lane][line.Cell], line.Ordinal)
		n++
	}
	return n, nil
}

// Tally counts the lines of a campaign.
func (l *ledger) Tally(_ context.Context, id model.CampaignID) (model.Tally, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of(id)
	t := model.Tally{HeldOut: p.heldOut, Planned: len(p.lines), Versions: map[uint16]int{}}
	for i := range p.lines {
		line := &p.lines[i]
		t.ByState[line.State]++
		t.ByLane[line.Lane][line.State]++
		t.ByCell[line.Cell][line.State]++
		if line.State == model.StateAccepted || line.State == model.StateBounced {
			t.Versions[line.Version]++
		}
	}
	return t, nil
}

// Lines visits the recipients in a state of the set.
func (l *ledger) Lines(_ context.Context, id model.CampaignID, states []model.State, f func(model.Recipient) error) error {
	l.mu.Lock()
	lines := slices.Clone(l.of(id).lines)
	l.mu.Unlock()
	for i := range lines {
		if slices.Contains(states, lines[i].State) {
			if err := f(lines[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Of returns the line of one contact in a campaign.
func (l *ledger) Of(_ context.Context, id model.CampaignID, who model.ContactID) (model.Recipient, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.of(id).lines {
		if line.Contact == who {
			return line, true, nil
		}
	}
	return model.Recipient{}, false, nil
}
