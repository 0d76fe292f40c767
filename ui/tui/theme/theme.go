package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Options is what a session's terminal and its user decide.
type Options struct {
	Profile colorprofile.Profile // what the terminal can show; Unknown counts as 16 colours
	Light   bool                 // the background is light (default: dark)
	Palette Palette              // Default, BlueOrange or RedCyan
	NoColor bool                 // NO_COLOR: bold, underline and reverse only
	ASCII   bool                 // --ascii: no glyph outside ASCII, no braille
}

// Theme is a set of styles and glyphs for one session.
type Theme struct {
	Text    Style // what is read
	Muted   Style // labels, units, what is off
	Accent  Style // the target; the active tab
	Blanche Style // the zone blanche
	Good    Style
	Warn    Style
	Danger  Style
	Rule    Style // frames and rules

	Title     Style // bold text: the name of a page or a pane
	Header    Style // headers of columns
	Key       Style // the key in a footer
	Selection Style // the row or field under the cursor
	Mark      Style // a marked row
	// The confidence band of a curve is a background where the terminal has
	// shades (256 colours and more), and what stands on it keeps its colour;
	// elsewhere it is G.Band in a colour. BandGlyph is what fills it.
	Band          Style
	AccentOnBand  Style
	BlancheOnBand Style
	BandGlyph     string
	// What is left of a bar is a background too where the terminal has shades: a
	// run of blanks goes over the line in a few bytes, one of glyphs takes three
	// for each cell. TroughGlyph is what fills it, AccentOnTrough what was done.
	Trough         Style
	AccentOnTrough Style
	TroughGlyph    string

	G       Glyphs
	Options Options
}

// Style is an opening sequence, made once, and what closes it. The zero Style
// changes nothing.
type Style struct {
	open string
	lip  lipgloss.Style
}

const reset = "\x1b[m"

// Render is text in the style. Text that ends in a style of its own is
// restored to nothing after it, so nested styles do not leak.
func (s Style) Render(text string) string {
	if s.open == "" || text == "" {
		return text
	}
	return s.open + text + reset
}

// Append writes text in the style to a builder.
func (s Style) Append(b *strings.Builder, text string) {
	if s.open == "" {
		b.WriteString(text)
		return
	}
	b.WriteString(s.open)
	b.WriteString(text)
	b.WriteString(reset)
}

// Over is text in the style even where text opens and closes styles of its
// own: the style is opened again after each of their ends. For a selected row.
func (s Style) Over(text string) string {
	if s.open == "" {
		return text
	}
	return s.open + strings.ReplaceAll(text, reset, reset+s.open) + reset
}

// Lipgloss is the same style for the components that want one (inputs).
func (s Style) Lipgloss() lipgloss.Style { return s.lip }

// Plain reports whether the style changes nothing.
func (s Style) Plain() bool { return s.open == "" }

// New makes the theme of a session.
func New(o Options) *Theme {
	th := &Theme{Options: o, G: glyphs(o.ASCII)}
	b := builder{o: o, tokens: paletteOf(o)}
	th.Text = b.style(none, 0)
	th.Muted = b.style(muted, 0)
	th.Accent = b.style(accent, 0)
	th.Blanche = b.style(blanche, ifNoColor(o, bold))
	th.Good = b.style(good, 0)
	th.Warn = b.style(warn, ifNoColor(o, bold))
	th.Danger = b.style(danger, ifNoColor(o, bold))
	th.Rule = b.style(rule, 0)
	th.Title = b.style(none, bold)
	th.Header = b.style(muted, 0)
	th.Key = b.style(accent, bold)
	th.Selection = b.selection()
	th.Mark = b.style(accent, bold)
	th.band(b)
	return th
}

func (th *Theme) band(b builder) {
	th.Trough, th.AccentOnTrough, th.TroughGlyph = th.Rule, th.Accent, th.G.Shade
	p := th.Options.Profile
	if !th.Colorless() && (p == colorprofile.TrueColor || p == colorprofile.ANSI256) {
		if !th.G.ASCII {
			th.Trough, th.AccentOnTrough, th.TroughGlyph = b.make(none, rule, 0), b.make(accent, rule, 0), " "
		}
		th.Band, th.BandGlyph = b.make(none, shadow, 0), " "
		th.AccentOnBand, th.BlancheOnBand = b.make(accent, shadow, 0), b.make(blanche, shadow, 0)
		return
	}
	th.Band, th.BandGlyph = b.style(shadow, 0), th.G.Band
	th.AccentOnBand, th.BlancheOnBand = th.Accent, th.Blanche
}

// Colorless reports whether the theme shows no colours at all.
func (th *Theme) Colorless() bool {
	return th.Options.NoColor || th.Options.Profile == colorprofile.ASCII || th.Options.Profile == colorprofile.NoTTY
}

// attribute is a set of what is not a colour.
type attribute uint8

const (
	bold attribute = 1 << iota
	reverse
)

func ifNoColor(o Options, a attribute) attribute {
	if o.NoColor {
		return a
	}
	return 0
}

type builder struct {
	o      Options
	tokens tokens
}

func (b builder) style(t token, a attribute) Style { return b.make(t, none, a) }

// selection is a background where there are colours, reverse video elsewhere.
func (b builder) selection() Style {
	if b.color(selected) == nil {
		return b.make(none, none, reverse)
	}
	return b.make(none, selected, 0)
}

func (b builder) make(fg, bg token, a attribute) Style {
	if b.o.Profile == colorprofile.NoTTY {
		return Style{lip: lipgloss.NewStyle()}
	}
	var seq ansi.Style
	lip := lipgloss.NewStyle()
	if a&bold != 0 {
		seq, lip = seq.Bold(), lip.Bold(true)
	}
	if a&reverse != 0 {
		seq, lip = seq.Reverse(true), lip.Reverse(true)
	}
	if c := b.color(fg); c != nil {
		seq, lip = seq.ForegroundColor(c), lip.Foreground(c)
	}
	if c := b.color(bg); c != nil {
		seq, lip = seq.BackgroundColor(c), lip.Background(c)
	}
	s := Style{lip: lip}
	if len(seq) > 0 {
		s.open = seq.String()
	}
	return s
}

// color is a token as the terminal can show it, nil for none. Sixteen colours
// are chosen by hand: the nearest one of a dark grey is black.
func (b builder) color(t token) color.Color {
	if t == none || b.o.NoColor || b.o.Profile == colorprofile.ASCII {
		return nil
	}
	shade := b.tokens[t]
	switch b.o.Profile {
	case colorprofile.TrueColor:
		return lipgloss.Color(shade.hex)
	case colorprofile.ANSI256:
		return ansi.IndexedColor(shade.c256)
	}
	if shade.c16 < 0 {
		return nil
	}
	return ansi.BasicColor(shade.c16) //nolint:gosec // 0 to 15 by the palette test
}
