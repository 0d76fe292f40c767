package say

import (
	"strings"

	"blanche/ui/i18n"
)

// DuplicateReasons says why two records may be one person.
//
//i18n:keys duplicates.reason.*
func DuplicateReasons(p *i18n.Printer, codes []string) string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = known(p, "duplicates.reason.", code)
	}
	return strings.Join(words, " · ")
}

// PairField names a field of two records side by side.
//
//i18n:keys duplicates.field.*
func PairField(p *i18n.Printer, field string) string {
	if name, free := strings.CutPrefix(field, "attr."); free {
		return p.Value(name)
	}
	return known(p, "duplicates.field.", field)
}

// Basis is a legal ground by its code.
//
//i18n:keys contact.basis.*
func Basis(p *i18n.Printer, code string) string { return known(p, "contact.basis.", code) }
