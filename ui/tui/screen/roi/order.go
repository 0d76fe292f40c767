package roi

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/say"
)

// sorting is the order of the campaigns.
type sorting uint8

const (
	bySure sorting = iota // what they bring at the least, the most first
	byDate                // the latest first
	byName
	sortings
)

// sortKeys name the orders in the catalogue.
var sortKeys = [sortings]string{"roi.list.by_sure", "roi.list.by_date", "roi.list.by_name"}

// causal reports a comparison with customers left alone by a draw.
func causal(st *model.Statement) bool {
	return st.Label == model.LabelCausal || st.Label == model.LabelQuasi
}

// arrange puts the campaigns that the filter keeps in order, the causal ones
// before the others, which never stand among them.
func (x *Screen) arrange() {
	x.order = x.order[:0]
	words := strings.Fields(i18n.Fold(x.bar.Text()))
	for i := range x.all {
		text := i18n.Fold(safe.Text(x.all[i].title()) + " " + x.all[i].line.Name + " " + say.Verdict(x.s.P, x.all[i].statement.Verdict) + " " + x.label(&x.all[i].statement))
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			x.order = append(x.order, i)
		}
	}
	slices.SortStableFunc(x.order, func(a, b int) int {
		m, n := &x.all[a], &x.all[b]
		if c := cmp.Compare(truth(!causal(&m.statement)), truth(!causal(&n.statement))); c != 0 {
			return c
		}
		switch x.by {
		case byDate:
			return n.line.StartedAt.Compare(*m.line.StartedAt)
		case byName:
			return strings.Compare(i18n.Fold(m.title()), i18n.Fold(n.title()))
		}
		return cmp.Or(cmp.Compare(atLeast(n), atLeast(m)), n.line.StartedAt.Compare(*m.line.StartedAt))
	})
	if x.at() < 0 && len(x.order) > 0 {
		x.cursor = x.all[x.order[0]].line.Name
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// atLeast is the low end of the ROI, of the net margin of what cost nothing;
// what is unknown is last.
func atLeast(m *measured) float64 {
	money := &m.statement.Money
	switch {
	case m.err != nil:
	case money.ROICI != nil:
		return money.ROICI.Low()
	case money.NetCI != nil:
		return money.NetCI[0].Euros()
	}
	return math.Inf(-1)
}

// at is the place of the cursor among the campaigns shown, -1 for none.
func (x *Screen) at() int {
	return slices.IndexFunc(x.order, func(i int) bool { return x.all[i].line.Name == x.cursor })
}

// move puts the cursor on the campaign so many places further.
func (x *Screen) move(by int) {
	if n := len(x.order); n > 0 {
		x.cursor = x.all[x.order[max(min(max(x.at(), 0)+by, n-1), 0)]].line.Name
	}
}

// turn shows the campaign before or after in full, the part kept.
func (x *Screen) turn(step int) {
	n := len(x.order)
	if n == 0 {
		return
	}
	x.cursor = x.all[x.order[(max(x.at(), 0)+step+n)%n]].line.Name
	x.open, x.scroll = x.cursor, 0
}
