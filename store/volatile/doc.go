// Package volatile is a ledger that forgets: the plan is kept by the ledger
// under it, what became of each recipient is kept in memory alone. It is there
// to measure what durability costs, beside the ledger under it.
//
// What is promised is that nobody is handed out twice while the process lives,
// and that the tally is counted from the lines.
//
// What is refused: everything else. It survives nothing, and looks at no
// suppression: no data folder is ever opened with it to send in earnest.
//
// Read next: ledger.go.
package volatile
