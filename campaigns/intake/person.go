package intake

import "strings"

// civilities stand before a name and are no part of it.
var civilities = spell(map[string]bool{"m,mr,mme,mlle,mm,monsieur,madame,mademoiselle,dr,docteur,me,maitre,mrs,ms,miss": true})

// splitName cuts "Dupont, Jean", "DUPONT Jean", "Jean DUPONT", "Mme Jeanne
// Dupont" and "Jean Dupont" into first and last name.
func splitName(s string) (first, last string) {
	if l, f, ok := strings.Cut(s, ","); ok {
		return strings.TrimSpace(f), strings.TrimSpace(l)
	}
	parts := strings.Fields(s)
	if len(parts) > 1 {
		if civil, _ := civilities.of(parts[0]); civil && (len(parts) > 2 || len([]rune(parts[0])) > 1) {
			parts = parts[1:]
		}
	}
	if len(parts) < 2 {
		return "", strings.Join(parts, " ")
	}
	capital := func(word string) bool { return len([]rune(word)) > 1 && word == strings.ToUpper(word) }
	head, tail := 0, len(parts)
	for head < len(parts) && capital(parts[head]) {
		head++
	}
	for tail > 0 && capital(parts[tail-1]) {
		tail--
	}
	switch {
	case head > 0 && head < len(parts):
		return strings.Join(parts[head:], " "), strings.Join(parts[:head], " ")
	case tail > 0 && tail < len(parts):
		return strings.Join(parts[:tail], " "), strings.Join(parts[tail:], " ")
	}
	return parts[0], strings.Join(parts[1:], " ")
}
