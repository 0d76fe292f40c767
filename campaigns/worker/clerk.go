package worker

import (
	"time"

	"blanche/model"
)

// How often the worker looks at the calendar and at the disk, while it sends or
// waits for one of them, and else.
const (
	clerkEvery = time.Second
	clerkIdle  = 5 * time.Second
)

// clerk keeps the day of the ceilings, and the room on the disk.
func (w *Worker) clerk() {
	tick := time.NewTimer(0)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-w.quit:
			return
		}
		w.today()
		w.room()
		if w.traffic.attentive() || w.diskLow.Load() {
			tick.Reset(clerkEvery)
		} else {
			tick.Reset(clerkIdle)
		}
	}
}

// attentive reports that something is under way, or waits for the next day.
func (t *traffic) attentive() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for l := range t.lanes {
		if t.lanes[l].left(!t.uncounted) == 0 {
			return true
		}
	}
	return t.under > 0 || t.uncounted
}

// today begins a new day: nothing has left in it but what the ledger knows. A
// clock that jumps begins another day, and counts again.
func (w *Worker) today() {
	t, now := w.traffic, w.opt.Now()
	day := model.DateOf(now, now.Location())
	t.mu.Lock()
	fresh := day != t.day
	if fresh {
		t.day, t.uncounted = day, true
		for i := range t.lanes {
			t.lanes[i].day = laneDay{}
		}
	}
	counting := t.uncounted
	t.mu.Unlock()
	if !counting {
		return
	}
	var sent [model.Lanes]int
	if w.opt.SentToday != nil {
		var err error
		if sent, err = w.opt.SentToday(w.hard, now); err != nil {
			return // again in a second: ceilings hold everything back meanwhile
		}
	}
	t.mu.Lock()
	t.uncounted = false
	for i := range t.lanes {
		t.lanes[i].day.sent += sent[i]
	}
	t.mu.Unlock()
	t.dispatch()
}

// room holds everything back while the disk of the ledger is nearly full, and
// lets it go on by itself.
func (w *Worker) room() {
	if w.opt.Room == nil || !w.traffic.busy() && !w.diskLow.Load() {
		return
	}
	left, err := w.opt.Room()
	if err != nil {
		return // not known: what cannot be written will say so
	}
	low := left < w.opt.RoomLeast
	switch {
	case low == w.diskLow.Swap(low):
	case low:
		w.event(nil, model.LevelStop, WhyDisk, "mib", int(left>>20), "least", int(w.opt.RoomLeast>>20))
	default:
		w.event(nil, model.LevelOK, "deliver.event.disk_back", "mib", int(left>>20))
		w.goOn()
	}
}

// held reports that nothing may leave for now, whoever it is.
func (w *Worker) held() bool { return w.unwritable.Load() || w.diskLow.Load() || w.shut.Load() }

// goOn makes everybody look again.
func (w *Worker) goOn() {
	t := w.traffic
	t.mu.Lock()
	for _, r := range t.ring {
		r.poke()
	}
	t.mu.Unlock()
	t.dispatch()
}
