package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Paper begins and ends black on white, whatever the palette: what a camera
// reads. Both are empty where there are no colours.
func (th *Theme) Paper() (open, end string) {
	if th.Colorless() {
		return "", ""
	}
	var black, white color.Color = ansi.BasicColor(0), ansi.BasicColor(15)
	switch th.Options.Profile {
	case colorprofile.TrueColor:
		black, white = lipgloss.Color("#000000"), lipgloss.Color("#FFFFFF")
	case colorprofile.ANSI256:
		black, white = ansi.IndexedColor(16), ansi.IndexedColor(231)
	}
	return ansi.Style{}.ForegroundColor(black).BackgroundColor(white).String(), ansi.ResetStyle
}
