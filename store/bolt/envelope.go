package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"blanche/model"
	"blanche/store"
)

// Every value is: version byte, CRC-32C (little-endian), body. The checksum
// covers the name of the table, the key, the version and the body, so that a
// value that has slipped under another key is found as well.
const (
	envelopeVersion = 1
	envelopeSize    = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// table is where records of one sort lie: its name, for messages, and the
// checksum of that name, from which the checksum of each record starts.
type table struct {
	name     string
	campaign model.CampaignID // 0: not of one campaign
	seed     uint32
}

func newTable(name string) table {
	return table{name: name, seed: crc32.Checksum([]byte(name), castagnoli)}
}

// of is the table of the same name that belongs to one campaign.
func (t table) of(c model.CampaignID) table {
	var id [4]byte
	binary.BigEndian.PutUint32(id[:], uint32(c))
	return table{name: t.name, campaign: c, seed: crc32.Update(t.seed, castagnoli, id[:])}
}

func (t table) String() string {
	if t.campaign == 0 {
		return t.name
	}
	return t.name + "/" + t.campaign.String()
}

// blank is the start of a value: room for the envelope, the body is appended.
func blank(size int) []byte { return make([]byte, envelopeSize, envelopeSize+size) }

// seal fills the envelope of a value made with blank, and returns the value.
func (t table) seal(key, value []byte) []byte {
	value[0] = envelopeVersion
	binary.LittleEndian.PutUint32(value[1:], t.sum(key, value))
	return value
}

func (t table) sum(key, value []byte) uint32 {
	sum := crc32.Update(t.seed, castagnoli, key)
	sum = crc32.Update(sum, castagnoli, value[:1])
	return crc32.Update(sum, castagnoli, value[envelopeSize:])
}

// open verifies a value and returns its body, which points into it.
func (t table) open(key, value []byte) ([]byte, error) {
	switch {
	case len(value) < envelopeSize:
		return nil, t.damaged(key, errors.New("shorter than its envelope"))
	case value[0] != envelopeVersion:
		return nil, t.damaged(key, fmt.Errorf("envelope of version %d", value[0]))
	case binary.LittleEndian.Uint32(value[1:]) != t.sum(key, value):
		return nil, t.damaged(key, errors.New("checksum differs"))
	}
	return value[envelopeSize:], nil
}

// damaged is the error that names a record that cannot be trusted.
func (t table) damaged(key []byte, why error) error {
	d := store.Damage{Bucket: t.String(), Key: printableKey(key), Err: why}
	return model.Failed(&damage{d}, "store.damaged", "bucket", d.Bucket, "key", d.Key)
}

// damage carries the place of a damaged record inside an error.
type damage struct{ store.Damage }

func (d *damage) Error() string {
	return fmt.Sprintf("%s %s: %v", d.Bucket, d.Key, d.Err)
}

// Unwrap makes errors.Is(err, store.ErrDamaged) hold.
func (d *damage) Unwrap() error { return store.ErrDamaged }

// printableKey shows a key: keys of 4 and 8 bytes are numbers, others text.
func printableKey(key []byte) string {
	switch len(key) {
	case 4:
		return fmt.Sprint(binary.BigEndian.Uint32(key))
	case 8:
		return fmt.Sprint(binary.BigEndian.Uint64(key))
	}
	for _, b := range key {
		if b < 0x20 || b >= 0x7f {
			return fmt.Sprintf("%x", key)
		}
	}
	return string(key)
}

// errBroken is a body that its checksum vouches for and that cannot be read.
var errBroken = errors.New("cannot be decoded")
