package model

// RuleEvent is what happened to somebody.
type RuleEvent uint8

// The events. Received, bounced and clicked are of messages of a campaign,
// held out is being in its zone blanche, and used a code is an order with it.
const (
	EventReceived RuleEvent = iota
	EventHeldOut
	EventBounced
	EventClicked
	EventUsedCode
	// EventFrozen is having been in a segment when it was frozen under a name.
	EventFrozen
)

var ruleEventNames = [...]string{"received", "held_out", "bounced", "clicked", "used_code", "in_snapshot"}

// RuleEvents are all the events, in the order of a form.
func RuleEvents() []RuleEvent {
	return []RuleEvent{EventReceived, EventClicked, EventBounced, EventHeldOut, EventUsedCode, EventFrozen}
}

// String is the word of the language, and of the catalogue keys
// rule.event_….
func (e RuleEvent) String() string { return ruleEventNames[e] }

// Dated reports that the event has a day, so that a period can be asked for.
func (e RuleEvent) Dated() bool { return e != EventHeldOut && e != EventFrozen }

// RulePeriod is a stretch of days; the zero value is ever.
type RulePeriod struct {
	Last     int       // the last days, today included; 0: From and To
	From, To RuleValue // a ValueDate or a ValueAgo each, both days in; the zero value is open
}

// IsZero reports that every day is in.
func (p RulePeriod) IsZero() bool { return p == RulePeriod{} }

// Days are the first and the last day of the period, both in, as of today; an
// open end is the first or the last day there is.
func (p RulePeriod) Days(today Date) (from, to Date) {
	from, to = -1<<31+1, 1<<31-1
	if p.Last > 0 {
		return today - Date(p.Last) + 1, today
	}
	if p.From != (RuleValue{}) {
		from = p.From.Day(today)
	}
	if p.To != (RuleValue{}) {
		to = p.To.Day(today)
	}
	return from, to
}

// String is "30d", "from 2026-01-01 to 2026-03-31" with one end or both, or
// empty for ever.
func (p RulePeriod) String() string { return englishRule.Period(p) }

// RuleScope narrows a field of orders to some of them; the zero value is all.
// Texts compare without regard to case or accents. An order with products of
// several categories is in each of them, with its whole amount.
type RuleScope struct {
	Period   RulePeriod
	Channel  string
	Category string
	Code     string // of the coupon
}

// IsZero reports that all the orders are in.
func (s RuleScope) IsZero() bool { return s == RuleScope{} }

// String is the scope as it stands behind a field: (90d, channel = "web"), or
// empty for all the orders.
func (s RuleScope) String() string { return englishRule.scope(s) }
