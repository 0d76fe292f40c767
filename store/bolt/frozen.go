package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"strconv"
	"strings"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// Frozen segments lie among the settings: a head by name, and pages of a bit
// for each of their people. The name ends in a slash, which no name holds, so
// that the pages of one are never those of another.
const (
	frozenHead   = "frozen/"
	frozenPeople = "frozen.people/"
	frozenPage   = 1 << 15 // people of a page: 4 KiB of bits
)

func frozenKey(name string) string { return frozenHead + name }

// pagesOf is how the keys of the pages of a frozen segment begin.
func pagesOf(name string) []byte { return []byte(frozenPeople + name + "/") }

func pageKey(name string, page uint32) []byte {
	return binary.BigEndian.AppendUint32(pagesOf(name), page)
}

type frozen struct{ e *Engine }

func (f frozen) Save(ctx context.Context, one model.Frozen, people []model.ContactID) error {
	if err := f.e.enter(ctx); err != nil {
		return err
	}
	defer f.e.leave()
	if !model.ValidCampaignName(one.Name) {
		return model.Invalid("store.name", "name", one.Name)
	}
	return f.e.crm.update(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketSetting)
		if b.Get([]byte(frozenKey(one.Name))) != nil {
			return model.Conflict("store.frozen_exists", "name", one.Name).Because(store.ErrExists)
		}
		if err := putJSON(b, tableSetting, frozenKey(one.Name), one); err != nil {
			return err
		}
		if err := putPeople(b, one.Name, people); err != nil {
			return err
		}
		return witness(ctx, f.e, tx, "snapshot:"+one.Name, new(model.Frozen), &one, frozenChanges)
	})
}

// putPeople writes the pages; people are in any order.
func putPeople(b *bolt.Bucket, name string, people []model.ContactID) error {
	pages := map[uint32][]byte{}
	for _, id := range people {
		page, bit := uint32(id/frozenPage), uint32(id%frozenPage)
		if pages[page] == nil {
			pages[page] = make([]byte, frozenPage/8)
		}
		pages[page][bit/8] |= 1 << (bit % 8)
	}
	for page, body := range pages {
		if err := putPage(b, pageKey(name, page), body); err != nil {
			return err
		}
	}
	return nil
}

func putPage(b *bolt.Bucket, key, body []byte) error {
	return b.Put(key, tableSetting.seal(key, append(blank(len(body)), body...)))
}

func (f frozen) Get(ctx context.Context, name string) (out model.Frozen, err error) {
	if err := f.e.enter(ctx); err != nil {
		return out, err
	}
	defer f.e.leave()
	err = f.e.crm.view(func(tx *bolt.Tx) error {
		out, err = getFrozen(tx, name)
		return err
	})
	return out, err
}

func getFrozen(tx *bolt.Tx, name string) (one model.Frozen, err error) {
	key := []byte(frozenKey(name))
	value := tx.Bucket(bucketSetting).Get(key)
	if value == nil {
		return one, model.NotFound("store.no_frozen", "name", name).Because(store.ErrNotFound)
	}
	return one, openJSON(tableSetting, key, value, &one)
}

