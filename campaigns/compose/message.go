package compose

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"blanche/model"
)

// Message is one wording of a campaign, read once and ready to be written to
// anybody. It never changes: several goroutines may render from it.
type Message struct {
	spec   model.CampaignSpec
	sender Sender
	from   mail.Address

	subject *program
	html    *program
	text    *program

	tokens  []token // of the body and its footer, by the index of the holes
	heads   []token // of the subject
	page    *page
	links   []string
	bodyLen int // tokens of the body; the footer's follow

	fixed []byte // the headers that are the same for everybody
	parts parts
	named named
	seal  []byte // the signatures, not signed yet; empty when the sender signs nothing
	size  int    // of a message, about: what to reserve

	leave     string // where everybody says no more who has no place of his own
	leaves    []byte // its headers
	leaveFits bool   // in a header
}

// Compile reads the subject and the body of a campaign. The error is
// model.Invalid with the first mistake, at its line and column; Problems in
// its chain has them all.
func Compile(spec model.CampaignSpec, sender Sender) (*Message, error) {
	m, problems := compile(spec, sender)
	return m, problems.err()
}

// newMessage is a message of which nothing has been read yet.
func newMessage(spec model.CampaignSpec, sender Sender) *Message {
	if spec.Lang != "en" {
		spec.Lang = "fr"
	}
	spec.Body = strings.ToValidUTF8(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(spec.Body), "\ufffd")
	m := &Message{spec: spec, sender: sender}
	if a, err := mail.ParseAddress(firstOf(spec.From, sender.From)); err == nil {
		m.from = *a
	}
	if sender.UnsubscribeMailto != "" {
		m.leave = UnsubscribeMailto(sender.UnsubscribeMailto, spec.Name, "")
	}
	m.leaves, m.leaveFits = appendUnsubscribe(nil, m.leave), fitsUnsubscribe(m.leave)
	return m
}

func compile(spec model.CampaignSpec, sender Sender) (*Message, Problems) {
	m := newMessage(spec, sender)
	spec = m.spec
	engine := newEngine(spec.Lang)
	read := func(src, place string) ([]token, Problems) {
		tokens, problems := lex(src, place)
		c := checker{place: place, scope: newScope(), filters: filterNames(spec.Lang), engine: engine}
		c.check(tokens)
		return tokens, append(problems, c.problems...)
	}
	heads, problems := read(spec.Subject, "subject")
	body, more := read(spec.Body, "body")
	footer, _ := read(footerOf(spec.Lang, spec.Body, sender.Public != ""), "footer")
	if problems = append(problems, more...); len(problems) > 0 {
		return nil, problems
	}
	m.heads, m.bodyLen = heads, len(body)
	whole := func(detail error) Problems {
		return Problems{{Code: "template_syntax", Place: "body", Line: 1, Column: 1, Args: []any{"detail", clip(detail.Error())}}}
	}
	var err error
	if m.page, err = newPage(body, footer, spec.BodyHTML, spec.Lang, m.title(), spec.Body+spec.Title); err != nil {
		return nil, whole(err)
	}
	m.tokens = m.page.tokens
	if t := m.page.moved(); t != nil {
		return nil, Problems{{Code: "template_moved", Place: "body", Line: t.line, Column: t.column, Args: []any{"name", firstOf(t.name, t.text)}}}
	}
	if sender.Public != "" {
		m.links = m.page.follow(spec.Name)
	}
	if sender.Picture != "" {
		m.page.html = pictured(m.page.html, sender.Picture)
	}
	if err := m.programs(spec.Lang); err != nil {
		return nil, whole(err)
	}
	m.fixed = m.fixedHeaders()
	m.named = m.newNamed()
	m.quote()
	m.parts, m.seal = newParts(&m.spec), sender.Sign.blank()
	m.size = 2048 + len(m.seal) + m.html.size() + m.text.size()
	return m, nil
}

// programs makes the three templates: subject, HTML, text.
func (m *Message) programs(lang string) error {
	engine := newEngine(lang)
	slots := m.page.slots()
	text, err := textOfPage(m.page, lang)
	if err != nil {
		return err
	}
	htmlSlot := func(i int) slot {
		if s, ok := slots[i]; ok {
			return s
		}
		return inHTML
	}
	textSlot := func(i int) slot {
		switch slots[i] {
		case inURL:
			return inTextURL
		case inURLPart:
			return inTextPart
		}
		return inText
	}
	heads := make([]piece, len(m.heads))
	for i := range m.heads {
		heads[i] = piece{token: &m.heads[i], index: i}
	}
	if m.subject, err = newProgram(heads, engine, lang); err != nil {
		return fmt.Errorf("subject: %w", err)
	}
	if m.html, err = newProgram(m.page.pieces(m.page.html, htmlSlot), engine, lang); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	if m.text, err = newProgram(m.page.pieces(text, textSlot), engine, lang); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	return nil
}

// quote writes once for all what is the same for everybody.
func (m *Message) quote() {
	w := newWriter()
	w.m = m
	w.forPerson(&Person{Contact: &model.Contact{}})
	w.quote(m.html.segments, true)
	w.quote(m.text.segments, true)
}

func firstOf(texts ...string) string {
	if i := slices.IndexFunc(texts, func(s string) bool { return s != "" }); i >= 0 {
		return texts[i]
	}
	return ""
}

// From is the address that the message comes from, without its name: the
// envelope sender where nothing else is said. Empty when nobody is named.
func (m *Message) From() string { return m.from.Address }

// Rendered is a message as the person reads it. Lines of Text end in \n.
type Rendered struct {
	Subject string
	HTML    string
	Text    string
}

// Render writes the message for a person. It fails when a template asks too
// much, or does something with a value that cannot be done.
func (m *Message) Render(p Person) (Rendered, error) {
	w := newWriter()
	w.m = m
	w.forPerson(&p)
	subject, err := w.subject()
	if err != nil {
		return Rendered{}, err
	}
	html, err := w.run(nil, m.html)
	if err != nil {
		return Rendered{}, failedIn("body", err)
	}
	text, err := w.text()
	return Rendered{Subject: subject, HTML: string(html), Text: string(text)}, err
}

// subject writes the subject on one line, blanks collapsed.
func (w *writer) subject() (string, error) {
	var err error
	if w.line, err = w.run(w.line[:0], w.m.subject); err != nil {
		return "", failedIn("subject", err)
	}
	return oneLine(string(w.line)), nil
}

// text writes the text part; one that may have left out something is tidied as
// a whole. The memory is the writer's.
func (w *writer) text() ([]byte, error) {
	var err error
	if w.value, err = w.run(w.value[:0], w.m.text); err != nil {
		return nil, failedIn("body", err)
	}
	if !w.m.text.uneven {
		return w.value, nil
	}
	w.line = appendTidy(w.line[:0], w.value)
	return w.line, nil
}

func failedIn(place string, err error) error {
	return model.Failed(err, "compose.render", "place", place)
}

// unsubscribe is where the person says no more.
func (m *Message) unsubscribe(p *Person) string {
	if p.Unsubscribe != "" {
		return p.Unsubscribe
	}
	return m.leave
}
