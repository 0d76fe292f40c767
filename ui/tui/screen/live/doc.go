// Package live is the screen of what is being sent: how far each campaign is,
// the balance that must hold, the pace, each provider, and what happened.
//
// It draws the live picture of the desk, which is replaced four times a second
// and costs nothing to look at; it asks the store only for the campaigns that
// nobody sends, and for the lists of people. Pause and resume answer at once.
//
// Read next: live.go, view.go.
package live
