package bolt

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

// An event lies under its millisecond since 1970, 44 bits, and its number within
// it, 20 bits: the keys of a month are in the order of time.
type eventKey [8]byte

const eventsOfMilli = 1 << 20

func newEventKey(ms int64, n uint64) (k eventKey) {
	binary.BigEndian.PutUint64(k[:], uint64(ms)<<20|n)
	return k
}

func eventMilli(key []byte) int64 { return int64(binary.BigEndian.Uint64(key) >> 20) }

func eventNumber(key []byte) uint64 { return binary.BigEndian.Uint64(key) & (eventsOfMilli - 1) }

// appendEvent writes a response but its instant, which is in the key, and its ID.
func appendEvent(b []byte, r *model.Response) []byte {
	b = append(b, byte(r.Kind), byte(r.Agent), byte(r.Class), byte(r.Lane))
	b = binary.AppendUvarint(b, uint64(r.Campaign))
	b = binary.AppendUvarint(b, uint64(r.Contact))
	b = binary.AppendUvarint(b, uint64(r.Version))
	b = binary.AppendUvarint(b, uint64(r.Link))
	b = binary.AppendVarint(b, int64(r.Value))
	return appendText(b, r.Detail)
}

func decodeEvent(key, body []byte) (model.Response, error) {
	in := reader{rest: string(body)}
	r := model.Response{Kind: model.ResponseKind(in.uint8()), Agent: model.Agent(in.uint8()), Class: model.BounceClass(in.uint8()), Lane: model.Lane(in.uint8())}
	campaign, contact, version, link, value := in.uvarint(), in.uvarint(), in.uvarint(), in.uvarint(), in.varint()
	r.Detail = in.text()
	r.Campaign, r.Contact, r.Version = model.CampaignID(campaign), model.ContactID(contact), uint32(version)
	r.Link, r.Value = uint16(link), int16(value)
	if len(key) == len(eventKey{}) {
		r.At = time.UnixMilli(eventMilli(key)).UTC()
	}
	whole := uint64(r.Campaign) == campaign && uint64(r.Version) == version && uint64(r.Link) == link && int64(r.Value) == value
	if in.bad || in.rest != "" || !whole || len(key) != len(eventKey{}) || !store.ValidResponse(&r) {
		return model.Response{}, errBroken
	}
	return r, nil
}

func openEvent(key, value []byte) (model.Response, error) {
	body, err := tableEvent.open(key, value)
	if err != nil {
		return model.Response{}, err
	}
	r, err := decodeEvent(key, body)
	if err != nil {
		err = tableEvent.damaged(key, err)
	}
	return r, err
}

func sealEvent(key []byte, r *model.Response) []byte {
	return tableEvent.seal(key, appendEvent(blank(24+len(r.Detail)), r))
}

// personKey leads from a contact to an event.
func personKey(c model.ContactID, event []byte) []byte { return append(key64(uint64(c)), event...) }

// whoKey is a person who did something with a campaign.
func whoKey(k model.ResponseKind, campaign model.CampaignID, c model.ContactID) []byte {
	b := append(make([]byte, 0, 13), byte(k))
	b = binary.BigEndian.AppendUint32(b, uint32(campaign))
	return binary.BigEndian.AppendUint64(b, uint64(c))
}

// readerKey is a person who followed a link.
func readerKey(campaign model.CampaignID, l store.VersionLink, c model.ContactID) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 18), uint32(campaign))
	b = binary.BigEndian.AppendUint32(b, l.Version)
	b = binary.BigEndian.AppendUint16(b, l.Link)
	return binary.BigEndian.AppendUint64(b, uint64(c))
}

// who is when somebody did it first and last in a month, what the last answer
// was, and whether the tally of that month counts them: it does unless another
// month knew them.
type who struct {
	first, last int64
	answer      int16
	counted     bool
}

