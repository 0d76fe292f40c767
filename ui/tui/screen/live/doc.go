// Package live is the screen of what is being sent: every campaign in a line,
// and of the one shown the balance that must hold, the pace, each mailbox
// provider, who has which wording, the test of wordings, and what happened.
//
// Two lists of people stand over it, those without an accepted message and
// those in doubt, each with the reason in words; and the page of the lanes of
// the house, which changes their pace.
//
// It draws the live picture of the desk, which is replaced four times a second
// and costs nothing to look at; it asks the store only for the campaigns that
// nobody sends, for the wordings, and for the lists. Pause and resume answer at
// once. It promises that ten campaigns are readable on 80×24, and that a slip of
// the keys sends nothing; it refuses to decide about somebody in doubt.
//
// Read next: live.go, act.go, view.go, body.go, people.go, lanes.go.
package live
