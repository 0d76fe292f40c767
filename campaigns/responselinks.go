package campaigns

import (
	"cmp"
	"slices"

	"blanche/model"
	"blanche/store"
)

// linkCounts are the clicks on each link, in the order of versions, then of links.
func linkCounts(c *model.Campaign, t *store.ResponseTally) []model.LinkCounts {
	all := []model.LinkCounts{}
	for l, n := range t.Links {
		all = append(all, model.LinkCounts{Version: int(l.Version), Link: int(l.Link), URL: linkAt(c, l.Link), Clicks: n.Hits, Persons: n.Persons})
	}
	slices.SortFunc(all, func(a, b model.LinkCounts) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version), cmp.Compare(a.Link, b.Link))
	})
	return all
}
