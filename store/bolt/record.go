package bolt

import (
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// standing is the part of a record that never changes without a line in a ledger.
type standing struct {
	model.Stance
	points int64
}

func standingOf(c *model.Contact) standing { return standing{c.Stance(), c.Points} }

// putContact writes a record, the acts of what it changes in the choices of the
// person, and the movement of their points: nothing else writes one, but Record,
// which has an act of its own. A source proves a choice that the record names no
// proof of. Without a pen choices and points must be what they were.
func putContact(b *bolt.Bucket, pen *pen, before standing, c *model.Contact, tail, source string) error {
	if next := standingOf(c); next != before {
		if pen == nil {
			return tableContact.damaged(key64(uint64(c.ID)), errUnwitnessed)
		}
		if err := pen.changed(c.ID, before.Stance, next.Stance, source); err != nil {
			return err
		}
		if err := pen.points.moved(c.ID, before.points, next.points, noRow); err != nil {
			return err
		}
	}
	if pen != nil && pen.slab != nil {
		return sealContact(b, pen.slab, c, tail)
	}
	return sealContact(b, new(slab), c, tail)
}

// putDraft is putContact for somebody new, of whom a row says everything: what
// they come in with is no movement of points.
func putDraft(b *bolt.Bucket, pen *pen, id model.ContactID, row *model.Contact, record []byte) error {
	if err := pen.changed(id, model.Stance{}, firstStance(row), row.BasisSource); err != nil {
		return err
	}
	var key [8]byte // of which bbolt makes its own
	binary.BigEndian.PutUint64(key[:], uint64(id))
	return b.Put(key[:], tableContact.seal(key[:], record))
}

func sealContact(b *bolt.Bucket, s *slab, c *model.Contact, tail string) error {
	key := key64(uint64(c.ID))
	if s.record == nil {
		s.record = blank(512)
	}
	s.record = appendContact(s.record[:envelopeSize], c, tail)
	return b.Put(key, tableContact.seal(key, s.keep(s.record)))
}
