package campaigns

// What the methods of Desk are asked with, and what they answer, is in the files
// of shapes, by noun.

import (
	"time"

	"blanche/model"
)

// ContactTotals are the numbers above the list of contacts.
type ContactTotals struct {
	Contacts, Customers, Prospects, Opposed int
	Exact                                   bool      // false while the columns are being built
	At                                      time.Time // of numbers that are not exact: when they were; zero without any
}

// ContactQuery says which contacts, in which order.
type ContactQuery struct {
	Where string // a rule, or the name of a segment; the answer is by number, and the rest of the query is not asked
	Find  string // blind to case and accents, in name, e-mail, company and city
	Sort  ContactSort
	Desc  bool
}

// ContactList is the answer to a query: positions, not records.
type ContactList struct {
	IDs   []model.ContactID // nil with Dense
	Dense int               // contacts 1..Dense in order of arrival
	Total int               // of the base
	Ready bool              // false: the order asked for is being read
	Stale bool              // people came in since the order was read: ask again
	Read  int               // people read so far, of an order or of a search
	// Looking says that a search goes on: there may be more people.
	Looking bool
}

// Len is how many people the list has.
func (l *ContactList) Len() int {
	if l.IDs == nil {
		return l.Dense
	}
	return len(l.IDs)
}

// ID is the person at a position.
func (l *ContactList) ID(i int) model.ContactID {
	if l.IDs == nil {
		return model.ContactID(i + 1)
	}
	return l.IDs[i]
}

// ContactRow is a contact with what a list says of it.
type ContactRow struct {
	model.Contact
	Reason     string // "" sendable, else the code of why not
	RFM        string // class code, "" while the columns are being built
	Spend365   model.Cents
	Suppressed *model.Suppression // nil: the address is not suppressed
}

// ContactCard is all about one contact.
type ContactCard struct {
	ContactRow
	OrderList []model.Order       // newest first
	Messages  []model.HistoryLine // newest first: messages and zones blanches
	// PointsMoved is what changed the points, newest first, down to the total with
	// which the record began.
	PointsMoved []model.HistoryLine
	// AttrTypes says what the values of each free attribute are: a number, a
	// date, a boolean when every value of its column reads so, else a text.
	AttrTypes map[string]string
}

// The types of free attributes.
const (
	AttrText    = "text"
	AttrNumber  = "number"
	AttrDate    = "date"
	AttrBoolean = "boolean"
)

// FieldChange gives a field of a contact a value, as text.
type FieldChange struct{ Field, Value string }

// Explanation is a rule taken apart for one person.
type Explanation struct {
	Rule    string
	Matches bool
	Reason  string // "" sendable
	Parts   []ExplainedPart
}

// ExplainedPart is one part of the rule, Depth levels in.
type ExplainedPart struct {
	Depth int    `json:"depth"`
	Text  string `json:"text"`
	Value string `json:"value"`
	Holds bool   `json:"holds"`
	// Unrecorded: what is asked is noted of nobody yet, so it holds for nobody.
	Unrecorded bool `json:"unrecorded,omitempty"`
	// Rule is the part, and Type what its Value is (text, number, money, date,
	// bool, tags), to be said in the words of a language.
	Rule model.Rule `json:"-"`
	Type string     `json:"-"`
}
