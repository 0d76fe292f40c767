package model

import (
	"slices"
	"time"
)

// UniteFields are the fields of a contact of which one of two is kept when two
// records are found to be one person, in the order of the form. Points are
// added, tags united, and of the two choices about being followed the more
// restrictive one stays: nobody chooses those.
var UniteFields = []string{
	"email", "first_name", "last_name", "company", "kind", "phone", "postcode", "city", "country", "lang", "birth",
	"external_id", "card", "tier", "origin", "basis",
}

// uniteTexts are the fields among them that are plain texts.
func uniteTexts(c *Contact) map[string]*string {
	return map[string]*string{
		"email": &c.Email, "first_name": &c.FirstName, "last_name": &c.LastName, "company": &c.Company, "phone": &c.Phone,
		"postcode": &c.Postcode, "city": &c.City, "country": &c.Country, "lang": &c.Lang, "external_id": &c.ExternalID,
		"card": &c.Card, "tier": &c.Tier, "origin": &c.Origin,
	}
}

// UniteValue is a field of UniteFields, or a free attribute ("attr.name"), as a
// person reads it.
func UniteValue(c *Contact, field string) string {
	if text := uniteTexts(c)[field]; text != nil {
		return *text
	}
	switch field {
	case "kind":
		return c.Kind.String()
	case "birth":
		return c.Birth.String()
	case "basis":
		return c.Basis.String()
	}
	if len(field) > 5 && field[:5] == "attr." {
		value, _ := c.Attr(field[5:])
		return value
	}
	return ""
}

// Unite is one record of two of the same person: a, with what it lacks from b,
// and the fields of take as they are in b. The legal ground is that of one of
// the two with its proof, never of both. Number, dates and sums are those of a.
func Unite(a, b *Contact, take []string) Contact {
	m := *a
	m.Tags, m.Attrs = slices.Clone(a.Tags), slices.Clone(a.Attrs)
	from, into := uniteTexts(b), uniteTexts(&m)
	for field, text := range into {
		if *text == "" || slices.Contains(take, field) {
			*text = *from[field]
		}
	}
	if slices.Contains(take, "kind") {
		m.Kind = b.Kind
	}
	if m.Birth.IsZero() || slices.Contains(take, "birth") {
		m.Birth = b.Birth
	}
	if m.Basis == BasisNone || slices.Contains(take, "basis") {
		m.Basis, m.BasisSource, m.BasisAt = b.Basis, b.BasisSource, b.BasisAt
	}
	m.Tracking = stricter(a.Tracking, b.Tracking)
	m.Points = a.Points + b.Points
	m.Tags = slices.Compact(slices.Sorted(slices.Values(slices.Concat(a.Tags, b.Tags))))
	for _, attr := range b.Attrs {
		if _, has := a.Attr(attr.Name); !has || slices.Contains(take, "attr."+attr.Name) {
			m.SetAttr(attr.Name, attr.Value)
		}
	}
	return m
}

// stricter is the choice of two that allows less: refused, then unknown, which
// is treated as refused.
func stricter(a, b Tracking) Tracking {
	switch {
	case a == TrackingRefused || b == TrackingRefused:
		return TrackingRefused
	case a == TrackingGranted && b == TrackingGranted:
		return TrackingGranted
	}
	return TrackingUnknown
}

// Divide takes back what Unite did: now is the record of today, before and
// after those on either side of the union, gone the other record. What was
// changed since stays, unless it is a name of the other one.
func Divide(now, before, after, gone *Contact) Contact {
	d := *now
	d.Tags, d.Attrs = slices.Clone(now.Tags), slices.Clone(now.Attrs)
	was, made, theirs := uniteTexts(before), uniteTexts(after), uniteTexts(gone)
	for field, text := range uniteTexts(&d) {
		if *text == *made[field] || *text != "" && isName(field) && sameName(field, *text, *theirs[field]) {
			*text = *was[field]
		}
	}
	if now.Kind == after.Kind {
		d.Kind = before.Kind
	}
	if now.Birth == after.Birth {
		d.Birth = before.Birth
	}
	if now.Basis == after.Basis && now.BasisSource == after.BasisSource && millisOf(now.BasisAt) == millisOf(after.BasisAt) {
		d.Basis, d.BasisSource, d.BasisAt = before.Basis, before.BasisSource, before.BasisAt
	}
	if now.Tracking == after.Tracking {
		d.Tracking = before.Tracking
	}
	d.Points = now.Points - gone.Points
	d.Tags = slices.DeleteFunc(d.Tags, func(t string) bool {
		return slices.Contains(after.Tags, t) && !slices.Contains(before.Tags, t)
	})
	for _, attr := range after.Attrs {
		if value, _ := now.Attr(attr.Name); value == attr.Value {
			value, _ = before.Attr(attr.Name)
			d.SetAttr(attr.Name, value)
		}
	}
	if len(d.Tags) == 0 {
		d.Tags = nil
	}
	if len(d.Attrs) == 0 {
		d.Attrs = nil
	}
	return d
}

func isName(field string) bool { return field == "email" || field == "external_id" || field == "card" }

func sameName(field, a, b string) bool {
	if field == "email" {
		return EmailKey(a) == EmailKey(b)
	}
	return a == b
}

func millisOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
