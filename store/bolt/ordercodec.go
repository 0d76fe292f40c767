package bolt

import (
	"encoding/binary"

	"blanche/model"
)

// orderVersion is the first byte of the body of an order; that of an order with
// a category is the next one.
const (
	orderVersion     = 1
	categorisedOrder = 2
)

func appendOrder(b []byte, o *model.Order) []byte {
	version := byte(orderVersion)
	if o.Category != "" {
		version = categorisedOrder
	}
	b = append(b, version, byte(o.Status))
	b = binary.AppendUvarint(b, uint64(o.Contact))
	b = binary.AppendVarint(b, int64(o.Day))
	b = appendTime(b, o.At)
	b = binary.AppendVarint(b, int64(o.Total))
	for _, s := range orderTexts(o) {
		b = appendText(b, *s)
	}
	if version == categorisedOrder {
		b = appendText(b, o.Category)
	}
	return b
}

// orderTexts are the texts of an order in the order of the record.
func orderTexts(o *model.Order) [8]*string {
	return [...]*string{&o.Source, &o.ID, &o.Email, &o.ExternalID, &o.Card, &o.Currency, &o.Channel, &o.Code}
}

func decodeOrder(o *model.Order, body []byte) error {
	r := reader{rest: string(body)}
	*o = model.Order{}
	version := r.uint8()
	if version != orderVersion && version != categorisedOrder {
		return errBroken
	}
	o.Status = model.OrderStatus(r.uint8())
	o.Contact = model.ContactID(r.uvarint())
	o.Day = model.Date(r.int32())
	o.At = r.time()
	o.Total = model.Cents(r.varint())
	for _, s := range orderTexts(o) {
		*s = r.text()
	}
	if version == categorisedOrder {
		o.Category = r.text()
	}
	if r.bad || o.Status > model.OrderForeign {
		return errBroken
	}
	return nil
}

// logLine is an order in the log of its contact: what the sums and the
// revenue need, without reading the order.
type logLine struct {
	status  model.OrderStatus
	total   model.Cents
	channel string
}

func appendLogLine(b []byte, o *model.Order) []byte {
	b = append(b, byte(o.Status))
	return appendText(binary.AppendVarint(b, int64(o.Total)), o.Channel)
}

func decodeLogLine(body []byte) (logLine, error) {
	r := reader{rest: string(body)}
	l := logLine{status: model.OrderStatus(r.uint8()), total: model.Cents(r.varint()), channel: r.text()}
	if r.bad || l.status > model.OrderForeign {
		return logLine{}, errBroken
	}
	return l, nil
}

// logKey is the key of an order in the log: contact, day, number of the order.
// The sign bit of the day is turned, so that days before 1970 sort first.
type logKey [20]byte

func newLogKey(c model.ContactID, day model.Date, seq uint64) (k logKey) {
	binary.BigEndian.PutUint64(k[:], uint64(c))
	binary.BigEndian.PutUint32(k[8:], uint32(day)^1<<31)
	binary.BigEndian.PutUint64(k[12:], seq)
	return k
}

func (k logKey) contact() model.ContactID {
	return model.ContactID(binary.BigEndian.Uint64(k[:]))
}

func (k logKey) day() model.Date {
	return model.Date(int32(binary.BigEndian.Uint32(k[8:]) ^ 1<<31))
}

func (k logKey) seq() uint64 { return binary.BigEndian.Uint64(k[12:]) }
