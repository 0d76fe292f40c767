package compose

import (
	"net/mail"
	"strings"
	"unicode/utf8"
)

// lineMax is the length of a header line that folding aims at (RFC 5322,
// 2.1.1); one word may be longer, up to 998.
const lineMax = 76

// appendHeader writes a header of printable ASCII, folded at its spaces.
func appendHeader(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ':')
	column := len(name) + 1
	for word := range strings.SplitSeq(value, " ") {
		if column+1+len(word) > lineMax && column > len(name)+1 {
			b = append(b, "\r\n"...)
			column = 0
		}
		b = append(b, ' ')
		b = append(b, word...)
		column += 1 + len(word)
	}
	return append(b, "\r\n"...)
}

// appendText writes a header of free text, one line of it: as it is when it is
// plain, else as encoded words (RFC 2047).
func appendText(b []byte, name, value string) []byte {
	return appendHeader(b, name, encodeText(value))
}

// encodeText makes a text fit for a header.
func encodeText(s string) string {
	if printableASCII(s) && !strings.Contains(s, "=?") && !longWord(s) {
		return s
	}
	return encodedWords(s)
}

func longWord(s string) bool {
	for word := range strings.SplitSeq(s, " ") {
		if len(word) > 60 {
			return true
		}
	}
	return false
}

// encodedWords writes a text as Q-encoded words of at most 75 characters, cut
// between characters.
func encodedWords(s string) string {
	const (
		open      = "=?utf-8?q?"
		hexDigits = "0123456789ABCDEF"
	)
	var b strings.Builder
	b.WriteString(open)
	used := len(open) + 2
	for i := 0; i < len(s); {
		_, size := utf8.DecodeRuneInString(s[i:])
		plain := size == 1 && (isLetter(s[i]) && s[i] != '_' || isDigit(s[i]))
		width := 3 * size
		if plain || s[i] == ' ' {
			width = 1
		}
		if used+width > 75-12 { // 12: the longest name of a header we encode, its colon and space
			b.WriteString("?= " + open)
			used = len(open) + 2
		}
		switch {
		case plain:
			b.WriteByte(s[i])
		case s[i] == ' ':
			b.WriteByte('_')
		default:
			for _, c := range []byte(s[i : i+size]) {
				b.Write([]byte{'=', hexDigits[c>>4], hexDigits[c&15]})
			}
		}
		used += width
		i += size
	}
	b.WriteString("?=")
	return b.String()
}

// appendAddress writes a header that holds one address, its name quoted or
// encoded. The address must be checked before.
func appendAddress(b []byte, name string, a mail.Address) []byte {
	value := "<" + a.Address + ">"
	if a.Name != "" {
		value = displayName(a.Name) + " " + value
	}
	return appendHeader(b, name, value)
}

// displayName is the name of an address: a quoted string when it is ASCII.
func displayName(s string) string {
	if !printableASCII(s) || strings.Contains(s, "=?") || longWord(s) {
		return encodedWords(s)
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
