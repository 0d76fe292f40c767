package intake

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"blanche/model"
	"blanche/store"
)

// The reasons for which an item is refused that no row of a file has.
const (
	missingField = "missing_field"
	unreadable   = "unreadable"
)

// Refusal is why an item was not taken: the title of the value that is at fault,
// empty for the item itself, and the reason.
type Refusal struct{ Field, Reason string }

// Person is what an item says of somebody, to be kept by SaveItems.
type Person struct{ person person }

// Email is whom it is about.
func (p *Person) Email() string { return p.person.contact.Email }

// Names are what it may be found under.
func (p *Person) Names() (email, external, card string) {
	c := &p.person.contact
	return c.Email, c.ExternalID, c.Card
}

// memberCents is the total of an order as every JSON of ours writes it: a whole
// number of cents. A file, and an item, may have a total in the currency instead.
const memberCents = "total_cents"

// inCurrency is an item whose total stands in the currency, as in a file; false when
// its cents are no whole number. Where an item has both, cents are what it means.
func inCurrency(item map[string]json.RawMessage) (map[string]json.RawMessage, bool) {
	raw, has := item[memberCents]
	if !has {
		return item, true
	}
	item = maps.Clone(item)
	delete(item, memberCents)
	text := scalar(raw)
	if text == "" {
		return item, true
	}
	cents, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, false
	}
	item[string(fTotal)] = json.RawMessage(strconv.FormatFloat(model.Cents(cents).Euros(), 'f', 2, 64))
	return item, true
}

// OrderOf reads an order that another program sent as an object of JSON: its
// members are read as the columns of a file of o.Profile, numbers with a point,
// days as year, month and day; total_cents is its total in cents.
func OrderOf(o Options, item map[string]json.RawMessage) (model.Order, *Refusal) {
	_, cents := item[memberCents]
	item, whole := inCurrency(item)
	if !whole {
		return model.Order{}, &Refusal{memberCents, invalidNumber}
	}
	order, bad := orderOf(o, item)
	if bad != nil && cents && bad.Field == string(fTotal) && bad.Reason != missingField {
		bad.Field = memberCents
	}
	return order, bad
}

func orderOf(o Options, item map[string]json.RawMessage) (model.Order, *Refusal) {
	o.Kind = Orders
	cells, p, bad := layOut(&o, item)
	if bad != nil {
		return model.Order{}, bad
	}
	for _, need := range [][]field{{fID}, {fDate, fPaidAt}, {fTotal}, {fEmail, fExternal, fCard}} {
		if !slices.ContainsFunc(need, func(f field) bool { return p.cell(cells, f) != "" }) {
			return model.Order{}, &Refusal{string(need[0]), missingField}
		}
	}
	r := &orderReader{o: &o, p: p, source: o.OrderSource}
	if r.source == "" {
		r.source = p.profile
	}
	order, f := r.read(cells, 0, false)
	return order, p.refusal(f)
}

// PersonOf reads a person likewise.
func PersonOf(o Options, item map[string]json.RawMessage) (Person, *Refusal) {
	o.Kind = Contacts
	cells, p, bad := layOut(&o, item)
	if bad != nil {
		return Person{}, bad
	}
	if p.email(cells) == "" {
		return Person{}, &Refusal{string(fEmail), missingField}
	}
	r := &contactReader{o: &o, p: p}
	r.prepare()
	one, f := r.read(cells, 1, false)
	return Person{one}, p.refusal(f)
}

// refusal is a fault of a row in terms of an item.
func (p *plan) refusal(f *fault) *Refusal {
	if f == nil {
		return nil
	}
	out := &Refusal{Reason: f.reason}
	if f.col >= 0 && f.col < len(p.cols) {
		out.Field = p.cols[f.col].header
	}
	return out
}

// layOut makes a row of an item, and the plan by which it is read.
func layOut(o *Options, item map[string]json.RawMessage) ([]string, *plan, *Refusal) {
	titles := slices.Sorted(maps.Keys(item))
	cells := make([]string, len(titles))
	for i, title := range titles {
		text, ok := cellOf(item[title])
		if !ok || len(title) > maxKnown || !utf8.ValidString(title) {
			return nil, nil, &Refusal{short(strings.ToValidUTF8(title, "\ufffd")), unreadable}
		}
		cells[i] = text
	}
	p := &plan{decimal: '.', dates: calendar{order: dmy, now: o.Now, zone: o.zone()}}
	if err := p.name(o, titles); err != nil {
		return nil, nil, &Refusal{Reason: unreadable}
	}
	return cells, p, nil
}

// cellOf is a value of JSON as a cell: null is nothing, a list of texts is one
// with bars between. An object stays JSON: only some columns read one.
func cellOf(raw json.RawMessage) (string, bool) {
	text := strings.TrimSpace(string(raw))
	if text == "" || strings.ContainsRune(text, 0) {
		return "", text == ""
	}
	if text[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return "", false
		}
		all := make([]string, 0, len(list))
		for _, one := range list {
			if s := scalar(one); s == "" || s[0] == '{' || s[0] == '[' {
				return "", false
			} else {
				all = append(all, s)
			}
		}
		text = strings.Join(all, model.CategoryBar)
	} else {
		text = scalar(raw)
	}
	text = clean(strings.ToValidUTF8(text, "\ufffd"), false)
	return text, !strings.ContainsRune(text, 0)
}

// SaveItems keeps people in one step of the store, oppositions first, and tells
// what became of each.
func SaveItems(ctx context.Context, o Options, people []Person) ([]store.Change, error) {
	s := &contactSaver{o: &o}
	var err error
	if s.suppressed, _, err = o.Suppressions.Lookup(ctx); err != nil {
		return nil, err
	}
	all := make([]person, len(people))
	for i := range people {
		all[i] = people[i].person
		all[i].line = 0 // of no file
	}
	var rep model.ImportReport
	fresh, err := s.suppress(ctx, all, &rep)
	if err != nil {
		return nil, err
	}
	merged, _, err := s.merge(ctx, all)
	if err != nil {
		return nil, err
	}
	return s.settle(all, fresh, merged, &rep), nil
}
