package compose

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Place is a page of the public part that a message may lead to.
type Place uint8

// The places.
const (
	PreferencesPlace Place = iota // where the person chooses
	BrowserPlace                  // the message itself
	AnswerPlace                   // the question of the message; a note goes behind it: ?note=9
)

// Door leads a person to the public part. Its addresses are https, of printable
// ASCII, and the same each time.
type Door interface {
	Place(p Place) string
	// Click leads to a link of the message by its number, from 1 (Links).
	Click(link int) string
}

// placeOf is the place that a variable of a template names.
func placeOf(name string) (Place, bool) {
	i := slices.Index(placeNames, name)
	return Place(max(i, 0)), i >= 0
}

var placeNames = []string{PreferencesPlace: "preferences_url", BrowserPlace: "browser_url", AnswerPlace: "answer_url"}

// place is where a person finds a page: without a door the site alone, so that
// who looks at a message beforehand acts for nobody.
func (m *Message) place(p *Person, which Place) string {
	if p.Door == nil {
		return m.sender.Public
	}
	return p.Door.Place(which)
}

// Links are the addresses of the message that can be counted, from 1: each once,
// those that are the same for everybody, tagged with the campaign. A link with a
// value of a person in it, or inside what Liquid writes, is none of them: nobody
// is followed there.
func (m *Message) Links() []string { return m.links }

// follow sets the links of a page aside as tokens of their own, so that one
// message holds both ways to write them: as they are, for everybody, and through
// the public part for who agreed to be followed.
func (p *page) follow(campaign string) (links []string) {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(p.html))
	for z.Next() != html.ErrorToken {
		raw := string(z.Raw())
		t := z.Token()
		if t.Type == html.StartTagToken && t.DataAtom == atom.A {
			if i := slices.IndexFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "href" }); i >= 0 && p.countable(t.Attr[i].Val) {
				original := strings.TrimSpace(t.Attr[i].Val)
				target := tagged(original, campaign)
				n := slices.Index(links, target)
				if n < 0 {
					n, links = len(links), append(links, target)
				}
				t.Attr[i].Val = p.marker.word(len(p.tokens))
				p.tokens = append(p.tokens, token{kind: link, text: target, name: original, number: n + 1})
				raw = t.String()
			}
		}
		out.WriteString(raw)
	}
	p.html = out.String()
	return links
}

// countable accepts an address of the web that nothing of a person is in.
func (p *page) countable(href string) bool {
	href = strings.TrimSpace(href)
	lower := strings.ToLower(href)
	return (strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://")) && !p.marker.find.MatchString(href) && clean(href) == href
}

// address is what the author wrote where a link was set aside.
func (p *page) address(href string) string {
	if m := p.marker.find.FindString(href); m != "" && m == href {
		for i := range p.tokens {
			if p.tokens[i].kind == link && p.marker.word(i) == href {
				return p.tokens[i].name
			}
		}
	}
	return href
}

// tagged is an address with the campaign in its query, the same for everybody, so
// that the shop can count visits without knowing whose. One that has a tag keeps
// its own.
func tagged(address, campaign string) string {
	before, fragment, has := strings.Cut(address, "#")
	if strings.Contains(before, "utm_campaign=") {
		return address
	}
	switch {
	case strings.HasSuffix(before, "?") || strings.HasSuffix(before, "&"):
	case strings.Contains(before, "?"):
		before += "&"
	default:
		before += "?"
	}
	if before += "utm_campaign=" + campaign; has {
		before += "#" + fragment
	}
	return before
}

// link is a link as a segment: through the door for who is followed, else as it is.
func (p piece) link() segment {
	number, target := p.number, p.text
	s := segment{common: ofRaw, slot: inHTML, index: p.index, safe: true, line: p.line}
	if p.slot == inText || p.slot == inTextURL || p.slot == inTextPart {
		s.slot = inText
	}
	s.get = func(_ *Message, p *Person) string {
		if p.Followed && p.Door != nil {
			return p.Door.Click(number)
		}
		return target
	}
	return s
}

// shared reports whether a person reads in a segment what everybody reads there.
func (w *writer) shared(s *segment) bool {
	switch s.common {
	case ofMost:
		return w.person.Unsubscribe == ""
	case ofRaw:
		return !w.person.Followed || w.person.Door == nil
	}
	return true
}