func (w who) seal(key []byte) []byte {
	b := binary.AppendVarint(binary.AppendVarint(blank(16), w.first), w.last)
	b = binary.AppendVarint(b, int64(w.answer))
	if w.counted {
		return tableWho.seal(key, append(b, 1))
	}
	return tableWho.seal(key, append(b, 0))
}

func openWho(key, value []byte) (who, error) {
	body, err := tableWho.open(key, value)
	if err != nil {
		return who{}, err
	}
	in := reader{rest: string(body)}
	w := who{first: in.varint(), last: in.varint()}
	answer, counted := in.varint(), in.uint8()
	w.answer, w.counted = int16(answer), counted == 1
	if in.bad || in.rest != "" || int64(w.answer) != answer || counted > 1 || len(key) != 13 {
		return who{}, tableWho.damaged(key, errBroken)
	}
	return w, nil
}

// idKey is all that is kept of the ID that a sender gave.
func idKey(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:16]
}

// A tally is a list of numbers for each of its fields, each list with its length,
// so that kinds, agents and classes may be added. Numbers may be below zero: an
// answer may be taken back in another month than it was given in.
func appendTally(b []byte, t *store.ResponseTally) []byte {
	b = append(b, byte(len(t.Hits)))
	for _, by := range t.Hits {
		b = appendCounts(b, by[:])
	}
	b = append(appendCounts(appendCounts(b, t.Persons[:]), t.Bounces[:]), byte(len(t.ByLane)))
	for _, by := range t.ByLane {
		b = appendCounts(b, by[:])
	}
	b = binary.AppendUvarint(b, uint64(len(t.Links)))
	links := slices.SortedFunc(maps.Keys(t.Links), func(x, y store.VersionLink) int {
		return cmp.Or(cmp.Compare(x.Version, y.Version), cmp.Compare(x.Link, y.Link))
	})
	for _, l := range links {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(l.Version)), uint64(l.Link))
		b = binary.AppendVarint(binary.AppendVarint(b, int64(t.Links[l].Hits)), int64(t.Links[l].Persons))
	}
	b = binary.AppendUvarint(b, uint64(len(t.Answers)))
	for _, a := range slices.Sorted(maps.Keys(t.Answers)) {
		b = binary.AppendVarint(binary.AppendVarint(b, int64(a)), int64(t.Answers[a]))
	}
	return b
}

func appendCounts(b []byte, counts []int) []byte {
	b = append(b, byte(len(counts)))
	for _, n := range counts {
		b = binary.AppendVarint(b, int64(n))
	}
	return b
}

func (r *reader) counts(into []int) {
	n := int(r.uint8())
	if n > len(into) {
		r.fail()
		return
	}
	for i := range n {
		into[i] = int(r.varint())
	}
}

func decodeTally(body []byte) (t store.ResponseTally, err error) {
	in := reader{rest: string(body)}
	kinds := int(in.uint8())
	if kinds > len(t.Hits) {
		return t, errBroken
	}
	for k := range kinds {
		in.counts(t.Hits[k][:])
	}
	in.counts(t.Persons[:])
	in.counts(t.Bounces[:])
	lanes := int(in.uint8())
	if lanes > len(t.ByLane) {
		return t, errBroken
	}
	for l := range lanes {
		in.counts(t.ByLane[l][:])
	}
	for range in.count(4) {
		l := store.VersionLink{Version: uint32(in.uvarint()), Link: uint16(in.uvarint())}
		t.OnLink(l, int(in.varint()), int(in.varint()))
	}
	for range in.count(2) {
		t.OnAnswer(int16(in.varint()), int(in.varint()))
	}
	if in.bad || in.rest != "" {
		return t, errBroken
	}
	return t, nil
}

func openTally(tb table, key, value []byte) (store.ResponseTally, error) {
	body, err := tb.open(key, value)
	if err != nil {
		return store.ResponseTally{}, err
	}
	t, err := decodeTally(body)
	if err != nil {
		err = tb.damaged(key, err)
	}
	return t, err
}
