package workbook

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxToken is more than any element or text of a workbook has: a cell holds
// 32,767 characters.
const maxToken = 1 << 20

// element is where an element opens or closes.
type element struct {
	name  string
	attrs []xml.Attr
	opens bool
}

func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}

// tokens reads a file of XML, elements that nest as they must, nothing defined
// by the file itself.
type tokens struct {
	meter meter
	d     *xml.Decoder
	open  []string
	ended bool
}

func newTokens(from io.Reader, room *int64) *tokens {
	t := &tokens{meter: meter{r: from, room: room}}
	t.d = xml.NewDecoder(&t.meter)
	return t
}

// meter counts what is unpacked: in all, and since the last token.
type meter struct {
	r     io.Reader
	room  *int64
	token int
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.token += n
	if *m.room -= int64(n); *m.room < 0 || m.token > maxToken {
		return 0, ErrLarge
	}
	return n, err
}

// raw is the next token of any sort, valid until the one after it.
func (t *tokens) raw() (xml.Token, error) {
	t.meter.token = 0
	tok, err := t.d.RawToken()
	switch {
	case err == nil:
		return tok, nil
	case errors.Is(err, ErrLarge):
		return nil, ErrLarge
	case errors.Is(err, io.EOF) && t.ended && len(t.open) == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return nil, fmt.Errorf("%w: %w", ErrBroken, err)
}

// next is the next place where an element opens or closes; io.EOF after the last.
func (t *tokens) next() (element, error) {
	for {
		tok, err := t.raw()
		if err != nil {
			return element{}, err
		}
		switch x := tok.(type) {
		case xml.StartElement:
			if len(t.open) > 256 {
				return element{}, ErrLarge
			}
			t.open = append(t.open, x.Name.Local)
			return element{name: x.Name.Local, attrs: x.Attr, opens: true}, nil
		case xml.EndElement:
			return element{name: x.Name.Local}, t.close(x.Name.Local)
		}
	}
}

func (t *tokens) close(name string) error {
	n := len(t.open) - 1
	if n < 0 || t.open[n] != name {
		return fmt.Errorf("%w: </%s>", ErrBroken, name)
	}
	t.open, t.ended = t.open[:n], n == 0
	return nil
}

// text is what an element that has just opened says up to its end: the texts of
// its parts, without how they are pronounced.
func (t *tokens) text(e element) (string, error) {
	var out strings.Builder
	depth, silent := len(t.open), 0
	for {
		tok, err := t.raw()
		if err != nil {
			return "", err
		}
		switch x := tok.(type) {
		case xml.StartElement:
			t.open = append(t.open, x.Name.Local)
			if x.Name.Local == "rPh" && silent == 0 {
				silent = len(t.open)
			}
		case xml.EndElement:
			if len(t.open) == silent {
				silent = 0
			}
			if err := t.close(x.Name.Local); err != nil {
				return "", err
			}
			if len(t.open) < depth {
				return escaped(out.String()), nil
			}
		case xml.CharData:
			if in := t.open[len(t.open)-1]; silent == 0 && (in == "t" || in == "v") {
				out.Write(x)
			}
		}
		if out.Len() > maxToken || len(t.open) > 256 {
			return "", ErrLarge
		}
	}
}

// escaped reads the characters that XML cannot hold: _x000D_ (ECMA-376, 22.9.2.19).
func escaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for {
		at := strings.Index(s, "_x")
		if at < 0 || at+7 > len(s) {
			return out.String() + s
		}
		n, err := strconv.ParseUint(s[at+2:at+6], 16, 32)
		if err != nil || s[at+6] != '_' || !utf8.ValidRune(rune(n)) {
			out.WriteString(s[:at+2])
			s = s[at+2:]
			continue
		}
		out.WriteString(s[:at])
		out.WriteRune(rune(n))
		s = s[at+7:]
	}
}
