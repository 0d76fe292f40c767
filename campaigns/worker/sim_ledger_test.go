package worker_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"blanche/model"
	"blanche/store"
)

// simLedger is the ledger as one life of the program sees it: slow, failing
// before and after what it does is durable, and frozen from the instant that
// the life ends.
type simLedger struct {
	l     *simLife
	o     *simOracle
	calls atomic.Int64
	ghost model.Claim // of the control that hands somebody out twice
}

var (
	errSimDead = errors.New("the process is dead")
	errSimDisk = model.Failed(errors.New("input/output error"), "store.write_failed", "file", "send.db")
)

// spice is the chance of one call.
func (g *simLedger) spice(name string) *rand.Rand {
	return simSpice(g.o.s.plan.seed, name, " ", g.l.n, " ", g.calls.Add(1))
}

// frozen reports whether the life has ended; mu is held.
func (g *simLedger) frozen() error {
	if g.l.dead {
		return errSimDead
	}
	return nil
}

// full reports whether the disk takes nothing.
func (g *simLedger) full() bool {
	at, full := time.Since(g.o.s.begin), g.o.s.plan.ledger.full
	return g.o.s.faulty() && full[0] <= at && at < full[1]
}

// Commit writes, perhaps slowly, perhaps not at all, perhaps without being able
// to say so.
func (g *simLedger) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	spice, plan := g.spice("commit"), &g.o.s.plan.ledger
	if plan.slow > 0 {
		time.Sleep(time.Duration(spice.Int64N(int64(plan.slow))))
	}
	g.o.s.event("commit.before")
	if g.o.s.faulty() && chance(spice, plan.before) || g.full() {
		return nil, errSimDisk
	}
	taken, err := g.write(ctx, results, intents)
	g.o.s.event("commit.after")
	if plan.slow > 0 {
		time.Sleep(time.Duration(spice.Int64N(int64(plan.slow))))
	}
	if err == nil && g.o.s.faulty() && chance(spice, plan.after) {
		return nil, errSimDisk
	}
	return taken, err
}

// write is the durable step, and what the oracle learns from it.
func (g *simLedger) write(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	o := g.o
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := g.frozen(); err != nil {
		return nil, err
	}
	written, asked := g.tamper(results, intents)
	taken, err := o.s.vault.ledger().Commit(ctx, written, asked)
	if err != nil {
		if !g.late(written) {
			o.wrong("the ledger refuses %+v and %+v: %v", written, asked, err)
		}
		return nil, err
	}
	for i := range written {
		g.settled(&written[i])
	}
	for i := range asked {
		g.announced(&asked[i], taken[i])
	}
	o.s.trace("commit %d results, %d intents", len(written), len(asked))
	o.step()
	for len(taken) < len(intents) {
		taken = append(taken, true) // the control: somebody that the ledger does not know of
	}
	return taken, nil
}

// late reports that a result comes again, by a commit that could not say so, of
// somebody about whom something else was decided since: that is refused, and
// well.
func (g *simLedger) late(results []model.Outcome) bool {
	return slices.ContainsFunc(results, func(r model.Outcome) bool { return g.o.byPlace[r.Campaign][r.Ordinal].decided })
}

// tamper is where the controls make the ledger lie.
func (g *simLedger) tamper(results []model.Outcome, intents []model.Intent) ([]model.Outcome, []model.Intent) {
	switch g.o.s.control {
	case "lost result":
		return slices.DeleteFunc(slices.Clone(results), func(r model.Outcome) bool {
			return r.State == model.StateAccepted && r.Ordinal%7 == 3
		}), intents
	case "double claim":
		results = slices.DeleteFunc(slices.Clone(results), func(r model.Outcome) bool {
			return r.Campaign == g.ghost.Campaign && r.Ordinal == g.ghost.Ordinal
		})
		intents = slices.DeleteFunc(slices.Clone(intents), func(i model.Intent) bool {
			return i.Campaign == g.ghost.Campaign && i.Ordinal == g.ghost.Ordinal
		})
	}
	return results, intents
}

