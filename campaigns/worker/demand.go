package worker

import (
	"time"

	"blanche/model"
)

// queue is who was claimed of one lane, in order.
type queue struct {
	claims []model.Claim
	head   int
}

func (q *queue) len() int { return len(q.claims) - q.head }

// first is the place in the plan of the next one.
func (q *queue) first() model.Ordinal { return q.claims[q.head].Ordinal }

func (q *queue) take() model.Claim {
	c := q.claims[q.head]
	q.head++
	if q.head == len(q.claims) {
		q.claims, q.head = q.claims[:0], 0
	}
	return c
}

// put adds; what was taken makes room first.
func (q *queue) put(c model.Claim) {
	if q.head > 0 && len(q.claims) == cap(q.claims) {
		q.claims, q.head = append(q.claims[:0], q.claims[q.head:]...), 0
	}
	q.claims = append(q.claims, c)
}

// empty takes everybody out of the queues of a campaign.
func (r *run) empty() []model.Claim {
	all := make([]model.Claim, 0, r.queued+len(r.aside))
	for l := range r.queues {
		q := &r.queues[l]
		all = append(all, q.claims[q.head:]...)
		*q = queue{}
	}
	all = append(all, r.aside...)
	r.queued, r.aside = 0, nil
	return all
}

// lacks reports whether somebody is worth being claimed for a campaign.
func (t *traffic) lacks(r *run, now time.Time) bool {
	q, low := t.demand(r, now)
	return low && q.Most > 0
}

// demand is who is worth being claimed for a campaign: of each lane that may
// take more, enough to be at hand when their turn comes, few where it is slow,
// for they are given back at a pause. The lanes that nothing slows down share, in
// the order of the plan, what the slow ones leave, and half of it all at least.
// Low is when the former have few left, or one of the latter.
func (t *traffic) demand(r *run, now time.Time) (q model.ClaimRequest, low bool) {
	most := claimMost
	for _, pace := range []*bucket{&r.pace, &t.all} {
		if pace.rate > 0 {
			most = min(most, max(1, int(pace.rate*claimAhead.Seconds())))
		}
	}
	free, slow, atHand := [model.Lanes]bool{}, 0, 0
	for l := range r.queues {
		n, has := t.lanes[l].appetite(now, !t.uncounted), r.queues[l].len()
		if free[l] = n == claimMost; free[l] {
			atHand += has
			continue
		}
		n = min(n, max(1, most/(2*model.Lanes)))
		slow += min(n, has) // of what a lane does not take now, nobody else suffers
		if has >= n || r.dry[l] {
			continue
		}
		q.Lanes[l] = n - has
		q.Most += n - has
		slow += n - has
		low = low || has <= n/2
	}
	share := max(most-slow, (most+1)/2)
	rest := max(share-atHand, 0)
	for l := range free {
		if free[l] && !r.dry[l] && rest > 0 {
			q.Lanes[l] = rest
			low = low || atHand <= share/2
		}
	}
	q.Most = min(q.Most+rest, most)
	q.Cells = r.cells
	return q, low
}

// ask is the next claim of a campaign; nobody when it has enough.
func (t *traffic) ask(r *run) (model.ClaimRequest, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q, low := t.demand(r, time.Now())
	r.asking = low && q.Most > 0
	return q, r.asking
}

// took is what a claim gave. A lane that gave less than it could has nobody
// left for now. Who is no longer allowed since it was asked is given back.
func (t *traffic) took(r *run, q model.ClaimRequest, claims []model.Claim, ok bool) {
	t.mu.Lock()
	r.asking = false
	if ok {
		got := [model.Lanes]int{}
		for _, c := range claims {
			r.keep(c)
			got[c.Lane]++
		}
		for l := range got {
			if got[l] < q.Lanes[l] && len(claims) < q.Most && q.Cells == r.cells {
				r.dry[l] = true
			}
		}
	}
	t.mu.Unlock()
	t.dispatch()
}

// keep queues a claim, or puts it aside when its cell is not allowed.
func (r *run) keep(c model.Claim) {
	if !r.cells.Has(c.Cell) {
		r.aside = append(r.aside, c)
		return
	}
	r.queues[c.Lane].put(c)
	r.queued++
}

// fresh forgets of which lanes a campaign has nobody left.
func (t *traffic) fresh(r *run) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.dry = [model.Lanes]bool{}
}

// Allow changes whom of a test of wordings a campaign may write to; 0 is
// everybody. Those claimed before and no longer allowed are given back.
func (w *Worker) Allow(id model.CampaignID, cells model.CellSet) {
	w.with(id, func(r *run) { r.allow(cells) })
}

func (r *run) allow(cells model.CellSet) {
	t := r.w.traffic
	t.mu.Lock()
	if cells == r.cells {
		t.mu.Unlock()
		return
	}
	r.cells, r.dry = cells, [model.Lanes]bool{}
	for _, c := range r.empty() {
		r.keep(c)
	}
	t.mu.Unlock()
	r.celled.Store(false)
	r.poke()
}

// unwanted are the claims put aside.
func (t *traffic) unwanted(r *run) (aside []model.Claim) {
	t.mu.Lock()
	defer t.mu.Unlock()
	aside, r.aside = r.aside, nil
	return aside
}

// none reports whether a campaign has nobody at hand and nothing under way.
func (t *traffic) none(r *run) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return r.queued+len(r.aside) == 0 && r.flying.Load() == 0
}

// refresh notes that somebody of a lane is to be claimed again.
func (t *traffic) refresh(r *run, l model.Lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.dry[l] = false
}

// busy reports whether a campaign sends.
func (t *traffic) busy() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.ring) > 0
}

// underWay is how many messages are between their writing and a durable result.
func (t *traffic) underWay() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.under
}
