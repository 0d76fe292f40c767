package intake

import (
	"slices"
	"strings"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// A person may make a column a free attribute: NAME, or NAME:TYPE, which says
// what its values are: a value that is no such thing refuses its row. A new name
// that looks like a mistyped field needs the type, or attr. before it.

// typeNames are the types of free attributes as a mapping writes them.
var typeNames = spell(map[string]attrSort{
	"text,texte": sortText, "number,nombre": sortNumber, "date": sortDate, "boolean,bool,oui non,yes no": sortBool,
})

// attribute is the free attribute that a mapping asks for, the type told from the
// name.
func attribute(to string) (c column, sure bool, err error) {
	name, kind, typed := strings.Cut(to, ":")
	if typed {
		var known bool
		if c.declared, known = typeNames.of(kind); !known {
			return c, false, model.Invalid("import.type_unknown", "type", short(strings.TrimSpace(kind))).Hint("import.type_hint")
		}
	}
	name, meant := strings.CutPrefix(strings.TrimSpace(name), attrPrefix)
	c.attr, c.typed, c.meant = naming.Column(name), typed, meant
	return c, typed || meant, nil
}

// shown is sort as a person is told it.
func (c *column) shown() attrSort {
	if c.typed {
		return c.declared
	}
	return c.sight.shown()
}

// sort is what the values of a free column are: what a person says, else what all
// of them look like.
func (c *column) sort() attrSort {
	if c.typed {
		return c.declared
	}
	return c.sight.sort()
}

// unfit is why a cell cannot be of the type that a person gave to its column, ""
// when it can.
func (p *plan) unfit(c *column, v string) string {
	ok, reason := true, ""
	switch {
	case !c.typed:
	case c.declared == sortNumber:
		_, ok = number(v, p.decimal)
		ok, reason = ok || plainDigits(v), invalidNumber
	case c.declared == sortDate:
		_, _, ok = p.dates.read(v, false)
		reason = invalidDate
	case c.declared == sortBool:
		a, _ := answers.of(v)
		ok, reason = a == yes || a == no, badRow
	}
	return unless(ok, reason)
}

// mistyped is the field that a new attribute may have meant: its title and its
// name, "" for neither.
func mistyped(attr string, targets words[field]) (title, name string) {
	near := 3
	if len(attr) <= 5 {
		near = 2
	}
	plain := squash(attr)
	var all []string
	for word := range targets {
		all = append(all, word)
	}
	slices.Sort(all)
	for _, word := range all {
		if d := naming.Distance(plain, word); d < near && len(word) > 2 {
			near, title, name = d, word, string(targets[word])
		}
	}
	return title, name
}

// doubtful refuses a new attribute whose name looks like a mistyped field, unless
// the base has it already or the column had it anyway.
func (o *Options) doubtful(header, attr string, targets words[field]) error {
	if attr == naming.Column(header) || o.Known != nil && o.Known(attr) {
		return nil
	}
	title, name := mistyped(attr, targets)
	if name == "" {
		return nil
	}
	return model.Invalid("import.new_attribute", "name", attr, "title", title, "field", name).
		Hint("import.new_attribute_hint", "header", header, "name", attr, "field", name)
}