func (g *simLedger) settled(r *model.Outcome) {
	l := g.o.byPlace[r.Campaign][r.Ordinal]
	l.next, l.code = r.NextTry, r.Code
	if r.State == model.StateAccepted {
		l.version = r.Version
		if !slices.Contains(l.copies, r.Version) {
			g.o.wrong("%s of campaign %d is accepted with version %d, and got %v", l.email, l.camp, r.Version, l.copies)
		}
	}
	g.o.s.trace("%s of %d: %s", l.email, l.camp, r.State)
	g.o.set(l, r.State)
}

func (g *simLedger) announced(in *model.Intent, taken bool) {
	l := g.o.byPlace[in.Campaign][in.Ordinal]
	switch {
	case taken && g.o.suppress[in.Email]:
		g.o.wrong("%s of campaign %d is announced, though suppressed", in.Email, in.Campaign)
	case taken:
		g.o.set(l, model.StateIntended)
	default:
		g.o.set(l, model.StateExcluded)
		l.decided = true
	}
}

// Claim hands out; a failure may have handed out somebody all the same.
func (g *simLedger) Claim(ctx context.Context, id model.CampaignID, r model.ClaimRequest, now time.Time) ([]model.Claim, error) {
	spice := g.spice("claim")
	o := g.o
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := g.frozen(); err != nil {
		return nil, err
	}
	if o.s.faulty() && chance(spice, o.s.plan.ledger.before) || g.full() {
		return nil, errSimDisk
	}
	claims, err := o.s.vault.ledger().Claim(ctx, id, r, now)
	if err != nil {
		return nil, err
	}
	var lanes [model.Lanes]int
	for _, c := range claims {
		l := o.byPlace[id][c.Ordinal]
		if lanes[c.Lane]++; lanes[c.Lane] > r.Lanes[c.Lane] || len(claims) > r.Most {
			o.wrong("a claim of %+v hands out %d", r, len(claims))
		}
		if l.state != model.StatePlanned && (l.state != model.StateDeferred || l.next.Truncate(time.Second).After(now)) {
			o.wrong("%s of campaign %d is claimed when %s until %s", l.email, id, l.state, l.next)
		}
		o.set(l, model.StateClaimed)
	}
	o.step()
	if len(claims) > 0 {
		o.s.eventLocked("claim")
		claims = g.haunt(id, claims)
	}
	if o.s.faulty() && chance(spice, o.s.plan.ledger.after) {
		for _, c := range claims {
			o.byPlace[id][c.Ordinal].unsaid = true
		}
		return nil, errSimDisk
	}
	return claims, nil
}

// haunt is the control that hands somebody out who was served.
func (g *simLedger) haunt(id model.CampaignID, claims []model.Claim) []model.Claim {
	if g.o.s.control != "double claim" || g.ghost.Campaign != 0 {
		return claims
	}
	for _, l := range g.o.byPlace[id] {
		if l.state == model.StateAccepted {
			g.ghost = model.Claim{Campaign: id, Ordinal: l.place, Contact: g.o.s.contact(id, l.place), Lane: claims[0].Lane}
			return append(claims, g.ghost)
		}
	}
	return claims
}

// read is a question, which may fail too.
func simRead[T any](g *simLedger, ask func(store.Ledger) (T, error)) (T, error) {
	spice := g.spice("read")
	g.o.mu.Lock()
	defer g.o.mu.Unlock()
	var none T
	if err := g.frozen(); err != nil {
		return none, err
	}
	if g.o.s.faulty() && chance(spice, g.o.s.plan.ledger.read) {
		return none, errSimDisk
	}
	return ask(g.o.s.vault.ledger())
}

// NextDue may fail.
func (g *simLedger) NextDue(ctx context.Context, id model.CampaignID) (time.Time, error) {
	return simRead(g, func(l store.Ledger) (time.Time, error) { return l.NextDue(ctx, id) })
}

// Tally may fail.
func (g *simLedger) Tally(ctx context.Context, id model.CampaignID) (model.Tally, error) {
	return simRead(g, func(l store.Ledger) (model.Tally, error) { return l.Tally(ctx, id) })
}

