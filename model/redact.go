package model

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Email is an address on its way to a log or to a shared screen: whatever way
// it is printed (every verb of fmt, JSON, slog), it comes out masked. Convert
// back with string(e) where the whole address is meant.
type Email string

// String is the address masked: j***@d***.fr.
func (e Email) String() string { return MaskEmail(string(e)) }

// Format writes the masked form whatever the verb.
func (e Email) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.String()) }

// MarshalText gives the masked form.
func (e Email) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// LogValue gives the masked form.
func (e Email) LogValue() slog.Value { return slog.StringValue(e.String()) }

// Hidden stands for a secret wherever one would be printed.
const Hidden = "[secret]"

// Secret is a password, a key or a token. Nothing prints it: not a verb of fmt,
// not JSON, not slog, not even as an unexported field of something printed
// (fmt does not call methods there, hence the pointer).
type Secret struct{ value *string }

// NewSecret hides a text.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal is the text itself, for the one place that needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String is Hidden.
func (s Secret) String() string { return Hidden }

// Format writes Hidden whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Hidden) }

// MarshalText gives Hidden.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Hidden), nil }

// LogValue gives Hidden.
func (s Secret) LogValue() slog.Value { return slog.StringValue(Hidden) }

// MaskEmail keeps of an address what tells two mistakes apart and no person:
// the first letter of each side and the last label of the domain
// (j***@d***.fr). What has no @ becomes ***.
func MaskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "***"
	}
	domain := strings.TrimRight(address[at+1:], ".")
	masked := initial(address[:at]) + "***@" + initial(domain) + "***"
	if dot := strings.LastIndexByte(domain, '.'); dot >= 0 {
		masked += domain[dot:]
	}
	return masked
}

// initial is the first letter or digit of a text of several, nothing of a
// text of one: that would be all of it.
func initial(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	if i < 0 || utf8.RuneCountInString(s[i:]) < 2 {
		return ""
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return s[i : i+n]
}
