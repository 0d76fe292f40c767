package ssh

import (
	"bytes"
	"unicode/utf8"
)

// line edits what is typed at a command that has a terminal, as the kernel does
// in its canonical mode: there is no kernel terminal behind a session.
type line struct {
	text   []byte
	escape int // where in an escape sequence, which is swallowed
	cr     bool
}

// What a key may mean besides text.
type lineEvent uint8

const (
	lineText      lineEvent = iota
	lineInterrupt           // ctrl+c
	lineEnd                 // ctrl+d on an empty line
)

// maxLine is what the kernel keeps of a line.
const maxLine = 4096

// edit takes what was typed and returns what to show, the lines that are
// complete (with their newline), and what else it meant.
func (l *line) edit(typed []byte) (echo, lines []byte, event lineEvent) {
	lines = []byte{}
	for _, b := range typed {
		if l.inEscape(b) {
			continue
		}
		wasCR := l.cr
		l.cr = b == '\r'
		switch {
		case b == 0x03:
			l.text = l.text[:0]
			return append(echo, "^C\n"...), lines, lineInterrupt
		case b == 0x04 && len(l.text) == 0:
			return echo, lines, lineEnd
		case b == 0x04:
			lines = append(lines, l.flush()...)
		case b == '\n' && wasCR:
		case b == '\r' || b == '\n':
			lines = append(append(lines, l.flush()...), '\n')
			echo = append(echo, '\n')
		case b == 0x7f || b == '\b':
			echo = append(echo, l.erase()...)
		case b == 0x15:
			for len(l.text) > 0 {
				echo = append(echo, l.erase()...)
			}
		case b < 0x20 || len(l.text) >= maxLine:
			echo = append(echo, '\a')
		default:
			l.text = append(l.text, b)
			echo = append(echo, b)
		}
	}
	return echo, lines, lineText
}

// inEscape swallows escape sequences (arrows, function keys): ESC, then one
// byte, or "[" and everything to its final byte.
func (l *line) inEscape(b byte) bool {
	switch {
	case b == 0x1b:
		l.escape = 1
	case l.escape == 1 && (b == '[' || b == 'O'):
		l.escape = 2
	case l.escape == 1, l.escape == 2 && b >= 0x40:
		l.escape = 0
	case l.escape == 0:
		return false
	}
	return true
}

// erase takes the last character away.
func (l *line) erase() []byte {
	if len(l.text) == 0 {
		return nil
	}
	_, n := utf8.DecodeLastRune(l.text)
	l.text = l.text[:len(l.text)-n]
	return []byte("\b \b")
}

// flush gives the line as far as it was typed, and begins the next.
func (l *line) flush() []byte {
	text := bytes.Clone(l.text)
	if text == nil {
		text = []byte{}
	}
	l.text = l.text[:0]
	return text
}
