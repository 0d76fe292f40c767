package say

import (
	"regexp"
	"slices"
	"strings"

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
	of, _ := model.ParsePurpose(l.Ref)
	if of.IsWish() {
		text += Wish(p, of, a.Wording)
	} else {
		text += Choice(p, l.Detail, a.Reason)
	}
	if a.Basis == model.BasisCustomer || a.Basis == model.BasisB2B {
		text += dash(Basis(p, a.Basis))
	}
	if a.Known {
		text += dash(p.T("consent.said.known"))
	}
	if a.Reason == nil || a.Reason.String() != a.Source { // a complaint proves itself
		text += dash(Source(p, a.Source))
	}
	if a.Wording != "" && !of.IsWish() {
		text += dash(p.T("consent.said.read", "wording", a.Wording))
	}
	if a.Operator == a.Source {
		return text
	}
	return text + dash(Source(p, a.Operator))
}

// Wish is what somebody chose: how often, or about what.
//
//i18n:keys public.choose.frequency_*
func Wish(p *i18n.Printer, of model.Purpose, chosen string) string {
	if of == model.AboutWhat {
		if chosen == model.NoSubject {
			return p.T("consent.said.no_subject")
		}
		return p.Value(strings.ReplaceAll(chosen, "|", ", "))
	}
	if key := "public.choose.frequency_" + chosen; p.Has(key) {
		return p.T(key)
	}
	return p.Value(chosen)
}

// Free is a free attribute as a card shows it, its name first: a wish in words.
//
//i18n:keys consent.purpose.*
func Free(p *i18n.Printer, name, value string) (label, text string) {
	for of, column := range map[model.Purpose]string{model.HowOften: model.AttrFrequency, model.AboutWhat: model.AttrSubjects} {
		if name == column {
			return p.T("consent.purpose." + of.String()), Wish(p, of, value)
		}
	}
	return name, value
}

// sources are what the program itself gives as a proof, with the name or the code in
// it, and the sentence that says it.
//
//i18n:keys consent.source.*
var sources = []struct {
	form *regexp.Regexp
	key  string
}{
	{regexp.MustCompile(`^link\sof\sa\smessage$`), "link"},
	{regexp.MustCompile(`^link\sof\sa\smessage\s([a-z0-9-]{1,64})$`), "link_of"},
	{regexp.MustCompile(`^report\s([245][\d. ]*)$`), "report_of"},
	{regexp.MustCompile(`^token:(\S+)$`), "token_of"},
	{regexp.MustCompile(`^complaint$`), "complaint"},
	{regexp.MustCompile(`^erasure$`), "erasure"},
	{regexp.MustCompile(`^merge$`), "merge"},
}

// Source is what proves an act: in words what the program noted by itself, as it is
// what people and files said.
func Source(p *i18n.Printer, source string) string {
	for _, s := range sources {
		if m := s.form.FindStringSubmatch(source); m != nil {
			return p.T("consent.source."+s.key, "name", strings.Join(m[1:], ""))
		}
	}
	return p.Value(source)
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
