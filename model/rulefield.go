package model

// RuleField is a field that a rule may name, with all that a form needs to
// offer it: RuleFlag where Flag, RuleExists where Exists, RuleCompare with each
// of Ops and a value of the kind Value, RuleIn where In, RuleAnniversary where
// Anniversary; a RuleScope where Scoped.
type RuleField struct {
	Name        string        // canonical, as in the text of a rule
	Group       RuleGroup     // under which a form lists it
	Type        string        // text, number, money, date, bool, tags
	Label       string        // key of the catalogue; empty for a free column, whose Name after "attr." is its label
	Value       RuleValueKind // what it is compared with; a date also takes a ValueAgo, money is in euros
	Ops         []RuleOp      // in the order of a form; empty for a yes-or-no
	In          bool          // a list of values makes sense
	Flag        bool          // it stands alone
	Exists      bool          // some people have none
	Anniversary bool          // its day comes back each year
	Scoped      bool          // it looks at orders, and takes a RuleScope
	Coded       bool          // Known are the only values; their labels are the keys rule.value.NAME_VALUE
	Known       []string      // values to propose: codes, or those that most people have
}

// LeafField is the field that a leaf of a rule looks at, empty for the others.
func LeafField(r Rule) string {
	switch r := r.(type) {
	case RuleFlag:
		return r.Field
	case RuleExists:
		return r.Field
	case RuleCompare:
		return r.Field
	case RuleIn:
		return r.Field
	case RuleAnniversary:
		return r.Field
	}
	return ""
}

// RuleGroup is where a form lists a field; its label is the catalogue key
// rule.group_….
type RuleGroup string

// The groups, in the order of a form.
const (
	GroupIdentity RuleGroup = "identity"
	GroupPlace    RuleGroup = "place"
	GroupOrders   RuleGroup = "orders"
	GroupLoyalty  RuleGroup = "loyalty"
	GroupConsent  RuleGroup = "consent"
	GroupFree     RuleGroup = "free"
)

// RuleGroups are all of them.
func RuleGroups() []RuleGroup {
	return []RuleGroup{GroupIdentity, GroupPlace, GroupOrders, GroupLoyalty, GroupConsent, GroupFree}
}

// RuleForm is what a form of rules offers.
type RuleForm struct {
	Fields []RuleField
	Events []RuleEvent
	// Recorded tells of each event whether it is recorded at all: where it is
	// not, a rule on it matches nobody.
	Recorded map[RuleEvent]bool
	// Names are the campaigns, and Channels, Categories and Codes what the
	// orders hold, to be proposed.
	Names, Channels, Categories, Codes []string
	// Snapshots are the frozen segments.
	Snapshots []string
}
