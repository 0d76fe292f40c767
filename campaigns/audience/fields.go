package audience

import (
	"slices"
	"strconv"
	"strings"

	"blanche/campaigns/internal/naming"
)

// Type is what the values of a field are.
type Type uint8

// The types of fields. TypeAny is a free column seen before its values are.
const (
	TypeAny Type = iota
	TypeText
	TypeNumber
	TypeMoney // a number of euros in a rule, cents in memory
	TypeDate
	TypeBool
	TypeTags // several texts; a comparison holds when it does for one of them
)

var typeNames = [...]string{"any", "text", "number", "money", "date", "bool", "tags"}

// String is the English code of the type, of the catalogue keys rule.type_….
func (t Type) String() string { return typeNames[t] }

func (t Type) texts() bool { return t == TypeText || t == TypeTags || t == TypeAny }

// attrPrefix comes before the name of a free column in the canonical text.
const attrPrefix = "attr."

var fieldTypes = map[string]Type{
	"email": TypeText, "domain": TypeText, "first_name": TypeText, "last_name": TypeText, "company": TypeText,
	"kind": TypeText, "customer": TypeBool, "prospect": TypeBool, "b2b": TypeBool,
	"postcode": TypeText, "city": TypeText, "country": TypeText, "lang": TypeText, "birth": TypeDate,
	"card": TypeText, "points": TypeNumber, "tier": TypeText, "external_id": TypeText, "tags": TypeTags,
	"basis": TypeText, "tracking": TypeText, "origin": TypeText, "created": TypeDate,
	"orders": TypeNumber, "spend": TypeMoney, "average_basket": TypeMoney,
	"first_order": TypeDate, "last_order": TypeDate,
	"spend_30d": TypeMoney, "spend_90d": TypeMoney, "spend_180d": TypeMoney, "spend_365d": TypeMoney,
	"orders_30d": TypeNumber, "orders_90d": TypeNumber, "orders_180d": TypeNumber, "orders_365d": TypeNumber,
	"rfm_r": TypeNumber, "rfm_f": TypeNumber, "rfm_m": TypeNumber,
	"phone": TypeText, "basis_at": TypeDate,
	"rfm": TypeText, "suppressed": TypeBool, "sendable": TypeBool,
}

// fieldAliases are the other spellings of the fields, folded.
var fieldAliases = map[string]string{
	"e_mail": "email", "courriel": "email", "mail": "email", "adresse_email": "email", "domaine": "domain",
	"prenom": "first_name", "nom": "last_name", "nom_de_famille": "last_name", "societe": "company", "entreprise": "company",
	"type": "kind", "client": "customer", "cliente": "customer", "professionnel": "b2b", "pro": "b2b",
	"code_postal": "postcode", "cp": "postcode", "ville": "city", "pays": "country", "langue": "lang",
	"naissance": "birth", "date_naissance": "birth", "carte": "card", "carte_fidelite": "card",
	"palier": "tier", "niveau": "tier", "id_externe": "external_id",
	"etiquette": "tags", "etiquettes": "tags", "tag": "tags",
	"base_legale": "basis", "base": "basis", "suivi": "tracking", "origine": "origin", "source": "origin",
	"cree": "created", "cree_le": "created", "date_creation": "created",
	"commandes": "orders", "nb_commandes": "orders", "achats": "orders", "nb_achats": "orders",
	"ca": "spend", "depense": "spend", "depenses": "spend", "chiffre_affaires": "spend",
	"panier_moyen": "average_basket", "premier_achat": "first_order", "premiere_commande": "first_order",
	"dernier_achat": "last_order", "derniere_commande": "last_order",
	"classe_rfm": "rfm", "rfm_recence": "rfm_r", "rfm_frequence": "rfm_f", "rfm_montant": "rfm_m",
	"telephone": "phone", "tel": "phone", "mobile": "phone",
	"base_legale_depuis": "basis_at", "date_base": "basis_at", "base_le": "basis_at", "consentement_le": "basis_at", "date_consentement": "basis_at", "consent_at": "basis_at",
	"oppose": "suppressed", "supprime": "suppressed", "envoyable": "sendable", "joignable": "sendable",
}

