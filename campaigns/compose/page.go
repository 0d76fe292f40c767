package compose

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/vanng822/go-premailer/premailer"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// marker stands for a token of Liquid while the text around it goes through
// Markdown, the frame and the style sheet: a word of letters and digits that
// none of them touches, inside a comment where a word would be text.
type marker struct {
	prefix string
	find   *regexp.Regexp
}

// newMarker makes a marker that the source does not hold.
func newMarker(source string) marker {
	lower := strings.ToLower(source)
	n := 0
	for strings.Contains(lower, "zq"+strconv.Itoa(n)+"x") {
		n++
	}
	prefix := "zq" + strconv.Itoa(n) + "x"
	return marker{prefix, regexp.MustCompile(`(?:<!--|&lt;!--)?` + prefix + `(\d+)qz(?:--&gt;|-->|="")?`)}
}

func (m marker) word(i int) string { return m.prefix + strconv.Itoa(i) + "qz" }

// page is a message whose Liquid is set aside under markers.
type page struct {
	tokens []token // all, those of the footer after those of the body
	marker marker
	html   string
}

// newPage makes the HTML page of a body: Markdown or HTML, framed, with a
// footer, its style sheet inlined. body holds the tokens of the body, footer
// those of the footer.
func newPage(body, footer []token, isHTML bool, lang, title, source string) (*page, error) {
	p := &page{tokens: append(append([]token{}, body...), footer...), marker: newMarker(source)}
	text := p.mark(0, len(body), isHTML)
	if !isHTML {
		var err error
		if text, err = markdown(text); err != nil {
			return nil, err
		}
	}
	full := frame(lang, title, text, p.mark(len(body), len(p.tokens), true))
	options := premailer.NewOptions()
	options.CssToAttributes = false
	inlined, err := inline(full, options)
	if err != nil {
		return nil, err
	}
	p.html = inlined
	return p, nil
}

// inline turns the rules of <style> into style attributes; what cannot be
// inlined (@media, :hover) stays. The library panics on some style sheets.
func inline(full string, options *premailer.Options) (out string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("style sheet: %v", r)
		}
	}()
	pre, err := premailer.NewPremailerFromString(full, options)
	if err != nil {
		return "", fmt.Errorf("style sheet: %w", err)
	}
	return pre.Transform()
}

// markdown makes HTML; the author's own HTML goes through.
func markdown(text string) (string, error) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldhtml.WithUnsafe()))
	var b bytes.Buffer
	if err := md.Convert([]byte(text), &b); err != nil {
		return "", fmt.Errorf("markdown: %w", err)
	}
	return b.String(), nil
}

// mark writes tokens [from, to) with markers for the Liquid.
func (p *page) mark(from, to int, isHTML bool) string {
	var b strings.Builder
	place := htmlPlace{}
	for i := from; i < to; i++ {
		t := &p.tokens[i]
		word := p.marker.word(i)
		switch {
		case t.kind == literal:
			b.WriteString(t.text)
			place.read(t.text)
		case t.kind == tag && isHTML && place.betweenTags():
			b.WriteString("<!--" + word + "-->")
		case t.kind == tag && !isHTML && p.aloneOnLine(i, from, to):
			b.WriteString("<!--" + word + "-->")
		default:
			b.WriteString(word)
		}
	}
	return b.String()
}

// aloneOnLine reports whether a tag shares its line with other tags at most:
// in Markdown it is then a block of its own, not part of a paragraph.
func (p *page) aloneOnLine(i, from, to int) bool {
	for j := i - 1; j >= from; j-- {
		t := &p.tokens[j]
		if t.kind == object {
			return false
		}
		if t.kind == literal {
			k := strings.LastIndexByte(t.text, '\n')
			if strings.TrimSpace(t.text[k+1:]) != "" {
				return false
			}
			if k >= 0 {
				break
			}
		}
	}
	for j := i + 1; j < to; j++ {
		t := &p.tokens[j]
		if t.kind == object {
			return false
		}
		if t.kind == literal {
			line, _, found := strings.Cut(t.text, "\n")
			if strings.TrimSpace(line) != "" {
				return false
			}
			if found {
				break
			}
		}
	}
	return true
}

// htmlPlace follows a reading of HTML: between tags, inside one, or inside an
// element whose content is not HTML.
type htmlPlace struct {
	inTag bool
	quote byte
	text  string // what was read of the current tag, or the name of the raw element
	raw   string
}

