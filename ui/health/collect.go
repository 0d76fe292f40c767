package health

import (
	"context"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
)

// Source is the part of the desk that the figures come from.
type Source interface {
	ContactTotals(ctx context.Context) (campaigns.ContactTotals, error)
	Campaigns(ctx context.Context) ([]campaigns.CampaignLine, error)
	Status(ctx context.Context, name string) (model.Status, error)
}

// Collect takes the figures that the desk has: one reading of a counter for
// each campaign, no visit of people. The caller adds what only the process
// knows (Sessions, Data, Free, Disarmed, Backup, Commits).
func Collect(ctx context.Context, desk Source) (Stats, error) {
	s := Stats{Campaigns: map[model.CampaignState]int{}}
	totals, err := desk.ContactTotals(ctx)
	if err != nil {
		return s, err
	}
	s.Contacts, s.Opposed = totals.Contacts, totals.Opposed
	lines, err := desk.Campaigns(ctx)
	if err != nil {
		return s, err
	}
	for i := range lines {
		s.Campaigns[lines[i].State]++
		if !lines[i].State.Launched() {
			continue
		}
		st, err := desk.Status(ctx, lines[i].Name)
		if err != nil {
			return s, err
		}
		s.add(&st)
	}
	return s, nil
}

func (s *Stats) add(st *model.Status) {
	s.Accepted += st.Accepted
	s.Refused += st.Refused
	s.Uncertain += st.Uncertain
	s.InFlight += st.InFlight
	if st.State == model.Cancelled {
		return // what was left of it waits for nothing
	}
	s.Waiting += st.Waiting
	s.Deferred += st.Deferred
	s.Rate += st.RatePerSecond
}

// process is what the program takes of the machine.
type process struct {
	goroutines, descriptors int
	heap, resident          uint64 // bytes
}

// ownProcess measures this process without stopping it. What the system does
// not tell stays 0.
func ownProcess() process {
	p := process{goroutines: runtime.NumGoroutine()}
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	if heap[0].Value.Kind() == metrics.KindUint64 {
		p.heap = heap[0].Value.Uint64()
	}
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			pages, _ := strconv.ParseUint(fields[1], 10, 64)
			p.resident = pages * uint64(os.Getpagesize())
		}
	}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		p.descriptors = len(open)
	}
	return p
}
