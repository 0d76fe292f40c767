// Package mask hides who people are on a screen that somebody else sees: an
// address keeps its first letter and its domain, a name the first letter of
// each word.
//
//	m := &mask.Mask{On: true}
//	m.Address("marie@gmail.com")            // m••••@gmail.com
//	m.Name("Évrard, Hélène")                // É••••, H••••
//	m.Text("550 <marie@gmail.com> unknown") // the addresses in a sentence
//	m.Frame(lines)                          // the net under it all
//
// Screens mask where they draw, so that what is cut for want of room is cut
// after it was masked; Frame is the last net, over whole lines, for the text
// that nobody thought of. Names cannot be told from other words: a sentence
// that will hold one says so with Learn. Off, everything passes unchanged.
package mask
