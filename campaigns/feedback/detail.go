package feedback

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDetail is how many bytes are kept of what a server said.
const maxDetail = 512

// detail is what a server said, fit to be kept: one line, no control characters,
// and no address but its domain, so that nobody stays in it who is erased.
func detail(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	s = addressed.ReplaceAllStringFunc(s, func(a string) string {
		return "…" + strings.Trim(a[strings.IndexByte(a, '@'):], "<>")
	})
	s = strings.Join(strings.Fields(s), " ")
	for len(s) > maxDetail {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}