// ExcludeRest ends a cancelled campaign.
func (g *simLedger) ExcludeRest(ctx context.Context, id model.CampaignID, reason string, at time.Time) (int, error) {
	return simWrite(g, func(l store.Ledger) (int, error) { return l.ExcludeRest(ctx, id, reason, at) }, func() (n int) {
		for _, l := range g.o.byPlace[id] {
			if l.state == model.StatePlanned || l.state == model.StateDeferred {
				g.o.set(l, model.StateExcluded)
				l.decided = true
				n++
			}
		}
		return n
	})
}

// Resolve decides about the uncertain.
func (g *simLedger) Resolve(ctx context.Context, id model.CampaignID, to model.State, at time.Time) (int, error) {
	return simWrite(g, func(l store.Ledger) (int, error) { return l.Resolve(ctx, id, to, at) }, func() (n int) {
		for _, l := range g.o.byPlace[id] {
			if l.state != model.StateUncertain {
				continue
			}
			if to == model.StatePlanned {
				l.again++
			}
			g.o.set(l, to)
			l.decided = true
			n++
		}
		return n
	})
}

// Again plans the refused again whose refusal may pass.
func (g *simLedger) Again(ctx context.Context, id model.CampaignID) (int, error) {
	return simWrite(g, func(l store.Ledger) (int, error) { return l.Again(ctx, id) }, func() (n int) {
		for _, l := range g.o.byPlace[id] {
			if l.state == model.StateRefused && model.RefusalMayPass(l.code) {
				g.o.set(l, model.StatePlanned)
				l.decided = true
				n++
			}
		}
		return n
	})
}

// Bounced is for nobody here: reports come to the service.
func (g *simLedger) Bounced(context.Context, model.CampaignID, model.ContactID, string, string) (bool, error) {
	return false, errSimDisk
}

// simWrite changes many lines, and compares how many.
func simWrite(g *simLedger, do func(store.Ledger) (int, error), known func() int) (int, error) {
	spice := g.spice("write")
	o := g.o
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := g.frozen(); err != nil {
		return 0, err
	}
	if o.s.faulty() && chance(spice, o.s.plan.ledger.before) || g.full() {
		return 0, errSimDisk
	}
	n, err := do(o.s.vault.ledger())
	if err != nil {
		o.wrong("the ledger: %v", err)
		return n, err
	}
	if want := known(); n != want {
		o.wrong("the ledger changed %d lines, %d were to be", n, want)
	}
	o.step()
	return n, nil
}

// The rest of the contract is not used by a worker.

func (g *simLedger) Plan(context.Context, model.CampaignID, model.Plan) error { return errSimDead }
func (g *simLedger) HasPlan(context.Context, model.CampaignID) (bool, error)  { return true, nil }
func (g *simLedger) HeldOut(context.Context, model.CampaignID) ([]model.HeldOut, error) {
	return nil, nil
}

func (g *simLedger) Members(context.Context, model.CampaignID) ([]model.ContactID, error) {
	return nil, nil
}

// Lines may fail.
func (g *simLedger) Lines(ctx context.Context, id model.CampaignID, states []model.State, f func(model.Recipient) error) error {
	_, err := simRead(g, func(l store.Ledger) (int, error) { return 0, l.Lines(ctx, id, states, f) })
	return err
}

// Of may fail.
func (g *simLedger) Of(ctx context.Context, id model.CampaignID, who model.ContactID) (model.Recipient, bool, error) {
	var found bool
	r, err := simRead(g, func(l store.Ledger) (r model.Recipient, err error) { r, found, err = l.Of(ctx, id, who); return r, err })
	return r, found, err
}

func (g *simLedger) Apart(ctx context.Context, id model.CampaignID) ([]model.ContactID, error) {
	return simRead(g, func(l store.Ledger) ([]model.ContactID, error) { return l.Apart(ctx, id) })
}

func (g *simLedger) Strata(ctx context.Context, id model.CampaignID) ([]string, error) {
	return simRead(g, func(l store.Ledger) ([]string, error) { return l.Strata(ctx, id) })
}
