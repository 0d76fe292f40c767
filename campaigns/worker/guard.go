package worker

import (
	"errors"
	"strings"

	"blanche/model"
	"blanche/store"
)

// meter remembers the last answers about one campaign.
type meter struct {
	guard  Guard
	ring   []marks
	next   int
	full   int
	counts [len(marks{})]int
}

// marks are what is remembered of one answer.
type marks [3]bool

// The marks.
const (
	markUnknown = iota
	markRefused
	markUncertain
)

func newMeter(g Guard) *meter { return &meter{guard: g, ring: make([]marks, g.Last)} }

// answer counts one answer of the relay and returns the key of the guard that
// says to stop, or nothing. A guard speaks once, then counts anew.
func (m *meter) answer(r *model.Receipt) (why string) {
	m.add(m.ring[m.next], -1)
	m.ring[m.next] = marks{r.UserUnknown, r.Result == model.SendRefused, r.Result == model.SendUncertain}
	m.add(m.ring[m.next], 1)
	m.next = (m.next + 1) % len(m.ring)
	if m.full = min(m.full+1, len(m.ring)); m.full < len(m.ring) {
		return ""
	}
	switch {
	case m.over(markUnknown, m.guard.Unknown):
		why = WhyUnknown
	case m.over(markRefused, m.guard.Refused):
		why = WhyRefused
	case m.over(markUncertain, m.guard.Uncertain):
		why = WhyUncertain
	default:
		return ""
	}
	*m = *newMeter(m.guard)
	return why
}

func (m *meter) add(v marks, n int) {
	for i, on := range v {
		if on {
			m.counts[i] += n
		}
	}
}

func (m *meter) over(mark int, share float64) bool {
	return share >= 0 && float64(m.counts[mark]) > share*float64(m.full)
}

// answered draws from a durable result what the guards and the picture need.
func (r *run) answered(a *model.Receipt, o *model.Outcome) {
	r.moved.Add(1)
	if o.State == model.StateAccepted {
		r.accepted.Add(1)
		if !r.first.Swap(true) {
			r.w.watch.notice(Notice{Kind: NoticeFirst, ID: r.job.ID, Name: r.job.Name, Event: model.Event{
				At: o.At, Campaign: r.job.Name, Level: model.LevelOK, Key: "deliver.event.first",
			}})
		}
	}
	r.mu.Lock()
	why := r.meter.answer(a)
	r.mu.Unlock()
	if why != "" {
		r.pause(why)
	}
}

// complaintsLeast is how many complaints say something: one person in a small
// campaign does not.
const complaintsLeast = 3

// complaints counts the people who called a campaign spam.
type complaints struct {
	n, before int // before the guard spoke last
	sent      int // accepted messages, then
	warned    bool
}

// known are complaints from before.
func (c *complaints) known(n int) { c.n, c.before = n, n }

// one more of so many accepted messages: whether to warn, whether to pause. The
// guard speaks once, then counts anew.
func (c *complaints) one(accepted int, g Guard) (warn, pause bool) {
	c.n++
	n, of := c.n-c.before, float64(accepted-c.sent)
	if n < complaintsLeast {
		return false, false
	}
	if g.Spam >= 0 && float64(n) >= g.Spam*of {
		*c = complaints{n: c.n, before: c.n, sent: accepted}
		return false, true
	}
	if g.Complained >= 0 && float64(n) >= g.Complained*of && !c.warned {
		c.warned = true
		return true, false
	}
	return false, false
}

// Complained counts a person who called a message of a campaign spam; one that
// the worker does not know, or that has ended, is nothing to pause.
func (w *Worker) Complained(id model.CampaignID) {
	w.with(id, func(r *run) {
		t, err := w.opt.Ledger.Tally(w.hard, id)
		if err != nil {
			return
		}
		accepted := t.ByState[model.StateAccepted]
		r.mu.Lock()
		warn, pause := r.spam.one(accepted, r.meter.guard)
		n := r.spam.n
		r.mu.Unlock()
		if warn {
			w.event(r, model.LevelWarn, "deliver.guard.complaint_warn", "n", n, "accepted", accepted)
		}
		if pause {
			r.pause(WhyComplaint)
		}
	})
}

// unreadableList reports that the suppressions cannot be read: a record that is
// damaged and is not of the ledger, in a commit of intents.
func unreadableList(err error) bool {
	if !errors.Is(err, store.ErrDamaged) {
		return false
	}
	e, args := (*model.Error)(nil), []any(nil)
	if errors.As(err, &e) {
		args = e.Args
	}
	for i := 0; i+1 < len(args); i += 2 {
		if where, ok := args[i+1].(string); ok && args[i] == "bucket" && !strings.HasPrefix(where, "suppress") {
			return false
		}
	}
	return true
}
