package intake

import (
	"strings"
)

// Telephones, postcodes and cards in one form for all files.

// dialling is how the numbers of a country are written at home: the code of
// the country, and whether a 0 stands before the number.
type dialling struct {
	code  string
	trunk bool
}

var diallings = spell(map[string]dialling{
	"be,belgique,belgium,bel": {"32", true}, "ch,suisse,switzerland,che": {"41", true}, "de,allemagne,germany,deu": {"49", true},
	"gb,uk,royaume uni,united kingdom": {"44", true}, "nl,pays bas,netherlands": {"31", true},
	"lu,luxembourg": {"352", false}, "mc,monaco": {"377", false}, "es,espagne,spain": {"34", false}, "pt,portugal": {"351", false}, "it,italie,italy": {"39", false},
})

var frenchWords = spell(map[string]bool{
	"fr,fra,france,france metropolitaine,gp,guadeloupe,mq,martinique,gf,guyane,re,reunion,la reunion,yt,mayotte": true,
})

// overseas are the codes of the French departments that have one of their own,
// by the first three digits of a national number without its 0 (ARCEP,
// national numbering plan).
var overseas = map[string]string{
	"590": "590", "690": "590", "691": "590", "594": "594", "694": "594", "596": "596", "696": "596", "697": "596",
	"262": "262", "263": "262", "692": "262", "693": "262", "269": "262", "639": "262",
}

func isFrench(country string) bool {
	if country == "" || country == "FR" {
		return true
	}
	fr, _ := frenchWords.of(country)
	return fr
}

// e164 writes a telephone as +33612345678 (ITU-T E.164). A number without the
// code of a country is one of the person's country, French when the file names
// none. What is not clearly one number stays as it was typed.
func e164(v, country string) string {
	if v == "" {
		return v
	}
	if isFrench(country) {
		if fast := tenDigits(v); fast != "" {
			return fast
		}
	}
	digits, plus, ok := dialled(v)
	n := len(digits)
	switch {
	case !ok:
		return phone(v)
	case plus && strings.HasPrefix(digits, "330") && n == 12:
		return "+33" + digits[3:]
	case plus && n >= 8 && n <= 15 && digits[0] != '0':
		return "+" + digits
	case plus:
		return phone(v)
	case isFrench(country):
		return frenchNumber(v, digits)
	}
	d, known := diallings.of(country)
	switch {
	case known && d.trunk && n >= 8 && n <= 12 && digits[0] == '0' && digits[1] != '0':
		return "+" + d.code + digits[1:]
	case known && !d.trunk && n >= 6 && n <= 11 && !strings.HasPrefix(digits, d.code):
		return "+" + d.code + digits
	}
	return phone(v)
}

// tenDigits is the usual French number, 06 12 34 56 78, in one stride; "" for
// any other.
func tenDigits(v string) string {
	out := [12]byte{'+', '3', '3'}
	n := 2
	for i := range len(v) {
		switch b := v[i]; {
		case b == ' ' || b == '.':
			continue
		case b < '0' || b > '9' || n == len(out) || n == 2 && b != '0' || n == 3 && b == '0':
			return ""
		default:
			if n > 2 {
				out[n] = b
			}
			n++
		}
	}
	if n != len(out) || overseas[string(out[3:6])] != "" {
		return ""
	}
	return string(out[:])
}

// frenchNumber reads ten digits, nine whose 0 a spreadsheet has eaten, and the code
// of the country without its sign.
func frenchNumber(v, digits string) string {
	switch n := len(digits); {
	case n == 10 && digits[0] == '0' && digits[1] != '0':
		digits = digits[1:]
	case n == 9 && digits[0] != '0':
	case n == 11 && strings.HasPrefix(digits, "33") && digits[2] != '0':
		return "+" + digits
	default:
		return phone(v)
	}
	if code := overseas[digits[:3]]; code != "" {
		return "+" + code + digits
	}
	return "+33" + digits
}

// dialled takes the digits out of a number; plus tells the sign or 00 before
// them. False when something else stands among them.
func dialled(v string) (digits string, plus, ok bool) {
	var buf [24]byte
	b := buf[:0]
	zero := strings.Contains(v, "(0)")
	for i, r := range v {
		switch {
		case r >= '0' && r <= '9':
			if len(b) == cap(b) {
				return "", false, false
			}
			if zero && r == '0' && strings.HasPrefix(v[i:], "0)") && i > 0 && v[i-1] == '(' && len(b) > 0 {
				continue
			}
			b = append(b, byte(r))
		case r == '+' && len(b) == 0:
			plus = true
		case r == ' ' || r == '.' || r == '-' || r == '/' || r == '(' || r == ')' || r == '\u00a0' || r == '\u202f' || r == '\u2011':
		default:
			return "", false, false
		}
	}
	if !plus && len(b) > 10 && b[0] == '0' && b[1] == '0' {
		plus, b = true, b[2:]
	}
	return string(b), plus, len(b) > 0
}

// postcode writes a French postcode as five digits. Four are one whose 0 a
// spreadsheet has eaten when the row says France, or when eaten says that the
// whole file looks so.
func postcode(v, country string, eaten bool) string {
	if len(v) == 5 && plainDigits(v) || v == "" || !isFrench(country) {
		return v
	}
	plain := v
	for _, mark := range []string{"F-", "f-", "FR-", "fr-"} {
		plain = strings.TrimPrefix(plain, mark)
	}
	plain = strings.TrimSuffix(strings.TrimSuffix(card(plain), ".0"), ",0")
	switch {
	case !plainDigits(plain):
		return v
	case len(plain) == 5:
		return plain
	case len(plain) == 4 && plain[0] != '0' && (country != "" || eaten):
		return "0" + plain
	}
	return v
}

// card writes a number of a card, or of a customer, without the spaces that
// make it readable.
func card(v string) string {
	plain := true
	for i := range len(v) {
		plain = plain && v[i] > ' ' && v[i] < 0x80
	}
	if plain {
		return v
	}
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(v)), "")
}

// crushed reports a number of which a spreadsheet kept six digits only:
// 3,70012E+12. Many people would share it.
func crushed(v string) bool {
	head, tail, ok := strings.Cut(v, "E+")
	if !ok || tail == "" || !plainDigits(tail) {
		return false
	}
	whole, part, _ := strings.Cut(strings.Replace(head, ",", ".", 1), ".")
	return len(whole) == 1 && plainDigits(whole) && plainDigits(part)
}

// codes counts the forms of the postcodes of a file.
type codes struct{ zero, five, four int }

func (c *codes) note(v string) {
	if !plainDigits(v) {
		return
	}
	switch {
	case len(v) == 5 && v[0] == '0':
		c.zero++
	case len(v) == 5:
		c.five++
	case len(v) == 4 && v[0] != '0':
		c.four++
	}
}

// eaten: no code begins with 0, and those of four digits are as many as the
// nine first departments make in a French file (about one in eleven), not the
// few of a foreign customer.
func (c *codes) eaten() bool {
	return c.zero == 0 && c.four <= c.five && c.four*40 >= c.five && c.four > 0
}
