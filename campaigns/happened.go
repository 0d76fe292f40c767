package campaigns

import (
	"context"
	"slices"
	"sync"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
)

// happenings are to whom messages happened, as the rules ask: read from the
// ledger once a campaign, and again when its tally has changed, so that a rule
// that names a campaign is counted as fast as one that does not.
type happenings struct {
	mu    sync.Mutex
	known map[happening]happened
}

type happening struct {
	event    model.RuleEvent
	campaign model.CampaignID
}

type happened struct {
	tally [model.States]int
	step  uint64 // of the responses
	who   []model.ContactID
	on    []model.Date
}

// mostHappenings bounds what is kept: 12 bytes a message.
const mostHappenings = 64

// asked are the events of one question.
type asked struct {
	ctx context.Context
	s   *Service
}

var _ audience.Events = asked{}

// linesOf are the lines of the ledger that an event is; clicks are in none.
var linesOf = map[model.RuleEvent][]model.State{
	model.EventReceived: {model.StateAccepted},
	model.EventBounced:  {model.StateRefused, model.StateBounced},
}

// Recorded reports whether an event is noted at all: clicks where there is a public
// part, or was one.
func (a asked) Recorded(e model.RuleEvent) bool {
	return e != model.EventClicked || a.s.clicksNoted(a.ctx)
}

// Each visits everybody to whom an event happened with a campaign, or any.
func (a asked) Each(e model.RuleEvent, name string, f func(model.ContactID, model.Date)) error {
	if e == model.EventFrozen {
		return a.frozen(name, f)
	}
	var all []model.Campaign
	if name != "" {
		c, err := a.s.campaign(a.ctx, name)
		if err != nil {
			return err
		}
		all = []model.Campaign{c}
	} else {
		var err error
		if all, err = a.s.store.Campaigns().List(a.ctx); err != nil {
			return err
		}
	}
	for i := range all {
		if !all[i].State.Launched() || !a.Recorded(e) {
			continue
		}
		h, err := a.of(e, &all[i])
		if err != nil {
			return err
		}
		for i, id := range h.who {
			f(id, h.on[i])
		}
	}
	return nil
}

// of is one event of one campaign, from memory where nothing has changed since.
func (a asked) of(e model.RuleEvent, c *model.Campaign) (h happened, err error) {
	ledger := a.s.store.Ledger()
	if e == model.EventHeldOut {
		held, err := ledger.HeldOut(a.ctx, c.ID)
		for _, x := range held {
			h.who, h.on = append(h.who, x.Contact), append(h.on, 0)
		}
		return h, err
	}
	if e == model.EventClicked {
		return a.clicks(c.ID)
	}
	tally, err := ledger.Tally(a.ctx, c.ID)
	if err != nil {
		return h, err
	}
	kept := &a.s.base.happened
	kept.mu.Lock()
	defer kept.mu.Unlock()
	key := happening{e, c.ID}
	if h, ok := kept.known[key]; ok && h.tally == tally.ByState {
		return h, nil
	}
	h.tally = tally.ByState
	states := linesOf[e]
	n := 0
	for _, state := range states {
		n += tally.ByState[state]
	}
	h.who, h.on = slices.Grow(h.who, n), slices.Grow(h.on, n)
	day := days{zone: a.s.cfg.Zone}
	err = ledger.Lines(a.ctx, c.ID, states, func(r model.Recipient) error {
		h.who, h.on = append(h.who, r.Contact), append(h.on, day.of(r.At))
		return nil
	})
	if err != nil {
		return h, err
	}
	if kept.known == nil || len(kept.known) >= mostHappenings {
		kept.known = map[happening]happened{}
	}
	kept.known[key] = h
	return h, nil
}

// days are the days of moments that come one close to the other: the bounds of
// the last day are remembered.
type days struct {
	zone     *time.Location
	from, to time.Time
	day      model.Date
}

func (d *days) of(at time.Time) model.Date {
	if at.Before(d.from) || !at.Before(d.to) {
		y, m, day := at.In(d.zone).Date()
		d.from = time.Date(y, m, day, 0, 0, 0, 0, d.zone)
		d.to = time.Date(y, m, day+1, 0, 0, 0, 0, d.zone)
		d.day = model.NewDate(y, m, day)
	}
	return d.day
}
