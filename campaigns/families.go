package campaigns

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
)

// How far the mail exchangers of a plan are looked up: domains with enough
// people to matter to a provider, and never so long that a launch waits for a
// name server that is away.
const (
	familyPeople = 20
	familyMost   = 200
	familyAtOnce = 8
	familyWithin = 3 * time.Second
)

// relane puts the planned people of companies whose mail a provider keeps into
// the lane of that provider. Whatever cannot be found out stays where it is.
func (s *Service) relane(ctx context.Context, b *audience.Base, plan *model.Plan) {
	if s.opt.LookupMX == nil || b == nil {
		return
	}
	counts := b.DomainsOf(plan.Planned, model.LaneOther)
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n < familyPeople })
	domains := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	if len(domains) == 0 {
		return
	}
	b.Relane(plan.Planned, s.families(ctx, domains[:min(len(domains), familyMost)]))
}

// families are the lanes of the domains whose exchangers a provider runs.
func (s *Service) families(ctx context.Context, domains []string) map[string]model.Lane {
	ctx, cancel := context.WithTimeout(ctx, familyWithin)
	defer cancel()
	lanes := map[string]model.Lane{}
	var mu sync.Mutex
	var all sync.WaitGroup
	queue := make(chan string, len(domains))
	for _, d := range domains {
		queue <- d
	}
	close(queue)
	for range familyAtOnce {
		all.Go(func() {
			for d := range queue {
				if ctx.Err() != nil {
					return
				}
				hosts, err := s.opt.LookupMX(ctx, d)
				if err != nil {
					continue
				}
				for _, h := range hosts {
					if l := model.LaneOfHost(h); l != model.LaneOther {
						mu.Lock()
						lanes[d] = l
						mu.Unlock()
						break
					}
				}
			}
		})
	}
	all.Wait()
	return lanes
}
