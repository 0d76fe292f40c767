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

// PairValue is a field of two records side by side, in words where its value is a
// code.
//
//i18n:keys contact.basis.*
//i18n:keys contact.tracking.*
//i18n:keys contact.kind.*
func PairValue(p *i18n.Printer, field, value string) string {
	switch field {
	case "basis", "tracking", "kind":
		return known(p, "contact."+field+".", value)
	}
	return p.Value(value)
}
