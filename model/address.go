package model

import (
	"net/mail"
	"strings"
)

// EmailKey is the form of an address under which it is found and compared:
// without surrounding space, in lower case. Callers give NFC text.
func EmailKey(email string) string {
	for i := range len(email) {
		if b := email[i]; b <= ' ' || b >= 0x7f || b >= 'A' && b <= 'Z' {
			return strings.ToLower(strings.TrimSpace(email))
		}
	}
	return email
}

// ValidEmail reports whether an address can be written on an envelope: one @,
// a local part of at most 64 bytes, a domain with a dot, no space, no control
// character and no quote. It never claims that the address exists.
func ValidEmail(email string) bool {
	return PlainAddress(email) || validEmail(email)
}

func validEmail(email string) bool {
	if len(email) > 254 || strings.ContainsAny(email, " \t\r\n\x00<>\"(),:;\\[]") {
		return false
	}
	at := strings.LastIndexByte(email, '@')
	if at < 1 || at > 64 || strings.Count(email, "@") != 1 {
		return false
	}
	for _, r := range email {
		if r < 0x21 || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == '\u202e' || r == '\u200b' || r == '\ufeff' || r == '\ufffd' {
			return false
		}
	}
	if !validDomain(email[at+1:]) {
		return false
	}
	if plainLocal(email[:at]) && isASCII(email[at:]) {
		return true
	}
	_, err := mail.ParseAddress(email)
	return err == nil
}

// PlainAddress accepts the usual form of an address, letters and digits with
// single dots, dashes and underscores between them, without the cost of reading
// it by the grammar: what it accepts is valid, not the other way round.
func PlainAddress(s string) bool {
	at, dots, prev := 0, 0, byte('.')
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z':
		case c == '.' && prev != '.' && prev != '@' && (at == 0 || prev != '-'):
			if at > 0 {
				dots++
			}
		case c == '-' && (at == 0 || prev != '.' && prev != '@'), c == '_' && at == 0:
		case c == '@' && at == 0 && prev != '.' && i <= 64:
			at = i
		default:
			return false
		}
		prev = c
	}
	return at > 0 && dots > 0 && len(s)-at <= 64 && prev != '.' && prev != '-' && prev != '@'
}

// plainLocal reports a dot-atom of ASCII letters, digits and the signs that
// RFC 5322, 3.2.3, gives to atoms: what nearly every address has before its @.
func plainLocal(local string) bool {
	dot := true // or the beginning
	for i := range len(local) {
		b := local[i]
		if b == '.' && dot || b >= 0x80 || b < '!' || strings.IndexByte("\"(),:;<>@[\\]", b) >= 0 || b == 0x7f {
			return false
		}
		dot = b == '.'
	}
	return !dot
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func validDomain(domain string) bool {
	if len(domain) > 253 || !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r < 0x80 && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
				return false
			}
		}
	}
	return true
}

// Domain is the part of an address after the @, in lower case.
func Domain(email string) string {
	at := strings.LastIndexByte(email, '@')
	return strings.ToLower(email[at+1:])
}