func (h *htmlPlace) betweenTags() bool { return !h.inTag && h.raw == "" }

func (h *htmlPlace) read(s string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case h.raw != "":
			if c == '<' && len(s)-i > len(h.raw)+1 && strings.EqualFold(s[i+1:i+2+len(h.raw)], "/"+h.raw) {
				h.raw = ""
				h.inTag, h.text = true, ""
			}
		case !h.inTag:
			if c == '<' && i+1 < len(s) && (isLetter(s[i+1]) || s[i+1] == '/' || s[i+1] == '!') {
				h.inTag, h.text = true, ""
			}
		case h.quote != 0:
			if c == h.quote {
				h.quote = 0
			}
		case c == '>':
			h.inTag = false
			if name := strings.ToLower(h.text); name == "style" || name == "script" || name == "title" || name == "textarea" {
				h.raw = name
			}
		case (c == '"' || c == '\'') && strings.HasSuffix(strings.TrimRight(s[:i], " \t\r\n"), "="):
			h.quote = c
		case isLetter(c) && len(h.text) < 16 && !strings.HasSuffix(h.text, " "):
			h.text += string(c)
		default:
			if h.text != "" && !strings.HasSuffix(h.text, " ") {
				h.text = strings.TrimSpace(h.text) + " "
			}
		}
	}
}

// pieces cuts a text with markers into pieces; slotOf says where each value
// stands.
func (p *page) pieces(text string, slotOf func(i int) slot) []piece {
	var out []piece
	at := 0
	for _, m := range p.marker.find.FindAllStringSubmatchIndex(text, -1) {
		i, err := strconv.Atoi(text[m[2]:m[3]])
		if err != nil || i >= len(p.tokens) {
			continue
		}
		if m[0] > at {
			out = append(out, piece{token: &token{kind: literal, text: text[at:m[0]]}})
		}
		out = append(out, piece{token: &p.tokens[i], slot: slotOf(i), index: i})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, piece{token: &token{kind: literal, text: text[at:]}})
	}
	return out
}

// slots finds the values that stand in a link: at its beginning, where they
// bring the scheme, or further.
func (p *page) slots() map[int]slot {
	found := map[int]slot{}
	z := html.NewTokenizer(strings.NewReader(p.html))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
			for {
				key, value, more := z.TagAttr()
				if k := string(key); k == "href" || k == "src" || k == "background" || k == "action" {
					p.linkSlots(string(value), found)
				}
				if !more {
					break
				}
			}
		}
	}
}

// linkSlots marks the values of one link. In a link with tags any value may
// come first, so that each brings a scheme to check.
func (p *page) linkSlots(value string, found map[int]slot) {
	value = strings.TrimSpace(value)
	first := inURLPart
	marks := p.marker.find.FindAllStringSubmatchIndex(value, -1)
	for _, m := range marks {
		if i, err := strconv.Atoi(value[m[2]:m[3]]); err == nil && i < len(p.tokens) && p.tokens[i].kind == tag {
			first = inURL
		}
	}
	at, bare := 0, true // bare: nothing but values so far
	for _, m := range marks {
		bare = bare && m[0] == at
		at = m[1]
		i, err := strconv.Atoi(value[m[2]:m[3]])
		if err != nil || i >= len(p.tokens) {
			continue
		}
		found[i] = first
		if bare {
			found[i] = inURL
		}
	}
}

// moved is the first token that HTML does not keep where the author wrote it
// (text straight inside a <table>), nil when there is none.
func (p *page) moved() *token {
	next := 0
	for _, m := range p.marker.find.FindAllStringSubmatch(p.html, -1) {
		i, err := strconv.Atoi(m[1])
		if err != nil || i >= len(p.tokens) {
			continue
		}
		for ; next < i; next++ {
			if p.tokens[next].kind == tag {
				return &p.tokens[i] // it came before a tag that is written before it
			}
		}
		if i < next {
			if p.tokens[i].kind == object {
				continue // a bare address that Markdown made a link shows its value twice
			}
			return &p.tokens[i]
		}
		next = i + 1
	}
	for ; next < len(p.tokens); next++ {
		if p.tokens[next].kind == tag {
			return &p.tokens[next]
		}
	}
	return nil
}
