package theme

// Glyphs are the signs of the interface. Each is one cell wide, and has an
// ASCII twin of one cell: a layout does not depend on the character set.
type Glyphs struct {
	Rule, Bar, Cross     string // ─ │ ┼
	Dot, Ring, Diamond   string // ● ○ ◇ point of an estimate, of the zone blanche, announced by others
	Alert, Up, Down      string // ▲ ↑ ↓
	Left, Right          string // ← → what goes on beyond the edge
	Check, Fail, Doubt   string // ✓ ✗ ?
	Cursor, Mark, Bullet string // ▸ ✓ ·
	WhiskerLeft          string // ├
	WhiskerRight         string // ┤
	Zero, Gap            string // ┊ ⁞ the mark of zero; the gap before the zone blanche
	Ellipsis             string // …
	Minus, Approx        string // − ≈

	Heavy   string    // ━ a bar on one line
	Full    string    // █
	Shade   string    // ░ what is left, and the zone blanche without colour
	Dense   string    // ▓ the zone blanche at the end of a bar
	Band    string    // ▒ a confidence band
	Eighths [9]string // none, ▏ ▎ ▍ ▌ ▋ ▊ ▉ █
	Levels  [8]string // ▁ ▂ ▃ ▄ ▅ ▆ ▇ █

	ASCII bool
}

func glyphs(ascii bool) Glyphs {
	if ascii {
		return asciiGlyphs()
	}
	return Glyphs{
		Rule: "─", Bar: "│", Cross: "┼",
		Dot: "●", Ring: "○", Diamond: "◇",
		Alert: "▲", Up: "↑", Down: "↓", Left: "←", Right: "→",
		Check: "✓", Fail: "✗", Doubt: "?",
		Cursor: "▸", Mark: "✓", Bullet: "·",
		WhiskerLeft: "├", WhiskerRight: "┤", Zero: "┊", Gap: "⁞",
		Ellipsis: "…", Minus: "−", Approx: "≈",
		Heavy: "━", Full: "█", Shade: "░", Dense: "▓", Band: "▒",
		Eighths: [9]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
		Levels:  [8]string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	}
}

func asciiGlyphs() Glyphs {
	return Glyphs{
		Rule: "-", Bar: "|", Cross: "+",
		Dot: "*", Ring: "o", Diamond: "<",
		Alert: "!", Up: "^", Down: "v", Left: "<", Right: ">",
		Check: "+", Fail: "x", Doubt: "?",
		Cursor: ">", Mark: "+", Bullet: ".",
		WhiskerLeft: "|", WhiskerRight: "|", Zero: ":", Gap: ":",
		Ellipsis: ".", Minus: "-", Approx: "~",
		Heavy: "=", Full: "#", Shade: ".", Dense: "o", Band: ":",
		Eighths: [9]string{"", ".", ".", ".", ":", ":", ":", "#", "#"},
		Levels:  [8]string{"_", "_", ".", ".", "-", "-", "=", "#"},
		ASCII:   true,
	}
}
