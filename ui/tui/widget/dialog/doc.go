// Package dialog asks before something that matters.
//
//	d := dialog.Confirm(th, p, dialog.Question{
//		Title: p.T("campaign.launch_title", "name", c.Name),
//		Body:  []string{p.N("campaign.will_send", n)},
//		Act:   p.T("campaign.do.launch"),
//		Type:  p.Int(n),                 // optional: to be typed back, spaces do not count
//	}, now)
//	switch d.Key(msg.String(), msg.Text, now) { case dialog.Confirmed: … case dialog.Cancelled: … }
//	page = frame.Over(page, w, d.Lines(w, h))
//
// Cancel is the default: Enter alone cancels. Keys typed in the first 400 ms
// are swallowed: they were meant for the page before. Nothing confirms by one
// letter but an explicit move to the button, or the typed text.
package dialog
