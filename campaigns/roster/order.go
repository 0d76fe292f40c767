package roster

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"sort"

	"blanche/model"
)

// People is where contacts are read: a store.
type People interface {
	Last(ctx context.Context) (model.ContactID, error)
	Count(ctx context.Context) (int, error)
	Scan(ctx context.Context, from model.ContactID, f func(*model.Contact) error) error
	Many(ctx context.Context, ids []model.ContactID) ([]model.Contact, error)
}

// Key appends what a contact is sorted by, compared as bytes; nothing for who has
// no value, and comes last in both directions.
type Key func(c *model.Contact, into []byte) []byte

// Number is a number as a Key appends it: the smaller comes first.
func Number(into []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(into, uint64(n)^1<<63)
}

// order is everybody by a key: first those who have a value, then the others,
// equals by number.
type order struct {
	key   Key
	ids   []model.ContactID
	known int // how many have a value

	down []model.ContactID // the same, the largest value first; nil until it is asked for
	data uint64            // of the people when it was read
	used uint64
}

// line is a contact while an order is made: most comparisons are of numbers.
type line struct {
	head uint64
	from uint32 // of the rest of the key, in the arena
	size uint32
	id   model.ContactID
}

// every is how many people are read between two looks at how far it is.
const every = 20_000

// readOrder reads everybody once, and puts them in order.
func readOrder(ctx context.Context, people People, key Key, far func(read int) error) (*order, error) {
	n, err := people.Count(ctx)
	if err != nil {
		return nil, err
	}
	lines := make([]line, 0, n)
	var arena, one []byte
	var missing []model.ContactID
	read := 0
	err = people.Scan(ctx, 1, func(c *model.Contact) error {
		if read++; read%every == 0 {
			if err := far(read); err != nil {
				return err
			}
		}
		if one = key(c, one[:0]); len(one) == 0 {
			missing = append(missing, c.ID)
			return nil
		}
		var head [8]byte
		rest := one[copy(head[:], one):]
		lines = append(lines, line{binary.BigEndian.Uint64(head[:]), uint32(len(arena)), uint32(len(rest)), c.ID})
		arena = append(arena, rest...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(lines, func(a, b line) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		if c := bytes.Compare(arena[a.from:a.from+a.size], arena[b.from:b.from+b.size]); c != 0 {
			return c
		}
		return cmp.Compare(a.id, b.id)
	})
	o := &order{key: key, ids: make([]model.ContactID, 0, len(lines)+len(missing)), known: len(lines)}
	for i := range lines {
		o.ids = append(o.ids, lines[i].id)
	}
	o.ids = append(o.ids, missing...)
	return o, ctx.Err()
}

// list is the order in a direction.
func (o *order) list(down bool) []model.ContactID {
	if !down {
		return o.ids
	}
	if o.down == nil {
		o.down = slices.Clone(o.ids)
		slices.Reverse(o.down[:o.known])
	}
	return o.down
}

// place is the first position among those with a value whose person does not
// come before a key and a number.
func (o *order) place(ctx context.Context, people People, ids []model.ContactID, key []byte, id model.ContactID) (int, error) {
	var failed error
	var one []byte
	at := sort.Search(len(ids), func(i int) bool {
		if failed != nil {
			return true
		}
		them, err := people.Many(ctx, ids[i:i+1])
		if err == nil && len(them) == 0 { // erased since: whoever stands behind
			them, err = people.Many(ctx, ids[i:min(i+64, len(ids))])
		}
		if failed = err; err != nil || len(them) == 0 {
			return true
		}
		one = o.key(&them[0], one[:0])
		if c := bytes.Compare(one, key); c != 0 {
			return c > 0
		}
		return them[0].ID >= id
	})
	return at, failed
}

// prefix are the positions of those whose key begins with a text.
func (o *order) prefix(ctx context.Context, people People, text []byte) (from, to int, err error) {
	ids := o.ids[:o.known]
	if from, err = o.place(ctx, people, ids, text, 0); err != nil {
		return 0, 0, err
	}
	end := append(slices.Clone(text), 0xff, 0xff, 0xff, 0xff)
	to, err = o.place(ctx, people, ids, end, 0)
	return from, max(from, to), err
}

// moved is the order after a change of one contact, who may be new.
func (o *order) moved(ctx context.Context, people People, c *model.Contact) (*order, error) {
	key := o.key(c, nil)
	next := &order{key: o.key, known: o.known, data: o.data, used: o.used}
	rest := make([]model.ContactID, 0, len(o.ids)+1)
	if at := slices.Index(o.ids, c.ID); at >= 0 {
		rest = append(append(rest, o.ids[:at]...), o.ids[at+1:]...)
		if at < o.known {
			next.known--
		}
	} else {
		rest = append(rest, o.ids...)
	}
	if len(key) == 0 {
		at, _ := slices.BinarySearch(rest[next.known:], c.ID)
		next.ids = slices.Insert(rest, next.known+at, c.ID)
		return next, nil
	}
	at, err := o.place(ctx, people, rest[:next.known], key, c.ID)
	if err != nil {
		return nil, err
	}
	next.ids = slices.Insert(rest, at, c.ID)
	next.known++
	return next, nil
}
