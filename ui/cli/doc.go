// Package cli is the door of the command line: it reads arguments, asks the
// desk, and says the answer as a table, as JSON or as CSV. The names, flags,
// fields and exit codes are a contract with scripts and stay as they are.
//
// It promises that an error is one line and says how to repair it, that data
// goes to standard output and everything else to standard error, that no text
// of a file or of a relay reaches a terminal without ui/safe, and that no
// command opens the data unless it needs them. It refuses to decide anything:
// a rule, a guard or a check lives behind campaigns.Desk.
//
// There are no globals: App carries input, output, environment, clock and
// entropy, so that a test, and later a session over a network, runs the same
// tree. One session serves one command line.
//
//	app.go       App: what a command line is run with, and Run
//	root.go      the tree of commands; command.go, help.go: how one is made
//	exit.go      errors, hints, exit codes
//	output.go    tables, JSON, CSV; bar.go: progress
//	wire.go      the one place that opens a store and builds the desk
//	NOUN.go      the commands of one noun; card.go: a contact, whole
//
// Read next: app.go, then campaign.go and send.go.
package cli
