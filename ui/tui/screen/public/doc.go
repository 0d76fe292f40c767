// Package public is the screen of what the outside may touch: whether it answers
// and since when, what comes in by the minute, the last calls of other programs,
// the last people who unsubscribed, and a page to try on one's own telephone.
//
// It promises that what a stranger sent draws nothing but its own words, that an
// address is shown only to who may read people, and that the page to try is
// nobody's: what is chosen there is kept nowhere.
//
// It refuses to change the public part: that is set in the settings. What other
// programs were not told in the end can be told again, or forgotten.
//
// Read next: public.go, view.go, letters.go, phone.go.
package public
