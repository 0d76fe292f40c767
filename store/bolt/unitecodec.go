package bolt

import (
	"encoding/binary"
	"time"

	"blanche/model"
	"blanche/store"
)

// union is one record that went into another one, with what it takes to give
// both back.
type union struct {
	into          model.ContactID
	at            time.Time
	turn          uint64 // counts the unions: two may be of one instant
	asOf          uint64 // turn of before and after: they have in them what was united until then
	before, after model.Contact
	was           model.Contact
	tail          string // of the record that is gone
}

const unionVersion = 1

func appendUnion(b []byte, u *union) []byte {
	b = append(b, unionVersion)
	b = binary.AppendUvarint(b, uint64(u.into))
	b = appendTime(b, u.at)
	b = binary.AppendUvarint(binary.AppendUvarint(b, u.turn), u.asOf)
	for _, c := range []struct {
		c    *model.Contact
		tail string
	}{{&u.before, ""}, {&u.after, ""}, {&u.was, u.tail}} {
		b = appendText(b, string(appendContact(nil, c.c, c.tail)))
	}
	return b
}

func decodeUnion(body []byte) (u union, err error) {
	r := reader{rest: string(body)}
	if r.uint8() != unionVersion {
		return u, errBroken
	}
	u.into, u.at, u.turn = model.ContactID(r.uvarint()), r.time(), r.uvarint()
	u.asOf = r.uvarint()
	for _, c := range []*model.Contact{&u.before, &u.after, &u.was} {
		if u.tail, err = decodeContact(c, []byte(r.text())); err != nil {
			return u, err
		}
	}
	if r.bad || u.into == 0 {
		return u, errBroken
	}
	return u, nil
}

func (u *union) shown(gone model.ContactID) store.Union {
	return store.Union{Gone: gone, Into: u.into, At: u.at, Before: u.before, After: u.after, Was: u.was}
}
