package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// formulaSigns make a spreadsheet compute a cell (OWASP, CSV injection;
// CWE-1236), full-width forms included; | is the bar of a DDE call.
const formulaSigns = "=+-@|＝＋－＠｜"

// Computes reports whether a spreadsheet could take a text for a formula: it
// begins with one of the signs, also behind spaces and quotation marks, or with a
// character that some of them skip (a tab, a line end, NUL).
func Computes(s string) bool {
	if s == "" {
		return false
	}
	if strings.IndexByte("\t\r\n\x00", s[0]) >= 0 {
		return true
	}
	behind := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\ufeff' || r == '\u200b' })
	first, _ := utf8.DecodeRuneInString(behind)
	return behind != "" && strings.ContainsRune(formulaSigns, first)
}

// Harmless is a text as it goes into a cell: with an apostrophe in front of what
// computes, and of such an apostrophe itself, so that Unguarded gives back every
// text. Numbers with their sign (-12,50, +33612345678) are left as they are.
func Harmless(s string) string {
	if s == "" || signedNumber(s) {
		return s
	}
	if Computes(s) || Guarded(s) {
		return "'" + s
	}
	return s
}

// Guarded reports whether a text has an apostrophe in front that a file put
// there: before what computes, before a digit (as Excel does), or before such an
// apostrophe.
func Guarded(s string) bool {
	if s == "" || s[0] != '\'' {
		return false
	}
	rest := strings.TrimLeft(s, "'")
	return rest != "" && (rest[0] >= '0' && rest[0] <= '9' || Computes(rest))
}

// Unguarded takes one such apostrophe off.
func Unguarded(s string) string {
	if Guarded(s) {
		return s[1:]
	}
	return s
}

// signedNumber reports whether a text is a sign and a number, of which a
// spreadsheet makes that number.
func signedNumber(s string) bool {
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	return s != "" && s[0] >= '0' && s[0] <= '9' && strings.Trim(s, "0123456789.,") == ""
}
