package compose

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// textWriter turns a page into its text part: paragraphs apart, lists with
// dashes, links numbered and listed at the end. Breaks are written when the
// next word comes, so that a paragraph inside an {% if %} brings its own.
type textWriter struct {
	out    strings.Builder
	page   *page
	french bool
	breaks int // newlines due before the next word
	space  bool
	pre    int // inside <pre>
	depth  int // inside tags of Liquid
	links  []string
	lists  []int // of each list around: the last number given, -1 for dashes
}

// textOfPage is the text part of a page, with markers.
func textOfPage(p *page, lang string) (string, error) {
	root, err := html.Parse(strings.NewReader(p.html))
	if err != nil {
		return "", err
	}
	w := &textWriter{page: p, french: lang == "fr"}
	w.node(root)
	if len(w.links) > 0 {
		w.out.WriteString("\n\n--")
	}
	for i, link := range w.links {
		w.out.WriteString("\n[" + strconv.Itoa(i+1) + "] " + link)
	}
	return strings.TrimSpace(w.out.String()) + "\n", nil
}

// appendTidy writes a text without the blank lines that a block left behind when
// it printed nothing: at most one stays between two lines of text.
func appendTidy(b, text []byte) []byte {
	text = bytes.TrimSpace(text)
	start, empty := len(b), 0
	for len(text) > 0 {
		line := text
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = nil
		}
		if line = bytes.TrimRight(line, " \t"); len(line) == 0 {
			empty++
			continue
		}
		if len(b) > start {
			b = append(b, '\n')
			if empty > 0 {
				b = append(b, '\n')
			}
		}
		empty = 0
		b = append(b, line...)
	}
	return append(b, '\n')
}

// breaksAround says how many newlines an element wants before and after it.
var breaksAround = map[atom.Atom]int{
	atom.P: 2, atom.H1: 2, atom.H2: 2, atom.H3: 2, atom.H4: 2, atom.H5: 2, atom.H6: 2,
	atom.Ul: 2, atom.Ol: 2, atom.Blockquote: 2, atom.Table: 2, atom.Hr: 2, atom.Pre: 2,
	atom.Section: 2, atom.Article: 2, atom.Header: 2, atom.Footer: 2, atom.Dl: 2,
	atom.Div: 1, atom.Tr: 1, atom.Li: 1, atom.Dt: 1, atom.Dd: 1, atom.Center: 1,
}

func (w *textWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.CommentNode:
		w.tags(n.Data)
		return
	case html.ElementNode:
		if w.element(n) {
			return
		}
	}
	w.children(n)
}

func (w *textWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

// element writes an element; false leaves its content to the caller.
func (w *textWriter) element(n *html.Node) bool {
	around := breaksAround[n.DataAtom]
	if (n.DataAtom == atom.Ul || n.DataAtom == atom.Ol) && len(w.lists) > 0 {
		around = 1
	}
	w.breaks = max(w.breaks, around)
	defer func() { w.breaks = max(w.breaks, around) }()
	switch n.DataAtom {
	case atom.Head, atom.Style, atom.Script, atom.Title:
		return true
	case atom.Br:
		w.breaks = max(w.breaks, 1)
		return true
	case atom.Hr:
		w.word("----------")
		return true
	case atom.Img:
		w.text(attribute(n, "alt"))
		return true
	case atom.A:
		w.link(n)
		return true
	case atom.Pre:
		w.pre++
		w.children(n)
		w.pre--
		return true
	case atom.Ul, atom.Ol:
		w.list(n)
		return true
	case atom.Li:
		w.item(n)
		return true
	case atom.Td, atom.Th:
		if n.PrevSibling != nil && w.breaks == 0 && w.out.Len() > 0 {
			w.word(" ")
		}
	}
	return false
}

func (w *textWriter) list(n *html.Node) {
	number := -1
	if n.DataAtom == atom.Ol {
		number = 0
	}
	w.lists = append(w.lists, number)
	w.children(n)
	w.lists = w.lists[:len(w.lists)-1]
}

func (w *textWriter) item(n *html.Node) {
	bullet := "- "
	if k := len(w.lists) - 1; k >= 0 {
		if w.lists[k] >= 0 && w.depth == 0 {
			w.lists[k]++
			bullet = strconv.Itoa(w.lists[k]) + ". "
		}
		bullet = strings.Repeat("  ", k) + bullet
	}
	w.word(bullet)
	w.space, w.breaks = false, 0
	first := n.FirstChild
	if first != nil && first.Type == html.ElementNode && first.DataAtom == atom.P {
		w.children(first)
		first = first.NextSibling
	}
	for ; first != nil; first = first.NextSibling {
		w.node(first)
	}
}

// link writes the label of a link and a number that the list at the end
// explains; inside a loop or a condition the address follows the label, since
// the list would not know whether it is there.
func (w *textWriter) link(n *html.Node) {
	marked := strings.TrimSpace(attribute(n, "href"))
	href := w.page.address(marked)
	from := w.out.Len()
	w.children(n)
	label := strings.TrimSpace(w.out.String()[from:])
	bare := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(href, "https://"), "http://"), "mailto:")
	switch {
	case href == "" || strings.HasPrefix(href, "#") || label == href || label == bare:
	case label == "" || w.depth > 0:
		w.word(" (" + marked + ")")
	default:
		k := 0
		for k < len(w.links) && w.page.address(w.links[k]) != href {
			k++
		}
		if k == len(w.links) {
			w.links = append(w.links, marked)
		}
		w.word(" [" + strconv.Itoa(k+1) + "]")
	}
}

