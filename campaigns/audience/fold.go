package audience

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is the form under which texts are compared: without accents, in lower
// case, with œ, æ and ß as two letters, typographic apostrophes straight,
// control characters as spaces, without surrounding space. Folding twice
// changes nothing more.
func Fold(s string) string {
	if i := foldedPrefix(s); i == len(s) {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, "\ufffd")) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(foldASCII(byte(r)))
		case unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r) || unicode.IsControl(r):
			b.WriteByte(' ')
		default:
			if as, ok := folding[r]; ok {
				b.WriteString(as)
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
		}
	}
	return strings.TrimSpace(b.String())
}

var folding = map[rune]string{
	'œ': "oe", 'Œ': "oe", 'æ': "ae", 'Æ': "ae", 'ß': "ss", 'ẞ': "ss",
	'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ı': "i", 'ς': "σ",
	'’': "'", '‘': "'", 'ʼ': "'", '‐': "-", '‑': "-", '–': "-", '\u00ad': "", '\u200b': "", '\ufeff': "",
}

// foldedPrefix is how much of a text needs no folding at all.
func foldedPrefix(s string) int {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || foldASCII(c) != c {
			return i
		}
	}
	return len(s)
}

func foldASCII(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c < 0x20 || c == 0x7f:
		return ' '
	}
	return c
}

// distance is the number of letters to insert, remove, replace or swap with
// their neighbour to go from one text to the other (optimal string alignment;
// Damerau 1964).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, line := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		line[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			line[j] = min(last[j]+1, line[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				line[j] = min(line[j], before[j-2]+1)
			}
		}
		before, last, line = last, line, before
	}
	return last[len(y)]
}

// nearest is the known word closest to an unknown one; the first of equals.
func nearest(word string, known []string) string {
	best, found := "", -1
	for _, k := range known {
		if d := distance(Fold(word), Fold(k)); found < 0 || d < found {
			best, found = k, d
		}
	}
	return best
}
