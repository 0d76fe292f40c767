package bolt

import (
	"encoding/binary"

	"blanche/model"
)

// contactVersion is the first byte of the body of a contact. Fields may be
// added at the end without changing it: a reader keeps the tail that it does
// not know, and writes it back.
const contactVersion = 1

// appendContact appends the body of a contact: numbers first, then texts, then
// lists, then the unknown tail of the record that it replaces.
func appendContact(b []byte, c *model.Contact, tail string) []byte {
	b = append(b, contactVersion, byte(c.Kind)|byte(c.Basis)<<2|byte(c.Tracking)<<5)
	b = binary.AppendUvarint(b, c.Version)
	b = binary.AppendVarint(b, c.Points)
	b = binary.AppendUvarint(b, uint64(c.Orders))
	b = binary.AppendVarint(b, int64(c.Spend))
	b = binary.AppendVarint(b, int64(c.FirstOrder))
	b = binary.AppendVarint(b, int64(c.LastOrder))
	b = binary.AppendVarint(b, int64(c.Birth))
	b = appendTime(b, c.Created)
	b = appendTime(b, c.Updated)
	b = appendTime(b, c.BasisAt)
	for _, s := range contactTexts(c) {
		b = appendText(b, *s)
	}
	b = binary.AppendUvarint(b, uint64(len(c.Tags)))
	for _, t := range c.Tags {
		b = appendText(b, t)
	}
	b = binary.AppendUvarint(b, uint64(len(c.Attrs)))
	for _, a := range c.Attrs {
		b = appendText(appendText(b, a.Name), a.Value)
	}
	return append(b, tail...)
}

// contactTexts are the texts of a contact in the order of the record, which
// never changes.
func contactTexts(c *model.Contact) [14]*string {
	return [...]*string{
		&c.Email, &c.FirstName, &c.LastName, &c.Company, &c.Phone, &c.Postcode, &c.City, &c.Country,
		&c.Lang, &c.ExternalID, &c.Card, &c.Tier, &c.BasisSource, &c.Origin,
	}
}

// decodeContact reads a body written by appendContact, all but the number of
// the contact, and returns the tail that it does not know. The texts share one
// string, so that a contact costs one allocation, and one for each list.
func decodeContact(c *model.Contact, body []byte) (tail string, err error) {
	r := reader{rest: string(body)}
	*c = model.Contact{}
	if r.uint8() != contactVersion {
		return "", errBroken
	}
	flags := r.uint8()
	c.Kind, c.Basis, c.Tracking = model.Kind(flags&3), model.Basis(flags>>2&7), model.Tracking(flags>>5)
	if c.Kind > model.B2B || c.Basis > model.BasisB2B || c.Tracking > model.TrackingRefused {
		return "", errBroken
	}
	c.Version = r.uvarint()
	c.Points = r.varint()
	orders := r.uvarint()
	c.Orders = uint32(orders)
	if uint64(c.Orders) != orders {
		return "", errBroken
	}
	c.Spend = model.Cents(r.varint())
	c.FirstOrder, c.LastOrder, c.Birth = model.Date(r.int32()), model.Date(r.int32()), model.Date(r.int32())
	c.Created, c.Updated, c.BasisAt = r.time(), r.time(), r.time()
	for _, s := range contactTexts(c) {
		*s = r.text()
	}
	if n := r.count(1); n > 0 {
		c.Tags = make([]string, n)
		for i := range c.Tags {
			c.Tags[i] = r.text()
		}
	}
	if n := r.count(2); n > 0 {
		c.Attrs = make([]model.Attr, n)
		for i := range c.Attrs {
			c.Attrs[i] = model.Attr{Name: r.text(), Value: r.text()}
		}
	}
	if r.bad {
		return "", errBroken
	}
	return r.rest, nil
}
