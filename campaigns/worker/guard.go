package worker

import "blanche/model"

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
