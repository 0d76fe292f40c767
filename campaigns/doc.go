// Package campaigns decides who gets what and when, does it, and measures it.
//
// Everything that a screen or a command may ask for is a method of Desk; the
// rules (who may be written to, what blocks a launch, who may do what) are
// checked there, once, whatever the door. A desk is that of one person:
// Service.As gives it, guard.go holds the one table from its methods to rights,
// and what is done there leaves a line in the audit under the person's name, in
// the same step as the change where it can be, before it where it cannot.
// Service wires the rooms below. They do not know each other:
//
//	intake    from a French Excel file to contacts and orders, or a reason why not
//	audience  who a rule matches, who may be written to, who is left alone
//	compose   from a campaign file and a person to a finished message
//	deliver   hands one message to a server and says what happened
//	worker    drives the sending, survives a kill, obeys pause
//	measure   compares with the zone blanche and says how sure
//	bus       tells every session what happened, held up by none
//	demo      a plausible French shop, with known true effects
//
// What is decided and not begun is in memory alone (a start in its seconds of
// grace: grace.go): a process that ends has started nothing. What is begun is in
// the records and the ledger (a test of wordings: ab.go; a warm-up: warmup.go),
// and another process goes on with it. An opposition is over when nothing is
// under way to the person any more (oppose.go).
//
// Nothing here reads a clock, the environment or a terminal: time, randomness
// and settings come in through Options.
//
// Read next: desk.go and the files of shapes, guard.go, then service.go.
package campaigns
