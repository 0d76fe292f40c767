package compose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// slot is the place a value stands in; it decides how it is escaped.
type slot uint8

const (
	inText    slot = iota // the subject and the text part: one line, no control character
	inHTML                // between tags or in an attribute: HTML-escaped too
	inRaw                 // HTML, the author wrote | raw
	inURL                 // the beginning of a link of the HTML part: the scheme is checked
	inURLPart             // further in a link of the HTML part
	inTextURL             // as inURL, in the text part
	inTextPart
)

// escapers are in the order of the slots, under the name of their filter. Each
// appends a value as its slot wants it.
var escapers = []struct {
	filter string
	escape func(b []byte, s string) []byte
}{
	inText:     {"blanche_text", func(b []byte, s string) []byte { return append(b, clean(s)...) }},
	inHTML:     {"blanche_html", func(b []byte, s string) []byte { return appendHTML(b, clean(s)) }},
	inRaw:      {"blanche_raw", func(b []byte, s string) []byte { return append(b, cleanRaw(s)...) }},
	inURL:      {"blanche_url", func(b []byte, s string) []byte { return appendHTML(b, safeURL(clean(s))) }},
	inURLPart:  {"blanche_url_part", func(b []byte, s string) []byte { return appendHTML(b, encodeURL(clean(s))) }},
	inTextURL:  {"blanche_text_url", func(b []byte, s string) []byte { return append(b, safeURL(clean(s))...) }},
	inTextPart: {"blanche_text_part", func(b []byte, s string) []byte { return append(b, encodeURL(clean(s))...) }},
}

// appendHTML writes a text for HTML, as html.EscapeString does.
func appendHTML(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var entity string
		switch s[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&#34;"
		case '\'':
			entity = "&#39;"
		default:
			continue
		}
		b = append(append(b, s[from:i]...), entity...)
		from = i + 1
	}
	return append(b, s[from:]...)
}

// clean makes a value one line of readable characters: blanks of any kind
// become a space, control characters and reversals of direction go, bytes that
// are not UTF-8 become U+FFFD.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	return strings.Map(cleanRune, strings.ToValidUTF8(s, "\ufffd"))
}

func isClean(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == 0x7f || c == 0xc2 || c == 0xe2 {
			return !strings.ContainsFunc(s, func(r rune) bool { return cleanRune(r) != r }) && utf8.ValidString(s)
		}
	}
	return utf8.ValidString(s)
}

func cleanRune(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == 0x85:
		return ' '
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return -1
	case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
		return -1
	}
	return r
}

// cleanRaw is clean for a value that may hold several lines of HTML.
func cleanRaw(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if r == '\r' {
			return -1
		}
		return cleanRune(r)
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// safeURL lets the schemes of a message through and turns any other into "#".
// A value without a scheme is kept: it is a path or a host of the author.
func safeURL(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, ":/?#"); i >= 0 && s[i] == ':' {
		switch strings.ToLower(s[:i]) {
		case "http", "https", "mailto", "tel":
		default:
			return "#"
		}
	}
	return encodeURL(s)
}

// encodeURL percent-encodes what cannot stand in a link and leaves the rest,
// so that a value that is encoded already stays so.
func encodeURL(s string) string {
	const hexDigits = "0123456789ABCDEF"
	i := 0
	for i < len(s) && standsInURL(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		c := s[i]
		if standsInURL(c) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

// urlBytes are the bytes that a link may hold as they are.
var urlBytes = func() (stands [256]bool) {
	for c := range stands {
		stands[c] = c > 0x20 && c < 0x7f && strings.IndexByte("\"'<>\\^`{|}", byte(c)) < 0
	}
	return stands
}()

func standsInURL(c byte) bool { return urlBytes[c] }

// oneLine is clean with its blanks collapsed, as a header wants it.
func oneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(clean(s)), " ")
}

// isOneLine reports that there is nothing to clean and nothing to collapse.
func isOneLine(s string) bool {
	before := ' '
	for _, r := range s {
		switch {
		case r == ' ' && before == ' ' || r < ' ' || r >= 0x7f && r <= 0xa0:
			return false
		case r > 0xff && (r == utf8.RuneError || cleanRune(r) != r || unicode.IsSpace(r)):
			return false
		}
		before = r
	}
	return s == "" || before != ' '
}