func (f frozen) List(ctx context.Context) (out []model.Frozen, err error) {
	if err := f.e.enter(ctx); err != nil {
		return nil, err
	}
	defer f.e.leave()
	err = f.e.crm.view(func(tx *bolt.Tx) error {
		return eachWith(tx.Bucket(bucketSetting), []byte(frozenHead), func(key, value []byte) error {
			var one model.Frozen
			if err := openJSON(tableSetting, key, value, &one); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	})
	return out, err
}

// eachWith visits the records whose keys begin with a prefix, in their order.
func eachWith(b *bolt.Bucket, prefix []byte, visit func(key, value []byte) error) error {
	c := b.Cursor()
	for key, value := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, value = c.Next() {
		if err := visit(key, value); err != nil {
			return err
		}
	}
	return nil
}

func (f frozen) People(ctx context.Context, name string) (ids []model.ContactID, err error) {
	if err := f.e.enter(ctx); err != nil {
		return nil, err
	}
	defer f.e.leave()
	err = f.e.crm.view(func(tx *bolt.Tx) error {
		if _, err := getFrozen(tx, name); err != nil {
			return err
		}
		prefix := pagesOf(name)
		return eachWith(tx.Bucket(bucketSetting), prefix, func(key, value []byte) error {
			body, err := tableSetting.open(key, value)
			if err != nil {
				return err
			}
			page := model.ContactID(binary.BigEndian.Uint32(key[len(prefix):]))
			for i, eight := range body {
				for ; eight != 0; eight &= eight - 1 {
					ids = append(ids, page*frozenPage+model.ContactID(i*8+bits.TrailingZeros8(eight)))
				}
			}
			return nil
		})
	})
	return ids, err
}

func (f frozen) Delete(ctx context.Context, name string) error {
	if err := f.e.enter(ctx); err != nil {
		return err
	}
	defer f.e.leave()
	return f.e.crm.update(ctx, func(tx *bolt.Tx) error {
		old, err := getFrozen(tx, name)
		if err != nil {
			return err
		}
		b := tx.Bucket(bucketSetting)
		keys := [][]byte{[]byte(frozenKey(name))}
		err = eachWith(b, pagesOf(name), func(key, _ []byte) error {
			keys = append(keys, bytes.Clone(key))
			return nil
		})
		for i := 0; i < len(keys) && err == nil; i++ {
			err = b.Delete(keys[i])
		}
		if err != nil {
			return err
		}
		return witness(ctx, f.e, tx, "snapshot:"+name, &old, new(model.Frozen), frozenChanges)
	})
}

func frozenChanges(old, next *model.Frozen) []model.FieldAudit {
	var c compared
	c.text("name", old.Name, next.Name)
	c.text("segment", old.Segment, next.Segment)
	c.text("rule", old.Rule, next.Rule)
	c.text("matched", number(int64(old.Matched)), number(int64(next.Matched)))
	c.text("sendable", number(int64(old.Sendable)), number(int64(next.Sendable)))
	return c
}

// unfreeze takes a person who is being erased out of every frozen segment.
func unfreeze(tx *bolt.Tx, id model.ContactID) error {
	b := tx.Bucket(bucketSetting)
	var names []string
	err := eachWith(b, []byte(frozenHead), func(key, _ []byte) error {
		names = append(names, strings.TrimPrefix(string(key), frozenHead))
		return nil
	})
	if err != nil {
		return err
	}
	bit := id % frozenPage
	for _, name := range names {
		key := pageKey(name, uint32(id/frozenPage))
		value := b.Get(key)
		if value == nil {
			continue
		}
		body, err := tableSetting.open(key, value)
		if err != nil {
			return err
		}
		if body = bytes.Clone(body); int(bit/8) >= len(body) || body[bit/8]>>(bit%8)&1 == 0 {
			continue
		}
		body[bit/8] &^= 1 << (bit % 8)
		if err := putPage(b, key, body); err != nil {
			return err
		}
	}
	return nil
}

// setting checks one record of the settings.
func setting(_ *bolt.Tx, key, body []byte) error {
	switch {
	case bytes.HasPrefix(key, []byte(frozenPeople)):
		if len(body) != frozenPage/8 {
			return tableSetting.damaged(key, strconv.ErrRange)
		}
		return nil
	case bytes.HasPrefix(key, []byte(frozenHead)):
		return decode[model.Frozen](key, body)
	case bytes.HasPrefix(key, []byte(mappingHead)):
		return decode[model.FileMapping](key, body)
	case bytes.HasPrefix(key, []byte(tokenHead)):
		return decode[model.Token](key, body)
	case bytes.HasPrefix(key, heardHead), bytes.HasPrefix(key, newestHead):
		return soundEvent(key, body)
	}
	return decode[model.Pacing](key, body)
}

func decode[T any](key, body []byte) error {
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		return tableSetting.damaged(key, err)
	}
	return nil
}