// coded are the fields whose values are codes of ours, with other spellings of
// each; the first of a line is the code.
var coded = map[string][][]string{
	"kind":     {{"b2c", "particulier", "consumer"}, {"b2b", "professionnel", "pro", "company"}},
	"basis":    {{"none", "aucune", "aucun"}, {"consent", "consentement"}, {"customer", "client"}, {"b2b", "information b2b"}},
	"tracking": {{"unknown", "inconnu"}, {"granted", "accorde"}, {"refused", "refuse"}},
	"rfm": {
		{"none", "aucune", "aucun", "sans achat"},
		{"champions", "champion"},
		{"loyal", "fideles", "fidele"},
		{"promising", "prometteurs", "prometteur"},
		{"to_wake", "a_reveiller", "a reveiller", "reveiller"},
		{"asleep", "endormis", "endormi"},
		{"lost", "perdus", "perdu"},
	},
}

// maxPeriod bounds N of spend_Nd: ten years.
const maxPeriod = 3660

// periodField splits "spend_365d" (or "ca_365j") into the canonical field it
// is about and a number of days.
func periodField(name string) (base string, days int, ok bool) {
	i := strings.LastIndexByte(name, '_')
	if i < 0 || len(name) < i+3 || (name[len(name)-1] != 'd' && name[len(name)-1] != 'j') {
		return "", 0, false
	}
	days, err := strconv.Atoi(name[i+1 : len(name)-1])
	if err != nil || days < 1 || days > maxPeriod || name[i+1] == '+' {
		return "", 0, false
	}
	base = name[:i]
	if c, ok := fieldAliases[base]; ok {
		base = c
	}
	return base, days, base == "spend" || base == "orders"
}

// IsField reports whether a rule reads a name as a field of the product, in
// either language; a free column of that name is reached by attr.NAME.
func IsField(name string) bool {
	_, _, ok := builtinField(Fold(name))
	return ok
}

// FieldNamed is the canonical name of the field of the product that a rule reads
// under a name, in either language.
func FieldNamed(name string) (string, bool) {
	name, _, ok := builtinField(Fold(name))
	return name, ok
}

// NearestField is the word for a field, among those that are allowed, from which a
// mistyped one is not far; "" when none is.
func NearestField(typed string, allowed func(word string) bool) string {
	word := nearest(typed, slices.DeleteFunc(knownWords(nil), func(w string) bool { return !allowed(w) }))
	if naming.Distance(Fold(typed), word) > min(1+len(typed)/4, 3) {
		return ""
	}
	return word
}

// CodeNamed is the code that a spelling of a field of codes means, in either
// language; false for a field of anything else.
func CodeNamed(field, value string) (string, bool) {
	if _, ok := coded[field]; !ok {
		return "", false
	}
	code, _, ok := codeOf(field, value)
	return code, ok
}

// builtinField is the canonical name and type of a field that every base has.
func builtinField(folded string) (string, Type, bool) {
	if c, ok := fieldAliases[folded]; ok {
		folded = c
	}
	if t, ok := fieldTypes[folded]; ok {
		return folded, t, true
	}
	if base, days, ok := periodField(folded); ok {
		return base + "_" + strconv.Itoa(days) + "d", fieldTypes[base], true
	}
	return "", 0, false
}

// Fields lists the built-in fields by their canonical names, sorted.
func Fields() []string {
	names := make([]string, 0, len(fieldTypes))
	for n := range fieldTypes {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// knownWords is every word that may stand where a field is expected.
func knownWords(attrs map[string]Type) []string {
	words := Fields()
	for a := range fieldAliases {
		words = append(words, a)
	}
	for e := range eventWords {
		words = append(words, e)
	}
	words = append(words, "birthday", "anniversary", "anniversaire")
	for a := range attrs {
		words = append(words, a)
	}
	slices.Sort(words[len(fieldTypes):])
	return words
}

// codeOf is the code that a spelling of a coded field means.
func codeOf(field, value string) (code string, known []string, ok bool) {
	spellings, ok := coded[field]
	if !ok {
		return value, nil, true
	}
	folded := Fold(value)
	for _, line := range spellings {
		if slices.Contains(line, folded) {
			return line[0], nil, true
		}
		known = append(known, line...)
	}
	return "", known, false
}
