package audience

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"blanche/model"
)

// SortKey is what a list of contacts is sorted by.
type SortKey uint8

// The sort keys. By name is the last name, then the first; a person without
// either is under the company. Accents and case do not count.
const (
	ByName SortKey = iota
	ByEmail
	ByLastOrder
	BySpend
	ByCreated
)

// sortColumns are what each key is made of.
var sortColumns = map[SortKey]Columns{
	ByName: colFirst | colLast | colCompany, ByEmail: colEmail, ByLastOrder: colLastOrder,
	BySpend: colSpend | colOrders, ByCreated: colCreated,
}

// Order lists everybody by a key; who has no value there comes last both ways,
// and equals are by number. The caller does not change the list.
func (b *Base) Order(key SortKey, descending bool) []model.ContactID {
	if b.load(context.Background(), sortColumns[key]) != nil {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	name := string([]byte{'a' + byte(key)})
	up := cached(b, &b.cache.orders, name, func() []model.ContactID { return b.sorted(key) })
	if !descending {
		return up
	}
	return cached(b, &b.cache.orders, name+"-", func() []model.ContactID {
		known := b.known(key)
		down := slices.Clone(up)
		slices.Reverse(down[:known])
		return down
	})
}

// sortable is a row with the beginning of its key as a number, so that most
// comparisons are of numbers.
type sortable struct {
	head, next uint64
	row        uint32
}

func (b *Base) sorted(key SortKey) []model.ContactID {
	rows := make([]sortable, 0, b.rows)
	var missing []model.ContactID
	var buffer []byte
	b.visit(everyone, func(row int) bool {
		head, next, ok := b.head(key, row, &buffer)
		if ok {
			rows = append(rows, sortable{head, next, uint32(row)})
		} else {
			missing = append(missing, model.ContactID(row+1))
		}
		return true
	})
	var x, y []byte
	slices.SortFunc(rows, func(p, q sortable) int {
		if c := cmp.Compare(p.head, q.head); c != 0 {
			return c
		}
		if c := cmp.Compare(p.next, q.next); c != 0 {
			return c
		}
		if key <= ByEmail {
			x, y = b.sortText(key, int(p.row), x[:0]), b.sortText(key, int(q.row), y[:0])
			if c := bytes.Compare(x, y); c != 0 {
				return c
			}
		}
		return cmp.Compare(p.row, q.row)
	})
	ids := make([]model.ContactID, 0, len(rows)+len(missing))
	for _, r := range rows {
		ids = append(ids, model.ContactID(r.row+1))
	}
	return append(ids, missing...)
}

// known is how many people have a value to be sorted by.
func (b *Base) known(key SortKey) int {
	n := 0
	var buffer []byte
	b.visit(everyone, func(row int) bool {
		if _, _, ok := b.head(key, row, &buffer); ok {
			n++
		}
		return true
	})
	return n
}

// head is the first sixteen bytes of the key of a row; false without a value.
func (b *Base) head(key SortKey, row int, buffer *[]byte) (head, next uint64, some bool) {
	switch key {
	case ByLastOrder:
		x, ok := b.lastOrder.at(row)
		return uint64(int64(x)) ^ 1<<63, 0, ok
	case ByCreated:
		x, ok := b.created.at(row)
		return uint64(int64(x)) ^ 1<<63, 0, ok
	case BySpend:
		x, ok := b.spend.at(row)
		n, _ := b.orders.at(row)
		return uint64(x) ^ 1<<63, 0, ok && (x != 0 || n > 0)
	}
	*buffer = b.sortText(key, row, (*buffer)[:0])
	var first [16]byte
	copy(first[:], *buffer)
	return binary.BigEndian.Uint64(first[:8]), binary.BigEndian.Uint64(first[8:]), len(*buffer) > 0
}

// sortText is what a row is sorted by in a list of texts. A space sorts before
// every letter, so that Martin comes before Martineau.
func (b *Base) sortText(key SortKey, row int, into []byte) []byte {
	if key == ByEmail {
		return append(into, b.email.at(row)...)
	}
	last, first := b.last.at(row), b.first.at(row)
	switch {
	case len(last) > 0 && len(first) > 0:
		return append(append(append(into, last...), ' '), first...)
	case len(last) > 0:
		return append(into, last...)
	case len(first) > 0:
		return append(into, first...)
	}
	return append(into, b.company.at(row)...)
}

// Find lists, by number, everybody who has each of the words of a text in a
// name, the company, the e-mail or the city, accents and case aside. An empty
// text finds everybody.
func (b *Base) Find(text string) []model.ContactID {
	if b.load(context.Background(), colNames|colCity) != nil {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	match := b.finds(text)
	ids := make([]model.ContactID, 0, b.count(match))
	b.visit(match, func(row int) bool {
		ids = append(ids, model.ContactID(row+1))
		return true
	})
	return ids
}

// finds searches the longest word in the texts of everybody; when that leaves
// few people, the other words are looked for in theirs.
func (b *Base) finds(text string) block {
	wanted := strings.Fields(Fold(text))
	slices.SortStableFunc(wanted, func(x, y string) int { return len(y) - len(x) })
	match, left := everyone, b.rows
	for _, word := range wanted {
		if left < b.rows/20 {
			match = b.narrowed(match, word)
			continue
		}
		found := make(rowset, words(b.rows))
		for _, c := range b.searched() {
			c.search(word, found)
		}
		city := b.city.matching(func(n int) bool { return strings.Contains(b.city.text[n], word) })
		match = all([]block{match, some([]block{found.word, city})})
		left = b.count(match)
	}
	return match
}

func (b *Base) searched() []*textColumn { return []*textColumn{b.email, b.last, b.first, b.company} }

// narrowed keeps who has one more word.
func (b *Base) narrowed(match block, word string) block {
	found := make(rowset, words(b.rows))
	w := []byte(word)
	b.visit(match, func(row int) bool {
		has := strings.Contains(b.city.text[b.city.at(row)], word)
		for _, c := range b.searched() {
			has = has || bytes.Contains(c.at(row), w)
		}
		if has {
			found.add(row)
		}
		return true
	})
	return found.word
}

// Totals are the heads of the contacts screen.
type Totals struct {
	Contacts  int
	Customers int
	Prospects int
	Opposed   int // asked never to be written to again
}

// Totals counts everybody.
func (b *Base) Totals() Totals {
	if b.load(context.Background(), colOrders) != nil {
		return Totals{}
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	t := Totals{
		Contacts:  b.count(everyone),
		Customers: b.count(b.orders.over(0)),
		Opposed:   b.count(b.verdicts[0][reasonNumber(model.ExclOpposed)].word),
	}
	t.Prospects = t.Contacts - t.Customers
	return t
}
