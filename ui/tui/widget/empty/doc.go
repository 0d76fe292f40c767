// Package empty draws a page that has nothing yet: one calm sentence, and the
// key that creates the first thing.
//
//	lines := empty.Lines(th, p, w, h, p.T("contact.empty"), importAction)
//
// The sentence is already translated; the action gives its key and its label,
// so that the page and the keyboard cannot disagree.
package empty
