// Package screen is what a screen of the dashboard is, and what it gets from
// the session that shows it. Each folder below is one screen.
//
// A screen promises:
//
//   - Update decides and View draws: neither reads the store, waits or sleeps;
//     work goes through Ask, whose answer comes back addressed and numbered;
//   - View gives exactly h lines of w cells, at any size from 60×16 on;
//   - Actions is the one list behind its keys, footer, help and palette;
//   - an action that changes something names its right (Need): the shell greys
//     it, with the reason, for whoever has not got it;
//   - every text of a file, a contact or a server passes through ui/safe, and
//     what may tell who somebody is through the mask of the session (Session.Text,
//     Address, Name);
//   - empty, it names the key that fills it.
//
// The shell (package tui) owns tabs, dialogs, toasts, the clock and the footer.
// While a screen is shown it gets Refresh four times a second with the live
// picture of the desk; hidden, it gets nothing.
//
//	type Screen struct { s *screen.Session; req uint64; data campaigns.Today }
//
//	func (x *Screen) load() tea.Cmd {
//		x.req = x.s.Number()
//		return screen.Ask(x.s, ID, x.req, func(ctx context.Context) (campaigns.Today, error) { return x.s.Desk.Today(ctx) })
//	}
//	func (x *Screen) Update(msg tea.Msg) tea.Cmd {
//		switch msg := msg.(type) {
//		case screen.Reply[campaigns.Today]:
//			if msg.Err != nil { return screen.Fail(msg.Err) }
//			if msg.Req == x.req { x.data = msg.Value }
//		}
//		return nil
//	}
//
// Read next: today, the simplest one.
package screen
