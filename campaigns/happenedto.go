package campaigns

import (
	"blanche/campaigns/audience"
	"blanche/model"
)

// united are the events of one question, with what happened to a record that
// became part of another told of that one: a person is one, whatever the number
// a message left under. Statements look at the numbers themselves.
type united struct{ asked }

var _ audience.Events = united{}

// Each visits everybody to whom an event happened with a campaign, or any.
func (u united) Each(e model.RuleEvent, name string, f func(model.ContactID, model.Date)) error {
	gone, _, err := u.s.united(u.ctx)
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		each := f
		f = func(id model.ContactID, day model.Date) {
			if g, merged := gone[id]; merged {
				id = g.Into
			}
			each(id, day)
		}
	}
	return u.asked.Each(e, name, f)
}
