package safe

import "unicode"

// class is what a character may do to the line it stands on.
type class uint8

const (
	plain        class = iota // takes its own cells, nothing else
	pictograph                // the same, and may be joined to the next one
	mark                      // combines with the letter before it
	emojiMark                 // skin tone, emoji presentation: only after a pictograph
	joiner                    // U+200D: only between two pictographs
	newline                   // ends a line
	tab                       // moves the cursor
	nonCharacter              // shown as U+FFFD
	drop                      // invisible, or changes what is not its own
)

// classOf sorts a character. The first tests are the common ones: Latin,
// punctuation and currency signs.
func classOf(r rune) class {
	switch {
	case r < 0xa0:
		return classOfASCII(r)
	case r < 0x300:
		if r == 0xad { // soft hyphen: seen by some terminals, not by others
			return drop
		}
		return plain
	case r >= 0x2010 && r <= 0x2027, r == 0x202f, r >= 0x2030 && r <= 0x205e, r >= 0x20a0 && r <= 0x20cf:
		return classOfGeneral(r)
	case r == 0x200d:
		return joiner
	case r == 0x2028, r == 0x2029:
		return newline
	case r == 0xfe0f, r >= 0x1f3fb && r <= 0x1f3ff:
		return emojiMark
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r >= 0xfe00 && r <= 0xfe0e, r >= 0xe0000 && r <= 0xe0fff:
		return drop // fillers, variation selectors, tags: no ink
	case r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
		return nonCharacter
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc):
		return mark
	case unicode.In(r, unicode.Cf, unicode.Cc):
		return drop // directions, zero width, U+FEFF, annotations
	case isPictograph(r):
		return pictograph
	}
	return plain
}

func classOfASCII(r rune) class {
	switch {
	case r == '\t':
		return tab
	case r == '\n', r == '\r', r == 0x85:
		return newline
	case r < 0x20, r >= 0x7f:
		return drop
	}
	return plain
}

// classOfGeneral is for punctuation, of which two signs are also emoji.
func classOfGeneral(r rune) class {
	if r == 0x203c || r == 0x2049 {
		return pictograph
	}
	return plain
}

// isPictograph is a superset of Extended_Pictographic (UTS 51) cut to its
// blocks: it only decides between which characters a joiner may stay.
func isPictograph(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r >= 0x2190 && r <= 0x21ff ||
		r >= 0x2300 && r <= 0x23ff || r >= 0x2b00 && r <= 0x2bff
}
