package bolt

import (
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// bucketDraft holds the plan that is being written, under its campaign, where it
// is too long for one transaction: nobody looks there, so that a plan is there
// whole or not at all. What a process that died left there goes at the next open.
var bucketDraft = []byte("draft")

// planPages is how many pages of a plan one transaction writes: what it holds in
// memory, twice, does not grow with the audience.
const planPages = 100

func (l *ledger) Plan(ctx context.Context, id model.CampaignID, p model.Plan) error {
	if err := l.e.enter(ctx); err != nil {
		return err
	}
	defer l.e.leave()
	if err := store.CheckPlan(p); err != nil {
		return err
	}
	w := planWriter{id: id, plan: p}
	if w.pages() <= planPages {
		return l.step(ctx, func(s *ledgerStep) error { return s.wholePlan(&w) })
	}
	l.planning.Lock()
	defer l.planning.Unlock()
	err := l.longPlan(ctx, &w)
	if err != nil {
		_ = l.settle(context.WithoutCancel(ctx), dropDraft)
	}
	return err
}

// noPlan refuses a second plan.
func (s *ledgerStep) noPlan(id model.CampaignID) error {
	if s.tx.Bucket(bucketLedger).Bucket(key32(uint32(id))) != nil {
		return model.Conflict("store.plan_exists").Because(store.ErrExists)
	}
	return nil
}

// wholePlan writes a plan in one transaction.
func (s *ledgerStep) wholePlan(w *planWriter) error {
	if err := s.noPlan(w.id); err != nil {
		return err
	}
	b, err := w.begin(s.tx.Bucket(bucketLedger))
	if err != nil {
		return err
	}
	s.hints[w.id] = claimHints{} // whoever had this number before
	if err := w.write(b, 0, w.pages()); err != nil {
		return err
	}
	return w.end(b)
}

// longPlan writes a plan beside the others, some pages in each transaction, and
// puts it among them in the last.
func (l *ledger) longPlan(ctx context.Context, w *planWriter) error {
	err := l.step(ctx, func(s *ledgerStep) error {
		if err := s.noPlan(w.id); err != nil {
			return err
		}
		if err := dropDraft(s); err != nil {
			return err
		}
		drafts, err := s.tx.CreateBucket(bucketDraft)
		if err == nil {
			_, err = w.begin(drafts)
		}
		return err
	})
	draft := func(s *ledgerStep) *bolt.Bucket { return s.tx.Bucket(bucketDraft).Bucket(key32(uint32(w.id))) }
	for from := 0; from < w.pages() && err == nil; from += planPages {
		if err = ctx.Err(); err != nil {
			break
		}
		err = l.step(ctx, func(s *ledgerStep) error { return w.write(draft(s), from, min(from+planPages, w.pages())) })
	}
	if err == nil {
		err = l.step(ctx, func(s *ledgerStep) error { return w.end(draft(s)) })
	}
	if err != nil {
		return err
	}
	return l.step(ctx, func(s *ledgerStep) error {
		if err := s.noPlan(w.id); err != nil {
			return err
		}
		s.hints[w.id] = claimHints{}
		// By itself: what else changes in a bucket that moves would be lost.
		if err := s.tx.Bucket(bucketDraft).MoveBucket(key32(uint32(w.id)), s.tx.Bucket(bucketLedger)); err != nil {
			return err
		}
		return dropDraft(s)
	})
}

// dropDraft removes a plan that was not finished.
func dropDraft(s *ledgerStep) error {
	if s.tx.Bucket(bucketDraft) == nil {
		return nil
	}
	return s.tx.DeleteBucket(bucketDraft)
}

// unfinished removes what a process that died left of a plan.
func (l *ledger) unfinished(ctx context.Context) error {
	left := false
	err := l.e.send.view(func(tx *bolt.Tx) error {
		left = tx.Bucket(bucketDraft) != nil
		return nil
	})
	if err != nil || !left {
		return err
	}
	return l.settle(ctx, dropDraft)
}

// planWriter writes a plan in pages: those of the planned, with their states and
// strata, then those of the zone blanche, then those of the people set apart.
type planWriter struct {
	id   model.CampaignID
	plan model.Plan
}

// pagesFor is how many pages some people take.
func pagesFor(people int) int { return (people + chunk - 1) / chunk }

func (w *planWriter) pages() int {
	return pagesFor(len(w.plan.Planned)) + pagesFor(len(w.plan.HeldOut)) + pagesFor(len(w.plan.Apart))
}

// begin makes the buckets of a campaign.
func (w *planWriter) begin(root *bolt.Bucket) (*bolt.Bucket, error) {
	b, err := root.CreateBucket(key32(uint32(w.id)))
	if err != nil {
		return nil, err
	}
	for _, name := range [][]byte{bucketPlan, bucketState, bucketHeld, bucketException, bucketRetry} {
		if _, err := b.CreateBucket(name); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// end says how long the plan is.
func (w *planWriter) end(b *bolt.Bucket) error {
	h := head{planned: len(w.plan.Planned), held: len(w.plan.HeldOut), apart: len(w.plan.Apart)}
	c := campaignLedger{id: w.id, bucket: b, head: h}
	return c.putHead()
}

// write writes the pages from one to another.
func (w *planWriter) write(b *bolt.Bucket, from, to int) error {
	planned, held := pagesFor(len(w.plan.Planned)), pagesFor(len(w.plan.HeldOut))
	for n := from; n < to; n++ {
		var err error
		switch {
		case n < planned:
			err = w.page(b, n)
		case n < planned+held:
			err = w.held(b, n-planned, pageOf(w.plan.HeldOut, n-planned))
		default:
			n -= planned + held
			ids := pageOf(w.plan.Apart, n)
			people := make([]model.HeldOut, len(ids))
			for i, id := range ids {
				people[i].Contact = id
			}
			err = w.held(b, apartPages+n, people)
			n += planned + held
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pageOf are the people of a page.
func pageOf[T any](people []T, n int) []T {
	return people[n*chunk : min((n+1)*chunk, len(people))]
}

// page writes a page of the planned.
func (w *planWriter) page(b *bolt.Bucket, n int) error {
	people := pageOf(w.plan.Planned, n)
	if err := w.put(b, bucketPlan, tablePlan, n, appendPlanPage(blank(3*chunk), people)); err != nil {
		return err
	}
	states := slices.Concat(blank(0), newStatePage(len(people)))
	if err := w.put(b, bucketState, tableState, n, states); err != nil || len(w.plan.Strata) == 0 {
		return err
	}
	strata := make([]model.HeldOut, len(people))
	for i, one := range people {
		strata[i].Contact = one.Contact
		if s := int(one.Stratum); s > 0 && s <= len(w.plan.Strata) {
			strata[i].Stratum = w.plan.Strata[s-1]
		}
	}
	return w.held(b, strataPages+n, strata)
}

// held writes a page of people with their strata.
func (w *planWriter) held(b *bolt.Bucket, n int, people []model.HeldOut) error {
	return w.put(b, bucketHeld, tableHeld, n, appendHeldPage(blank(4*chunk), people))
}

func (w *planWriter) put(b *bolt.Bucket, name []byte, t table, n int, value []byte) error {
	bucket, key := b.Bucket(name), key32(uint32(n))
	bucket.FillPercent = 0.95
	return bucket.Put(key, t.of(w.id).seal(key, value))
}
