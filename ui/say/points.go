package say

import (
	"strconv"
	"strings"

	"blanche/model"
	"blanche/ui/i18n"
)

// moved is a movement of points: by how much, the total afterwards, and where it
// came from. The first line of a person is a total that nothing moved.
func moved(p *i18n.Printer, l *model.HistoryLine) string {
	m := l.Points
	if m == nil {
		return p.Value(l.Detail)
	}
	if l.Ref == model.PointsOpening.String() {
		return p.Int(int(m.Total)) + dash(p.T("contact.points.opening")) + dash(p.Value(l.Detail))
	}
	return p.T("contact.points.moved", "delta", p.SignedInt(int(m.Delta)), "total", m.Total) + dash(movedBy(p, l))
}

// movedBy is where a movement came from: a file and its line, a person, a program.
//
//i18n:keys contact.points.*
func movedBy(p *i18n.Printer, l *model.HistoryLine) string {
	who := strings.TrimPrefix(l.By, "token:")
	switch {
	case l.Ref == model.PointsFile.String() && l.Points.File != "":
		return p.T("contact.points.file_line", "file", l.Points.File, "line", strconv.Itoa(l.Points.Line))
	case l.Ref == model.PointsFile.String() && l.Detail != "":
		return p.Value(l.Detail)
	case l.Ref == model.PointsCall.String() && who != "":
		return p.T("contact.points.call_of", "who", who)
	case l.Ref == model.PointsEdit.String() && who != "":
		return p.T("contact.points.edit_of", "who", who)
	}
	return known(p, "contact.points.", l.Ref)
}
