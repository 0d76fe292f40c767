package feedback

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"net/mail"
	"net/textproto"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the charsets that people still write
)

// Bounds of what is read of a message: strangers write it.
const (
	maxDepth  = 6
	maxParts  = 60
	maxPart   = 256 << 10
	maxHeader = 128 << 10
)

// letter is a message taken apart: no part is within another any more.
type letter struct {
	header   textproto.MIMEHeader // words decoded
	parts    []part
	returned textproto.MIMEHeader // of our message, where it came back; never nil
}

type part struct {
	kind string // "text/plain"
	text string
}

// open takes a message apart.
func open(raw []byte) (*letter, bool) {
	raw = bytes.TrimLeft(raw, "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) { // of an mbox
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	e, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: maxHeader})
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil, false
	}
	m := &letter{header: headerOf(&e.Header), returned: textproto.MIMEHeader{}}
	if len(m.header) == 0 {
		return nil, false
	}
	m.take(e, 0)
	return m, true
}

// take adds the parts of an entity; what is broken in the middle ends there.
func (m *letter) take(e *message.Entity, depth int) {
	if depth > maxDepth || len(m.parts) >= maxParts {
		return
	}
	if parts := e.MultipartReader(); parts != nil {
		for len(m.parts) < maxParts {
			p, err := parts.NextPart()
			if p == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return
			}
			m.take(p, depth+1)
		}
		return
	}
	kind, _, err := e.Header.ContentType()
	if err != nil || kind == "" {
		kind = "text/plain"
	}
	body, _ := io.ReadAll(io.LimitReader(e.Body, maxPart)) // what came before an error is read
	m.parts = append(m.parts, part{kind: strings.ToLower(kind), text: string(body)})
	switch m.parts[len(m.parts)-1].kind {
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
		if len(m.returned) == 0 {
			m.returned = fields(string(body))
		}
	}
}

// headerOf decodes the words of a header.
func headerOf(h *message.Header) textproto.MIMEHeader {
	out := textproto.MIMEHeader{}
	for f := h.Fields(); f.Next(); {
		text, err := f.Text()
		if err != nil {
			text = f.Value()
		}
		out.Add(f.Key(), text)
	}
	return out
}

// fields reads "Name: value" lines up to the first empty one; a broken line is
// left out.
func fields(s string) textproto.MIMEHeader {
	out := textproto.MIMEHeader{}
	name := ""
	lines := bufio.NewScanner(strings.NewReader(strings.TrimLeft(s, "\r\n")))
	lines.Buffer(nil, maxPart+1)
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		if strings.TrimSpace(line) == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if v := out[name]; len(v) > 0 {
				v[len(v)-1] += " " + strings.TrimSpace(line)
			}
			continue
		}
		key, value, found := strings.Cut(line, ":")
		if !found || strings.ContainsAny(key, " \t") {
			name = ""
			continue
		}
		name = textproto.CanonicalMIMEHeaderKey(key)
		out[name] = append(out[name], strings.TrimSpace(value))
	}
	return out
}

// part is the text of the first part of one of some kinds.
func (m *letter) part(kinds ...string) (string, bool) {
	for _, p := range m.parts {
		for _, k := range kinds {
			if p.kind == k {
				return p.text, true
			}
		}
	}
	return "", false
}

// text is what a person reads: the plain part, else the words of the page.
func (m *letter) text() string {
	if t, has := m.part("text/plain"); has {
		return t
	}
	page, _ := m.part("text/html")
	return words(page)
}

// words are those of a page: tags become spaces.
func words(page string) string {
	var b strings.Builder
	in := false
	for _, r := range page {
		switch {
		case r == '<':
			in = true
		case r == '>' && in:
			in = false
			b.WriteByte('\n')
		case !in:
			b.WriteRune(r)
		}
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&nbsp;", " ", "&#39;", "'", "&quot;", `"`).Replace(b.String())
}

// sender is the address of From, in lower case.
func (m *letter) sender() string {
	from := m.header.Get("From")
	if a, err := mail.ParseAddress(from); err == nil {
		return strings.ToLower(a.Address)
	}
	return strings.ToLower(from)
}

// parameter is a parameter of the content type, "" without.
func (m *letter) parameter(name string) string {
	_, params, _ := mime.ParseMediaType(m.header.Get("Content-Type"))
	return strings.ToLower(params[name])
}
