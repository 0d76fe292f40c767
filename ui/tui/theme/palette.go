package theme

// Palette names a set of colours; dark and light are chosen apart.
type Palette string

// The palettes. BlueOrange separates good and bad for red-green blindness,
// RedCyan for blue-yellow blindness.
const (
	Default    Palette = "default"
	BlueOrange Palette = "blue-orange"
	RedCyan    Palette = "red-cyan"
)

type token uint8

const (
	none token = iota
	muted
	accent
	blanche
	good
	warn
	danger
	rule
	selected
	shadow
)

// shade is a colour for each kind of terminal: true colour, the index among
// 256, and among 16 (-1: the terminal's own).
type shade struct {
	hex  string
	c256 uint8
	c16  int
}

type tokens map[token]shade

func dark() tokens {
	return tokens{
		muted:    {"#8089A8", 103, 7},
		accent:   {"#7DCFFF", 117, 14},
		blanche:  {"#F4F1EA", 255, 15},
		good:     {"#9ECE6A", 149, 10},
		warn:     {"#E0AF68", 179, 11},
		danger:   {"#F7768E", 210, 9},
		rule:     {"#3B4261", 238, 8},
		selected: {"#283457", 237, 4},
		shadow:   {"#1E3A4C", 23, 6},
	}
}

// light has a darker accent and, as white cannot be seen on white, a zone
// blanche in black.
func light() tokens {
	return tokens{
		muted:    {"#6B7089", 60, 8},
		accent:   {"#0B6E99", 24, 4},
		blanche:  {"#1A1B26", 234, 0},
		good:     {"#3B7A1E", 64, 2},
		warn:     {"#8F5E15", 94, 3},
		danger:   {"#B3263E", 125, 1},
		rule:     {"#B4B9CC", 250, 7},
		selected: {"#D5DCF0", 189, 7},
		shadow:   {"#CFE6F2", 153, 6},
	}
}

// paletteOf is the palette of the options. The two pairs are those of Okabe
// and Ito (2008), lightened for a dark background.
func paletteOf(o Options) tokens {
	t := dark()
	if o.Light {
		t = light()
	}
	switch {
	case o.Palette == BlueOrange && o.Light:
		t[good], t[warn], t[danger] = shade{"#0072B2", 25, 4}, shade{"#8A6D00", 94, 3}, shade{"#B34700", 130, 1}
	case o.Palette == BlueOrange:
		t[good], t[warn], t[danger] = shade{"#56B4E9", 74, 12}, shade{"#F0E442", 227, 11}, shade{"#E69F00", 214, 3}
	case o.Palette == RedCyan && o.Light:
		t[good], t[warn], t[danger] = shade{"#007A7A", 30, 6}, shade{"#7A4B6B", 96, 5}, shade{"#B3001B", 124, 1}
	case o.Palette == RedCyan:
		t[good], t[warn], t[danger] = shade{"#4DD9D9", 80, 14}, shade{"#E0A6C8", 182, 13}, shade{"#FF6B6B", 203, 9}
	}
	return t
}
