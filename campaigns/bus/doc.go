// Package bus tells every session what happened, and is never held up by one.
//
// What is promised:
//
//   - publishing never blocks, whatever the sessions do, and costs next to
//     nothing while nobody listens;
//   - a mailbox holds at most Facts facts and one progress per campaign, the
//     latest: its size has a bound;
//   - facts come in order and none is missing, or the mailbox says Resync: then
//     what is shown is to be read again from the desk;
//   - progress is handed out at most ten times a second.
//
// What is refused: to carry data of people (a fact names things by their number
// or their name), and to be the truth, which is in the store: what is told here
// was committed before.
//
// Read next: bus.go, then mailbox.go.
package bus
