package audience

import (
	"context"

	"blanche/model"
)

// DomainsOf counts the domains of the planned people of a lane.
func (b *Base) DomainsOf(planned []model.Planned, lane model.Lane) map[string]int {
	if b.load(context.Background(), colDomain) != nil {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	by := make([]int, len(b.domain.label))
	for _, p := range planned {
		if p.Lane == lane {
			by[b.domain.at(int(p.Contact)-1)]++
		}
	}
	counts := map[string]int{}
	for n, people := range by {
		if people > 0 && b.domain.text[n] != "" {
			counts[b.domain.text[n]] = people
		}
	}
	return counts
}

// Relane puts the planned people of some domains, folded as DomainsOf names
// them, into another lane.
func (b *Base) Relane(planned []model.Planned, lanes map[string]model.Lane) {
	if b.load(context.Background(), colDomain) != nil {
		return
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	by := make([]model.Lane, len(b.domain.label))
	moved := make([]bool, len(b.domain.label))
	for domain, lane := range lanes {
		if n, ok := b.domain.find[domain]; ok {
			by[n], moved[n] = lane, true
		}
	}
	for i, p := range planned {
		if n := b.domain.at(int(p.Contact) - 1); moved[n] {
			planned[i].Lane = by[n]
		}
	}
}
