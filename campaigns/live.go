package campaigns

import (
	"context"
	"sort"
	"sync"
	"time"

	"blanche/model"
)

// liveEvery is how often the live picture is taken while something moves.
const liveEvery = 250 * time.Millisecond

// Live is the latest picture of what moves.
func (s *Service) Live() *Live { return s.live.Load() }

// keepLive replaces the live picture until the service is closed. The figures
// come from the ledger, the pace and the events from the worker.
func (s *Service) keepLive(ctx context.Context) {
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for {
		if l, err := s.picture(ctx); err == nil {
			l.hidden = sync.OnceValue(l.veiled)
			s.live.Store(l)
			s.tellAll(ctx, l)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// picture takes one live picture.
func (s *Service) picture(ctx context.Context) (*Live, error) {
	snap := s.worker.Snapshot()
	l := &Live{At: s.Now(), Revision: s.revision.Load(), Sends: true, Ready: s.base.ready(), Events: snap.Events, Departures: s.departures.list(), Public: s.pulse.alarm()}
	for _, w := range snap.Campaigns {
		st, err := s.Status(ctx, w.Name)
		if err != nil {
			return nil, err
		}
		l.Running = append(l.Running, LiveCampaign{Status: st, History: w.History})
	}
	sort.SliceStable(l.Running, func(i, j int) bool { return moves(l.Running[i].State) && !moves(l.Running[j].State) })
	return l, nil
}

func moves(s model.CampaignState) bool { return s == model.Running || s == model.Paused }
