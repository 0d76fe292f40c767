package bolt

import (
	"encoding/binary"
	"slices"
	"time"

	"blanche/model"
)

// chunk is how many recipients share a page of the plan and a page of states.
const chunk = 1000

// A page of the plan is written once: u16 count, a byte each for the class, then
// the numbers of the contacts as varints, each but the first relative to the one
// before. The class is the lane, in the low three bits, and the cell of a test:
// folders of schema 2 knew only cell 0.
func appendPlanPage(b []byte, people []model.Planned) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(len(people)))
	for _, p := range people {
		b = append(b, classOf(p.Lane, p.Cell))
	}
	last := model.ContactID(0)
	for _, p := range people {
		b = binary.AppendUvarint(b, uint64(p.Contact-last))
		last = p.Contact
	}
	return b
}

// planClasses are the class bytes of a page, not copied.
func planClasses(body []byte) ([]byte, error) {
	if len(body) < 2 {
		return nil, errBroken
	}
	n := int(binary.LittleEndian.Uint16(body))
	if n == 0 || n > chunk || len(body) < 2+n {
		return nil, errBroken
	}
	return body[2 : 2+n], nil
}

func classOf(l model.Lane, c model.Cell) byte { return byte(c)<<3 | byte(l) }

// laneIn and cellIn read a class.
func laneIn(b byte) model.Lane { return model.Lane(b & 7) }

func cellIn(b byte) model.Cell { return model.Cell(b >> 3) }

// planContacts appends the contacts of a page.
func planContacts(ids []model.ContactID, body []byte) ([]model.ContactID, error) {
	classes, err := planClasses(body)
	if err != nil {
		return ids, err
	}
	for _, class := range classes {
		if int(cellIn(class)) >= model.Cells {
			return ids, errBroken
		}
	}
	deltas, id := body[2+len(classes):], uint64(0)
	for range classes {
		d, n := binary.Uvarint(deltas)
		if n <= 0 || d == 0 || id+d < id {
			return ids, errBroken
		}
		deltas, id = deltas[n:], id+d
		ids = append(ids, model.ContactID(id))
	}
	if len(deltas) != 0 {
		return ids, errBroken
	}
	return ids, nil
}

// A page of states has a fixed form: u16 count, a state byte each, then the
// version of the message (u16), then the second of the last change (u32 since
// 1970, good until 2106; 0 is none).
type statePage []byte

const stateSize = 1 + 2 + 4

func newStatePage(n int) statePage {
	p := make(statePage, 2+n*stateSize)
	binary.LittleEndian.PutUint16(p, uint16(n))
	return p
}

func openStatePage(body []byte) (statePage, error) {
	if len(body) < 2+stateSize {
		return nil, errBroken
	}
	p := statePage(body)
	if n := p.len(); n > chunk || len(body) != 2+n*stateSize {
		return nil, errBroken
	}
	for _, s := range p.states() {
		if int(s) >= model.States {
			return nil, errBroken
		}
	}
	return p, nil
}

func (p statePage) len() int { return int(binary.LittleEndian.Uint16(p)) }

// states is one byte a recipient, not copied.
func (p statePage) states() []byte { return p[2 : 2+p.len()] }

func (p statePage) versionAt(i int) []byte { return p[2+p.len()+2*i:] }

func (p statePage) secondAt(i int) []byte { return p[2+3*p.len()+4*i:] }

func (p statePage) state(i int) model.State { return model.State(p[2+i]) }

func (p statePage) version(i int) uint16 { return binary.LittleEndian.Uint16(p.versionAt(i)) }

func (p statePage) at(i int) time.Time {
	s := binary.LittleEndian.Uint32(p.secondAt(i))
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// sameSecond reports whether the line was last changed at an instant, as far as
// it is kept.
func (p statePage) sameSecond(i int, at time.Time) bool {
	one := newStatePage(1)
	one.set(0, p.state(i), 0, at)
	return one.at(0).Equal(p.at(i))
}

// set changes one recipient. Planned has neither version nor time.
func (p statePage) set(i int, s model.State, version uint16, at time.Time) {
	seconds := at.Unix()
	if s == model.StatePlanned || at.IsZero() {
		seconds = 0
	}
	if s == model.StatePlanned {
		version = 0
	}
	p[2+i] = byte(s)
	binary.LittleEndian.PutUint16(p.versionAt(i), version)
	binary.LittleEndian.PutUint32(p.secondAt(i), uint32(seconds))
}

// A page of the zone blanche: count, the strata that occur in it, then for
// each person the distance to the one before and which stratum.
func appendHeldPage(b []byte, people []model.HeldOut) []byte {
	var strata []string
	for _, p := range people {
		if !slices.Contains(strata, p.Stratum) {
			strata = append(strata, p.Stratum)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(strata)))
	for _, s := range strata {
		b = appendText(b, s)
	}
	b = binary.AppendUvarint(b, uint64(len(people)))
	last := model.ContactID(0)
	for _, p := range people {
		b = binary.AppendUvarint(b, uint64(p.Contact-last))
		b = binary.AppendUvarint(b, uint64(slices.Index(strata, p.Stratum)))
		last = p.Contact
	}
	return b
}

func decodeHeldPage(people []model.HeldOut, body []byte) ([]model.HeldOut, error) {
	r := reader{rest: string(body)}
	strata := make([]string, r.count(1))
	for i := range strata {
		strata[i] = r.text()
	}
	id := uint64(0)
	for range r.count(2) {
		d, s := r.uvarint(), r.uvarint()
		if d == 0 || id+d < id || s >= uint64(len(strata)) {
			return people, errBroken
		}
		id += d
		people = append(people, model.HeldOut{Contact: model.ContactID(id), Stratum: strata[s]})
	}
	if r.bad || r.rest != "" {
		return people, errBroken
	}
	return people, nil
}

// exception is what the few recipients have that something happened to.
type exception struct {
	attempts int
	next     time.Time // when deferred
	code     string
	text     string
}

func appendException(b []byte, x exception) []byte {
	b = binary.AppendUvarint(b, uint64(x.attempts))
	return appendText(appendText(appendTime(b, x.next), x.code), x.text)
}

func decodeException(body []byte) (exception, error) {
	r := reader{rest: string(body)}
	attempts := r.uvarint()
	x := exception{attempts: int(attempts), next: r.time(), code: r.text(), text: r.text()}
	if r.bad || attempts > 1<<31 {
		return exception{}, errBroken
	}
	return x, nil
}
