package audience

import (
	"math"

	"blanche/model"
)

// Events says to whom something happened with the messages of campaigns. Who
// asks a question brings it; the base knows of orders only.
type Events interface {
	// Each calls f with everybody to whom an event happened with a campaign, or
	// with any where the name is empty, and the day of it; as often as it
	// happened, in any order. An unknown campaign is an error, best
	// model.NotFound.
	Each(e model.RuleEvent, campaign string, f func(model.ContactID, model.Date)) error
	// Recorded reports that the event is noted at all: where it is not, it
	// happened to nobody.
	Recorded(e model.RuleEvent) bool
}

// happened asks for the people of every event that a rule names, before any
// lock is taken; orders with a code are found in the base itself.
func happened(r model.Rule, f Facts) (map[model.RuleMember]rowset, error) {
	found := map[model.RuleMember]rowset{}
	var failed error
	model.WalkRule(r, func(r model.Rule) {
		m, ok := r.(model.RuleMember)
		if _, known := found[m]; !ok || known || failed != nil || m.Event == model.EventUsedCode {
			return
		}
		found[m], failed = whoOf(m, f)
	})
	return found, failed
}

func whoOf(m model.RuleMember, f Facts) (rowset, error) {
	if f.Events == nil {
		if m.Name == "" {
			return nil, nil
		}
		return nil, hinted(model.NotFound("rule.unknown_campaign", "name", m.Name), known{})
	}
	var set rowset
	from, to := m.Period.Days(f.today())
	err := f.Events.Each(m.Event, m.Name, func(id model.ContactID, day model.Date) {
		if row := int(id) - 1; row >= 0 && day >= from && day <= to {
			set.grow(row)
			set.add(row)
		}
	})
	return set, err
}

// grow makes room for a row.
func (b *rowset) grow(row int) {
	if n := row>>6 + 1; n > len(*b) {
		more := make(rowset, max(n, min(2*len(*b), math.MaxInt32)))
		copy(more, *b)
		*b = more
	}
}
