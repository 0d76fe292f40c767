package compose

import (
	"slices"
	"strconv"

	"blanche/model"
)

// Person is who a message is for.
type Person struct {
	Contact *model.Contact
	// Unsubscribe is where this person says no more: a mailto: or https: URI.
	// Empty, it is the mailto of the sender.
	Unsubscribe string
	// Door leads to the pages of the person; nil in a message that is only looked at.
	Door Door
	// Followed says that the person agreed to: their links lead through the door.
	Followed bool

	shown string // the name of the contact, once it was asked for
}

// name is how the person is called.
func (p *Person) name() string {
	if p.shown == "" {
		p.shown = p.Contact.DisplayName()
	}
	return p.shown
}

// Sender is who speaks: it is printed in every message.
type Sender struct {
	Name              string // of the shop or company
	Address           string // postal
	From              string // "La Boutique <bonjour@boutique.example>", where the campaign says nothing
	UnsubscribeMailto string // the address that receives the oppositions
	// Public is the site of the public part, https://mail.shop.example; empty:
	// there is none, links stay as they were written and are not counted.
	Public string
	// Picture is the address of a picture that nobody sees, the same for everybody:
	// who loads it is counted, and not known. Empty: none.
	Picture string
	Sign    *Signer // who signs the messages (DKIM); nil: nobody, or the relay
}

// field is a value of a contact that a template may print.
type field struct {
	name string
	text func(c *model.Contact) string
}

// fields are the known variables of contact, all but the tags as text.
var fields = []field{
	{"first_name", func(c *model.Contact) string { return c.FirstName }},
	{"last_name", func(c *model.Contact) string { return c.LastName }},
	{"name", func(c *model.Contact) string { return c.DisplayName() }},
	{"email", func(c *model.Contact) string { return c.Email }},
	{"company", func(c *model.Contact) string { return c.Company }},
	{"kind", func(c *model.Contact) string { return c.Kind.String() }},
	{"status", func(c *model.Contact) string { return c.Status() }},
	{"phone", func(c *model.Contact) string { return c.Phone }},
	{"postcode", func(c *model.Contact) string { return c.Postcode }},
	{"city", func(c *model.Contact) string { return c.City }},
	{"country", func(c *model.Contact) string { return c.Country }},
	{"lang", func(c *model.Contact) string { return c.Lang }},
	{"birth", func(c *model.Contact) string { return c.Birth.String() }},
	{"external_id", func(c *model.Contact) string { return c.ExternalID }},
	{"card", func(c *model.Contact) string { return c.Card }},
	{"points", func(c *model.Contact) string { return strconv.FormatInt(c.Points, 10) }},
	{"tier", func(c *model.Contact) string { return c.Tier }},
	{"orders", func(c *model.Contact) string { return strconv.FormatUint(uint64(c.Orders), 10) }},
	{"last_order", func(c *model.Contact) string { return c.LastOrder.String() }},
}

// fieldNames are the known names after contact.
func fieldNames() []string {
	names := make([]string, 0, len(fields)+1)
	for _, f := range fields {
		names = append(names, f.name)
	}
	return append(names, "tags")
}

// getter gives the text of a variable for a person.
type getter func(m *Message, p *Person) string

// getterOf is the getter of a path, nil for one that only Liquid can follow.
func getterOf(p path) getter {
	if len(p.parts) == 1 && p.parts[0] == "unsubscribe_url" {
		return func(m *Message, p *Person) string { return m.unsubscribe(p) }
	}
	if which, ok := placeOf(p.parts[0]); ok && len(p.parts) == 1 {
		return func(m *Message, p *Person) string { return m.place(p, which) }
	}
	if len(p.parts) != 2 {
		return nil
	}
	name := p.parts[1]
	switch p.parts[0] {
	case "contact":
		if name == "tags" {
			return nil
		}
		if name == "name" {
			return func(_ *Message, p *Person) string { return p.name() }
		}
		if i := slices.IndexFunc(fields, func(f field) bool { return f.name == name }); i >= 0 {
			text := fields[i].text
			return func(_ *Message, p *Person) string { return text(p.Contact) }
		}
		return attrGetter(name)
	case "attr":
		return attrGetter(name)
	case "campaign":
		return func(m *Message, _ *Person) string { return m.campaignText(name) }
	case "sender":
		return func(m *Message, _ *Person) string { return m.senderText(name) }
	}
	return nil
}

