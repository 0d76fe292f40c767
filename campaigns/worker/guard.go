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

// returned marks one of the answers that were good as "no such user": the server
// behind the relay said so later. It returns what answer does.
func (m *meter) returned() (why string) {
	for i := range m.full {
		at := (m.next - 1 - i + len(m.ring)) % len(m.ring)
		if m.ring[at] == (marks{}) {
			m.ring[at][markUnknown] = true
			m.counts[markUnknown]++
			break
		}
	}
	if m.full < len(m.ring) || !m.over(markUnknown, m.guard.Unknown) {
		return ""
	}
	*m = *newMeter(m.guard)
	return WhyUnknown
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
	n    int
	said model.ComplaintsSaid
}

// many reports whether there are complaints enough to speak about.
func (c *complaints) many() bool { return c.n-c.said.Paused >= complaintsLeast }

// judge says of so many accepted messages whether to warn, whether to pause. The
// guard speaks once, then counts anew.
func (c *complaints) judge(accepted int, g Guard) (warn, pause bool) {
	if !c.many() {
		return false, false
	}
	n, of := float64(c.n-c.said.Paused), float64(accepted-c.said.Accepted)
	if g.Spam >= 0 && n >= g.Spam*of {
		c.said = model.ComplaintsSaid{Paused: c.n, Accepted: accepted}
		return false, true
	}
	if g.Complained >= 0 && n >= g.Complained*of && !c.said.Warned {
		c.said.Warned = true
		return true, false
	}
	return false, false
}

// Complained counts a person who called a message of a campaign spam, and says
// what its guard has spoken about then; one that the worker does not know, or
// that has ended, is nothing to pause.
func (w *Worker) Complained(id model.CampaignID) (said model.ComplaintsSaid, known bool) {
	w.with(id, func(r *run) {
		r.mu.Lock()
		r.spam.n++
		r.mu.Unlock()
		r.heed()
		r.mu.Lock()
		said, known = r.spam.said, true
		r.mu.Unlock()
	})
	return said, known
}

// Returned counts a message of a campaign that came back because there is nobody
// of its address, as if the relay had said so at once.
func (w *Worker) Returned(id model.CampaignID) {
	w.with(id, func(r *run) {
		r.mu.Lock()
		why := r.meter.returned()
		r.mu.Unlock()
		if why != "" {
			r.pause(why)
		}
	})
}

// heed lets the guard of complaints speak, if there are enough of them.
func (r *run) heed() {
	r.mu.Lock()
	many := r.spam.many()
	r.mu.Unlock()
	if !many {
		return
	}
	t, err := r.w.opt.Ledger.Tally(r.w.hard, r.job.ID)
	if err != nil {
		return
	}
	accepted := t.Taken()
	r.mu.Lock()
	warn, pause := r.spam.judge(accepted, r.meter.guard)
	n := r.spam.n
	r.mu.Unlock()
	if warn {
		r.w.event(r, model.LevelWarn, "deliver.guard.complaint_warn", "n", n, "accepted", accepted)
	}
	if pause {
		r.pause(WhyComplaint)
	}
}

// Said is what the guard of complaints has spoken about, of a campaign that the
// worker knows.
func (w *Worker) Said(id model.CampaignID) (said model.ComplaintsSaid, known bool) {
	w.with(id, func(r *run) {
		r.mu.Lock()
		said, known = r.spam.said, true
		r.mu.Unlock()
	})
	return said, known
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
