package campaigns

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/intake"
	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// The fields of a contact as a person names and types them: by the title that a
// file may give them, or by the word of a rule, in French or in English.

// settable are the fields that a correction may set, free attributes aside.
var settable = []string{
	"email", "first_name", "last_name", "company", "kind", "phone", "postcode", "city", "country", "lang", "birth",
	"external_id", "card", "points", "tier", "tags", "origin", "basis", "basis_source", "tracking",
}

// knownFields gives the fields of a correction their own names. A name that is
// not known stays: it may be that of a free attribute.
func knownFields(set []FieldChange) []FieldChange {
	out := slices.Clone(set)
	for i := range out {
		if name, ok := fieldNamed(out[i].Field); ok {
			out[i].Field = name
		}
	}
	return out
}

// fieldNamed is the field that a person means by a word.
func fieldNamed(word string) (string, bool) {
	if slices.Contains(settable, word) || strings.HasPrefix(word, "attr.") {
		return word, true
	}
	name, ok := intake.FieldNamed(word)
	if name == "consent_tracking" {
		name = "tracking"
	}
	if !ok || !slices.Contains(settable, name) {
		name, ok = audience.FieldNamed(word)
	}
	return name, ok && slices.Contains(settable, name)
}

// noField refuses a word that is no field, with the one that was perhaps meant,
// or with what does that act.
func noField(word string) error {
	e := model.Invalid("contact.unknown_field", "field", word)
	free := naming.Column(strings.TrimPrefix(word, "attr."))
	switch name, _ := intake.FieldNamed(word); {
	case name == "consent_email":
		return e.Hint("contact.set_consent")
	case name == "opt_out":
		return e.Hint("contact.set_opposition")
	case name == "name":
		return e.Hint("contact.set_names")
	}
	if name, ok := audience.FieldNamed(word); ok {
		return e.Hint("contact.worked_out", "name", name)
	}
	if near := audience.NearestField(word, func(w string) bool { _, ok := fieldNamed(w); return ok }); near != "" {
		return e.Hint("contact.nearest_field", "nearest", near, "name", free)
	}
	if free != "" {
		return e.Hint("contact.new_attribute", "field", free)
	}
	return e
}

// setField gives one field of a contact a value, as a person typed it.
func setField(c *model.Contact, field, value string, now time.Time) error {
	value = strings.TrimSpace(value)
	texts := map[string]*string{
		"first_name": &c.FirstName, "last_name": &c.LastName, "company": &c.Company, "phone": &c.Phone, "postcode": &c.Postcode,
		"city": &c.City, "country": &c.Country, "lang": &c.Lang, "external_id": &c.ExternalID, "card": &c.Card, "tier": &c.Tier, "origin": &c.Origin, "basis_source": &c.BasisSource,
	}
	if len(value) > 1000 || strings.ContainsAny(value, "\r\n\x00") {
		return model.Invalid("contact.bad_value", "field", field, "value", value)
	}
	if dst, ok := texts[field]; ok {
		value = intake.Normal(field, value, c.Country)
		if field == "phone" && value != "" && value != c.Phone && !strings.HasPrefix(value, "+") {
			return model.Invalid("contact.bad_phone", "field", field, "value", value)
		}
		*dst = value
		return nil
	}
	return setTyped(c, field, value, now)
}

// unproven refuses a correction that would give a ground, or end a refusal: such
// an act is written with what proves it, by RecordConsent. What takes away needs
// no proof.
func unproven(c *model.Contact, field string, basis model.Basis) error {
	e := model.Refused("contact.yes_needs_proof", "field", field)
	switch {
	case field == "tracking":
		return e.Hint("contact.prove_tracking", "id", c.ID)
	case basis == model.BasisConsent:
		return e.Hint("contact.prove_consent", "id", c.ID)
	}
	return e.Hint("contact.prove_informed", "id", c.ID, "basis", basis.String())
}

// attrName is the form of the names that imports give to free columns.
var attrName = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)

func setTyped(c *model.Contact, field, value string, now time.Time) error {
	bad := model.Invalid("contact.bad_value", "field", field, "value", value)
	if code, ok := audience.CodeNamed(field, value); ok {
		value = code
	}
	switch field {
	case "email":
		if !model.ValidEmail(value) {
			return bad
		}
		c.Email = value
	case "kind":
		switch value {
		case "b2c":
			c.Kind = model.B2C
		case "b2b":
			c.Kind = model.B2B
		default:
			return bad
		}
	case "basis":
		b, ok := model.ParseBasis(value)
		if !ok {
			return bad
		}
		if b != c.Basis && b != model.BasisNone {
			return unproven(c, field, b)
		}
		if b != c.Basis {
			c.Basis, c.BasisAt = b, now
		}
	case "tracking":
		i := slices.Index([]string{"unknown", "granted", "refused"}, value)
		if i < 0 {
			return bad
		}
		said := model.Tracking(i)
		if said != c.Tracking && (said == model.TrackingGranted || c.Tracking == model.TrackingRefused) {
			return unproven(c, field, model.BasisNone)
		}
		c.Tracking = said
	case "points":
		n, err := strconv.ParseInt(strings.NewReplacer("\u202f", "", "\u00a0", "", " ", "").Replace(value), 10, 64)
		if err != nil {
			return bad
		}
		c.Points = n
	case "birth":
		day, ok := intake.Birth(value, now)
		if !ok {
			return model.Invalid("contact.bad_birth", "field", field, "value", value)
		}
		c.Birth = day
	case "tags":
		c.Tags = nil
		for tag := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(",;|", r) }) { // as imports do
			if tag = strings.TrimSpace(tag); tag != "" {
				c.Tags = append(c.Tags, tag)
			}
		}
		slices.Sort(c.Tags)
		c.Tags = slices.Compact(c.Tags)
	default:
		return setFree(c, field, value)
	}
	return nil
}

// setFree gives a free attribute a value: one that the contact has, or a new one
// that attr. says to be meant.
func setFree(c *model.Contact, field, value string) error {
	name, meant := strings.CutPrefix(field, "attr.")
	if !meant {
		name = naming.Column(name)
	}
	if now, _ := c.Attr(name); model.IsWish(name) && value != now {
		flag := map[string]string{model.AttrFrequency: "--frequency", model.AttrSubjects: "--subjects"}[name]
		return model.Refused("contact.wish_needs_proof", "field", name).Hint("contact.prove_wish", "id", c.ID, "flag", flag, "value", value)
	}
	if _, has := c.Attr(name); !meant && !has {
		return noField(field)
	}
	if !attrName.MatchString(name) {
		return model.Invalid("contact.unknown_field", "field", field)
	}
	c.SetAttr(name, value)
	return nil
}
