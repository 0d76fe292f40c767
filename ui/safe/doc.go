// Package safe is the one sanitizer between a text that somebody else wrote
// (a contact's name, a cell of a file, a relay's reply, a file name) and a
// terminal.
//
// It promises that what it returns can change nothing but its own cells: no
// colour, no cursor, no title, no other row, no direction of writing, no join
// with the cell before it. It is valid UTF-8, without control characters, and
// a text that was clean comes back as it is, without allocation.
//
//	safe.Text(contact.Name)       // one line: tab, CR and LF become a space
//	safe.Line(reply)              // the same, blanks collapsed and trimmed
//	safe.Multiline(mail.Text)     // newlines kept (as \n), tabs become four spaces
//
// The printer of ui/i18n and the widgets of ui/tui/widget call it on every
// value they are given; calling it twice changes nothing. It refuses to keep
// styles: a text that carries our own colours must not go through it.
//
// Read next: sequence.go (what an escape sequence is), class.go (what a
// character may do to a line).
package safe
