package bolt

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// Put keeps an order with its buyer for as long as the file says the same of
// the buyer: the same file again moves nothing.
func (o orders) Put(ctx context.Context, list []model.Order) ([]store.OrderPut, error) {
	if err := o.e.enter(ctx); err != nil {
		return nil, err
	}
	defer o.e.leave()
	out := make([]store.OrderPut, len(list))
	err := o.e.crm.update(ctx, func(tx *bolt.Tx) error {
		s := newOrderStep(tx, openIndexes(tx))
		list, err := o.e.nameless(ctx, s.indexes, list)
		if err != nil {
			return err
		}
		seqs, err := s.number(list)
		if err != nil {
			return err
		}
		tx.Bucket(bucketOrder).FillPercent = 0.9 // new orders come at the end
		for i := range list {
			if i%1000 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if out[i], err = s.put(seqs[i], &list[i]); err != nil {
				return err
			}
		}
		if step, ok := store.StepOf(ctx); ok {
			if err := putMark(tx, step.Key, step.Body(orderChanges(out)), step.At); err != nil {
				return err
			}
		}
		if err := hear(ctx, tx); err != nil {
			return err
		}
		return s.flush()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func orderChanges(puts []store.OrderPut) (changes []store.Change, unmatched int) {
	changes = make([]store.Change, len(puts))
	for i, p := range puts {
		changes[i] = p.Change
		if p.Contact == 0 {
			unmatched++
		}
	}
	return changes, unmatched
}

// orderStep changes orders; what belongs to other tables is collected and
// written at the end, in the order of the keys.
type orderStep struct {
	tx      *bolt.Tx
	indexes *indexes
	last    uint64 // highest number that has a record
	waiting waiting
	log     map[logKey]*model.Order // nil: to be removed
	touched map[model.ContactID]bool
}

func newOrderStep(tx *bolt.Tx, xs *indexes) *orderStep {
	return &orderStep{
		tx: tx, indexes: xs, last: lastOrder(tx), waiting: openWaiting(tx),
		log: map[logKey]*model.Order{}, touched: map[model.ContactID]bool{},
	}
}

// orderKey is what makes an order the same again.
func orderKey(o *model.Order) ([]byte, error) {
	if o.ID == "" || strings.ContainsRune(o.Source, 0) || len(o.Source)+len(o.ID) > maxText {
		return nil, model.Invalid("store.order_key", "source", o.Source, "id", o.ID)
	}
	return []byte(o.Source + "\x00" + o.ID), nil
}

// number gives each order its number: the one it has, or the next, in the
// order of the file. The keys are looked up and written in their own order.
func (s *orderStep) number(list []model.Order) ([]uint64, error) {
	bucket := s.tx.Bucket(bucketOrderKey)
	keys, seqs := make([][]byte, len(list)), make([]uint64, len(list))
	sorted := make([]int, len(list))
	for i := range list {
		key, err := orderKey(&list[i])
		if err != nil {
			return nil, err
		}
		keys[i], sorted[i] = key, i
	}
	slices.SortStableFunc(sorted, func(a, b int) int { return bytes.Compare(keys[a], keys[b]) })
	first := make([]int, len(list)) // the first order of the list with the same key
	for n, i := range sorted {
		first[i] = i
		if n > 0 && bytes.Equal(keys[i], keys[sorted[n-1]]) {
			first[i] = first[sorted[n-1]]
			continue
		}
		seq, err := getNumber(bucket, tableOrderKey, keys[i])
		if err != nil {
			return nil, err
		}
		seqs[i] = seq
	}
	next, fresh := s.last, make([]bool, len(list))
	for i := range list {
		if seqs[i] = seqs[first[i]]; seqs[i] == 0 {
			next++
			seqs[i], fresh[i] = next, true
		}
	}
	for _, i := range sorted {
		if fresh[i] {
			if err := putNumber(bucket, tableOrderKey, keys[i], seqs[i]); err != nil {
				return nil, err
			}
		}
	}
	return seqs, nil
}

// put writes one order.
func (s *orderStep) put(seq uint64, given *model.Order) (store.OrderPut, error) {
	next := *given
	next.At = kept(next.At)
	var old model.Order
	created := seq > s.last
	if created {
		s.last = seq
	} else if err := getOrder(s.tx, seq, &old); err != nil {
		return store.OrderPut{}, err
	}
	if next.Contact = old.Contact; created || old.Contact == 0 || !sameBuyer(&old, &next) {
		buyer, err := s.indexes.buyer(&next)
		if err != nil {
			return store.OrderPut{}, err
		}
		next.Contact = buyer
		if err := s.indexes.bear(seq, &next); err != nil {
			return store.OrderPut{}, err
		}
	}
	put := store.OrderPut{Contact: next.Contact, Change: store.Updated}
	if old.Contact != next.Contact {
		put.From = old.Contact
	}
	switch {
	case created:
		put.Change = store.Created
	case next == old:
		put.Change = store.Unchanged
		return put, nil
	default:
		s.forget(seq, &old)
	}
	s.remember(seq, &next)
	return put, putOrder(s.tx, seq, &next)
}

// sameBuyer reports whether two orders say the same of who bought.
func sameBuyer(a, b *model.Order) bool {
	return emailKey(a.Email) == emailKey(b.Email) && a.ExternalID == b.ExternalID && a.Card == b.Card
}

func (s *orderStep) forget(seq uint64, o *model.Order) {
	if o.Contact == 0 {
		s.waiting.change(seq, o, false)
		return
	}
	s.log[newLogKey(o.Contact, o.Day, seq)] = nil
	s.touched[o.Contact] = true
}

func (s *orderStep) remember(seq uint64, o *model.Order) {
	if o.Contact == 0 {
		s.waiting.change(seq, o, true)
		return
	}
	s.log[newLogKey(o.Contact, o.Day, seq)] = o
	s.touched[o.Contact] = true
}

// flush writes the log and what waits, then the sums of whoever was touched.
func (s *orderStep) flush() error {
	bucket := s.tx.Bucket(bucketOrderLog)
	keys := slices.SortedFunc(maps.Keys(s.log), func(a, b logKey) int { return bytes.Compare(a[:], b[:]) })
	for _, k := range keys {
		var err error
		if o := s.log[k]; o == nil {
			err = bucket.Delete(k[:])
		} else {
			err = bucket.Put(k[:], tableOrderLog.seal(k[:], appendLogLine(blank(24), o)))
		}
		if err != nil {
			return err
		}
	}
	if err := s.waiting.flush(); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(s.touched)) {
		if err := s.sum(id); err != nil {
			return err
		}
	}
	return nil
}

// sum counts the orders of a contact anew, from the log: exact, whatever came
// before. A paid line with a negative total is a refund: it takes from the
// spend and is not an order, nor a date of one. The version of the contact
// stays: nobody's edit is out of date because an order came in.
func (s *orderStep) sum(id model.ContactID) error {
	var c model.Contact
	found, tail, err := getContact(s.tx, id, &c)
	if err == nil && !found {
		err = tableContact.damaged(key64(uint64(id)), errMissing)
	}
	if err != nil {
		return err
	}
	c.Orders, c.Spend, c.FirstOrder, c.LastOrder = 0, 0, 0, 0
	err = eachLogged(s.tx, id, func(k logKey, line logLine) error {
		if line.status != model.OrderPaid {
			return nil
		}
		c.Spend += line.total
		if line.total < 0 {
			return nil
		}
		c.Orders++
		c.FirstOrder = cmp.Or(c.FirstOrder, k.day())
		c.LastOrder = cmp.Or(k.day(), c.LastOrder)
		return nil
	})
	if err != nil {
		return err
	}
	return putContact(s.tx.Bucket(bucketContact), nil, standingOf(&c), &c, tail, "")
}

// attachOrders gives waiting orders to their buyers, now that there are some.
func attachOrders(tx *bolt.Tx, xs *indexes, seqs []uint64) error {
	s := newOrderStep(tx, xs)
	for _, seq := range seqs {
		var o model.Order
		if err := getOrder(tx, seq, &o); err != nil {
			return err
		}
		buyer, err := xs.buyer(&o)
		if err != nil {
			return err
		}
		if buyer == 0 || o.Contact != 0 {
			continue
		}
		s.forget(seq, &o)
		attached := o
		attached.Contact = buyer
		if err := xs.bear(seq, &attached); err != nil {
			return err
		}
		s.remember(seq, &attached)
		if err := putOrder(tx, seq, &attached); err != nil {
			return err
		}
	}
	return s.flush()
}