// common says with whom a value is shared: it is then written once for all.
type common uint8

const (
	ofNobody common = iota // each has his own
	ofAll                  // a value of the campaign or of the sender
	ofMost                 // the place where those who have none of their own say no more
	ofRaw                  // a link, for all who are not followed
)

func commonOf(p path) common {
	switch {
	case len(p.parts) == 1 && p.parts[0] == "unsubscribe_url":
		return ofMost
	case len(p.parts) == 2 && (p.parts[0] == "campaign" || p.parts[0] == "sender"):
		return ofAll
	}
	return ofNobody
}

func attrGetter(name string) getter {
	return func(_ *Message, p *Person) string {
		v, _ := p.Contact.Attr(name)
		return v
	}
}

func (m *Message) campaignText(name string) string {
	switch name {
	case "name":
		return m.spec.Name
	case "kind":
		return m.spec.Kind
	case "title":
		return m.title()
	}
	return ""
}

func (m *Message) title() string {
	if m.spec.Title != "" {
		return m.spec.Title
	}
	return m.spec.Name
}

func (m *Message) senderText(name string) string {
	switch name {
	case "name":
		return m.sender.Name
	case "address":
		return m.sender.Address
	case "from":
		return m.from.Address
	}
	return ""
}

// named is what the templates of a message name, so that Liquid is given that
// and nothing more.
type named struct {
	fields   []field
	attrs    []string // after contact. or attr.
	tags     bool
	campaign map[string]any // the same for everybody
	sender   map[string]any
}

// newNamed looks through all tokens of a message.
func (m *Message) newNamed() named {
	n := named{
		campaign: map[string]any{"name": m.spec.Name, "kind": m.spec.Kind, "title": m.title()},
		sender:   map[string]any{"name": orNil(m.sender.Name), "address": orNil(m.sender.Address), "from": orNil(m.from.Address)},
	}
	for _, t := range slices.Concat(m.heads, m.tokens) {
		if t.kind == literal {
			continue
		}
		for _, p := range usesOf(t.text).paths {
			if len(p.parts) < 2 || p.parts[0] != "contact" && p.parts[0] != "attr" {
				continue
			}
			name := p.parts[1]
			i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
			switch {
			case p.parts[0] == "contact" && name == "tags":
				n.tags = true
			case p.parts[0] == "contact" && i >= 0:
				if !slices.ContainsFunc(n.fields, func(f field) bool { return f.name == name }) {
					n.fields = append(n.fields, fields[i])
				}
			case !slices.Contains(n.attrs, name):
				n.attrs = append(n.attrs, name)
			}
		}
	}
	return n
}

// bindings are the variables as Liquid sees them: maps of plain values, never
// a struct. A missing value is nil; numbers are numbers.
func (m *Message) bindings(p *Person) map[string]any {
	n := &m.named
	attrs := make(map[string]any, len(n.attrs))
	contact := make(map[string]any, len(n.fields)+len(n.attrs)+1)
	for _, name := range n.attrs {
		if v, ok := p.Contact.Attr(name); ok {
			attrs[name], contact[name] = v, v
		}
	}
	for _, f := range n.fields {
		switch f.name {
		case "points":
			contact[f.name] = int(p.Contact.Points)
		case "orders":
			contact[f.name] = int(p.Contact.Orders)
		default:
			contact[f.name] = orNil(f.text(p.Contact))
		}
	}
	if n.tags {
		tags := make([]any, len(p.Contact.Tags))
		for i, t := range p.Contact.Tags {
			tags[i] = t
		}
		contact["tags"] = tags
	}
	vars := map[string]any{
		"contact": contact, "attr": attrs, "unsubscribe_url": orNil(m.unsubscribe(p)), "campaign": n.campaign, "sender": n.sender,
	}
	for i, name := range placeNames {
		vars[name] = orNil(m.place(p, Place(i)))
	}
	return vars
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
