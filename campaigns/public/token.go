package public

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"

	"blanche/model"
)

// Kind is what a token is for. One of another kind is as good as none.
type Kind uint8

// The kinds. Their numbers are in messages that have left: they never change.
const (
	Unsubscribe Kind = 1 + iota
	Preferences
	View
	Answer
	Click
	Open // of a wording: its contact is nobody
)

// Matter is what a token says.
type Matter struct {
	Kind     Kind
	Campaign model.CampaignID
	Contact  model.ContactID
	Version  uint16 // of the wording
	Cell     model.Cell
	Link     uint16 // of a click, from 1
}

// Length is how many characters a token has.
const Length = 44

const (
	sealSize = 16
	rawSize  = 1 + aes.BlockSize + sealSize
)

// maxContact is the highest number that a token has room for.
const maxContact = 1<<48 - 1

// ErrToken is all that is ever said of a token that is not good.
var ErrToken = errors.New("no such token")

// Key mints and reads tokens. It is safe for several goroutines, and allocates
// nothing to mint.
type Key struct {
	id           byte
	block        cipher.Block
	inner, outer [sha256.BlockSize]byte // the key of the seal, as HMAC (RFC 2104) takes it
}

// NewKey makes the key of a number, 1 to 255, from 256 secret bits.
func NewKey(id byte, secret []byte) (*Key, error) {
	if id == 0 || len(secret) != sha256.Size {
		return nil, errors.New("public: a key is 32 bytes, under a number from 1")
	}
	hide := sha256.Sum256(append([]byte("blanche token hide\x00"), secret...))
	seal := sha256.Sum256(append([]byte("blanche token seal\x00"), secret...))
	block, err := aes.NewCipher(hide[:])
	if err != nil {
		return nil, err
	}
	k := &Key{id: id, block: block}
	copy(k.inner[:], seal[:])
	k.outer = k.inner
	for i := range k.inner {
		k.inner[i] ^= 0x36
		k.outer[i] ^= 0x5c
	}
	return k, nil
}

// ID is the number of the key.
func (k *Key) ID() byte { return k.id }

// Append appends a token: Length characters of base64url. A contact whose
// number is beyond 48 bits becomes nobody, rather than somebody else.
func (k *Key) Append(b []byte, m Matter) []byte {
	if m.Contact > maxContact {
		m.Contact = 0
	}
	at := len(b)
	b = slices.Grow(b, Length+rawSize) // the noise is made behind the room of its writing: nothing is allocated
	raw := b[at+Length : at+Length+rawSize]
	raw[0] = k.id
	block := raw[1 : 1+aes.BlockSize]
	block[0] = byte(m.Kind)
	binary.BigEndian.PutUint32(block[1:], uint32(m.Campaign))
	binary.BigEndian.PutUint16(block[5:], uint16(m.Contact>>32))
	binary.BigEndian.PutUint32(block[7:], uint32(m.Contact))
	binary.BigEndian.PutUint16(block[11:], m.Version)
	block[13] = byte(m.Cell)
	binary.BigEndian.PutUint16(block[14:], m.Link)
	k.block.Encrypt(block, block)
	sum := k.mac(raw[:1+aes.BlockSize])
	copy(raw[1+aes.BlockSize:], sum[:sealSize])
	b = b[:at+Length]
	base64.RawURLEncoding.Encode(b[at:], raw)
	return b
}

// mac is HMAC-SHA-256 of the number of the key and a block.
func (k *Key) mac(text []byte) [sha256.Size]byte {
	var in [sha256.BlockSize + 1 + aes.BlockSize]byte
	var out [sha256.BlockSize + sha256.Size]byte
	copy(in[:], k.inner[:])
	copy(in[sha256.BlockSize:], text)
	sum := sha256.Sum256(in[:])
	copy(out[:], k.outer[:])
	copy(out[sha256.BlockSize:], sum[:])
	return sha256.Sum256(out[:])
}

// KeyOf is the number of the key that a token names; ErrToken for what cannot be
// a token.
func KeyOf(token string) (byte, error) {
	raw, err := decode(token)
	return raw[0], err
}

// decode reads the one way to write a token: bits that say nothing are refused,
// so that a token has no second spelling.
func decode(token string) (raw [rawSize]byte, err error) {
	if len(token) != Length {
		return raw, ErrToken
	}
	n, err := base64.RawURLEncoding.Strict().Decode(raw[:], []byte(token))
	if err != nil || n != rawSize || raw[0] == 0 {
		return [rawSize]byte{}, ErrToken
	}
	return raw, nil
}

// Read opens a token of a kind. What is not one is ErrToken and nothing more,
// found out in a time that tells nothing of the seal.
func (k *Key) Read(token string, kind Kind) (Matter, error) {
	raw, err := decode(token)
	if err != nil || raw[0] != k.id {
		return Matter{}, ErrToken
	}
	sum := k.mac(raw[:1+aes.BlockSize])
	if subtle.ConstantTimeCompare(sum[:sealSize], raw[1+aes.BlockSize:]) != 1 {
		return Matter{}, ErrToken
	}
	var block [aes.BlockSize]byte
	k.block.Decrypt(block[:], raw[1:1+aes.BlockSize])
	m := Matter{
		Kind:     Kind(block[0]),
		Campaign: model.CampaignID(binary.BigEndian.Uint32(block[1:])),
		Contact:  model.ContactID(binary.BigEndian.Uint16(block[5:]))<<32 | model.ContactID(binary.BigEndian.Uint32(block[7:])),
		Version:  binary.BigEndian.Uint16(block[11:]),
		Cell:     model.Cell(block[13]),
		Link:     binary.BigEndian.Uint16(block[14:]),
	}
	if m.Kind != kind {
		return Matter{}, ErrToken
	}
	return m, nil
}
