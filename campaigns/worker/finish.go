package worker

import (
	"context"
	"errors"
	"sync"

	"blanche/model"
)

// finish looks in the ledger whether nothing waits and nothing is deferred, and
// tells the same of the cells that are allowed.
func (r *run) finish(ctx context.Context) bool {
	rest := r.works()
	t, err := r.w.opt.Ledger.Tally(ctx, r.job.ID)
	rest()
	if err != nil || r.flying.Load() > 0 {
		return false
	}
	r.count.keep(t, r.moved.Load(), 0)
	if !t.Finished() {
		if t.ByState[model.StateClaimed] > 0 {
			r.takeBack(ctx)
		}
		r.cellsDone(&t)
		return false
	}
	r.finished.Store(true)
	r.w.watch.notice(Notice{Kind: NoticeFinished, ID: r.job.ID, Name: r.job.Name, Event: model.Event{
		At: r.w.opt.Now(), Campaign: r.job.Name, Level: model.LevelOK, Key: "deliver.event.finished",
		Args: []any{"accepted", t.Taken(), "uncertain", t.ByState[model.StateUncertain]},
	}})
	return true
}

// takeBack plans again whom a claim handed out that was durable and could not say
// so. Nobody is at hand when it is called, so whoever is claimed is so for
// nothing.
func (r *run) takeBack(ctx context.Context) {
	var lost []model.Claim
	err := r.w.opt.Ledger.Lines(ctx, r.job.ID, []model.State{model.StateClaimed}, func(p model.Recipient) error {
		lost = append(lost, model.Claim{Campaign: r.job.ID, Ordinal: p.Ordinal, Attempts: p.Attempts})
		return nil
	})
	if err != nil {
		return // it is looked at again, and at the next opening at the latest
	}
	r.giveBackAll(lost)
	r.w.traffic.fresh(r)
	r.unsure = false
}

// cellsDone tells once that everybody of the cells allowed had a first answer.
// Who was deferred is tried again, and holds up nobody: a host that is gone for
// days must not keep all the others waiting for a verdict.
func (r *run) cellsDone(t *model.Tally) {
	tr := r.w.traffic
	tr.mu.Lock()
	cells := r.cells
	tr.mu.Unlock()
	for c, by := range t.ByCell {
		if cells.Has(model.Cell(c)) && by[model.StatePlanned]+by[model.StateClaimed]+by[model.StateIntended] > 0 {
			return
		}
	}
	if cells == 0 || r.celled.Swap(true) {
		return
	}
	r.w.watch.notice(Notice{Kind: NoticeCells, ID: r.job.ID, Name: r.job.Name, Event: model.Event{
		At: r.w.opt.Now(), Campaign: r.job.Name, Level: model.LevelInfo, Key: "deliver.event.cells",
		Args: []any{"accepted", t.Taken()},
	}})
}

// giveBackAll returns claims that were not used, and waits until that is durable.
func (r *run) giveBackAll(claims []model.Claim) {
	if len(claims) == 0 {
		return
	}
	back := &returned{outcomes: make([]model.Outcome, len(claims))}
	back.left.Add(len(claims))
	now := r.w.opt.Now()
	for i, c := range claims {
		back.outcomes[i] = model.Outcome{Campaign: c.Campaign, Ordinal: c.Ordinal, State: model.StatePlanned, Attempts: c.Attempts, At: now}
		r.w.commits.put(ticket{who: back, result: &back.outcomes[i]})
	}
	back.left.Wait()
}

// returned are claims that go back.
type returned struct {
	outcomes []model.Outcome
	left     sync.WaitGroup
}

var errNoIntent = errors.New("claims that go back announce nothing")

func (b *returned) announced(bool, error) bool { panic(errNoIntent) }
func (b *returned) settled(error)              { b.left.Done() }
