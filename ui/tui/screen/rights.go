package screen

import (
	"strings"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/action"
)

// Needs is the right without which a screen has nothing to show, none for the
// screens of figures.
func (id ID) Needs() model.Action {
	switch id {
	case Contacts:
		return model.ReadContacts
	case Team:
		return model.ReadTeam
	case Audit:
		return model.ReadAudit
	}
	return ""
}

// Allowed is a list of actions, those that this person has no right to turned
// off with the reason.
func (s *Session) Allowed(list []action.Action) []action.Action {
	return action.Guarded(list, s.Forbidden)
}

// Forbidden is why this person may not do something, in words; "" when they
// may.
//
//i18n:keys team.role.*
func (s *Session) Forbidden(right model.Action) string {
	if right == "" || s.Desk.May(right) == nil {
		return ""
	}
	if me := s.Desk.Me(); me.ReadOnly && me.Role.May(right) {
		return s.P.T("users.reads_only")
	}
	return s.P.T("users.reserved", "holders", s.Holders(right))
}

// Holders are the names of the roles that may do something.
func (s *Session) Holders(right model.Action) string {
	var names []string
	for _, r := range right.Holders() {
		names = append(names, s.Role(r))
	}
	return strings.Join(names, ", ")
}

// Role is the name of a role, its code where the catalogue has none.
func (s *Session) Role(r model.Role) string {
	if key := "team.role." + string(r); s.P.Has(key) {
		return s.P.T(key)
	}
	return safe.Text(string(r))
}
