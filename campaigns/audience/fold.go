package audience

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"blanche/campaigns/internal/naming"
)

// Fold is the form under which texts are compared: without accents, in lower
// case, with œ, æ and ß as two letters, typographic apostrophes straight,
// control characters as spaces, without surrounding space. Folding twice
// changes nothing more.
func Fold(s string) string {
	if foldedAlready(s) {
		return strings.TrimSpace(s)
	}
	return string(appendFold(nil, s))
}

// appendFold appends Fold(s) to b. Texts of Western Europe take a short way,
// letter by letter; the others are decomposed as a whole.
func appendFold(b []byte, s string) []byte {
	start := len(b)
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b = append(b, foldASCII(byte(r)))
		case r >= firstLatin && r <= lastLatin:
			b = append(b, latin()[r-firstLatin]...)
		default:
			return trimFrom(foldWhole(b[:start], s), start)
		}
	}
	return trimFrom(b, start)
}

// trimFrom removes the space around what b holds from start on.
func trimFrom(b []byte, start int) []byte {
	if len(b) == start || (b[start] > ' ' && b[start] < utf8.RuneSelf && b[len(b)-1] > ' ' && b[len(b)-1] < utf8.RuneSelf) {
		return b
	}
	folded := bytes.TrimSpace(b[start:])
	return append(b[:start], folded...)
}

// The letters of Western Europe, À to ſ.
const firstLatin, lastLatin = 'À', 'ſ'

// latin is what each of them folds to.
var latin = sync.OnceValue(func() *[lastLatin - firstLatin + 1]string {
	var table [lastLatin - firstLatin + 1]string
	for i := range table {
		table[i] = string(foldWhole(nil, string(rune(firstLatin+i))))
	}
	return &table
})

func foldWhole(b []byte, s string) []byte {
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, "\ufffd")) {
		switch {
		case r < utf8.RuneSelf:
			b = append(b, foldASCII(byte(r)))
		case unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r) || unicode.IsControl(r):
			b = append(b, ' ')
		default:
			if as, ok := folding[r]; ok {
				b = append(b, as...)
			} else {
				b = utf8.AppendRune(b, unicode.ToLower(r))
			}
		}
	}
	return b
}

var folding = map[rune]string{
	'œ': "oe", 'Œ': "oe", 'æ': "ae", 'Æ': "ae", 'ß': "ss", 'ẞ': "ss",
	'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ı': "i", 'ς': "σ",
	'’': "'", '‘': "'", 'ʼ': "'", '‐': "-", '‑': "-", '–': "-", '\u00ad': "", '\u200b': "", '\ufeff': "",
}

// foldedAlready reports that a text is ASCII that needs no folding.
func foldedAlready(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || foldASCII(c) != c {
			return false
		}
	}
	return true
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

// nearest is the known word closest to an unknown one; the first of equals.
func nearest(word string, known []string) string {
	best, found := "", -1
	for _, k := range known {
		if d := naming.Distance(Fold(word), Fold(k)); found < 0 || d < found {
			best, found = k, d
		}
	}
	return best
}
