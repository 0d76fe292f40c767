// Package filterbar is the "/" line of a list: live text, kept when left with
// Enter, cleared with Esc, with the searches of the session behind ↑ and ↓.
//
//	fb := filterbar.New(th, p)
//	fb.Open()                              // on "/" or "f"
//	if fb.Active() { fb.Key(msg.String(), msg.Text); screen.reload(fb.Text()) }
//	line := fb.Line(w, found)              // found: "37 trouvés", already written
//
// It refuses to filter: folding accents and reading rules is the source's work.
package filterbar
