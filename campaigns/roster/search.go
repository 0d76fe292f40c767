package roster

import (
	"bytes"
	"context"
	"slices"

	"blanche/model"
)

// Set is a set of people by number.
type Set []uint64

// Add puts somebody in.
func (s *Set) Add(id model.ContactID) {
	i := int(id >> 6)
	if i >= len(*s) {
		*s = append(*s, make(Set, max(i+1-len(*s), len(*s)/2))...)
	}
	(*s)[i] |= 1 << (id & 63)
}

// Has tells whether somebody is in.
func (s Set) Has(id model.ContactID) bool {
	i := int(id >> 6)
	return i < len(s) && s[i]&(1<<(id&63)) != 0
}

// Of keeps those of a list who are in, in its order.
func (s Set) Of(ids []model.ContactID) []model.ContactID {
	out := []model.ContactID{}
	for _, id := range ids {
		if s.Has(id) {
			out = append(out, id)
		}
	}
	return out
}

// Prefix adds those whose key in an order that is there begins with a text, up
// to a number of them. It reads some eighty people, whoever many there are.
func (r *Roster) Prefix(ctx context.Context, name, text string, found *Set, limit int) error {
	o, _, _ := r.kept(name)
	if o == nil || text == "" {
		return nil
	}
	from, to, err := o.prefix(ctx, r.people, []byte(text))
	if err != nil {
		return err
	}
	for _, id := range o.ids[from:min(to, from+limit)] {
		found.Add(id)
	}
	return nil
}

// Texts appends the texts in which people are looked for, folded, with a line end
// after each.
type Texts func(c *model.Contact, into []byte) []byte

// Search looks for people whose texts hold each of some words, in the order of
// their numbers. Each slice of twenty thousand is told to hits, which may stop it
// by an error: the people found in it, and how many were read so far.
func (r *Roster) Search(ctx context.Context, texts Texts, words []string, hits func(found []model.ContactID, read int) error) error {
	wanted := make([][]byte, len(words))
	for i, w := range words {
		wanted[i] = []byte(w)
	}
	slices.SortFunc(wanted, func(a, b []byte) int { return len(b) - len(a) })
	var found []model.ContactID
	var one []byte
	read := 0
	err := r.people.Scan(ctx, 1, func(c *model.Contact) error {
		one = texts(c, one[:0])
		if holds(one, wanted) {
			found = append(found, c.ID)
		}
		if read++; read%every != 0 {
			return nil
		}
		err := hits(found, read)
		found = found[:0]
		return err
	})
	if err != nil {
		return err
	}
	return hits(found, read)
}

func holds(text []byte, words [][]byte) bool {
	for _, w := range words {
		if !bytes.Contains(text, w) {
			return false
		}
	}
	return true
}
