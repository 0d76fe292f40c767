package worker_test

import (
	"context"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// slowDisk is a ledger whose commits take their time, in the time of the test.
type slowDisk struct {
	store.Ledger
	takes time.Duration
}

func (d *slowDisk) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	time.Sleep(d.takes)
	return d.Ledger.Commit(ctx, results, intents)
}

func (d *slowDisk) Claim(ctx context.Context, c model.CampaignID, r model.ClaimRequest, now time.Time) ([]model.Claim, error) {
	time.Sleep(d.takes)
	return d.Ledger.Claim(ctx, c, r, now)
}

// sixtyFour sends to 64 lines of 20 ms, at best 3,200 messages a second, on a
// disk that takes 2 ms for each commit.
func sixtyFour(t *testing.T, change func(*worker.Options)) (perSecond float64) {
	t.Helper()
	const people = 12_800
	inShop(t, people, func(s *shop) {
		s.relay.takes, s.relay.lines = 20*time.Millisecond, make(chan struct{}, 64)
		w := s.worker(func(o *worker.Options) {
			o.Ledger, o.Connections = &slowDisk{s.store.Ledger(), 2 * time.Millisecond}, 64
			change(o)
		})
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		at := s.relay.begun()
		perSecond = people / (at[people-1].Sub(at[0]) + s.relay.takes).Seconds()
		s.want(map[model.State]int{model.StateAccepted: people})
		s.stop(w)
	})
	return perSecond
}

func TestAllLinesAreBusyOverALongWay(t *testing.T) {
	if n := sixtyFour(t, func(*worker.Options) {}); n < 0.95*3200 {
		t.Errorf("%.0f messages a second, 64 lines of 20 ms take 3,200", n)
	}
}

// The control of the test above: with a window smaller than the lines, each
// message waits for the commits of others.
func TestASmallWindowLetsLinesWait(t *testing.T) {
	n := sixtyFour(t, func(o *worker.Options) { o.Window = 32 })
	if n > 0.9*3200 {
		t.Errorf("%.0f messages a second with nothing at hand: the test above shows nothing", n)
	}
}
