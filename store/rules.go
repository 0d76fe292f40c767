package store

import (
	"strconv"
	"unicode/utf8"

	"blanche/model"
)

// MaxClaim is the most people that one Claim hands out.
const MaxClaim = 1000

// CheckPlan refuses a plan that is not sorted, names somebody twice, plans and
// holds out the same person, sets apart somebody of either arm, or names a lane
// or a cell that does not exist.
func CheckPlan(p model.Plan) error {
	wrong := func(id model.ContactID) error { return model.Invalid("store.plan", "contact", id.String()) }
	last := model.ContactID(0)
	for _, one := range p.Planned {
		if one.Contact <= last || int(one.Lane) >= model.Lanes || int(one.Cell) >= model.Cells {
			return wrong(one.Contact)
		}
		last = one.Contact
	}
	last, next := 0, 0
	for _, one := range p.HeldOut {
		for next < len(p.Planned) && p.Planned[next].Contact < one.Contact {
			next++
		}
		if one.Contact <= last || next < len(p.Planned) && p.Planned[next].Contact == one.Contact {
			return wrong(one.Contact)
		}
		last = one.Contact
	}
	last, next, held := 0, 0, 0
	for _, id := range p.Apart {
		for next < len(p.Planned) && p.Planned[next].Contact < id {
			next++
		}
		for held < len(p.HeldOut) && p.HeldOut[held].Contact < id {
			held++
		}
		if id <= last || next < len(p.Planned) && p.Planned[next].Contact == id || held < len(p.HeldOut) && p.HeldOut[held].Contact == id {
			return wrong(id)
		}
		last = id
	}
	return nil
}

// Illegal is the error of a change that the state of a recipient does not allow.
func Illegal(c model.CampaignID, o model.Ordinal, from, to model.State) error {
	name := strconv.Itoa(int(to))
	if int(to) < model.States {
		name = to.String()
	}
	return model.Invalid("store.transition", "campaign", c.String(), "ordinal", int(o), "from", from.String(), "to", name)
}

// Settles reports whether an outcome may take a recipient from one state to
// another.
func Settles(from, to model.State) bool {
	open := from == model.StateClaimed || from == model.StateIntended
	return open && int(to) < model.States && to != model.StateClaimed && to != model.StateIntended && to != model.StateBounced
}

// CodeInterrupted is the code of those who are uncertain because the process
// that had announced their message ended before its result was durable.
const CodeInterrupted = "interrupted"

// How many bytes are kept of the code of a line and of what a server said: it is
// untrusted, and there for a person to read.
const (
	MaxCode = 64
	MaxSaid = 512
)

// Cut shortens a text to a number of bytes, at the start of a character.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

var weight = [...]int{
	model.SuppressInvalid: 1, model.SuppressBounced: 2, model.SuppressComplaint: 3, model.SuppressOpposed: 4,
}

// Outweighs reports whether a reason to leave somebody alone replaces another
// one (0: none, or lifted). The same one again does not.
func Outweighs(reason, other model.SuppressReason) bool { return weight[reason] > weight[other] }

// CheckSuppressions refuses a reason that does not exist, and lists of different
// lengths.
func CheckSuppressions(emails []string, each []model.Suppression) error {
	if len(emails) != len(each) {
		return model.Invalid("store.suppress_reason")
	}
	for _, s := range each {
		if s.Reason == 0 || s.Reason > model.SuppressInvalid {
			return model.Invalid("store.suppress_reason")
		}
	}
	return nil
}
