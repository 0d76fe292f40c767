// Package toast holds what the program says in passing: news for four seconds,
// errors until they are dismissed, and the journal of all of it behind "!".
//
//	ts := toast.New(th, p)
//	ts.Info(p.T("contact.saved"), now)
//	ts.Error(err, now)                     // worded by the catalogue, with its hint
//	line := ts.Line(w, now)                // above the footer; "" when there is nothing
//	ts.Dismiss()                           // esc: dismisses the error that shows
//	lines := ts.Journal(w, h)              // newest first
//
// Time is given: a screen redraws at its own tick, and Next says until when
// what shows will stay.
package toast
