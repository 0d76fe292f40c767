package say

import (
	"strings"

	"blanche/ui/i18n"
)

// Act is the code of what was done ("contact.edit") as a person reads it; a
// code that nobody knows is shown as it is.
//
//i18n:keys audit.act.*
func Act(p *i18n.Printer, code string) string {
	if key := "audit.act." + strings.NewReplacer(".", "_", "-", "_").Replace(code); p.Has(key) {
		return p.T(key)
	}
	return code
}
