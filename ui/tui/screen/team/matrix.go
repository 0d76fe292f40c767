package team

import (
	"strings"

	"blanche/model"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// order is the rights as a shop thinks of them: looking, preparing, sending,
// answering for it.
var order = []model.Action{
	model.ReadFigures, model.ReadContacts, model.EditContacts, model.ImportFiles, model.ExportData, model.SaveSegments,
	model.WriteCampaigns, model.CheckCampaigns, model.Approve, model.Launch, model.HoldBack, model.CancelSends,
	model.Privacy, model.ReadAudit, model.ReadTeam, model.ManageTeam, model.Maintain,
}

// matrix is who may do what: a line for each right, a column for each role,
// the one of this person apart. It reads the table that the desk asks.
func (x *Screen) matrix(w, h int) []string {
	p, th := x.s.P, x.s.Th
	mine := x.s.Desk.Me().Role
	roles := model.Roles()
	column := 5 // as wide as a short name
	if w >= 72 {
		column = min(max((w-47)/len(roles), 6), 12)
	}
	label := min(max(w-len(roles)*column-3, 1), 44)
	head := frame.Fit("  ", label+2)
	for _, r := range roles {
		head += x.roleStyle(r, mine).Render(frame.Center(x.headed(r, column), column))
	}
	lines := []string{frame.Title(th, w, p.T("users.rights"), p.T("users.mine", "role", x.s.Role(mine))), frame.Fit(head, w)}
	room := max(h-2, 1)
	x.at = max(min(x.at, len(order)-room), 0)
	for i, a := range order[x.at:min(x.at+room, len(order))] {
		line := frame.Fit("  "+x.right(a), label+2)
		for _, r := range roles {
			line += x.cell(r, a, column)
		}
		if last := x.at+i+1 == len(order); i == room-1 && !last {
			line = frame.Spread(line, th.Muted.Render(th.G.Down), w)
		}
		lines = append(lines, frame.Fit(line, w))
	}
	return frame.Block(lines, w, h)
}

func (x *Screen) cell(r model.Role, a model.Action, w int) string {
	if r.May(a) {
		return x.s.Th.Good.Render(frame.Center(x.s.Th.G.Check, w))
	}
	return x.s.Th.Muted.Render(frame.Center(x.s.Th.G.Bullet, w))
}

func (x *Screen) roleStyle(r, mine model.Role) theme.Style {
	if r == mine {
		return x.s.Th.Key
	}
	return x.s.Th.Header
}

// headed is the name of a role in the head of a column, whole where it fits.
//
//i18n:keys users.short.*
func (x *Screen) headed(r model.Role, w int) string {
	if name := x.s.Role(r); frame.Width(name) < w {
		return name
	}
	return x.s.P.T("users.short." + string(r))
}

// right is the name of a right, its code where the catalogue has none.
//
//i18n:keys team.action.*
func (x *Screen) right(a model.Action) string {
	if key := "team.action." + strings.ReplaceAll(string(a), ".", "_"); x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return string(a)
}
