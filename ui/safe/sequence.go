package safe

import (
	"strings"
	"unicode/utf8"
)

// scanner finds escape sequences of ECMA-48, in their 7-bit form (ESC [), as
// C1 characters (U+009B) and as raw bytes (0x9b).
type scanner struct {
	s string
	// openEnded is set once a control string was found to have no end: no later
	// one has, so that a file of a million "ESC ]" is read once, not squared.
	openEnded bool
}

// sequence is the length of the escape sequence at i, 0 where there is none.
// A control string without an end counts for its introducer alone: what
// follows is then text, harmless and worth seeing.
func (c *scanner) sequence(i int) int {
	kind, n := c.introducer(i)
	switch kind {
	case '[':
		return n + csi(c.s[i+n:])
	case ']', 'P', 'X', '^', '_':
		return n + c.controlString(i+n)
	case 0x1b:
		return n + escape(c.s[i+n:])
	}
	return 0
}

// introducer says what opens at i ('[' for CSI, ']' for OSC, 'P' for DCS,
// 'X', '^', '_' for SOS, PM, APC, 0x1b for another escape) and its length.
func (c *scanner) introducer(i int) (kind byte, n int) {
	rest := c.s[i:]
	switch b := rest[0]; {
	case b == 0x1b && len(rest) > 1 && strings.IndexByte("[]PX^_", rest[1]) >= 0:
		return rest[1], 2
	case b == 0x1b:
		return 0x1b, 1
	case b >= 0x80 && b <= 0x9f:
		return c1(b), 1
	case b == 0xc2 && len(rest) > 1 && rest[1] >= 0x80 && rest[1] <= 0x9f:
		return c1(rest[1]), 2
	}
	return 0, 0
}

// c1 is the 7-bit twin of a C1 byte that opens a sequence, 0 for the others.
func c1(b byte) byte {
	switch b {
	case 0x9b, 0x9d, 0x90, 0x98, 0x9e, 0x9f:
		return b - 0x40
	}
	return 0
}

// csi is the length of parameters, intermediates and the final byte.
func csi(s string) int {
	i := 0
	for i < len(s) && s[i] >= 0x30 && s[i] <= 0x3f {
		i++
	}
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f {
		i++
	}
	if i < len(s) && s[i] >= 0x40 && s[i] <= 0x7e {
		i++
	}
	return i
}

// escape is the length of intermediates and the final byte after a lone ESC.
func escape(s string) int {
	i := 0
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f {
		i++
	}
	if i < len(s) && s[i] >= 0x30 && s[i] <= 0x7e {
		i++
	}
	return i
}

// controlString is the length from i to the end of the string, its terminator
// included: BEL, ST in any of its forms, or CAN and SUB that abort it.
func (c *scanner) controlString(i int) int {
	if c.openEnded {
		return 0
	}
	for j := i; j < len(c.s); {
		r, n := utf8.DecodeRuneInString(c.s[j:])
		switch b := c.s[j]; {
		case b == 0x07, b == 0x18, b == 0x1a, r == 0x9c, b == 0x9c:
			return j + n - i
		case b == 0x1b && strings.HasPrefix(c.s[j+1:], "\\"):
			return j + 2 - i
		case b == 0x1b:
			return j - i // another escape ends the string in every terminal
		}
		j += n
	}
	c.openEnded = true
	return 0
}
