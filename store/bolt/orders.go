package bolt

import (
	"context"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

var (
	bucketOrder    = []byte("order")
	bucketOrderKey = []byte("order_key")
	bucketOrderLog = []byte("order_log")

	tableOrder    = newTable("order")
	tableOrderKey = newTable("order_key")
	tableOrderLog = newTable("order_log")
)

type orders struct{ e *Engine }

// Orders are never removed: the count is the number of the last one.
func (o orders) Count(ctx context.Context) (n int, err error) {
	if err := o.e.enter(ctx); err != nil {
		return 0, err
	}
	defer o.e.leave()
	err = o.e.crm.view(func(tx *bolt.Tx) error {
		n = int(lastOrder(tx))
		return nil
	})
	return n, err
}

func lastOrder(tx *bolt.Tx) uint64 {
	key, _ := tx.Bucket(bucketOrder).Cursor().Last()
	if key == nil {
		return 0
	}
	return binary.BigEndian.Uint64(key)
}

func (o orders) Get(ctx context.Context, source, id string) (out model.Order, err error) {
	if err := o.e.enter(ctx); err != nil {
		return out, err
	}
	defer o.e.leave()
	err = o.e.crm.view(func(tx *bolt.Tx) error {
		key := []byte(source + "\x00" + id)
		seq, err := getNumber(tx.Bucket(bucketOrderKey), tableOrderKey, key)
		if err == nil && seq == 0 {
			err = model.NotFound("store.no_order", "source", source, "id", id).Because(store.ErrNotFound)
		}
		if err != nil {
			return err
		}
		return getOrder(tx, seq, &out)
	})
	return out, err
}

func (o orders) Of(ctx context.Context, id model.ContactID) (out []model.Order, err error) {
	if err := o.e.enter(ctx); err != nil {
		return nil, err
	}
	defer o.e.leave()
	err = o.e.crm.view(func(tx *bolt.Tx) error {
		who, mine, err := bearersOf(tx, id)
		if err != nil {
			return err
		}
		return eachLogged(tx, who, func(k logKey, _ logLine) error {
			if ours, err := mine(k.seq()); err != nil || !ours {
				return err
			}
			var one model.Order
			if err := getOrder(tx, k.seq(), &one); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (o orders) Each(ctx context.Context, f func(*model.Order) error) error {
	if err := o.e.enter(ctx); err != nil {
		return err
	}
	defer o.e.leave()
	return o.e.crm.scan(ctx, bucketOrder, nil, func(key, value []byte) error {
		var one model.Order
		if err := openOrder(key, value, &one); err != nil {
			return err
		}
		return f(&one)
	})
}

func (o orders) Scan(ctx context.Context, f func(store.Sale) error) error {
	if err := o.e.enter(ctx); err != nil {
		return err
	}
	defer o.e.leave()
	moved, err := o.moved()
	if err != nil {
		return err
	}
	return o.e.crm.scan(ctx, bucketOrderLog, nil, func(key, value []byte) error {
		k, line, err := openLogLine(key, value)
		if err != nil || line.status != model.OrderPaid {
			return err
		}
		return f(store.Sale{Contact: k.contact(), Day: k.day(), Cents: line.total, Channel: line.channel, Born: moved[k.seq()]})
	})
}

// eachLogged visits the log of one contact, oldest first.
func eachLogged(tx *bolt.Tx, id model.ContactID, do func(logKey, logLine) error) error {
	c := tx.Bucket(bucketOrderLog).Cursor()
	for key, value := c.Seek(key64(uint64(id))); key != nil; key, value = c.Next() {
		k, line, err := openLogLine(key, value)
		if err != nil {
			return err
		}
		if k.contact() != id {
			return nil
		}
		if err := do(k, line); err != nil {
			return err
		}
	}
	return nil
}

func openLogLine(key, value []byte) (k logKey, line logLine, err error) {
	body, err := tableOrderLog.open(key, value)
	if err != nil {
		return k, line, err
	}
	if line, err = decodeLogLine(body); err != nil || len(key) != len(k) {
		return k, line, tableOrderLog.damaged(key, errBroken)
	}
	return logKey(key), line, nil
}

func getOrder(tx *bolt.Tx, seq uint64, o *model.Order) error {
	key := key64(seq)
	value := tx.Bucket(bucketOrder).Get(key)
	if value == nil {
		return tableOrder.damaged(key, errMissing)
	}
	return openOrder(key, value, o)
}

func openOrder(key, value []byte, o *model.Order) error {
	body, err := tableOrder.open(key, value)
	if err != nil {
		return err
	}
	if err := decodeOrder(o, body); err != nil {
		return tableOrder.damaged(key, err)
	}
	return nil
}

func putOrder(tx *bolt.Tx, seq uint64, o *model.Order) error {
	key := key64(seq)
	return tx.Bucket(bucketOrder).Put(key, tableOrder.seal(key, appendOrder(blank(128), o)))
}
