package compose

import (
	"net/mail"
	"unicode/utf8"
)

// lineMax is the length of a header line that folding aims at (RFC 5322,
// 2.1.1); one word may be longer, up to 998.
const lineMax = 76

// appendHeader writes a header of printable ASCII, folded at its spaces.
func appendHeader[T string | []byte](b []byte, name string, value T) []byte {
	b = append(b, name...)
	b = append(b, ':')
	column := len(name) + 1
	for at := 0; at <= len(value); {
		end := at
		for end < len(value) && value[end] != ' ' {
			end++
		}
		if column+1+end-at > lineMax && column > len(name)+1 {
			b = append(b, "\r\n"...)
			column = 0
		}
		b = append(b, ' ')
		b = append(b, value[at:end]...)
		column += 1 + end - at
		at = end + 1
	}
	return append(b, "\r\n"...)
}

// appendEncoded makes a text, one line of it, fit for a header: as it is when
// it is plain, else as encoded words (RFC 2047).
func appendEncoded(b []byte, s string) []byte {
	if plainHeader(s) {
		return append(b, s...)
	}
	return appendWords(b, s)
}

func plainHeader(s string) bool {
	const longest = 60 // of a word
	word := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c < 0x20 || c > 0x7e || c == '?' && i > 0 && s[i-1] == '=':
			return false
		case c == ' ':
			word = 0
		default:
			if word++; word > longest {
				return false
			}
		}
	}
	return true
}

// appendWords writes a text as Q-encoded words of at most 75 characters, cut
// between characters.
func appendWords(b []byte, s string) []byte {
	const (
		open      = "=?utf-8?q?"
		hexDigits = "0123456789ABCDEF"
	)
	b = append(b, open...)
	used := len(open) + 2
	for i := 0; i < len(s); {
		size := 1
		if s[i] >= utf8.RuneSelf {
			_, size = utf8.DecodeRuneInString(s[i:])
		}
		plain := size == 1 && (isLetter(s[i]) && s[i] != '_' || isDigit(s[i]))
		width := 3 * size
		if plain || s[i] == ' ' {
			width = 1
		}
		if used+width > 75-12 { // 12: the longest name of a header we encode, its colon and space
			b = append(b, "?= "+open...)
			used = len(open) + 2
		}
		switch {
		case plain:
			b = append(b, s[i])
		case s[i] == ' ':
			b = append(b, '_')
		default:
			for j := i; j < i+size; j++ {
				b = append(b, '=', hexDigits[s[j]>>4], hexDigits[s[j]&15])
			}
		}
		used += width
		i += size
	}
	return append(b, "?="...)
}

// appendMailbox writes an address, its name before it as a quoted string when
// it is plain, else encoded. The address must be checked before.
func appendMailbox(b []byte, a mail.Address) []byte {
	switch {
	case a.Name == "":
	case plainHeader(a.Name):
		b = append(b, '"')
		for i := 0; i < len(a.Name); i++ {
			if c := a.Name[i]; c == '"' || c == '\\' {
				b = append(b, '\\')
			}
			b = append(b, a.Name[i])
		}
		b = append(b, "\" "...)
	default:
		b = append(appendWords(b, a.Name), ' ')
	}
	b = append(b, '<')
	b = append(b, a.Address...)
	return append(b, '>')
}
