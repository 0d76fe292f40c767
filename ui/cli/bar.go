package cli

import (
	"strings"

	"blanche/ui/tui/theme"

	"github.com/charmbracelet/x/ansi"
)

// bar is one line of a terminal that is written again and again. It draws on
// standard error, so that what a command answers can still be piped.
type bar struct {
	s     *session
	on    bool
	shown bool
}

// newBar is a bar that draws only when a person can see it.
func (s *session) newBar() *bar {
	return &bar{s: s, on: s.ErrTerminal && !s.global.json && s.Env.Get("TERM") != "dumb"}
}

// barWidth is how many cells the bar itself takes.
const barWidth = 24

// set draws a share from 0 to 1 with what it means; below 0 it is unknown and
// only the text is drawn.
func (b *bar) set(share float64, text string) {
	if !b.on {
		return
	}
	line, g := text, theme.New(theme.Options{}).G
	if share >= 0 {
		full := min(barWidth, int(share*barWidth))
		line = strings.Repeat(g.Full, full) + strings.Repeat(g.Shade, barWidth-full) + " " + b.s.p.Percent(share, 1) + "  " + text
	}
	_, _ = b.s.Err.Write([]byte("\r" + ansi.Truncate(line, b.s.Width-1, g.Ellipsis) + ansi.EraseLineRight))
	b.shown = true
}

// clear leaves the line empty for what comes next.
func (b *bar) clear() {
	if b.shown {
		_, _ = b.s.Err.Write([]byte("\r" + ansi.EraseLineRight))
		b.shown = false
	}
}
