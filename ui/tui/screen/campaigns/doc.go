// Package campaigns is the screen on which a campaign goes from an idea to its
// launch: the list, the page of one campaign with its facts, its message and
// its preflight, the form that writes it, and the acts that need a person
// (test, approval, launch, pause, cancel).
//
// It promises that nothing leaves without the preflight and the typed count;
// that a refused save keeps what was typed, with the cursor in the field that
// is wrong; that each line of the preflight leads to what repairs it; and that
// the page always says, in one sentence, what comes next.
//
// It refuses to write files, to follow a sending (that is the live screen), and
// to change what a launch has frozen.
//
// Read next: campaigns.go (what is loaded), actions.go, form.go, launch.go.
package campaigns
