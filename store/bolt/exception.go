package bolt

import (
	"bytes"
	"encoding/binary"

	"blanche/model"
	"blanche/store"
)

func (c *campaignLedger) getException(o model.Ordinal) (x exception, found bool, err error) {
	key, value := c.seekException(o)
	if value == nil {
		return x, false, nil
	}
	t := tableException.of(c.id)
	body, err := t.open(key, value)
	if err != nil {
		return x, false, err
	}
	if x, err = decodeException(body); err != nil {
		return x, false, t.damaged(key, err)
	}
	return x, true, nil
}

// seekException finds an exception; nil when there is none, as for most people. It
// is asked for each of them, and takes no memory.
func (c *campaignLedger) seekException(o model.Ordinal) (key, value []byte) {
	if c.seeker == nil {
		c.seeker = c.exception.Cursor()
	}
	binary.BigEndian.PutUint32(c.key[:], uint32(o))
	if key, value = c.seeker.Seek(c.key[:]); !bytes.Equal(key, c.key[:]) {
		return nil, nil
	}
	return key, value
}

// dropException forgets one, if there is any.
func (c *campaignLedger) dropException(o model.Ordinal) error {
	if key, _ := c.seekException(o); key == nil {
		return nil
	}
	return c.exception.Delete(key32(uint32(o)))
}

func (c *campaignLedger) putException(o model.Ordinal, x exception) error {
	x.code, x.text = store.Cut(x.code, store.MaxCode), store.Cut(x.text, store.MaxSaid)
	key := key32(uint32(o))
	return c.exception.Put(key, tableException.of(c.id).seal(key, appendException(blank(32+len(x.text)), x)))
}
