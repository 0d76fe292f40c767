package intake

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"blanche/model"
)

// The encodings, under the names of the report.
const (
	encUTF8    = "utf-8"
	enc1252    = "windows-1252"
	encMac     = "macroman"
	encUTF16LE = "utf-16le"
	encUTF16BE = "utf-16be"
)

// encodingNames are the other names that people give to them. Latin-1 is read
// as Windows-1252, as every browser does.
var encodingNames = map[string]string{
	"": "auto", "auto": "auto", "utf-8": encUTF8, "utf8": encUTF8,
	"windows-1252": enc1252, "cp1252": enc1252, "ansi": enc1252, "latin1": enc1252, "latin-1": enc1252, "iso-8859-1": enc1252, "iso-8859-15": enc1252,
	"macroman": encMac, "mac": encMac, "macintosh": encMac, "utf-16": "auto", "utf-16le": encUTF16LE, "utf-16be": encUTF16BE,
}

// charset is how the bytes of a file become text.
type charset struct {
	name  string
	mark  []byte            // the byte order mark at the head of the file
	table *[256]rune        // of a one-byte encoding
	wide  encoding.Encoding // of UTF-16: the whole stream is decoded first
	sheet string            // of a workbook, which this file was made of
	check bool              // rows may hold bytes that are not UTF-8
}

var marks = []struct {
	name string
	mark []byte
}{
	{encUTF8, []byte{0xef, 0xbb, 0xbf}},
	{encUTF16LE, []byte{0xff, 0xfe}},
	{encUTF16BE, []byte{0xfe, 0xff}},
}

// sniffCharset decides the encoding: the mark, then what UTF-8 explains, then
// Mac Roman when its letters stand out, else Windows-1252. A file of UTF-8 with a few stray bytes stays UTF-8 (French in
// Windows-1252 hardly ever spells a valid sequence): its bad rows are rejected
// rather than all its accents ruined.
func sniffCharset(s *source, want, file string) (charset, error) {
	name, ok := encodingNames[strings.ToLower(strings.TrimSpace(want))]
	if !ok {
		return charset{}, model.Invalid("import.encoding_unknown", "encoding", want).Hint("import.encoding_hint")
	}
	c := charset{name: name}
	for _, m := range marks {
		if bytes.HasPrefix(s.head, m.mark) && (name == "auto" || name == m.name) {
			c.name, c.mark = m.name, m.mark
		}
	}
	if c.name == "auto" {
		switch {
		case zeros(s.head, 1):
			c.name = encUTF16LE
		case zeros(s.head, 0):
			c.name = encUTF16BE
		case s.invalid == 0 || s.multi > 4*s.invalid:
			c.name = encUTF8
		case s.mac():
			c.name = encMac
		default:
			c.name = enc1252
		}
	}
	if bytes.HasPrefix(s.head, []byte("\xd0\xcf\x11\xe0")) { // .xls
		return c, spreadsheet(file)
	}
	if !strings.HasPrefix(c.name, "utf-16") && program(s.head) {
		return c, model.Invalid("import.binary", "file", file).Hint("import.binary_hint")
	}
	c.table, c.wide = tables()[c.name], wides[c.name]
	c.check = c.name == encUTF8 && s.invalid > 0
	return c, nil
}

// mac reports a file of an old Macintosh: à ç é è ê are there five bytes that
// French in Windows-1252 never has (three of them mean nothing, the others are ˆ
// and Ž), and stand where Windows-1252 would have its own.
func (s *source) mac() bool {
	macs, windows := 0, 0
	for _, b := range []byte{0x88, 0x8d, 0x8e, 0x8f, 0x90} {
		macs += s.odd[b]
	}
	for _, b := range []byte("\xe0\xe2\xe7\xe8\xe9\xea\xeb\xee\xef\xf4\xf9\xfb\xc9") {
		windows += s.odd[b]
	}
	return macs > 4*windows
}

// zeros reports whether nearly every second byte from a parity on is zero: the
// look of UTF-16 without a mark.
func zeros(head []byte, parity int) bool {
	head = head[:min(len(head), 4096)]
	n := 0
	for i := parity; i < len(head); i += 2 {
		if head[i] == 0 {
			n++
		}
	}
	return len(head) >= 8 && n*10 > (len(head)/2)*7
}

// program recognises a spreadsheet, an archive or a program that was given as
// it is: by its first bytes, or by many that no text has.
func program(head []byte) bool {
	for _, magic := range []string{"PK\x03\x04", "\xd0\xcf\x11\xe0", "\x1f\x8b", "%PDF"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	head, odd := head[:min(len(head), 4096)], 0
	for _, x := range head {
		if x < '\t' || x > '\r' && x < ' ' && x != 0x1b {
			odd++
		}
	}
	return len(head) >= 64 && odd*10 > len(head)
}

var wides = map[string]encoding.Encoding{
	encUTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	encUTF16BE: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
}

var tables = sync.OnceValue(func() map[string]*[256]rune {
	all := map[string]*[256]rune{}
	for name, cm := range map[string]*charmap.Charmap{enc1252: charmap.Windows1252, encMac: charmap.Macintosh} {
		t := new([256]rune)
		for i := range t {
			t[i] = cm.DecodeByte(byte(i))
		}
		all[name] = t
	}
	return all
})

// reader makes the stream one in which delimiters, quotes and line ends are
// single bytes: UTF-16 becomes UTF-8, the others stay as they are.
func (c *charset) reader(r io.Reader) io.Reader {
	if c.wide == nil {
		return r
	}
	return transform.NewReader(r, c.wide.NewDecoder())
}

// writer is the inverse of reader, for a file in the input's own encoding.
func (c *charset) writer(w io.Writer) io.Writer {
	if c.wide == nil {
		return w
	}
	return transform.NewWriter(w, c.wide.NewEncoder())
}

// text decodes a cell.
func (c *charset) text(b []byte) string {
	if c.table == nil || ascii(b) {
		return string(b)
	}
	out := make([]byte, 0, len(b)+len(b)/2)
	for _, x := range b {
		out = utf8.AppendRune(out, c.table[x])
	}
	return string(out)
}

// bytes encodes a cell as the file does (UTF-16 is encoded as a whole, by
// writer); what the encoding lacks becomes a question mark.
func (c *charset) bytes(s string) []byte {
	if c.table == nil || ascii([]byte(s)) {
		return []byte(s)
	}
	cm := charmap.Windows1252
	if c.name == encMac {
		cm = charmap.Macintosh
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := cm.EncodeRune(r)
		if !ok {
			b = '?'
		}
		out = append(out, b)
	}
	return out
}

func ascii(b []byte) bool {
	for len(b) >= 8 && binary.NativeEndian.Uint64(b)&0x8080808080808080 == 0 {
		b = b[8:]
	}
	for _, x := range b {
		if x >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