// tags writes the markers of a comment, and forgets the rest of it.
func (w *textWriter) tags(comment string) {
	for _, m := range w.page.marker.find.FindAllStringSubmatch(comment, -1) {
		w.count(m[1])
		w.out.WriteString(m[0])
	}
}

// count follows how deep in blocks of Liquid the text is.
func (w *textWriter) count(number string) {
	i, err := strconv.Atoi(number)
	if err != nil || i >= len(w.page.tokens) || w.page.tokens[i].kind != tag {
		return
	}
	if name := w.page.tokens[i].name; allowedTags[name] != "" {
		w.depth++
	} else if strings.HasPrefix(name, "end") {
		w.depth--
	}
}

// text writes a run of text, blanks collapsed as a browser does.
func (w *textWriter) text(s string) {
	for _, m := range w.page.marker.find.FindAllStringSubmatch(s, -1) {
		w.count(m[1])
	}
	if w.french && w.pre == 0 {
		s = frenchSpaces(s)
	}
	if w.pre > 0 {
		w.word(s)
		return
	}
	start := 0
	for i, r := range s + " " {
		if r != ' ' && r != '\n' && r != '\t' && r != '\r' {
			continue
		}
		if i > start {
			w.word(s[start:i])
		}
		if i < len(s) {
			w.space = true
		}
		start = i + 1
	}
}

// word writes something that is seen, after the breaks or the space due.
func (w *textWriter) word(s string) {
	switch {
	case w.breaks > 0 && w.out.Len() > 0:
		w.out.WriteString(strings.Repeat("\n", w.breaks))
	case w.space && w.breaks == 0:
		w.out.WriteByte(' ')
	}
	w.breaks, w.space = 0, false
	w.out.WriteString(s)
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// frenchSpaces sets the spaces and apostrophes of French where the author
// typed plain ones: U+202F before ; ! ?, U+00A0 before : % € » and after «.
func frenchSpaces(s string) string {
	if !strings.ContainsAny(s, " '") {
		return s
	}
	r := []rune(s)
	for i := range r {
		next := rune(0)
		if i+1 < len(r) {
			next = r[i+1]
		}
		switch {
		case r[i] == ' ' && (next == ';' || next == '!' || next == '?'):
			r[i] = '\u202f'
		case r[i] == ' ' && (next == ':' || next == '%' || next == '€' || next == '»'):
			r[i] = '\u00a0'
		case r[i] == ' ' && i > 0 && r[i-1] == '«':
			r[i] = '\u00a0'
		case r[i] == '\'' && i > 0 && unicode.IsLetter(r[i-1]) && unicode.IsLetter(next):
			r[i] = '’'
		}
	}
	return string(r)
}
