package compose

// quotedMax is the length of a quoted-printable line, its soft break counted
// (RFC 2045, 6.7).
const quotedMax = 76

// asIs are the bytes that quoted-printable leaves alone; space and tab depend
// on what follows, and a dot at the start of a line is written as =2E so that
// no relay has to double it.
var asIs = func() (t [256]bool) {
	for c := 0x21; c < 0x7f; c++ {
		t[c] = c != '='
	}
	return t
}()

// standsAsItIs reports whether a value is the same once it is escaped for its
// slot and written in quoted-printable, on one or two lines of its own that end
// softly (appendAsItIs): most are, and so are the addresses of a person's links.
// What it does not accept is written by the rules.
func standsAsItIs(v string, s slot) bool {
	if len(v) == 0 || len(v) > 2*(quotedMax-1) || v[0] == '.' || v[len(v)-1] == ' ' || s == inURL || s == inTextURL {
		return false
	}
	two := len(v) >= quotedMax
	if two && v[quotedMax-1] == '.' {
		return false
	}
	spaces := !two && (s == inText || s == inHTML || s == inRaw)
	for i := range len(v) {
		if !asItStands[v[i]] && (v[i] != ' ' || !spaces) {
			return false
		}
	}
	return true
}

// appendAsItIs writes a value that stands as it is.
func appendAsItIs(b []byte, v string) []byte {
	if len(v) >= quotedMax {
		b = append(append(b, v[:quotedMax-1]...), "=\r\n"...)
		v = v[quotedMax-1:]
	}
	return append(append(b, v...), "=\r\n"...)
}

// asItStands are the bytes that no slot escapes and quoted-printable leaves
// alone, the space apart.
var asItStands = func() (t [256]bool) {
	for c := range t {
		t[c] = asIs[c] && standsInURL(byte(c)) && c != '&'
	}
	return t
}()

// softBreak ends a line without ending that of the text.
func softBreak(b []byte) []byte {
	if n := len(b); n == 0 || b[n-1] == '\n' {
		return b
	}
	return append(b, "=\r\n"...)
}

// appendQuoted writes a text as quoted-printable. Lines of the text end in \n
// or \r\n; those written end in CRLF. A lone \r is encoded.
func appendQuoted(b, text []byte) []byte {
	const hexDigits = "0123456789ABCDEF"
	column := 0
	for i := 0; i < len(text); i++ {
		run := i // a run of plain bytes that fits on the line, but a dot that begins it
		for run < len(text) && run-i < quotedMax-1-column && asIs[text[run]] && (column > 0 || run > i || text[run] != '.') {
			run++
		}
		b = append(b, text[i:run]...)
		column += run - i
		if i = run; i == len(text) {
			break
		}
		c := text[i]
		if c == '\n' {
			b = append(b, "\r\n"...)
			column = 0
			continue
		}
		if c == '\r' && i+1 < len(text) && text[i+1] == '\n' {
			continue
		}
		plain := asIs[c] && (c != '.' || column > 0)
		if (c == ' ' || c == '\t') && i+1 < len(text) && text[i+1] != '\n' && text[i+1] != '\r' {
			plain = true
		}
		width := 3
		if plain {
			width = 1
		}
		if column+width > quotedMax-1 {
			b = append(b, "=\r\n"...)
			column = 0
			if c == '.' {
				plain, width = false, 3
			}
		}
		if plain {
			b = append(b, c)
		} else {
			b = append(b, '=', hexDigits[c>>4], hexDigits[c&15])
		}
		column += width
	}
	return b
}
