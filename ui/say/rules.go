package say

import (
	"blanche/ui/i18n"
)

// RuleName is the name of a legal rule; its code where nobody named it.
//
//i18n:keys rules.name.*
func RuleName(p *i18n.Printer, code string) string {
	if key := "rules.name." + code; p.Has(key) {
		return p.T(key)
	}
	return code
}

// RuleValue is what a rule asks, with its unit.
//
//i18n:keys rules.unit.*
func RuleValue(p *i18n.Printer, value float64, unit string) string {
	switch unit {
	case "required":
		if value == 0 {
			return p.T("rules.unit.not_required")
		}
		return p.T("rules.unit.required")
	case "percent":
		return p.Percent(value/100, 1)
	case "months", "days", "hours", "messages":
		return p.N("rules.unit."+unit, int(value))
	}
	return p.Decimal(value, 1)
}
