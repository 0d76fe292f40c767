package compose

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// links reports the links that lead nowhere or in the clear.
func (l *linter) links() {
	z := html.NewTokenizer(strings.NewReader(l.message.page.html))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "a":
				l.link(&t, "href")
			case "img":
				l.link(&t, "src")
			}
		}
	}
}

// link judges one link; one that begins with a value of a person is judged
// when it is written.
func (l *linter) link(t *html.Token, key string) {
	value, anchor, has := "", false, false
	for _, a := range t.Attr {
		switch a.Key {
		case key:
			value, has = l.message.page.address(strings.TrimSpace(a.Val)), true
		case "name", "id":
			anchor = true
		}
	}
	if !has && anchor {
		return
	}
	marker := l.message.page.marker
	prefix := value
	if m := marker.find.FindStringIndex(value); m != nil {
		if m[0] == 0 {
			return
		}
		prefix = value[:m[0]]
	}
	shown := marker.find.ReplaceAllString(value, "…")
	switch code := judgeLink(prefix, key == "src"); code {
	case "":
	default:
		p := l.place(Problem{Place: "body", Line: l.lineOf(prefix), Column: 1, Args: []any{"link", clip(shown)}})
		l.stop(code, p.args()...)
	}
}

// judgeLink is the code of what is wrong with a link, empty when it is right.
func judgeLink(link string, image bool) string {
	scheme, rest, ok := strings.Cut(link, ":")
	if !ok {
		return "link_broken"
	}
	switch strings.ToLower(scheme) {
	case "https", "http":
		u, err := url.Parse(link)
		if err != nil && strings.Contains(link, "%") {
			u, err = url.Parse(link[:strings.LastIndexByte(link, '%')])
		}
		if err != nil || u.Host == "" || strings.ContainsFunc(link, unicode.IsSpace) {
			return "link_broken"
		}
		if strings.EqualFold(scheme, "http") {
			return "link_not_https"
		}
		return ""
	case "mailto", "tel":
		if !image && rest != "" {
			return ""
		}
	case "cid", "data":
		if image {
			return ""
		}
	}
	return "link_broken"
}

// lineOf is the line of the body where a link is written, 1 when it cannot be
// found as it is.
func (l *linter) lineOf(link string) int {
	body := l.message.spec.Body
	i := strings.Index(body, link)
	if link == "" || i < 0 {
		if i = strings.Index(body, "]()"); i < 0 {
			i = max(0, strings.Index(body, `=""`))
		}
	}
	return 1 + strings.Count(body[:i], "\n")
}

// textEmpty reports whether the body gives no text at all, only images or
// nothing: the text part would be a footer.
func (m *Message) textEmpty() bool {
	alone, err := newPage(m.tokens[:m.bodyLen], nil, m.spec.BodyHTML, m.spec.Lang, "", m.spec.Body)
	if err != nil {
		return true
	}
	text, err := textOfPage(alone, m.spec.Lang)
	if err != nil {
		return true
	}
	text, _, _ = strings.Cut(text, "\n--\n")
	for _, p := range alone.pieces(text, func(int) slot { return inText }) {
		if p.kind == object || p.kind == literal && strings.ContainsFunc(p.text, unicode.IsLetter) {
			return false
		}
	}
	return true
}
