package bolt

import (
	"bytes"
	"math/bits"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// names are the names of one sort, in order, in pages. A change touches the page
// of its name, and changes that come together touch each page once.
type names struct {
	bucket *bolt.Bucket
	table  table
	head   []byte // of the keys; nil where the bucket has one sort only

	out namesOut
	all []named // of the page that is written again
}

// named is a text that is that of a contact, or of nobody.
type named struct {
	text string
	id   model.ContactID
}

func (x *names) key(text string) []byte { return append(x.head[:len(x.head):len(x.head)], text...) }

// find is the contact under a text, 0 when there is none.
func (x *names) find(text string) (model.ContactID, error) {
	if text == "" {
		return 0, nil
	}
	name := x.key(text)
	key, value := pageFor(x.bucket.Cursor(), name)
	if key == nil || !bytes.HasPrefix(key, x.head) {
		return 0, nil
	}
	n, err := openNames(x.table, len(x.head), key, value)
	if err != nil {
		return 0, err
	}
	for more := true; more; more = n.next() {
		switch bytes.Compare(n.text, name[len(x.head):]) {
		case 0:
			return model.ContactID(n.id), nil
		case 1:
			return 0, nil
		}
	}
	if n.bad {
		return 0, x.table.damaged(key, errBroken)
	}
	return 0, nil
}

// last is the last name, "" when there is none.
func (x *names) last() (string, error) {
	key, value := x.bucket.Cursor().Last()
	if key == nil {
		return "", nil
	}
	n, err := openNames(x.table, len(x.head), key, value)
	if err != nil {
		return "", err
	}
	for n.next() {
	}
	if n.bad {
		return "", x.table.damaged(key, errBroken)
	}
	return string(n.text), nil
}

// change gives names to contacts, and takes away those of contact 0. They come in
// order, each once.
func (x *names) change(list []named) error {
	x.out.table = x.table
	c := x.bucket.Cursor()
	for len(list) > 0 {
		key, value, next := x.around(c, list[0].text)
		n := len(list)
		if next != "" {
			for n = 1; n < len(list) && list[n].text < next; {
				n++
			}
		}
		if err := x.rewrite(key, value, list[:n], next == ""); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// around is the page in which a text stands or would stand, nil when it would
// stand before all others, and the name with which the next page begins, "" when
// there is none.
func (x *names) around(c *bolt.Cursor, text string) (key, value []byte, next string) {
	name := x.key(text)
	var after []byte
	if key, value = pageFor(c, name); key != nil && bytes.HasPrefix(key, x.head) {
		after, _ = c.Next()
	} else {
		key, value = nil, nil
		after, _ = c.Seek(name)
	}
	if after != nil && bytes.HasPrefix(after, x.head) {
		next = string(after[len(x.head):])
	}
	return key, value, next
}

// rewrite writes a page again, with the changes that fall into it: as several,
// when they are too many for one. What comes behind all others fills its pages;
// elsewhere there is room for more in each.
func (x *names) rewrite(key, value []byte, list []named, end bool) error {
	behind, changed, err := x.merge(key, value, list)
	if err != nil || !changed {
		return err
	}
	room := namePage
	if total := x.size(); total > namePage && !(end && behind) {
		pages := (total + namePage*3/4 - 1) / (namePage * 3 / 4)
		room = (total + pages - 1) / pages
	}
	key = bytes.Clone(key)
	kept := len(key) == 0
	for _, n := range x.all {
		if size := x.out.size(); size > 0 && size+nameSize(n) > room {
			if err := x.out.flush(x.bucket); err != nil {
				return err
			}
		}
		x.out.add(x.head, n.text, uint64(n.id))
		kept = kept || bytes.Equal(x.out.key, key)
	}
	if err := x.out.flush(x.bucket); err != nil || kept {
		return err
	}
	return x.bucket.Delete(key)
}

// merge makes all the names of a page with its changes: behind tells that those
// come after its last one, changed that it is another page now.
func (x *names) merge(key, value []byte, list []named) (behind, changed bool, err error) {
	var n namesIn
	more := key != nil
	if more {
		if n, err = openNames(x.table, len(x.head), key, value); err != nil {
			return false, false, err
		}
	}
	x.all, behind = x.all[:0], true
	for more || len(list) > 0 {
		order := 1
		switch {
		case !more:
		case len(list) == 0:
			order = -1
		default:
			order = bytes.Compare(n.text, []byte(list[0].text))
		}
		if order < 0 {
			x.all = append(x.all, named{string(n.text), model.ContactID(n.id)})
			more = n.next()
			continue
		}
		one := list[0]
		list = list[1:]
		behind = behind && !more
		if order > 0 {
			changed = changed || one.id != 0
		} else {
			changed = changed || one.id != model.ContactID(n.id)
			more = n.next()
		}
		if one.id != 0 {
			x.all = append(x.all, one)
		}
	}
	if n.bad {
		return false, false, x.table.damaged(key, errBroken)
	}
	return behind, changed, nil
}

// size is that of all names on one page.
func (x *names) size() int {
	total := len(x.head) + envelopeSize
	for _, n := range x.all {
		total += nameSize(n)
	}
	return total
}

// nameSize is about what a name takes in a page.
func nameSize(n named) int { return len(n.text) + 2 + bits.Len64(uint64(n.id))/7 }
