package campaigns

import (
	"context"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"blanche/model"
	"blanche/store"
)

// How much what comes from outside may keep waiting. Under the first limit opens
// are shed, which nobody misses; at the second nothing is taken that a person can
// do again (a click, a page that was read); what says no is taken always.
const (
	recordAtOnce = 8192
	mostOpens    = 2 * recordAtOnce
	mostClicks   = 8 * recordAtOnce
)

// recorder gathers what comes from outside at the same time into one step of the
// store: whoever comes while one is written waits for the next. Its goroutine is
// there while something waits, and ends with it; Close waits for it.
type recorder struct {
	written atomic.Uint64 // steps: what was read of responses before one is old
	shed    atomic.Uint64 // opens

	mu      sync.Mutex
	waiting []*recording
	held    int // responses of waiting
	opens   []model.Response
	moved   map[model.CampaignID]bool // of whom the screens do not know yet
	busy    bool
	closed  bool
	done    sync.WaitGroup
}

// recording is what one caller waits for.
type recording struct {
	list []model.Response
	seen []bool
	err  error
	done chan struct{}
}

// Record keeps what came from outside. When it returns nil it is durable, except
// opens, which nobody waits for: when too much waits they are dropped, and
// counted. KindBusy: too much waits, and only clicks and views are in the list. An
// instant that cannot be, and words that are too long, are corrected.
func (s *Service) Record(ctx context.Context, responses []model.Response) error {
	_, err := s.RecordEach(ctx, responses)
	return err
}

// RecordEach is Record, and tells which were known already by their ID.
func (s *Service) RecordEach(ctx context.Context, responses []model.Response) (seen []bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := make([]model.Response, 0, len(responses))
	var opens []model.Response
	at := make([]int, 0, len(responses)) // of list in responses
	again := true                        // nothing that cannot be done again
	for i := range responses {
		r := s.tidy(responses[i])
		switch {
		case !store.ValidResponse(&r):
			return nil, model.Invalid("store.bad_response", "kind", r.Kind.String())
		case r.Kind == model.ResponseOpen:
			opens = append(opens, r)
			continue
		case r.Kind != model.ResponseClick && r.Kind != model.ResponseView:
			again = false
		}
		list, at = append(list, r), append(at, i)
	}
	seen = make([]bool, len(responses))
	r, err := s.enqueue(list, opens, again)
	if err != nil || r == nil {
		return seen, err
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for k, i := range at {
		seen[i] = r.err == nil && r.seen[k]
	}
	return seen, r.err
}

// late is how long after its instant a response may come in: a server that could
// not deliver its report tries for days.
const late = 30 * 24 * time.Hour

// tidy corrects what somebody outside may have set wrong.
func (s *Service) tidy(r model.Response) model.Response {
	if now := s.opt.Now(); r.At.After(now) || r.At.Before(now.Add(-late)) {
		r.At = now
	}
	r.Detail = strings.ToValidUTF8(r.Detail, "�")
	for len(r.Detail) > store.MaxDetail {
		_, n := utf8.DecodeLastRuneInString(r.Detail[:store.MaxDetail+1])
		r.Detail = r.Detail[:store.MaxDetail+1-n]
	}
	return r
}

// enqueue puts a caller behind the others, and sees that somebody writes. Nil: it
// has nothing to wait for.
func (s *Service) enqueue(list, opens []model.Response, again bool) (*recording, error) {
	q := &s.recorder
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return nil, model.Failed(os.ErrClosed, "store.closed")
	case len(list) > 0 && again && q.held >= mostClicks:
		return nil, model.Busy("response.too_many")
	}
	for i := range opens {
		if q.held+len(q.opens) >= mostOpens {
			q.shed.Add(uint64(len(opens) - i))
			break
		}
		q.opens = append(q.opens, opens[i])
	}
	var r *recording
	if len(list) > 0 {
		r = &recording{list: list, done: make(chan struct{})}
		q.waiting = append(q.waiting, r)
		q.held += len(list)
	}
	if !q.busy && q.held+len(q.opens) > 0 {
		q.busy = true
		q.done.Go(s.writeResponses)
	}
	return r, nil
}

// take is the next step: callers first, opens in the room that is left.
func (q *recorder) take() (of []*recording, list []model.Response) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for n < len(q.waiting) && (n == 0 || len(list)+len(q.waiting[n].list) <= recordAtOnce) {
		list = append(list, q.waiting[n].list...)
		n++
	}
	of, q.waiting = q.waiting[:n:n], q.waiting[n:]
	q.held -= len(list)
	k := min(len(q.opens), max(recordAtOnce-len(list), 0))
	list = append(list, q.opens[:k]...)
	q.opens = append(q.opens[:0], q.opens[k:]...)
	q.busy = len(list) > 0
	return of, list
}

// writeResponses writes until nothing waits.
func (s *Service) writeResponses() {
	for {
		of, list := s.recorder.take()
		if len(list) == 0 {
			return
		}
		// Whoever came first may leave; the others are in the same step.
		seen, err := s.store.Responses().Append(context.Background(), list)
		if err == nil {
			s.recorder.written.Add(1)
		}
		for _, r := range of {
			if r.err = err; err == nil {
				r.seen, seen = seen[:len(r.list)], seen[len(r.list):]
			}
			close(r.done)
		}
		if err == nil {
			s.tellResponses(list)
		}
	}
}

// tellResponses lets the screens follow. Not by facts, of which there would be one
// for each click: by the figures of the campaigns, with the next live picture.
func (s *Service) tellResponses(list []model.Response) {
	s.pulse.came(list, s.Now())
	s.changed()
	if !s.bus.Listened() {
		return
	}
	q := &s.recorder
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.moved == nil {
		q.moved = map[model.CampaignID]bool{}
	}
	for i := range list {
		q.moved[list[i].Campaign] = true
	}
}

// showMoved gives the mailboxes where the campaigns stand of which something came
// back since the last time.
func (s *Service) showMoved(ctx context.Context) {
	q := &s.recorder
	q.mu.Lock()
	moved := q.moved
	q.moved = nil
	q.mu.Unlock()
	if len(moved) == 0 {
		return
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return
	}
	for i := range all {
		if !moved[all[i].ID] {
			continue
		}
		if st, err := s.status(ctx, &all[i]); err == nil {
			s.bus.Show(st)
		}
	}
}

// closeRecorder takes nothing more, and waits for what was taken.
func (s *Service) closeRecorder() {
	s.recorder.mu.Lock()
	s.recorder.closed = true
	s.recorder.mu.Unlock()
	s.recorder.done.Wait()
}

// Shed is how many opens were dropped since this process began, because too much
// came at once.
func (s *Service) Shed() uint64 { return s.recorder.shed.Load() }
