package bolt

import (
	"bytes"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"
)

// The names under which contacts are found lie in pages: many to a record, as a
// record costs more than a name. A page is under its first name, behind a head
// that tells whose names they are, and its body is the number of that name, then
// length, text and number of each that follows. A page of one name is that
// number alone.

// namePage is about how long a page is: four of them fit one of the file.
const namePage = 940

// namesIn are the names of a page, one after the other.
type namesIn struct {
	text []byte // points into the page
	id   uint64
	rest []byte
	bad  bool
}

// openNames is a page whose key has a head of some bytes, at its first name.
func openNames(t table, head int, key, value []byte) (n namesIn, err error) {
	body, err := t.open(key, value)
	if err != nil {
		return n, err
	}
	if n = readNames(head, key, body); n.bad {
		return n, t.damaged(key, errBroken)
	}
	return n, nil
}

// readNames is openNames for a body that is verified already.
func readNames(head int, key, body []byte) (n namesIn) {
	if len(key) <= head {
		return namesIn{bad: true}
	}
	n.text, n.rest = key[head:], body
	n.number()
	return n
}

// next passes to the next name; false behind the last one, and where the page
// cannot be read: then bad is set.
func (n *namesIn) next() bool {
	if len(n.rest) == 0 || n.bad {
		return false
	}
	length, size := binary.Uvarint(n.rest)
	if size <= 0 || length == 0 || length > uint64(len(n.rest)-size) {
		n.bad = true
		return false
	}
	n.text, n.rest = n.rest[size:size+int(length)], n.rest[size+int(length):]
	n.number()
	return !n.bad
}

func (n *namesIn) number() {
	id, size := binary.Uvarint(n.rest)
	if size <= 0 || id == 0 {
		n.bad = true
		return
	}
	n.id, n.rest = id, n.rest[size:]
}

// namesOut is a page being filled, in order.
type namesOut struct {
	table table
	key   []byte // empty: no page
	body  []byte // with its envelope
	slab  slab
}

// add puts a name into the page; head is that of its key.
func (p *namesOut) add(head []byte, text string, id uint64) {
	if len(p.key) == 0 {
		p.key = append(append(p.key, head...), text...)
		p.body = append(p.body[:0], make([]byte, envelopeSize)...)
	} else {
		p.body = appendText(p.body, text)
	}
	p.body = binary.AppendUvarint(p.body, id)
}

// size is the length of the page, 0 for none.
func (p *namesOut) size() int {
	if len(p.key) == 0 {
		return 0
	}
	return len(p.key) + len(p.body)
}

// flush writes the page.
func (p *namesOut) flush(b *bolt.Bucket) error {
	if len(p.key) == 0 {
		return nil
	}
	err := b.Put(p.key, p.table.seal(p.key, p.slab.keep(p.body)))
	p.key = p.key[:0]
	return err
}

// pageFor is the page in which a name stands or would stand: the last one that
// begins at it or before it; nil when there is none.
func pageFor(c *bolt.Cursor, name []byte) (key, value []byte) {
	key, value = c.Seek(name)
	switch {
	case key == nil:
		key, value = c.Last()
	case !bytes.Equal(key, name):
		key, value = c.Prev()
	}
	if key != nil && bytes.Compare(key, name) <= 0 {
		return key, value
	}
	if first, _ := c.First(); first == nil || bytes.Compare(first, name) > 0 {
		return nil, nil
	}
	c.Seek(name)
	for key, value = c.Prev(); key == nil; { // what this transaction took away has left a gap
		key, value = c.Prev()
	}
	return key, value
}
