package say

import (
	"strconv"
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
)

// Rule is the text of a rule in the language of the printer.
func Rule(p *i18n.Printer, text string) string {
	return p.Value(campaigns.RuleText(text, p.Lang()))
}

// RulePart is one part of a rule that was explained, in the language of the
// printer; groups say how many of theirs count.
func RulePart(p *i18n.Printer, r model.Rule) string {
	return p.Value(model.RuleWordsOf(p.Lang()).Rule(r))
}

// RuleHas is what a person has in a field, by its type, as people say it.
//
//i18n:keys rule.value.*
func RuleHas(p *i18n.Printer, field, typ, value string) string {
	if key := "rule.value." + field + "_" + value; p.Has(key) {
		return p.T(key)
	}
	switch typ {
	case "bool":
		return p.T(map[bool]string{true: "segment.yes", false: "segment.no"}[value == "true"])
	case "date":
		var d model.Date
		if d.UnmarshalText([]byte(value)) == nil {
			return p.Day(d)
		}
	case "money":
		if euros, err := strconv.ParseFloat(value, 64); err == nil {
			return p.Euros(euros, 2)
		}
	case "number":
		return strings.Replace(value, ".", p.Decimal(0.5, 1)[1:2], 1)
	}
	return p.Value(value)
}
