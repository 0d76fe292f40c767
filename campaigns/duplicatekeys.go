package campaigns

import (
	"hash/maphash"
	"slices"
	"strings"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// The reasons for which two records may be one person, the surest first.
const (
	DuplicateCard     = "card"      // one card number
	DuplicateEmail    = "email"     // one mailbox: what the provider ignores in an address
	DuplicateIdentity = "identity"  // name, postcode and day of birth
	DuplicatePhone    = "phone"     // phone and name
	DuplicateEmailTag = "email_tag" // an address and the same with +tag, where not all providers ignore it
	SharedPhone       = "shared"    // one phone for many: never a proposal
)

// duplicateReasons are in the order of the bits of a pair; sure is how many of a
// hundred such pairs are one person: an order of magnitude, to sort by.
var duplicateReasons = [...]struct {
	code string
	sure int
}{{DuplicateCard, 97}, {DuplicateEmail, 96}, {DuplicateIdentity, 92}, {DuplicatePhone, 90}, {DuplicateEmailTag, 70}, {SharedPhone, 0}}

const (
	bitCard = iota
	bitEmail
	bitIdentity
	bitPhone
	bitEmailTag
	bitShared
)

// mailbox is what an address becomes at a provider: Gmail ignores dots and what
// follows a plus, and has two domains; many others ignore what follows a plus.
func mailbox(email string) (box string, gmail bool) {
	local, domain, ok := strings.Cut(model.EmailKey(email), "@")
	if !ok {
		return "", false
	}
	if cut := strings.IndexByte(local, '+'); cut > 0 {
		local = local[:cut]
	}
	if gmail = domain == "gmail.com" || domain == "googlemail.com"; gmail {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	return local + "@" + domain, gmail
}

// cardKey is a card number without what people put between its figures, and
// without the zeros before it.
func cardKey(card string) string {
	card = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, card)
	if short := strings.TrimLeft(card, "0"); len(short) >= 4 {
		return short
	}
	return card
}

// phoneKey is the last nine figures of a number: what stands before is the
// country, written in three ways.
func phoneKey(phone string) string {
	figures := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	if len(figures) < 9 {
		return ""
	}
	return figures[len(figures)-9:]
}

// personKey is a full name without accents, case and order; empty without a last
// name.
func personKey(c *model.Contact) string {
	if c.LastName == "" || c.FirstName == "" {
		return ""
	}
	full := c.FirstName + " " + c.LastName
	folded, plain := foldLatin(full)
	if !plain {
		folded = naming.Column(full)
	}
	parts := strings.FieldsFunc(folded, func(r rune) bool { return r == '_' })
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// latin are the letters without accents of U+00C0 to U+00FF; '?' is none.
const latin = "aaaaaa?ceeeeiiii?nooooo??uuuuy??aaaaaa?ceeeeiiii?nooooo??uuuuy?y"

// foldLatin is naming.Column for the letters of French names, in one stride; false
// where there is another one.
func foldLatin(text string) (string, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			out = append(out, byte(r))
		case r >= 'A' && r <= 'Z':
			out = append(out, byte(r)+'a'-'A')
		case r < 0x80:
			out = append(out, '_')
		case r >= 0xc0 && r <= 0xff && latin[r-0xc0] != '?':
			out = append(out, latin[r-0xc0])
		default:
			return "", false
		}
	}
	return string(out), true
}

// duplicateHasher makes the keys under which equal people meet. Two that meet by
// chance are told apart when they are shown: in 64 bits that is one pair in ten
// million searches of a million people.
type duplicateHasher struct {
	seed maphash.Seed
	buf  []byte
}

func (h *duplicateHasher) of(bit byte, texts ...string) uint64 {
	h.buf = append(h.buf[:0], bit)
	for _, t := range texts {
		h.buf = append(append(h.buf, t...), 0)
	}
	return maphash.Bytes(h.seed, h.buf)
}

// keys gives each key of a person to f.
func (h *duplicateHasher) keys(c *model.Contact, f func(bit byte, key uint64)) {
	if box, gmail := mailbox(c.Email); box != "" {
		bit := byte(bitEmailTag)
		if gmail {
			bit = bitEmail
		}
		f(bit, h.of(bit, box))
	}
	own := cardKey(c.Card)
	if own != "" {
		f(bitCard, h.of(bitCard, own))
	}
	// A card that was somebody else's when a file said it of this person.
	if other, has := c.Attr(model.OtherCard); has {
		if card := cardKey(other); card != "" && card != own {
			f(bitCard, h.of(bitCard, card))
		}
	}
	phone, born := phoneKey(c.Phone), !c.Birth.IsZero() && c.Postcode != ""
	if phone == "" && !born {
		return
	}
	if phone != "" {
		f(bitShared, h.of(bitShared, phone))
	}
	name := personKey(c)
	if name == "" {
		return
	}
	if phone != "" {
		f(bitPhone, h.of(bitPhone, phone, name))
	}
	if born {
		f(bitIdentity, h.of(bitIdentity, name, strings.ReplaceAll(c.Postcode, " ", ""), c.Birth.String()))
	}
}

// reasonsOf are why two people may be one, looked at as they are now.
func (h *duplicateHasher) reasonsOf(a, b *model.Contact) (bits uint8) {
	mine := map[uint64]byte{}
	h.keys(a, func(bit byte, key uint64) { mine[key] = bit })
	h.keys(b, func(bit byte, key uint64) {
		if of, ok := mine[key]; ok && of == bit && bit != bitShared {
			bits |= 1 << bit
		}
	})
	return bits
}

// reasonCodes names the bits of a pair, and says how sure they make it together.
func reasonCodes(bits uint8) (codes []string, sure int) {
	doubt := 1.0
	for i, r := range duplicateReasons {
		if bits&(1<<i) != 0 {
			codes = append(codes, r.code)
			doubt *= 1 - float64(r.sure)/100
		}
	}
	return codes, min(99, int(100-100*doubt+0.5))
}
