package bolt

import (
	"bytes"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"
)

// The names of a run lie in pages: a page is under its first name, and its body
// is the number of that one, then length, text and number of each that follows.
// A page of one name is that number alone.

// runPage is about how long a page is: two of them fit one of the file.
const runPage = 1900

// namesIn are the names of a page, one after the other.
type namesIn struct {
	text []byte // points into the page
	id   uint64
	rest []byte
	bad  bool
}

// openNames is a page, at its first name.
func openNames(key, value []byte) (n namesIn, err error) {
	if n.rest, err = tableRuns.open(key, value); err != nil {
		return n, err
	}
	if len(key) <= runHead {
		return n, tableRuns.damaged(key, errBroken)
	}
	n.text = key[runHead:]
	if n.number(); n.bad {
		return n, tableRuns.damaged(key, errBroken)
	}
	return n, nil
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
	key  []byte // empty: no page
	body []byte // with its envelope
	slab slab
}

// add puts a name into the page.
func (p *namesOut) add(run uint32, kind byte, text string, id uint64) {
	if len(p.key) == 0 {
		p.key = append(binary.BigEndian.AppendUint32(p.key, run), kind)
		p.key = append(p.key, text...)
		p.body = append(p.body[:0], make([]byte, envelopeSize)...)
	} else {
		p.body = appendText(p.body, text)
	}
	p.body = binary.AppendUvarint(p.body, id)
}

// full reports that a name no longer fits, or belongs to another page.
func (p *namesOut) full(kind byte, text string) bool {
	return len(p.key) > 0 && (p.key[4] != kind || len(p.key)+len(p.body)+len(text) > runPage)
}

// flush writes the page.
func (p *namesOut) flush(b *bolt.Bucket) error {
	if len(p.key) == 0 {
		return nil
	}
	err := b.Put(p.key, tableRuns.seal(p.key, p.slab.keep(p.body)))
	p.key = p.key[:0]
	return err
}

// pageFor is the page in which a name would stand, nil when its run has none.
func pageFor(c *bolt.Cursor, name []byte) (key, value []byte) {
	key, value = c.Seek(name)
	if key == nil {
		key, value = c.Last()
	} else if !bytes.Equal(key, name) {
		key, value = c.Prev()
	}
	if !bytes.HasPrefix(key, name[:runHead]) {
		return nil, nil
	}
	return key, value
}

// findName is the number under a name of one run, 0 when it has no such name.
func findName(b *bolt.Bucket, name []byte) (uint64, error) {
	key, value := pageFor(b.Cursor(), name)
	if key == nil {
		return 0, nil
	}
	n, err := openNames(key, value)
	if err != nil {
		return 0, err
	}
	for {
		switch bytes.Compare(n.text, name[runHead:]) {
		case 0:
			return n.id, nil
		case 1:
			return 0, nil
		}
		if !n.next() {
			break
		}
	}
	if n.bad {
		return 0, tableRuns.damaged(key, errBroken)
	}
	return 0, nil
}

// dropName takes a name out of its page.
func dropName(b *bolt.Bucket, name []byte) error {
	if id, err := findName(b, name); id == 0 || err != nil {
		return err
	}
	key, value := pageFor(b.Cursor(), name)
	key, value = bytes.Clone(key), bytes.Clone(value)
	n, err := openNames(key, value)
	if err != nil {
		return err
	}
	if err := b.Delete(key); err != nil {
		return err
	}
	run, left := binary.BigEndian.Uint32(key), namesOut{}
	for more := true; more; more = n.next() {
		if !bytes.Equal(n.text, name[runHead:]) {
			left.add(run, key[4], string(n.text), n.id)
		}
	}
	if n.bad {
		return tableRuns.damaged(key, errBroken)
	}
	return left.flush(b)
}
