package campaigns

import (
	"math"
	"strconv"
	"strings"

	"blanche/campaigns/audience"
	"blanche/campaigns/roster"
	"blanche/model"
)

// sortKeys are the columns of which a contact alone knows the value. By name is
// the last name, then the first; a person without either is under the company.
// Accents and case do not count.
var sortKeys = map[ContactSort]roster.Key{
	SortNumber: func(c *model.Contact, into []byte) []byte { return roster.Number(into, int64(c.ID)) },
	SortName:   nameKey,
	SortEmail:  textKey(func(c *model.Contact) string { return c.Email }),
	SortLastOrder: func(c *model.Contact, into []byte) []byte {
		return dayKey(into, c.LastOrder)
	},
	SortSpend: func(c *model.Contact, into []byte) []byte {
		if c.Spend == 0 && c.Orders == 0 {
			return into
		}
		return roster.Number(into, int64(c.Spend))
	},
	SortOrders:   countKey(func(c *model.Contact) int64 { return int64(c.Orders) }),
	SortPoints:   countKey(func(c *model.Contact) int64 { return c.Points }),
	SortCity:     textKey(func(c *model.Contact) string { return c.City }),
	SortPostcode: textKey(func(c *model.Contact) string { return c.Postcode }),
	SortCompany:  textKey(func(c *model.Contact) string { return c.Company }),
	SortCard:     textKey(func(c *model.Contact) string { return c.Card }),
	SortTier:     textKey(func(c *model.Contact) string { return c.Tier }),
	SortPhone:    textKey(func(c *model.Contact) string { return c.Phone }),
	SortTags:     textKey(func(c *model.Contact) string { return strings.Join(c.Tags, ",") }),
	SortOrigin:   textKey(func(c *model.Contact) string { return c.Origin }),
	SortType:     textKey(func(c *model.Contact) string { return c.Status() + c.Kind.String() }),
	SortBasis: func(c *model.Contact, into []byte) []byte {
		if c.Basis == model.BasisNone {
			return into
		}
		return append(into, byte(c.Basis))
	},
	SortTracking: func(c *model.Contact, into []byte) []byte {
		if c.Tracking == model.TrackingUnknown {
			return into
		}
		return append(into, byte(c.Tracking))
	},
	SortBirth:   func(c *model.Contact, into []byte) []byte { return dayKey(into, c.Birth) },
	SortCreated: func(c *model.Contact, into []byte) []byte { return roster.Number(into, c.Created.Unix()) },
}

func nameKey(c *model.Contact, into []byte) []byte {
	last, first := audience.Fold(c.LastName), audience.Fold(c.FirstName)
	switch {
	case last != "" && first != "": // a space sorts before every letter: Martin comes before Martineau
		return append(append(append(into, last...), ' '), first...)
	case last != "" || first != "":
		return append(append(into, last...), first...)
	}
	return append(into, audience.Fold(c.Company)...)
}

func textKey(of func(*model.Contact) string) roster.Key {
	return func(c *model.Contact, into []byte) []byte { return append(into, audience.Fold(of(c))...) }
}

func countKey(of func(*model.Contact) int64) roster.Key {
	return func(c *model.Contact, into []byte) []byte {
		if n := of(c); n != 0 {
			return roster.Number(into, n)
		}
		return into
	}
}

func dayKey(into []byte, d model.Date) []byte {
	if d.IsZero() {
		return into
	}
	return roster.Number(into, int64(d))
}

// decimalOf is a decimal number in thousandths.
func decimalOf(v string) (int64, bool) {
	x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(v), ",", ".", 1), 64)
	if err != nil || math.Abs(x) > 1e15 {
		return 0, false
	}
	return int64(math.Round(x * 1000)), true
}
