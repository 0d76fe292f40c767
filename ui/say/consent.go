package say

import (
	"slices"

	"blanche/model"
	"blanche/ui/i18n"
)

// said is an act of the ledger of consents in one line: what was said, of
// anything but commercial messages about what, and what proves it.
//
//i18n:keys consent.purpose.*
func said(p *i18n.Printer, l *model.HistoryLine) string {
	text, a := "", l.Act
	if l.Ref != model.Prospecting.String() {
		text = known(p, "consent.purpose.", l.Ref) + " · "
	}
	if a == nil {
		return text + Choice(p, l.Detail, nil)
	}
	text += Choice(p, l.Detail, a.Reason)
	if a.Basis == model.BasisCustomer || a.Basis == model.BasisB2B {
		text += dash(Basis(p, a.Basis))
	}
	if a.Known {
		text += dash(p.T("consent.said.known"))
	}
	text += dash(p.Value(a.Source))
	if a.Wording != "" {
		text += dash(p.T("consent.said.read", "wording", a.Wording))
	}
	return text + dash(p.Value(a.Operator))
}

// Choice is what somebody said, with why where it has a name.
//
//i18n:keys consent.act.*
func Choice(p *i18n.Printer, choice string, reason *model.SuppressReason) string {
	text := known(p, "consent.act.", choice)
	if reason != nil {
		text += dash(Reason(p, reason.String()))
	}
	return text
}

// Track is whether somebody may be followed; empty: they may.
//
//i18n:keys consent.track.*
func Track(p *i18n.Printer, reason string) string {
	if reason == "" {
		return p.T("consent.track.yes")
	}
	return known(p, "consent.track.", reason)
}

// Why is the sentence beside the reason why somebody is left out: what it means
// for them, and what can be done. Empty for nobody, and for a newer code.
//
//i18n:keys contact.why.*
func Why(p *i18n.Printer, reason string) string {
	if key := "contact.why." + reason; reason != "" && p.Has(key) {
		return p.T(key)
	}
	return ""
}

// When is when a fact of a history happened: the day alone where nobody knows
// the hour.
func When(p *i18n.Printer, l model.HistoryLine) string {
	if l.DayOnly {
		return p.Date(l.At)
	}
	return p.DateTime(l.At)
}

// Told leaves out of a history what an act of the ledger says too: the ground of
// the record, and an opposition.
func Told(lines []model.HistoryLine) []model.HistoryLine {
	acts := false
	for i := range lines {
		acts = acts || lines[i].Kind == "consent"
	}
	if !acts {
		return lines
	}
	again := func(l model.HistoryLine) bool {
		if l.As != "" || l.Kind != "basis" && l.Kind != "suppression" {
			return false
		}
		return slices.ContainsFunc(lines, func(o model.HistoryLine) bool {
			if o.Kind != "consent" || o.Act == nil || o.Ref != model.Prospecting.String() {
				return false
			}
			if l.Kind == "basis" {
				return o.Act.Basis.String() == l.Ref && o.At.Equal(l.At)
			}
			return o.Act.Reason != nil && o.Act.Reason.String() == l.Ref
		})
	}
	return slices.DeleteFunc(slices.Clone(lines), again)
}
