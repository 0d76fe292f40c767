package campaigns_test

import (
	"context"
	"errors"
	"sync/atomic"
	"syscall"

	"blanche/model"
	"blanche/store"
)

var errDisk = errors.New("input/output error")

// trouble is what a store cannot do, and the error that says so; nil: it can.
type trouble struct{ update, plan, lookup, commit error }

// troubled puts the shop over a store that is in trouble while it is told so.
func (s *shop) troubled(t trouble) *atomic.Bool {
	s.Helper()
	now := new(atomic.Bool)
	s.must(s.desk.Close(s.ctx))
	s.store = troubledStore{s.store, now, t}
	s.open()
	return now
}

// deaf is a store that takes no change of a campaign.
func (s *shop) deaf() *atomic.Bool { return s.troubled(trouble{update: errDisk}) }

// ailing is a store that cannot plan, nor read who must not be written to.
func (s *shop) ailing() *atomic.Bool { return s.troubled(trouble{plan: errDisk, lookup: errDisk}) }

// full is a store whose disk takes no result and no intent.
func (s *shop) full() *atomic.Bool { return s.troubled(trouble{commit: syscall.ENOSPC}) }

type troubledStore struct {
	store.Store
	now *atomic.Bool
	trouble
}

// or is the error, while there is trouble.
func (t troubledStore) or(err error) error {
	if t.now.Load() {
		return err
	}
	return nil
}

type troubledCampaigns struct {
	store.Campaigns
	of troubledStore
}

type troubledLedger struct {
	store.Ledger
	of troubledStore
}

type troubledSuppressions struct {
	store.Suppressions
	of troubledStore
}

func (t troubledStore) Campaigns() store.Campaigns { return troubledCampaigns{t.Store.Campaigns(), t} }

func (t troubledStore) Ledger() store.Ledger { return troubledLedger{t.Store.Ledger(), t} }

func (t troubledStore) Suppressions() store.Suppressions {
	return troubledSuppressions{t.Store.Suppressions(), t}
}

func (c troubledCampaigns) Update(ctx context.Context, name string, change func(*model.Campaign) error) (model.Campaign, error) {
	if err := c.of.or(c.of.update); err != nil {
		return model.Campaign{}, err
	}
	return c.Campaigns.Update(ctx, name, change)
}

func (l troubledLedger) Plan(ctx context.Context, c model.CampaignID, p model.Plan) error {
	if err := l.of.or(l.of.plan); err != nil {
		return err
	}
	return l.Ledger.Plan(ctx, c, p)
}

func (l troubledLedger) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	if err := l.of.or(l.of.commit); err != nil {
		return nil, err
	}
	return l.Ledger.Commit(ctx, results, intents)
}

func (u troubledSuppressions) Lookup(ctx context.Context) (func(string) (model.SuppressReason, bool), int, error) {
	if err := u.of.or(u.of.lookup); err != nil {
		return nil, 0, err
	}
	return u.Suppressions.Lookup(ctx)
}
