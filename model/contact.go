package model

import (
	"slices"
	"strings"
	"time"
)

// Kind tells a consumer from a company; the law treats them differently.
type Kind uint8

// The kinds of contacts.
const (
	B2C Kind = iota
	B2B
)

func (k Kind) String() string {
	if k == B2B {
		return "b2b"
	}
	return "b2c"
}

// MarshalText writes "b2c" or "b2b".
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Basis is the legal ground on which a contact may be written to.
type Basis uint8

// The legal grounds. A customer is sendable once a paid order exists (similar
// products); a B2B contact only in a campaign that declares the professional
// link; without a basis nobody is written to.
const (
	BasisNone Basis = iota
	BasisConsent
	BasisCustomer
	BasisB2B
)

var basisNames = [...]string{"none", "consent", "customer", "b2b"}

func (b Basis) String() string { return basisNames[b] }

// MarshalText writes the English code of the basis.
func (b Basis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// ParseBasis reads the English code of a basis.
func ParseBasis(s string) (Basis, bool) {
	for i, n := range basisNames {
		if n == s {
			return Basis(i), true
		}
	}
	return 0, false
}

// Tracking is the choice of a person about being followed, apart from the
// choice about being written to. Unknown is treated as refused.
type Tracking uint8

// The choices.
const (
	TrackingUnknown Tracking = iota
	TrackingGranted
	TrackingRefused
)

var trackingNames = [...]string{"unknown", "granted", "refused"}

func (t Tracking) String() string { return trackingNames[t] }

// MarshalText writes the English code of the choice.
func (t Tracking) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Contact is a person or a company. Names and texts are NFC, as their owner
// wrote them; Email is as written too, and EmailKey its form for comparison.
type Contact struct {
	ID      ContactID
	Version uint64 // counts the writes; every edit says which one it is based on

	Email      string
	FirstName  string
	LastName   string
	Company    string
	Kind       Kind
	Phone      string
	Postcode   string
	City       string
	Country    string
	Lang       string // of the messages to this person: "fr", "en", or empty
	Birth      Date
	ExternalID string
	Card       string
	Points     int64
	Tier       string
	Tags       []string // sorted, without repetition

	Basis       Basis
	BasisSource string // what proves the basis: a form, a file and line
	BasisAt     time.Time
	Tracking    Tracking
	Origin      string

	// Attrs are the free columns of the files, by folded name, as text; the
	// type of each (AttrType) belongs to the column, not to the person.
	Attrs []Attr // sorted by name

	Created time.Time
	Updated time.Time

	// Sums over the orders that count, kept with the record in the same
	// transaction as the orders, so that a list needs no second look-up.
	Orders     uint32
	Spend      Cents
	FirstOrder Date
	LastOrder  Date
}

// Attr is one free attribute of a contact.
type Attr struct {
	Name  string // folded: [a-z0-9_]+
	Value string
}

// Attr returns the value of a free attribute.
func (c *Contact) Attr(name string) (string, bool) {
	for _, a := range c.Attrs {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// IsCustomer reports whether at least one paid order exists.
func (c *Contact) IsCustomer() bool { return c.Orders > 0 }

// Status is "customer" once a paid order exists, else "prospect".
func (c *Contact) Status() string {
	if c.IsCustomer() {
		return "customer"
	}
	return "prospect"
}

// DisplayName is what a list shows: the name, else the company, else nothing.
func (c *Contact) DisplayName() string {
	switch {
	case c.FirstName != "" && c.LastName != "":
		return c.FirstName + " " + c.LastName
	case c.LastName != "":
		return c.LastName
	case c.FirstName != "":
		return c.FirstName
	}
	return c.Company
}

// Suppression is an address that must not be written to, whatever else is
// known of it. It is kept under a keyed hash and survives erasure.
type Suppression struct {
	Reason SuppressReason
	At     time.Time
	Source string
}

// SuppressReason says why an address is suppressed.
type SuppressReason uint8

// The reasons.
const (
	SuppressOpposed SuppressReason = iota + 1 // unsubscribed or objected
	SuppressBounced                           // the address does not exist
	SuppressComplaint
	SuppressInvalid
)

var suppressNames = [...]string{"", "opposed", "bounced", "complaint", "invalid"}

func (r SuppressReason) String() string { return suppressNames[r] }

// MarshalText writes the English code of the reason.
func (r SuppressReason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Merge changes the fields that a row of a file fills and leaves the others
// alone: an empty cell changes nothing, tags are added, and the basis is only
// ever given to a person who has none or a weaker one; so is a wish (IsWish), to
// one who chose nothing. It reports whether anything changed. It knows nothing of
// suppressions: those win elsewhere.
func (c *Contact) Merge(row *Contact) bool {
	changed := false
	text := func(dst *string, src string) {
		if src != "" && *dst != src {
			*dst, changed = src, true
		}
	}
	if row.Email != "" && c.Email != row.Email && EmailKey(c.Email) != EmailKey(row.Email) {
		text(&c.Email, row.Email) // capitals alone say nothing
	}
	text(&c.FirstName, row.FirstName)
	text(&c.LastName, row.LastName)
	text(&c.Company, row.Company)
	text(&c.Phone, row.Phone)
	text(&c.Postcode, row.Postcode)
	text(&c.City, row.City)
	text(&c.Country, row.Country)
	text(&c.Lang, row.Lang)
	text(&c.ExternalID, row.ExternalID)
	text(&c.Card, row.Card)
	text(&c.Tier, row.Tier)
	text(&c.Origin, row.Origin)
	if row.Kind == B2B && c.Kind != B2B {
		c.Kind, changed = B2B, true
	}
	if !row.Birth.IsZero() && c.Birth != row.Birth {
		c.Birth, changed = row.Birth, true
	}
	if row.Points != 0 && c.Points != row.Points {
		c.Points, changed = row.Points, true
	}
	if row.Tracking != TrackingUnknown && c.Tracking != row.Tracking {
		c.Tracking, changed = row.Tracking, true
	}
	if row.Basis != BasisNone && basisRank[row.Basis] > basisRank[c.Basis] {
		c.Basis, c.BasisSource, c.BasisAt, changed = row.Basis, row.BasisSource, row.BasisAt, true
	}
	for _, t := range row.Tags {
		if i, ok := slices.BinarySearch(c.Tags, t); !ok {
			c.Tags, changed = slices.Insert(c.Tags, i, t), true
		}
	}
	for _, a := range row.Attrs {
		if _, chose := c.Attr(a.Name); chose && IsWish(a.Name) {
			continue // what somebody chose outlives a file, which may be of before
		}
		changed = c.SetAttr(a.Name, a.Value) || changed
	}
	return changed
}

// The free attributes under which a row keeps a card or an external id that is
// somebody else's: nothing of a file is lost, and the two may be one person.
const (
	OtherCard     = "other_card"
	OtherExternal = "other_external_id"
)

// Aside keeps a text of a row as a free attribute. The attributes are those of
// this row alone afterwards.
func (c *Contact) Aside(attr, text string) {
	c.Attrs = slices.Clone(c.Attrs)
	c.SetAttr(attr, text)
}

// basisRank orders the grounds: a file may strengthen one, never weaken it.
var basisRank = [...]int{BasisNone: 0, BasisB2B: 1, BasisCustomer: 2, BasisConsent: 3}

// SetAttr gives a free attribute a value, or removes it with an empty one, and
// reports whether that changed anything.
func (c *Contact) SetAttr(name, value string) bool {
	i, ok := slices.BinarySearchFunc(c.Attrs, name, func(a Attr, n string) int { return strings.Compare(a.Name, n) })
	switch {
	case ok && value == "":
		c.Attrs = slices.Delete(c.Attrs, i, i+1)
	case ok && c.Attrs[i].Value != value:
		c.Attrs[i].Value = value
	case !ok && value != "":
		c.Attrs = slices.Insert(c.Attrs, i, Attr{Name: name, Value: value})
	default:
		return false
	}
	return true
}
