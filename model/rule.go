package model

import (
	"fmt"
	"strconv"
	"strings"
)

// Rule says which people: a typed tree with one canonical text, String, that
// reads back as the same tree. Field names are the English ones of the
// language; free columns carry the prefix "attr.".
//
// A comparison with a missing value is false, and RuleNot simply inverts.
//
// A form edits the tree with AllOf, AnyOf, NoneOf and ReplaceRule (ruleedit.go),
// which keep it writable; what stands in a leaf, and which values it takes, is
// said by a RuleField (rulefield.go). Nodes are values: change a copy, put it
// in place, and what is on the screen is String of the whole.
type Rule interface {
	fmt.Stringer
	// Operands are the rules inside this one, in order.
	Operands() []Rule
	// precedence orders the nodes for parentheses: a higher one binds tighter.
	precedence() int
}

// The nodes of a rule. The first four group others; the rest are leaves, of
// which a form edits the fields in place.
type (
	// RuleAll matches everybody. It is what is left when the last leaf goes.
	RuleAll struct{}
	// RuleAnd matches who all its rules match; at least two of them (see AllOf).
	RuleAnd struct{ Rules []Rule }
	// RuleOr matches who one of its rules matches; at least two of them (see AnyOf).
	RuleOr struct{ Rules []Rule }
	// RuleNot matches who its rule does not match (see Negated).
	RuleNot struct{ Rule Rule }
	// RuleFlag matches who has a field that is true: fields with RuleField.Flag.
	RuleFlag struct{ Field string }
	// RuleExists matches who has any value in a field: fields with
	// RuleField.Exists. Scope as in RuleCompare.
	RuleExists struct {
		Field string
		Scope RuleScope
	}
	// RuleCompare matches by one comparison of a field with a value: an operator
	// of RuleField.Ops, a value of the kind of RuleField.Value. Scope narrows the
	// orders that a field of orders looks at (RuleField.Scoped), and is the zero
	// value for the others.
	RuleCompare struct {
		Field string
		Scope RuleScope
		Op    RuleOp
		Value RuleValue
	}
	// RuleIn matches who has one of the values in a field; at least one value.
	// Scope as in RuleCompare.
	RuleIn struct {
		Field  string
		Scope  RuleScope
		Values []RuleValue
	}
	// RuleMember matches to whom something happened: with one campaign (or one
	// code of a coupon), or with any, ever or in a period.
	RuleMember struct {
		Event  RuleEvent
		Name   string // of the campaign, or the code; empty: any
		Period RulePeriod
	}
	// RuleAnniversary matches whose day in a field of dates comes back within
	// the next Days days, today included: 1 is today alone. Across the new year
	// too; who is born on 29 February has the 28th in the other years.
	RuleAnniversary struct {
		Field string // "birth" is the birthday
		Days  int    // from 1 to 366
	}
)

// RuleOp is how a field is compared with a value.
type RuleOp uint8

// The comparisons. Those of texts ignore case and accents.
const (
	OpEqual RuleOp = iota
	OpNotEqual
	OpLess
	OpLessEqual
	OpMore
	OpMoreEqual
	OpStarts
	OpContains
)

var ruleOpTexts = [...]string{"=", "!=", "<", "<=", ">", ">=", "starts", "contains"}

func (o RuleOp) String() string { return ruleOpTexts[o] }

// RuleValueKind is the type of a value written in a rule.
type RuleValueKind uint8

// The types of values.
const (
	ValueText RuleValueKind = iota
	ValueNumber
	ValueDate
	ValueAgo
	ValueBool
)

// RuleValue is a value as it is written in a rule. Two values that read the
// same are equal with ==.
type RuleValue struct {
	Kind RuleValueKind
	Text string // of a text, or the digits of a number with a point
	Days int    // of ValueAgo: that many days before today; of ValueDate: the day
	True bool   // of ValueBool
}

// TextValue is a text.
func TextValue(s string) RuleValue { return RuleValue{Kind: ValueText, Text: s} }

// NumberValue is a number.
func NumberValue(f float64) RuleValue {
	return RuleValue{Kind: ValueNumber, Text: strconv.FormatFloat(f, 'f', -1, 64)}
}

// DateValue is a calendar day.
func DateValue(d Date) RuleValue { return RuleValue{Kind: ValueDate, Days: int(d)} }

// AgoValue is the day that many days before today.
func AgoValue(days int) RuleValue { return RuleValue{Kind: ValueAgo, Days: days} }

// BoolValue is true or false.
func BoolValue(b bool) RuleValue { return RuleValue{Kind: ValueBool, True: b} }

// Number is the value of a ValueNumber.
func (v RuleValue) Number() float64 {
	f, _ := strconv.ParseFloat(v.Text, 64)
	return f
}

// Day is the calendar day that a ValueDate or a ValueAgo means today.
func (v RuleValue) Day(today Date) Date {
	if v.Kind == ValueAgo {
		return today - Date(v.Days)
	}
	return Date(v.Days)
}

// String is the value as a rule writes it.
func (v RuleValue) String() string { return englishRule.valueOf("", v, false, ".") }

var ruleQuoting = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// QuoteRule writes a text as a rule does: between straight double quotes.
func QuoteRule(s string) string { return `"` + ruleQuoting.Replace(s) + `"` }

func (RuleAll) precedence() int         { return 4 }
func (RuleAnd) precedence() int         { return 2 }
func (RuleOr) precedence() int          { return 1 }
func (RuleNot) precedence() int         { return 3 }
func (RuleFlag) precedence() int        { return 4 }
func (RuleExists) precedence() int      { return 4 }
func (RuleCompare) precedence() int     { return 4 }
func (RuleIn) precedence() int          { return 4 }
func (RuleMember) precedence() int      { return 4 }
func (RuleAnniversary) precedence() int { return 4 }

// Operands is empty.
func (RuleAll) Operands() []Rule { return nil }

// Operands are the rules that must all match.
func (r RuleAnd) Operands() []Rule { return r.Rules }

// Operands are the rules one of which must match.
func (r RuleOr) Operands() []Rule { return r.Rules }

// Operands is the inverted rule.
func (r RuleNot) Operands() []Rule { return []Rule{r.Rule} }

// Operands is empty.
func (RuleFlag) Operands() []Rule { return nil }

// Operands is empty.
func (RuleExists) Operands() []Rule { return nil }

// Operands is empty.
func (RuleCompare) Operands() []Rule { return nil }

// Operands is empty.
func (RuleIn) Operands() []Rule { return nil }

// Operands is empty.
func (RuleMember) Operands() []Rule { return nil }

// Operands is empty.
func (RuleAnniversary) Operands() []Rule { return nil }

func (r RuleAll) String() string         { return englishRule.Rule(r) }
func (r RuleAnd) String() string         { return englishRule.Rule(r) }
func (r RuleOr) String() string          { return englishRule.Rule(r) }
func (r RuleNot) String() string         { return englishRule.Rule(r) }
func (r RuleFlag) String() string        { return englishRule.Rule(r) }
func (r RuleExists) String() string      { return englishRule.Rule(r) }
func (r RuleCompare) String() string     { return englishRule.Rule(r) }
func (r RuleIn) String() string          { return englishRule.Rule(r) }
func (r RuleMember) String() string      { return englishRule.Rule(r) }
func (r RuleAnniversary) String() string { return englishRule.Rule(r) }

// WalkRule visits a rule and everything inside it, outermost first.
func WalkRule(r Rule, visit func(Rule)) {
	visit(r)
	for _, o := range r.Operands() {
		WalkRule(o, visit)
	}
}
