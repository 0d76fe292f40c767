// Package tui is the dashboard: the shell around the screens. It owns the
// tabs, the header, the footer, what stands in front (dialogs, palette, help),
// what is said (notices), the clock of the live picture and the mailbox of what
// others do; the screens own everything inside their rectangle.
//
// Messages go, in this order: size, then the modal in front, then actions
// (the screen's before the global ones), then addressed answers to their
// screen, then the rest to the screen shown. Nothing in Update or View touches
// the desk but to ask what costs nothing (Live, Me, May): the rest is done in
// commands bound to the session's context.
//
// What a person may not do is greyed with the reason, at one place (App.actions
// over action.Guarded and Desk.May), and a screen that is not for them says for
// whom it is. People are hidden where screens draw and once more over the whole
// frame (package mask). What others do comes from the mailbox of the session,
// one pending command: it is said in a line, and what it concerns is read again.
//
// A start in its seconds of grace is counted down in the line under the tabs of
// every session, and esc stops it (departure.go).
//
// A session keeps its colours, size, language and mask to itself; nothing here
// belongs to the process, starts another program or leaves the terminal.
//
//	err := tui.Run(ctx, desk, tui.Options{Lang: "fr", …})
//
// Read next: app.go, layout.go, feed.go, leave.go, look.go, screen/doc.go.
package tui
