package tui

// The smallest terminal that gets the dashboard; under it, one calm sentence.
const (
	minWidth  = 60
	minHeight = 16
)

// layout is where the parts of a frame stand, computed once for each size.
type layout struct {
	w, h                int
	header, tabs, rules bool
	body                int // height of the screen
	small               bool
}

func newLayout(w, h int) layout {
	l := layout{w: w, h: h, header: h >= 20, tabs: true, rules: h >= 20, small: w < minWidth || h < minHeight}
	l.body = h - 2 // footer, notice
	if l.tabs {
		l.body--
	}
	if l.header {
		l.body--
	}
	if l.rules {
		l.body--
	}
	return l
}
