package audience

import "blanche/model"

// news are the events of a test: by event and campaign, who and when.
type news map[model.RuleEvent]map[string]map[model.ContactID]model.Date

func (n news) Each(e model.RuleEvent, campaign string, f func(model.ContactID, model.Date)) error {
	if _, ok := n[e][campaign]; !ok && campaign != "" {
		return model.NotFound("rule.unknown_campaign", "name", campaign)
	}
	for name, people := range n[e] {
		for id, day := range people {
			if campaign == "" || campaign == name {
				f(id, day)
			}
		}
	}
	return nil
}

func (n news) Recorded(e model.RuleEvent) bool { return n[e] != nil }
