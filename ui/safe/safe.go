package safe

import (
	"strings"
	"unicode/utf8"
)

// marksPerBase is how many combining marks one letter may carry: Vietnamese
// needs two, transliterations three or four; more is a stack that climbs over
// the rows above.
const marksPerBase = 4

// Text makes s harmless on one line of a terminal. Tab, CR, LF and the line
// separators of Unicode become one space each (CR LF counts as one); escape
// sequences, other controls, directions and invisible characters go away;
// invalid UTF-8 becomes U+FFFD.
func Text(s string) string {
	if i := firstDirty(s); i < len(s) {
		return clean(s, false)
	}
	return s
}

// Line is Text with runs of spaces collapsed into one and none at either end:
// for a value inside a sentence, where a blank would look like a mistake.
func Line(s string) string {
	s = Text(s)
	if !strings.HasPrefix(s, " ") && !strings.HasSuffix(s, " ") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}

// Multiline is Text that keeps its lines: CR LF, CR and the separators of
// Unicode become \n, a tab four spaces.
func Multiline(s string) string {
	for i := 0; i < len(s); {
		j := firstDirty(s[i:])
		if i+j == len(s) {
			return s
		}
		if s[i+j] != '\n' {
			return clean(s, true)
		}
		i += j + 1
	}
	return s
}

// firstDirty is the index of the first byte that clean may have to change,
// len(s) for none. It may be wrong in one direction only: a text with marks
// or joiners is called dirty though clean returns it unchanged.
func firstDirty(s string) int {
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if b < 0x20 || b == 0x7f {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || classOf(r) != plain {
			return i
		}
		i += n
	}
	return len(s)
}

// writer builds the clean text and knows what the last cell holds, which
// decides whether a mark or a joiner may follow.
type writer struct {
	b     strings.Builder
	multi bool
	last  rune // last base written, 0 at the start of a line
	marks int  // marks on it
}

func clean(s string, multi bool) string {
	w := writer{multi: multi}
	w.b.Grow(len(s))
	sc := scanner{s: s}
	for i := 0; i < len(s); {
		if n := sc.sequence(i); n > 0 {
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			if s[i] >= 0xa0 {
				w.base(utf8.RuneError) // below are the raw bytes of C1, dropped
			}
			i++
			continue
		}
		if r == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			i++ // CR LF is one end of line
		}
		w.rune(r, s[i+n:])
		i += n
	}
	return w.b.String()
}

func (w *writer) rune(r rune, rest string) {
	switch classOf(r) {
	case plain, pictograph:
		w.base(r)
	case newline:
		w.newline()
	case tab:
		w.base(' ')
		if w.multi {
			w.b.WriteString("   ")
		}
	case mark:
		if w.last != 0 && w.last != ' ' && w.marks < marksPerBase {
			w.marks++
			w.b.WriteRune(r)
		}
	case emojiMark:
		if w.last != 0 && w.marks < marksPerBase && classOf(w.last) == pictograph {
			w.marks++
			w.b.WriteRune(r)
		}
	case joiner:
		next, _ := utf8.DecodeRuneInString(rest)
		if w.last != 0 && classOf(w.last) == pictograph && classOf(next) == pictograph {
			w.b.WriteRune(r)
		}
	case nonCharacter:
		w.base(utf8.RuneError)
	case drop:
	}
}

func (w *writer) base(r rune) {
	w.b.WriteRune(r)
	w.last, w.marks = r, 0
}

func (w *writer) newline() {
	if w.multi {
		w.b.WriteByte('\n')
		w.last, w.marks = 0, 0
		return
	}
	w.base(' ')
}
