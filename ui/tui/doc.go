// Package tui is the dashboard: the shell around the screens. It owns the
// tabs, the header, the footer, what stands in front (dialogs, palette, help),
// what is said (notices) and the clock of the live picture; the screens own
// everything inside their rectangle.
//
// Messages go, in this order: size, then the modal in front, then actions
// (the screen's before the global ones), then addressed answers to their
// screen, then the rest to the screen shown. Nothing in Update or View touches
// the desk: that is done in commands bound to the session's context.
//
//	err := tui.Run(ctx, desk, tui.Options{Lang: "fr", …})
//
// Read next: app.go, layout.go, screen/doc.go.
package tui
