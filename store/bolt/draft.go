package bolt

import (
	"time"

	"blanche/model"
)

// drafter makes records of new people, not sealed yet.
type drafter struct {
	now   time.Time
	slab  slab
	c     model.Contact
	tags  []string
	attrs []model.Attr
	bytes []byte
}

// draft is the record of somebody of whom a row says everything.
func (d *drafter) draft(row *model.Contact) []byte {
	d.c = model.Contact{Created: d.now, Updated: d.now, Version: 1, Tags: d.tags[:0], Attrs: d.attrs[:0]}
	d.c.Merge(row)
	d.tags, d.attrs = d.c.Tags, d.c.Attrs
	if d.bytes == nil {
		d.bytes = blank(512)
	}
	d.bytes = appendContact(d.bytes[:envelopeSize], &d.c, "")
	return d.slab.keep(d.bytes)
}

// firstStance is that of somebody of whom a row says everything.
func firstStance(row *model.Contact) model.Stance {
	s := model.Stance{Tracking: row.Tracking}
	if row.Basis != model.BasisNone {
		s.Basis, s.BasisSource, s.BasisAt = row.Basis, row.BasisSource, kept(row.BasisAt)
	}
	return s
}
